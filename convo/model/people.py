"""Tables of people: customers and how channels know them, operators and their teams."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint

from convo.model.table import Table, instant, json, key, number, one_of, reference, text, word
from convo.model.words import Availability, ConsentKind, IdentityKind, Role


class Customer(Table, table=True):
    """A person or company we talk with; `merged_into_id` is set while another customer stands for this one."""

    id: int | None = key()
    name: str = text("")
    language: str | None = text(None, null=True)
    time_zone: str | None = text(None, null=True)
    blocked_at: datetime | None = instant(null=True)
    merged_into_id: int | None = reference("customer.id", null=True, index=True)
    created_at: datetime = instant()
    last_seen_at: datetime | None = instant(null=True, index=True)
    import_run_id: int | None = reference("import_run.id", null=True, index=True)


class Identity(Table, table=True):
    """A handle by which a channel knows a customer; a `shared` one (family phone, info@) never merges people."""

    __table_args__ = (UniqueConstraint("kind", "value"), one_of("kind", IdentityKind))

    id: int | None = key()
    customer_id: int = reference("customer.id", index=True)
    kind: str = word()
    value: str = text()
    shown: str = text("")
    shared: bool = False
    created_at: datetime = instant()
    import_run_id: int | None = reference("import_run.id", null=True, index=True)


class CustomerTag(Table, table=True):
    """A tag on a customer."""

    __table_args__ = (Index(None, "tag", "customer_id"),)

    customer_id: int = reference("customer.id", primary=True)
    tag: str = text(primary=True)


class CustomerAttribute(Table, table=True):
    """A named value of a customer: plan, size, anything the desk wants to know."""

    __table_args__ = (Index(None, "name", "value"),)

    customer_id: int = reference("customer.id", primary=True)
    name: str = text(primary=True)
    value: str = text()


class Consent(Table, table=True):
    """One statement of a customer's consent; the newest of a kind is in force."""

    __table_args__ = (one_of("kind", ConsentKind),)

    id: int | None = key()
    customer_id: int = reference("customer.id", index=True)
    kind: str = word()
    granted: bool
    source: str = text()
    at: datetime = instant()


class Merge(Table, table=True):
    """That one customer was merged into another, with what it changed there, so that it can be undone."""

    id: int | None = key()
    kept_id: int = reference("customer.id", index=True)
    merged_id: int = reference("customer.id", index=True)
    at: datetime = instant()
    by: str = text()
    changed: dict[str, Any] = json(dict)
    undone_at: datetime | None = instant(null=True)


class MergeMove(Table, table=True):
    """One row that a merge moved to the customer kept."""

    merge_id: int = reference("merge.id", primary=True)
    entity: str = text(primary=True)
    row_id: int = number(primary=True)


class Operator(Table, table=True):
    """A person who answers; `name` is the short name used in queries, `shown` the one customers see."""

    __table_args__ = (one_of("role", Role), one_of("availability", Availability))

    id: int | None = key()
    name: str = text(unique=True)
    shown: str = text("")
    email: str | None = text(None, null=True)
    role: str = word(Role.AGENT.value)
    skills: list[str] = json(list)
    languages: list[str] = json(list)
    capacity: int = number(20)
    availability: str = word(Availability.AVAILABLE.value)
    time_zone: str | None = text(None, null=True)
    created_at: datetime = instant()
    removed_at: datetime | None = instant(null=True)


class Team(Table, table=True):
    """A group of operators."""

    id: int | None = key()
    name: str = text(unique=True)
    created_at: datetime = instant()


class TeamMember(Table, table=True):
    """That an operator belongs to a team."""

    team_id: int = reference("team.id", primary=True)
    operator_id: int = reference("operator.id", primary=True, index=True)
