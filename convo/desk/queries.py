"""Operations on saved queries: queries under a name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.names import check_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.completion import Completions
from convo.model.inbox_views import NarrowedQuery
from convo.model.words import Role
from convo.text import clean


@dataclass(frozen=True, slots=True)
class SavedQueryView:
    """A query under a name."""

    id: int
    name: str
    query: str
    created_at: datetime


class Queries(Operations):
    """Queries under a name."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[SavedQueryView, ...]:
        """The saved queries by name."""
        saved = tables.saved_query
        rows = self.connection.execute(select(saved)).all()
        views = (SavedQueryView(row.id, row.name, row.query, row.created_at) for row in rows)
        return tuple(sorted(views, key=lambda view: view.name.casefold()))

    @operation(Role.VIEWER)
    def show(self, name: str) -> SavedQueryView:
        """A saved query; raises NotFound."""
        number = id_of(self.connection, tables.saved_query, name, "query")
        return next(view for view in self.list() if view.id == number)

    @operation(Role.VIEWER)
    def complete(self, text: str, position: int) -> Completions:
        """What the word before the character at `position` (from 0) of a query being typed may become, at most 20.

        Fields with what they mean, then their values; whatever was typed, nothing is refused.
        """
        from convo.desk.completing import completions

        return completions(self.connection, text, position)

    @operation(Role.VIEWER)
    def narrow(self, query: str, by: str) -> NarrowedQuery:
        """What a list of the inbox and a filter over it ask for together; raises QueryError.

        A filter that names a status, such as is:resolved, counts instead of what the list says of the status.
        """
        from convo.query.narrowing import narrowed

        return narrowed(query, by)

    @operation(Role.AGENT, writes=True)
    def save(self, name: str, query: str) -> SavedQueryView:
        """Keep a query under a name, in place of the one that had it; raises BadInput, and QueryError."""
        from convo.query.parse import parse

        words = clean(query).strip()
        if not words:
            raise BadInput("an empty query matches everything and needs no name")
        parse(words)
        saved = tables.saved_query
        form = check_name(name, "query")
        try:
            before = self.show(form)
        except NotFound:
            row = {"name": form, "query": words, "created_at": clock.now()}
            made = self.connection.execute(insert(saved).returning(saved.c.id), row).scalar_one()
            self.record("saved_query", made, after={"name": form, "query": words})
            return self.show(form)
        self.connection.execute(update(saved).where(saved.c.id == before.id).values(query=words))
        self.record("saved_query", before.id, {"query": before.query}, {"query": words})
        return self.show(form)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Forget a saved query; raises NotFound."""
        view = self.show(name)
        self.connection.execute(delete(tables.saved_query).where(tables.saved_query.c.id == view.id))
        self.record("saved_query", view.id, {"name": view.name, "query": view.query})
