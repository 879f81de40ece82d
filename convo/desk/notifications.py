"""Operations on notifications: what operators were told about threads, and whether they have seen it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, true, update

from convo import clock
from convo.desk import cursor
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.notification_views import NotificationView
from convo.model.views import Page
from convo.model.words import Role

_told = tables.notification


class Notifications(Operations):
    """What operators were told; everybody has their own, and whoever acts as no operator looks at all."""

    @operation(Role.VIEWER)
    def list(self, *, all: bool = False, after: str | None = None, limit: int = 50) -> Page[NotificationView]:
        """A page of what has not been seen yet, or of everything with `all`, the newest first."""
        thread, customer, operator = tables.thread, tables.customer, tables.operator
        wanted = (
            select(
                _told.c.id,
                operator.c.name,
                _told.c.thread_id,
                thread.c.subject,
                customer.c.name,
                _told.c.body,
                _told.c.by,
                _told.c.at,
                _told.c.seen_at,
            )
            .join(operator, operator.c.id == _told.c.operator_id)
            .join(thread, thread.c.id == _told.c.thread_id)
            .join(customer, customer.c.id == _told.c.customer_id)
            .where(self._own())
            .order_by(_told.c.id.desc())
            .limit(cursor.check_limit(limit) + 1)
        )
        if not all:
            wanted = wanted.where(_told.c.seen_at.is_(None))
        if after is not None:
            wanted = wanted.where(_told.c.id < cursor.decode(after, int)[0])
        rows = self.connection.execute(wanted).all()
        items = tuple(NotificationView(*row) for row in rows[:limit])
        return Page(items, cursor.encode(items[-1].id) if len(rows) > limit else None)

    @operation(Role.AGENT, writes=True)
    def see(self, numbers: Sequence[int] = ()) -> int:
        """Say that one has seen these, or all of one's own when none is named; how many were new."""
        chosen = _told.c.id.in_(numbers) if numbers else true()
        return self.connection.execute(
            update(_told).where(self._own(), chosen, _told.c.seen_at.is_(None)).values(seen_at=clock.now())
        ).rowcount

    def _own(self) -> ColumnElement[bool]:
        operator = self.desk.actor.operator_id
        return true() if operator is None else _told.c.operator_id == operator
