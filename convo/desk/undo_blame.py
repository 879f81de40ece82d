"""Says who changed a thread or a customer since a step, which therefore cannot be taken back."""

from typing import Any

from sqlalchemy import Connection, Row, select

from convo.desk.undo_steps import AUDITED
from convo.model import tables
from convo.model.words import Direction

_MOST_READ = 100
_NAMES = {
    "status": ("status", "its status"),
    "snoozed_until": ("status", "its status"),
    "resolved_at": ("status", "its status"),
    "episode": ("status", "its status"),
    "assignee_id": ("assignee", "its assignee"),
    "team_id": ("team", "its team"),
    "unread": ("unread", "whether it is read"),
    "blocked_at": ("blocked_at", "who is blocked"),
}
"""What the audit log calls a key, and what a sentence does."""


def changed_since(connection: Connection, row: Row[Any], key: str) -> str:
    """Who changed a key of `convo.desk.undo_state` since a row of a step was left, and when.

    The audit log tells, or else who wrote in the thread since, which moves it too.
    """
    of_customer = key.startswith("customer:")
    name, _, rest = key.removeprefix("customer:").partition(":")
    told, what = ("tags", f"its tag {rest}") if name == "tag" else _NAMES.get(name, (name, f"its {name}"))
    entity, number = ("customer", row.customer_id) if of_customer else ("thread", row.thread_id)
    audit = tables.audit
    since = (
        select(audit.c.actor, audit.c.at, audit.c.before, audit.c.after)
        .where(audit.c.entity == entity, audit.c.entity_id == number, audit.c.id > row.after.get(AUDITED, 0))
        .order_by(audit.c.id.desc())
        .limit(_MOST_READ)
    )
    for entry in connection.execute(since):
        if (entry.before or {}).get(told) != (entry.after or {}).get(told):
            return f"{entry.actor} changed {what} since, at {entry.at:%Y-%m-%d %H:%M} UTC"
    author = None if of_customer else _wrote_since(connection, row)
    return f"{author} wrote since, which changed {what}" if author else f"{what} was changed since"


def _wrote_since(connection: Connection, row: Row[Any]) -> str | None:
    """Who wrote last in the thread since, other than notes; None for nobody."""
    message, step = tables.message, tables.undo_step
    done = select(step.c.at).where(step.c.id == row.undo_step_id).scalar_subquery()
    last = (
        select(message.c.author)
        .where(
            message.c.thread_id == row.thread_id,
            message.c.direction != Direction.NOTE.value,
            message.c.received_at >= done,
        )
        .order_by(message.c.id.desc())
        .limit(1)
    )
    found = connection.execute(last).first()
    return None if found is None else (found.author or "the customer")
