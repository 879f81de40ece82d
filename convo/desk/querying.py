"""The desk's queries as conditions on the store, in the context of who asks, when and where."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, true

from convo import clock
from convo.model import tables

if TYPE_CHECKING:
    from convo.desk.desk import Desk
    from convo.query.context import QueryContext


def context(desk: "Desk") -> "QueryContext":
    """Who asks (`me`), when, and in which time zone."""
    from convo.query.context import QueryContext

    return QueryContext(
        dialect="sqlite" if desk.store.is_sqlite else "postgresql",
        now=clock.now(),
        time_zone=ZoneInfo(desk.settings.time_zone),
        me=desk.actor.operator_id,
    )


def thread_filter(desk: "Desk", query: str) -> ColumnElement[bool]:
    """The condition on threads that a query means; raises QueryError."""
    from convo.query.parse import parse
    from convo.query.sql import thread_condition

    return thread_condition(parse(query), context(desk))


def threads_matching(desk: "Desk", query: str) -> tuple[FromClause, ColumnElement[bool]]:
    """What to read threads from, as little as the query needs, and the condition that it means; raises QueryError.

    The fewer tables are joined, the surer an engine walks the threads in the order of an index.
    """
    if not query.strip():
        return tables.thread, true()
    from convo.query.parse import parse
    from convo.query.rows import Level
    from convo.query.sql import THREADS, levels, thread_condition

    node, asked = parse(query), context(desk)
    needed = levels(node, asked, Level.THREAD)
    return THREADS if Level.CUSTOMER in needed else tables.thread, thread_condition(node, asked)


def customer_filter(desk: "Desk", query: str) -> ColumnElement[bool]:
    """The condition on customers that a query means; raises QueryError."""
    from convo.query.parse import parse
    from convo.query.sql import customer_condition

    return customer_condition(parse(query), context(desk))
