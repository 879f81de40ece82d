"""Rows of the store as the views of clocks and breaches."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from convo.model import tables
from convo.model.sla_views import BreachView, ClockView
from convo.model.words import Promise
from convo.routing.business_time import business_between
from convo.routing.due import Promises
from convo.store.bulk import micros

_FAR = 2**62
_DUE = tuple(f"{promise.value}_due" for promise in Promise)


def nearest(connection: Connection) -> ColumnElement[int]:
    """The microseconds of a thread's nearest due time; a number beyond all where nothing is due."""
    due = [func.coalesce(micros(tables.thread.c[name]), _FAR) for name in _DUE]
    least: ColumnElement[int] = func.min(*due) if connection.dialect.name == "sqlite" else func.least(*due)
    return least


def clock_rows(connection: Connection) -> Select[*tuple[Any, ...]]:
    """A query for `clock_view`, of the threads that have a clock, running or not, under a policy."""
    thread, customer, operator, policy = tables.thread, tables.customer, tables.operator, tables.sla_policy
    names = ("id", "customer_id", "subject", "status", "priority", "sla_policy_id", *_DUE, "resolution_left")
    return (
        select(
            *(thread.c[name] for name in names),
            customer.c.name.label("customer"),
            operator.c.name.label("assignee"),
            policy.c.name.label("policy"),
            nearest(connection).label("nearest"),
        )
        .join(customer, customer.c.id == thread.c.customer_id)
        .join(tables.channel, tables.channel.c.id == thread.c.channel_id)
        .outerjoin(operator, operator.c.id == thread.c.assignee_id)
        .outerjoin(policy, policy.c.id == thread.c.sla_policy_id)
        .where(or_(*(thread.c[name].is_not(None) for name in (*_DUE, "resolution_left"))))
    )


def clock_view(row: Row[Any], promises: Promises | None, now: datetime) -> ClockView:
    """The view of one row of `clock_rows`."""
    due = [(getattr(row, f"{promise.value}_due"), promise.value) for promise in Promise]
    at, promise = min((one for one in due if one[0] is not None), default=(None, None))
    left = None
    if at is not None:
        calendar = promises.calendar if promises else None
        left = business_between(now, at, calendar) - business_between(at, now, calendar)
    return ClockView(
        row.id,
        row.customer_id,
        row.customer,
        row.subject,
        row.status,
        row.priority,
        row.assignee,
        row.policy,
        promise,
        at,
        left,
        at is not None and at < now,
        row.first_response_due,
        row.next_response_due,
        row.resolution_due,
        row.resolution_left,
    )


def breach_rows() -> Select[*tuple[Any, ...]]:
    """A query for `breach_view`."""
    breach, thread, customer = tables.breach, tables.thread, tables.customer
    operator, policy = tables.operator, tables.sla_policy
    return (
        select(
            breach.c.id,
            breach.c.thread_id,
            breach.c.customer_id,
            customer.c.name.label("customer"),
            thread.c.subject,
            operator.c.name.label("assignee"),
            policy.c.name.label("policy"),
            breach.c.promise,
            breach.c.due_at,
            breach.c.at,
        )
        .join(thread, thread.c.id == breach.c.thread_id)
        .join(customer, customer.c.id == breach.c.customer_id)
        .outerjoin(operator, operator.c.id == thread.c.assignee_id)
        .outerjoin(policy, policy.c.id == breach.c.sla_policy_id)
    )


def breach_view(row: Row[Any]) -> BreachView:
    """The view of one row of `breach_rows`."""
    return BreachView(*row)  # type: ignore[call-arg]
