"""Finds or makes the customer of each item of a batch by identity, never merging two people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from convo.intake.prepare import Known, Prepared
from convo.model import tables
from convo.store.store import Store


@dataclass(slots=True, eq=False)
class Person:
    """A customer while a batch is under way; `id` is None until a new one is written."""

    id: int | None
    name: str
    blocked: bool
    last_seen_at: datetime | None
    new: bool = False
    seen: bool = False
    renamed: bool = False
    created_at: datetime | None = None
    language: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    def saw(self, instant: datetime) -> None:
        """Note that the customer was heard of at an instant."""
        if self.last_seen_at is None or instant > self.last_seen_at:
            self.last_seen_at = instant
            self.seen = True
        if self.created_at is None or instant < self.created_at:
            self.created_at = instant


@dataclass(slots=True, eq=False)
class Account:
    """An identity while a batch is under way."""

    id: int | None
    handle: Known
    person: Person
    shared: bool
    created_at: datetime | None = None


class People:
    """The customers and identities that a batch touches."""

    def __init__(self, connection: Connection, items: Iterable[Prepared]) -> None:
        self._connection = connection
        self._identities: dict[tuple[str, str], Account] = {}
        self._persons: dict[int, Person] = {}
        self._new: list[Person] = []
        self._new_identities: list[Account] = []
        self._load({(handle.kind, handle.value) for item in items for handle in item.handles})

    def _load(self, wanted: set[tuple[str, str]]) -> None:
        if not wanted:
            return
        identity, customer = tables.identity, tables.customer
        by_kind: dict[str, list[str]] = {}
        for kind, value in wanted:
            by_kind.setdefault(kind, []).append(value)
        for kind, values in by_kind.items():
            rows = self._connection.execute(
                select(
                    identity.c.id,
                    identity.c.value,
                    identity.c.shown,
                    identity.c.shared,
                    customer.c.id.label("customer_id"),
                    customer.c.name,
                    customer.c.blocked_at,
                    customer.c.last_seen_at,
                    customer.c.created_at,
                )
                .join(customer, customer.c.id == identity.c.customer_id)
                .where(identity.c.kind == kind, identity.c.value.in_(values))
            )
            for row in rows:
                person = self._persons.get(row.customer_id)
                if person is None:
                    person = Person(row.customer_id, row.name, row.blocked_at is not None, row.last_seen_at)
                    person.created_at = row.created_at
                    self._persons[row.customer_id] = person
                self._identities[kind, row.value] = Account(
                    row.id, Known(kind, row.value, row.shown, ""), person, row.shared
                )

    def known(self) -> dict[int, Person]:
        """The customers that were known before this batch, by id."""
        return self._persons

    def find(self, handles: tuple[Known, ...], *, trusted: bool) -> tuple[Person, Account, bool]:
        """The customer of these handles, the identity that spoke, and whether the customer was known already.

        The first handle that is known and not shared decides. A shared one (info@, a family phone) decides only where
        there is no other handle. Handles that nobody has yet become the customer's, unless the origin is not trusted.
        """
        found = [known for handle in handles if (known := self._identities.get((handle.kind, handle.value)))]
        own = next((known for known in found if not known.shared), None)
        if own is None and found and len(found) == len(handles):
            own = found[0]
        person = own.person if own else self._make()
        was_known = own is not None and not person.new
        if not person.name:
            name = next((handle.name for handle in handles if handle.name), "")
            if name:
                person.name = name
                person.renamed = True
        speaking: Account | None = None
        for handle in handles:
            known = self._identities.get((handle.kind, handle.value))
            if known is None and (trusted or own is None):
                known = Account(None, handle, person, False)
                self._identities[handle.kind, handle.value] = known
                self._new_identities.append(known)
            if speaking is None and known is not None and known.person is person:
                speaking = known
        assert speaking is not None
        return person, speaking, was_known

    def _make(self) -> Person:
        person = Person(None, "", False, None, new=True)
        self._new.append(person)
        return person

    def write(self, store: Store, run_id: int | None, now: datetime) -> None:
        """Write new customers and identities, and what became known of the others."""
        connection = self._connection
        for person, number in zip(self._new, store.allocate(connection, "customer", len(self._new)), strict=True):
            person.id = number
        if self._new:
            connection.execute(
                insert(tables.customer),
                [
                    {
                        "id": person.id,
                        "name": person.name,
                        "language": person.language,
                        "created_at": person.created_at or now,
                        "last_seen_at": person.last_seen_at,
                        "import_run_id": run_id,
                    }
                    for person in self._new
                ],
            )
        if self._new_identities:
            numbers = store.allocate(connection, "identity", len(self._new_identities))
            for known, number in zip(self._new_identities, numbers, strict=True):
                known.id = number
            connection.execute(
                insert(tables.identity),
                [
                    {
                        "id": known.id,
                        "customer_id": known.person.id,
                        "kind": known.handle.kind,
                        "value": known.handle.value,
                        "shown": known.handle.shown,
                        "shared": False,
                        "created_at": known.person.created_at or now,
                        "import_run_id": run_id,
                    }
                    for known in self._new_identities
                ],
            )
        changed = [p for p in self._persons.values() if p.seen or p.renamed]
        if changed:
            customer = tables.customer
            connection.execute(
                update(customer)
                .where(customer.c.id == bindparam("the_id"))
                .values(name=bindparam("the_name"), last_seen_at=bindparam("the_time")),
                [{"the_id": p.id, "the_name": p.name, "the_time": p.last_seen_at} for p in changed],
            )
        self._write_attributes()

    def _write_attributes(self) -> None:
        wanted = [
            (person.id, name, value)
            for person in (*self._new, *self._persons.values())
            for name, value in person.attributes.items()
        ]
        if not wanted:
            return
        attribute = tables.customer_attribute
        keys = [(owner, name) for owner, name, _ in wanted]
        there = {
            (row.customer_id, row.name)
            for row in self._connection.execute(
                select(attribute.c.customer_id, attribute.c.name).where(
                    tuple_(attribute.c.customer_id, attribute.c.name).in_(keys)
                )
            )
        }
        rows = [
            {"customer_id": owner, "name": name, "value": value}
            for owner, name, value in wanted
            if (owner, name) not in there
        ]
        if rows:
            self._connection.execute(insert(attribute), rows)
