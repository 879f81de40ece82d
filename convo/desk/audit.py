"""Operations on the audit log: who did what to which, when, and what it was before and after."""

from sqlalchemy import select

from convo.desk import cursor
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.views import AuditRow, Page
from convo.model.words import Role


class AuditLog(Operations):
    """What was done at the desk."""

    @operation(Role.VIEWER)
    def list(
        self, *, entity: str | None = None, entity_id: int | None = None, after: str | None = None, limit: int = 50
    ) -> Page[AuditRow]:
        """A page of what was done, the newest first, to all or to one kind or one thing; raises BadInput."""
        audit = tables.audit
        rows = select(audit)
        if entity is not None:
            rows = rows.where(audit.c.entity == entity)
        if entity_id is not None:
            rows = rows.where(audit.c.entity_id == entity_id)
        if after is not None:
            rows = rows.where(audit.c.id < cursor.decode(after, int)[0])
        found = self.connection.execute(rows.order_by(audit.c.id.desc()).limit(cursor.check_limit(limit) + 1)).all()
        items = tuple(
            AuditRow(row.id, row.at, row.actor, row.operation, row.entity, row.entity_id, row.before, row.after)
            for row in found[:limit]
        )
        return Page(items, cursor.encode(items[-1].id) if len(found) > limit else None)
