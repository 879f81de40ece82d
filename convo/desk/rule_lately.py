"""What the rules decided of late: the newest decisions, and how often each rule fired in the newest of them."""

from collections import Counter

from sqlalchemy import Connection, func, select

from convo.model import tables
from convo.model.routing_views import DecisionHeadView, FiredView, LatelyView

_LOOKED_AT = 1_000
_BEGINNING = 300


def lately(connection: Connection, limit: int) -> LatelyView:
    """The newest `limit` decisions that concern a message, the newest first; two reads by the number alone."""
    decision, message, customer = tables.decision, tables.message, tables.customer
    heads = connection.execute(
        select(
            decision.c.id,
            decision.c.thread_id,
            decision.c.customer_id,
            customer.c.name,
            decision.c.message_id,
            func.substr(message.c.body, 1, _BEGINNING).label("text"),
            decision.c.trigger,
            decision.c.at,
            decision.c.fired,
            decision.c.assignment,
        )
        .join(message, message.c.id == decision.c.message_id)
        .join(customer, customer.c.id == decision.c.customer_id)
        .order_by(decision.c.id.desc())
        .limit(limit)
    ).all()
    newest = connection.execute(
        select(decision.c.fired, decision.c.at).order_by(decision.c.id.desc()).limit(_LOOKED_AT)
    ).all()
    times = Counter(fired["rule"] for row in newest for fired in row.fired)
    # A rule that was renamed since counts as the one it is; its newest name is told.
    names = {fired["rule"]: fired["name"] for row in reversed(newest) for fired in row.fired}
    return LatelyView(
        tuple(
            DecisionHeadView(
                row.id,
                row.thread_id,
                row.customer_id,
                row.name or f"customer {row.customer_id}",
                row.message_id,
                row.text or "",
                row.trigger,
                row.at,
                tuple(fired["name"] for fired in row.fired),
                (row.assignment or {}).get("operator"),
            )
            for row in heads
        ),
        len(newest),
        newest[-1].at if newest else None,
        tuple(FiredView(rule, names[rule], count) for rule, count in times.most_common()),
    )
