"""Short ways to act at a desk as somebody, and to see what was written down about it."""

from typing import Any

from convo.desk.desk import Actor, Desk
from convo.model.views import AuditRow
from convo.model.words import Role


def acting(desk: Desk, name: str, role: Role, operator_id: int | None = None) -> Desk:
    """The same store with somebody else at the desk."""
    return Desk(desk.store, desk.settings, Actor(name, role, operator_id))


def operator(desk: Desk, name: str = "marta", **rest: Any) -> Desk:
    """The desk with a new operator at it."""
    view = desk.operators.add(name, **rest)
    return acting(desk, view.name, Role(view.role), view.id)


def audited(desk: Desk) -> tuple[AuditRow, ...]:
    """Everything that was written down, the oldest first."""
    return desk.audit.list(limit=1000).items[::-1]
