"""Rows of customers as the views that leave the desk."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from convo.desk.merging import merged_into
from convo.errors import NotFound
from convo.model import tables
from convo.model.views import ConsentView, CustomerRow, CustomerView, IdentityView, Money
from convo.model.words import EventKind, IdentityKind, ThreadStatus

_SUREST = tuple(kind.value for kind in IdentityKind)


def customer_view(connection: Connection, customer: int) -> CustomerView:
    """Everything about a customer but what was said; raises NotFound."""
    table = tables.customer
    row = connection.execute(select(table).where(table.c.id == customer)).first()
    if row is None:
        raise NotFound(f"there is no customer {customer}", hint="convo customer list shows them")
    tag, attribute, message = tables.customer_tag, tables.customer_attribute, tables.message
    purchases, spent = _purchases(connection, customer)
    threads, open_threads = _threads(connection, [customer]).get(customer, (0, 0))
    tags = connection.execute(select(tag.c.tag).where(tag.c.customer_id == customer)).scalars()
    attributes = connection.execute(
        select(attribute.c.name, attribute.c.value).where(attribute.c.customer_id == customer)
    )
    return CustomerView(
        id=row.id,
        name=row.name,
        language=row.language,
        time_zone=row.time_zone,
        blocked=row.blocked_at is not None,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        identities=tuple(identities(connection, [customer]).get(customer, ())),
        tags=tuple(sorted(tags)),
        attributes=dict(sorted((row.name, row.value) for row in attributes)),
        consents=consents(connection, customer),
        purchases=purchases,
        spent=spent,
        threads=threads,
        open_threads=open_threads,
        messages=connection.execute(
            select(func.count()).select_from(message).where(message.c.customer_id == customer)
        ).scalar_one(),
        merged=tuple(merged_into(connection, customer)),
        merged_into=row.merged_into_id,
    )


def customer_rows(connection: Connection, rows: Sequence[Any]) -> tuple[CustomerRow, ...]:
    """The views of rows with id, name, last_seen_at and blocked_at, in their order."""
    ids = [row.id for row in rows]
    handles = identities(connection, ids)
    threads = _threads(connection, ids)
    return tuple(
        CustomerRow(
            row.id,
            row.name,
            surest(handles.get(row.id, ())),
            threads.get(row.id, (0, 0))[1],
            row.last_seen_at,
            row.blocked_at is not None,
        )
        for row in rows
    )


def surest(handles: Sequence[IdentityView]) -> str:
    """The handle by which a person knows a customer best, as it was written; empty when there is none."""
    if not handles:
        return ""
    best = min(handles, key=lambda handle: (handle.shared, _SUREST.index(handle.kind), handle.id))
    return best.shown or best.value


def identities(connection: Connection, customers: Sequence[int]) -> dict[int, list[IdentityView]]:
    """The handles of each of these customers, the oldest first."""
    identity = tables.identity
    found: dict[int, list[IdentityView]] = {}
    wanted = select(
        identity.c.customer_id,
        identity.c.id,
        identity.c.kind,
        identity.c.value,
        identity.c.shown,
        identity.c.shared,
    ).where(identity.c.customer_id.in_(customers))
    for row in connection.execute(wanted.order_by(identity.c.id)):
        found.setdefault(row.customer_id, []).append(IdentityView(row.id, row.kind, row.value, row.shown, row.shared))
    return found


def consents(connection: Connection, customer: int) -> tuple[ConsentView, ...]:
    """The consent in force for each kind of contact: the newest statement."""
    consent = tables.consent
    rows = connection.execute(
        select(consent.c.kind, consent.c.granted, consent.c.source, consent.c.at)
        .where(consent.c.customer_id == customer)
        .order_by(consent.c.at, consent.c.id)
    )
    newest = {row.kind: ConsentView(row.kind, row.granted, row.source, row.at) for row in rows}
    return tuple(newest[kind] for kind in sorted(newest))


def _purchases(connection: Connection, customer: int) -> tuple[int, tuple[Money, ...]]:
    event = tables.event
    rows = connection.execute(
        select(event.c.currency, func.count().label("number"), func.sum(event.c.amount_milli).label("amount"))
        .where(event.c.customer_id == customer, event.c.kind == EventKind.PURCHASE.value)
        .group_by(event.c.currency)
        .order_by(event.c.currency)
    ).all()
    spent = tuple(Money(int(row.amount), row.currency) for row in rows if row.currency is not None)
    return sum(row.number for row in rows), spent


def _threads(connection: Connection, customers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many threads each customer has, and how many of them are open."""
    thread = tables.thread
    rows = connection.execute(
        select(thread.c.customer_id, thread.c.status, func.count().label("number"))
        .where(thread.c.customer_id.in_(customers))
        .group_by(thread.c.customer_id, thread.c.status)
    )
    counts: dict[int, tuple[int, int]] = {}
    for row in rows:
        every, is_open = counts.get(row.customer_id, (0, 0))
        is_open += row.number if row.status == ThreadStatus.OPEN else 0
        counts[row.customer_id] = (every + row.number, is_open)
    return counts
