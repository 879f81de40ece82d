"""Operations on saved queries: a query under a name."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.names import check_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import NotFound
from convo.model import tables
from convo.model.words import Role


@dataclass(frozen=True, slots=True)
class SavedQueryView:
    """A query under a name."""

    name: str
    query: str


class Queries(Operations):
    """Queries that are worth keeping."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[SavedQueryView, ...]:
        """All saved queries, by name."""
        saved = tables.saved_query
        rows = self.connection.execute(select(saved.c.name, saved.c.query).order_by(saved.c.name))
        return tuple(SavedQueryView(row.name, row.query) for row in rows)

    @operation(Role.AGENT, writes=True)
    def save(self, name: str, query: str) -> SavedQueryView:
        """Keep a query under a name, in place of the one that had it; raises QueryError and BadInput."""
        from convo.query.parse import parse

        parse(query)
        saved = tables.saved_query
        try:
            number = id_of(self.connection, saved, name, "query")
        except NotFound:
            values = {"name": check_name(name, "query"), "query": query, "created_at": clock.now()}
            self.connection.execute(insert(saved), values)
        else:
            self.connection.execute(update(saved).where(saved.c.id == number).values(query=query))
        return SavedQueryView(name, query)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Forget a query; raises NotFound."""
        saved = tables.saved_query
        self.connection.execute(delete(saved).where(saved.c.id == id_of(self.connection, saved, name, "query")))
