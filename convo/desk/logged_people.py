"""Whom a call or visit that is written down was with: the handles by which intake finds or makes the customer."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from convo.desk.customer_words import person_name
from convo.desk.finding import find_customer
from convo.desk.merging import alive_or_root
from convo.errors import Conflict, NotFound
from convo.intake.identities import guess_kind, normalise
from convo.model import tables
from convo.model.envelope import Handle
from convo.model.words import IdentityKind

_MADE_FROM = (IdentityKind.PHONE, IdentityKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Who:
    """A customer (None: new) by the handles that lead to them, the first as it is shown; `language` is theirs."""

    customer: int | None
    handles: tuple[Handle, ...]
    name: str = ""
    language: str | None = None

    @property
    def shown(self) -> str:
        """The handle to reach them by, as it was written."""
        return self.handles[0].value


def who_is(connection: Connection, text: str, *, kind: str, name: str, home_region: str) -> Who:
    """Whom a number, a handle or a name means, best by a handle of `kind`; a new number or address is a new customer.

    `name` is what one is called who has no name yet. Raises NotFound for an unknown name, BadInput for what is no
    number, and Conflict when it fits several or they have no handle at all.
    """
    called = person_name(name)
    guessed = guess_kind(text)
    try:
        found = find_customer(connection, text, home_region=home_region)
    except NotFound:
        if guessed not in _MADE_FROM:
            raise
        normalise(guessed, text, home_region=home_region)
        return Who(None, (Handle(guessed, text.strip(), called),))
    customer = alive_or_root(connection, found)
    table = tables.customer
    row = connection.execute(select(table.c.name, table.c.language).where(table.c.id == customer)).one()
    handles = _handles(connection, customer, kind)
    if not handles:
        raise Conflict(
            f"nothing is known by which a channel would know {row.name or f'customer {customer}'}",
            hint=f"convo customer identity add {customer} phone +49…",
        )
    return Who(customer, tuple(replace(each, name=called) for each in handles), row.name or called, row.language)


def _handles(connection: Connection, customer: int, kind: str) -> tuple[Handle, ...]:
    """Their handles, those of this kind first; one that others share is left out unless there is no other."""
    identity = tables.identity
    rows = connection.execute(
        select(identity.c.kind, identity.c.value, identity.c.shared)
        .where(identity.c.customer_id == customer)
        .order_by(identity.c.shared, identity.c.kind != kind, identity.c.id)
    ).all()
    own = [row for row in rows if not row.shared] or rows[:1]
    return tuple(Handle(row.kind, row.value) for row in own)
