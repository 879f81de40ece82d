"""Keeps what operators do by hand as steps that can be taken back, and lists and forgets them.

An operation says with `kept` which thread or customer it changes; what differs afterwards is a row of a step.
Operations that run inside `together` share one step; what rules, bots and background work do leaves none.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from convo import clock
from convo.desk.rule_running import rules_act
from convo.desk.undo_state import POLICY, State, differences, read_customer, read_thread
from convo.model import tables
from convo.model.actions import UndoStep

if TYPE_CHECKING:
    from convo.desk.desk import Desk

AUDITED = "audited"
"""The key in a row's `after` of the newest audit row that the step itself left."""
_KEPT_FOR = timedelta(days=30)
_BY_HAND = frozenset(
    f"threads.{verb}" for verb in ("reply", "assign", "tag", "set_priority", "rename", "snooze", "close", "reopen")
) | {"customers.block", "customers.unblock", "customers.merge"}


@dataclass(slots=True)
class Together:
    """A step under way; `thread` is the one that it is at."""

    step: int
    thread: int | None = None


_together: ContextVar[Together | None] = ContextVar("convo_undo_step", default=None)


@contextmanager
def together(desk: "Desk", title: str) -> Iterator[Together]:
    """Let everything that is done meanwhile be one step."""
    under_way = Together(begin(desk, title))
    token = _together.set(under_way)
    try:
        yield under_way
    finally:
        _together.reset(token)


@dataclass(slots=True)
class Keeping:
    """What is being changed: the message that was written with it can be told."""

    message: int | None = None


@contextmanager
def kept(desk: "Desk", title: str, thread: int) -> Iterator[Keeping]:
    """Keep what is changed in a thread meanwhile, if it is changed by hand."""
    keeping = Keeping()
    if not _by_hand(desk):
        yield keeping
        return
    connection = desk.store.current()
    before = read_thread(connection, thread)
    yield keeping
    now = read_thread(connection, thread)
    changed, left = differences(before, now)
    if changed or keeping.message is not None:
        of = select(tables.thread.c.customer_id).where(tables.thread.c.id == thread)
        customer = int(connection.execute(of).scalar_one())
        left[POLICY] = now[POLICY]
        keep(desk, title, changed, left, thread=thread, customer=customer, message=keeping.message)


@contextmanager
def kept_customer(desk: "Desk", title: str, customer: int) -> Iterator[None]:
    """Keep what is changed in a customer meanwhile, if it is changed by hand."""
    if not _by_hand(desk):
        yield
        return
    connection = desk.store.current()
    before = read_customer(connection, customer)
    yield
    changed = differences(before, read_customer(connection, customer))
    if changed[0]:
        keep(desk, title, *changed, customer=customer)


def keep(
    desk: "Desk",
    title: str,
    before: State,
    after: State,
    *,
    customer: int,
    thread: int | None = None,
    message: int | None = None,
) -> None:
    """Write down what a step changed in one thread or customer: in the step under way, or else in one of its own."""
    if not _by_hand(desk):
        return
    connection, under_way = desk.store.current(), _together.get()
    audited = connection.execute(select(func.max(tables.audit.c.id))).scalar() or 0
    row = {
        "undo_step_id": under_way.step if under_way else begin(desk, title),
        "thread_id": under_way.thread if under_way else thread,
        "customer_id": customer,
        "message_id": message,
        "before": before,
        "after": after | {AUDITED: audited},
    }
    connection.execute(insert(tables.undo_row), row)


def begin(desk: "Desk", title: str) -> int:
    """Begin a step that changed nothing yet; its id."""
    step = tables.undo_step
    row = {"actor": desk.actor.name, "title": title, "at": clock.now()}
    return int(desk.store.current().execute(insert(step).returning(step.c.id), row).scalar_one())


def view(connection: Connection, row: Row[Any], skipped: Sequence[tuple[int, str]] = ()) -> UndoStep:
    """The view of a row of undo_step."""
    changed = tables.undo_row
    threads = select(changed.c.thread_id).where(changed.c.undo_step_id == row.id, changed.c.thread_id.is_not(None))
    numbers = connection.execute(threads.distinct().order_by(changed.c.thread_id)).scalars()
    return UndoStep(row.id, row.title, row.actor, row.at, row.undone_at, tuple(numbers), tuple(skipped))


def step_row(connection: Connection, number: int) -> Row[Any] | None:
    """A step, held until the write ends."""
    step = tables.undo_step
    return connection.execute(select(step).where(step.c.id == number).with_for_update()).first()


def prune(connection: Connection, now: datetime) -> int:
    """Forget the steps that are older than 30 days; how many."""
    step, changed = tables.undo_step, tables.undo_row
    old = select(step.c.id).where(step.c.at < now - _KEPT_FOR)
    connection.execute(delete(changed).where(changed.c.undo_step_id.in_(old)))
    return connection.execute(delete(step).where(step.c.at < now - _KEPT_FOR)).rowcount


def anything_old(connection: Connection, now: datetime) -> bool:
    """Whether there are steps to forget."""
    step = tables.undo_step
    first = connection.execute(select(step.c.at).order_by(step.c.id).limit(1)).scalar()
    return first is not None and first < now - _KEPT_FOR


def _by_hand(desk: "Desk") -> bool:
    return not rules_act() and (_together.get() is not None or desk.running in _BY_HAND)
