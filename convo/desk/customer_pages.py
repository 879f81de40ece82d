"""Pages of customers: the last heard of first, then those never heard of, by number."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from convo.desk import cursor
from convo.desk.customer_views import customer_rows
from convo.model import tables
from convo.model.table import from_micros
from convo.model.views import CustomerRow, Page

_NEVER = from_micros(-1)
"""What stands in a cursor for customers who were never heard of."""


def customer_page(
    connection: Connection, condition: ColumnElement[bool] | None, *, after: str | None, limit: int
) -> Page[CustomerRow]:
    """A page of the customers that meet the condition, without those merged away; raises BadInput for the cursor."""
    customer = tables.customer
    cursor.check_limit(limit)
    wanted = select(customer.c.id, customer.c.name, customer.c.last_seen_at, customer.c.blocked_at).where(
        customer.c.merged_into_id.is_(None)
    )
    if condition is not None:
        wanted = wanted.where(condition)
    seen = wanted.where(customer.c.last_seen_at.is_not(None))
    never = wanted.where(customer.c.last_seen_at.is_(None))
    at, number = (None, 0) if after is None else cursor.decode(after, datetime, int)
    rows: list[Any] = []
    if at != _NEVER:
        if at is not None:
            seen = seen.where(
                or_(customer.c.last_seen_at < at, and_(customer.c.last_seen_at == at, customer.c.id < number))
            )
        newest = seen.order_by(customer.c.last_seen_at.desc(), customer.c.id.desc())
        rows += connection.execute(newest.limit(limit + 1)).all()
        number = 0
    if len(rows) <= limit:
        rest = never.where(customer.c.id > number).order_by(customer.c.id)
        rows += connection.execute(rest.limit(limit + 1 - len(rows))).all()
    items = customer_rows(connection, rows[:limit])
    return Page(items, _cursor(items[-1]) if len(rows) > limit else None)


def _cursor(row: CustomerRow) -> str:
    return cursor.encode(row.last_seen_at or _NEVER, row.id)
