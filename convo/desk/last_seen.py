"""When a customer was last heard of, kept right while customers are made one and taken apart again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from convo.model import tables
from convo.model.table import from_micros, to_micros
from convo.model.words import Direction

KEY = "last_seen_at"


def join(connection: Connection, keep: int, merged: int) -> list[int | None]:
    """Let the customer kept have been heard of when the merged one was; returns [before, after] in microseconds."""
    before, other = _of(connection, keep), _of(connection, merged)
    after = _latest([before, other])
    _set(connection, keep, after)
    return [_micros(before), _micros(after)]


def part(connection: Connection, undone: int, kept: int, merged: int, path: list[int]) -> None:
    """Set the times of all whom an undone merge concerned, once its rows have moved back."""
    _set(connection, merged, _latest([_of(connection, merged), _heard(connection, merged)]))
    _hand_on(connection, undone, kept)
    merge = tables.merge
    customers = [kept, *(connection.execute(select(merge.c.kept_id).where(merge.c.id == m)).scalar_one() for m in path)]
    for customer in customers:
        into = select(merge.c.id, merge.c.merged_id).where(merge.c.kept_id == customer, merge.c.undone_at.is_(None))
        active = connection.execute(into.order_by(merge.c.id)).all()
        own = _before(connection, active[0].id if active else undone)
        children = [_of(connection, child.merged_id) for child in active]
        _set(connection, customer, _latest([own, *children, _heard(connection, customer)]))


def _hand_on(connection: Connection, undone: int, kept: int) -> None:
    """What the customer kept had before its first merge is noted in the first that is left."""
    merge = tables.merge
    first = connection.execute(
        select(merge.c.id, merge.c.changed)
        .where(merge.c.kept_id == kept, merge.c.undone_at.is_(None))
        .order_by(merge.c.id)
        .limit(1)
    ).first()
    if first is None or first.id < undone:
        return
    changed = dict(first.changed) | {KEY: [_micros(_before(connection, undone)), first.changed[KEY][1]]}
    connection.execute(update(merge).where(merge.c.id == first.id).values(changed=changed))


def _before(connection: Connection, number: int) -> datetime | None:
    changed: dict[str, Any] = connection.execute(
        select(tables.merge.c.changed).where(tables.merge.c.id == number)
    ).scalar_one()
    micros = changed[KEY][0]
    return None if micros is None else from_micros(micros)


def _heard(connection: Connection, customer: int) -> datetime | None:
    message, event = tables.message, tables.event
    inbound = message.c.direction == Direction.INBOUND.value
    said = connection.execute(select(func.max(message.c.sent_at)).where(message.c.customer_id == customer, inbound))
    done = connection.execute(select(func.max(event.c.at)).where(event.c.customer_id == customer))
    return _latest([said.scalar(), done.scalar()])


def _of(connection: Connection, customer: int) -> datetime | None:
    found: datetime | None = connection.execute(
        select(tables.customer.c.last_seen_at).where(tables.customer.c.id == customer)
    ).scalar_one()
    return found


def _set(connection: Connection, customer: int, at: datetime | None) -> None:
    connection.execute(update(tables.customer).where(tables.customer.c.id == customer).values(last_seen_at=at))


def _latest(instants: list[datetime | None]) -> datetime | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
