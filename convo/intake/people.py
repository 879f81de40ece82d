"""Finds or makes the customer of each item of a batch by identity, never merging two people."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from convo.intake.prepare import Known, Prepared
from convo.model import tables
from convo.store.bulk import among, insert_rows, micros, update_rows
from convo.store.store import Store


@dataclass(slots=True, eq=False)
class Person:
    """A customer while a batch is under way; `id` is None until a new one is written; times are in microseconds."""

    id: int | None
    name: str
    blocked: bool
    last_seen_at: int | None
    new: bool = False
    seen: bool = False
    renamed: bool = False
    created_at: int | None = None
    language: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    def saw(self, instant: int) -> None:
        """Note that the customer was heard of at an instant."""
        if self.last_seen_at is None or instant > self.last_seen_at:
            self.last_seen_at = instant
            self.seen = True
        if self.created_at is None or instant < self.created_at:
            self.created_at = instant
            self.seen = True


@dataclass(slots=True, eq=False)
class Account:
    """An identity while a batch is under way."""

    id: int | None
    handle: Known
    person: Person
    shared: bool
    created_at: int | None = None


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
                    customer.c.id,
                    customer.c.name,
                    customer.c.blocked_at,
                    micros(customer.c.last_seen_at),
                    micros(customer.c.created_at),
                )
                .join(customer, customer.c.id == identity.c.customer_id)
                .where(identity.c.kind == kind, among(self._connection, identity.c.value, values))
            )
            for number, value, shown, shared, customer_id, name, blocked_at, last_seen_at, created_at in rows:
                person = self._persons.get(customer_id)
                if person is None:
                    person = Person(customer_id, name, blocked_at is not None, last_seen_at, created_at=created_at)
                    self._persons[customer_id] = person
                self._identities[kind, value] = Account(number, Known(kind, value, shown, ""), person, shared)

    def known(self) -> dict[int, Person]:
        """The customers that were known before this batch, by id."""
        return self._persons

    def find(self, handles: tuple[Known, ...], *, trusted: bool) -> tuple[Person, Account]:
        """The customer of these handles, and the identity that spoke.

        The first handle that is known and not shared decides. A shared one (info@, a family phone) decides only where
        there is no other handle. Handles that nobody has yet become the customer's, unless the origin is not trusted.
        """
        found = [known for handle in handles if (known := self._identities.get((handle.kind, handle.value)))]
        own = next((known for known in found if not known.shared), None)
        if own is None and found and len(found) == len(handles):
            own = found[0]
        person = own.person if own else self._make()
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
        return person, speaking

    def _make(self) -> Person:
        person = Person(None, "", False, None, new=True)
        self._new.append(person)
        return person

    def write(self, store: Store, run_id: int | None, now: int) -> None:
        """Write new customers and identities, and what became known of the others."""
        connection = self._connection
        for person, number in zip(self._new, store.allocate(connection, "customer", len(self._new)), strict=True):
            person.id = number
        insert_rows(
            connection,
            tables.customer,
            ("id", "name", "language", "created_at", "last_seen_at", "import_run_id"),
            [(p.id, p.name, p.language, p.created_at or now, p.last_seen_at, run_id) for p in self._new],
        )
        numbers = store.allocate(connection, "identity", len(self._new_identities))
        for account, number in zip(self._new_identities, numbers, strict=True):
            account.id = number
        insert_rows(
            connection,
            tables.identity,
            ("id", "customer_id", "kind", "value", "shown", "shared", "created_at", "import_run_id"),
            [
                (
                    a.id,
                    a.person.id,
                    a.handle.kind,
                    a.handle.value,
                    a.handle.shown,
                    False,
                    a.person.created_at or now,
                    run_id,
                )
                for a in self._new_identities
            ],
        )
        update_rows(
            connection,
            tables.customer,
            ("name", "created_at", "last_seen_at"),
            [(p.name, p.created_at, p.last_seen_at, p.id) for p in self._persons.values() if p.seen or p.renamed],
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
        owners = {owner for owner, _, _ in wanted}
        there = {
            (row.customer_id, row.name)
            for row in self._connection.execute(
                select(attribute.c.customer_id, attribute.c.name).where(
                    among(self._connection, attribute.c.customer_id, owners)
                )
            )
        }
        rows = [row for row in wanted if row[:2] not in there]
        insert_rows(self._connection, attribute, ("customer_id", "name", "value"), rows)
