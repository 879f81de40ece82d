"""The desk's queries as conditions on the store, in the context of who asks, when and where."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from convo import clock

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


def customer_filter(desk: "Desk", query: str) -> ColumnElement[bool]:
    """The condition on customers that a query means; raises QueryError."""
    from convo.query.parse import parse
    from convo.query.sql import customer_condition

    return customer_condition(parse(query), context(desk))
