"""How an operation of the desk is declared: who may call it, whether it writes, and the audit row that it leaves."""

import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, insert

from convo import clock
from convo.errors import NotAllowed, NotFound
from convo.model import tables
from convo.model.words import Role
from convo.text import clean

if TYPE_CHECKING:
    from convo.desk.desk import Desk
    from convo.store.store import Store

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
O = TypeVar("O", bound="Operations")  # noqa: E741

_LONGEST_AUDITED = 200
_NUMBERS = 2**63


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an operation's declaration says; faces read it to make routes, menus and permission checks."""

    role: Role
    writes: bool
    batches: bool


class Operations:
    """A group of operations on one desk; inside one, `self.connection` is its transaction."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @property
    def store(self) -> "Store":
        """The desk's store."""
        return self.desk.store

    @property
    def connection(self) -> Connection:
        """The transaction of the running operation."""
        return self.store.current()

    def record(
        self,
        entity: str,
        entity_id: int | None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        *,
        operation: str = "",
    ) -> None:
        """Leave an audit row in the running operation's transaction, in place of the default one."""
        self.desk.audited = True
        self.connection.execute(
            insert(tables.audit),
            {
                "at": clock.now(),
                "actor": self.desk.actor.name,
                "operation": operation or self.desk.running,
                "entity": entity,
                "entity_id": entity_id,
                "before": before,
                "after": after,
            },
        )


def operation(
    role: Role, *, writes: bool = False, batches: bool = False, audits: bool = True
) -> Callable[[Callable[Concatenate[O, P], R]], Callable[Concatenate[O, P], R]]:
    """Declare a method of Operations: `role` is what it takes, `writes` that it changes the store.

    It runs in one transaction, joined by the operations it calls; with `batches` it opens its own, one after another,
    and may be a generator. A writing operation leaves an audit row: what it recorded itself, or its name and arguments;
    one that fails inside another leaves nothing, even if the other goes on. With `audits` false it leaves none: for
    what happens all the time and tells nobody anything later. The wrapped method raises NotAllowed when the acting
    operator's role is not enough, a generator when it is called, and NotFound for a number that no store can hold.
    """

    def declare(method: Callable[Concatenate[O, P], R]) -> Callable[Concatenate[O, P], R]:
        signature = inspect.signature(method)
        if inspect.isgeneratorfunction(method) and not batches:
            raise TypeError(f"{method.__name__} is a generator, which outlives a transaction: declare it with batches")

        @wraps(method)
        def run(self: O, *args: P.args, **kwargs: P.kwargs) -> R:
            desk = self.desk
            name = f"{type(self).__name__.lower()}.{method.__name__}"
            if not desk.actor.role.includes(role):
                raise NotAllowed(
                    f"{desk.actor.name} is {desk.actor.role.value}; {name} takes {role.value}",
                    hint="ask an admin: convo operator edit NAME --role " + role.value,
                )
            for value in (*args, *kwargs.values()):
                if isinstance(value, int) and not -_NUMBERS <= value < _NUMBERS:
                    raise NotFound(f"nothing has a number as large as {value}")
            if batches:
                with desk.as_running(name):
                    batched = method(self, *args, **kwargs)
                return cast("R", _steps(desk, name, batched)) if isinstance(batched, Generator) else batched
            transaction: AbstractContextManager[Connection] = desk.store.write() if writes else desk.store.read()
            with transaction as connection, desk.as_running(name) as outermost:
                if writes and not outermost:
                    with _undone_alone(desk, connection):
                        return method(self, *args, **kwargs)
                result = method(self, *args, **kwargs)
                if writes and audits and not desk.audited:
                    given = signature.bind(self, *args, **kwargs).arguments
                    self.record("", None, after={k: _brief(v) for k, v in given.items() if k != "self"})
                return result

        run.declaration = Declaration(role, writes, batches)  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return declare


@contextmanager
def _undone_alone(desk: "Desk", connection: Connection) -> Iterator[None]:
    """Take back what an inner operation did when it fails, and that it was audited."""
    audited = desk.audited
    try:
        with connection.begin_nested():
            yield
    except BaseException:
        desk.audited = audited
        raise


def _steps(desk: "Desk", name: str, body: Generator[T, None, None]) -> Iterator[T]:
    """A generator's items; the operation runs only while it makes one, not while whoever asked looks at it."""
    try:
        while True:
            with desk.as_running(name):
                try:
                    item = next(body)
                except StopIteration:
                    return
            yield item
    finally:
        body.close()


def _brief(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    shown = clean(str(value))
    return shown if len(shown) <= _LONGEST_AUDITED else shown[:_LONGEST_AUDITED] + "…"
