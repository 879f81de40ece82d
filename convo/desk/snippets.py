"""Operations on snippets: canned replies with variables."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.customer_words import language_tag
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.desk.snippet_variables import check_variables, fill
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.views import SnippetView
from convo.model.words import Role
from convo.text import clean

_LONGEST_BODY = 100_000


class Snippets(Operations):
    """Canned replies."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[SnippetView, ...]:
        """The snippets by name."""
        snippet = tables.snippet
        rows = self.connection.execute(select(snippet)).all()
        views = (SnippetView(row.id, row.name, row.body, row.language) for row in rows)
        return tuple(sorted(views, key=lambda view: view.name.casefold()))

    @operation(Role.VIEWER)
    def show(self, name: str) -> SnippetView:
        """A snippet; raises NotFound."""
        snippet = tables.snippet
        number = id_of(self.connection, snippet, name, "snippet")
        row = self.connection.execute(select(snippet).where(snippet.c.id == number)).one()
        return SnippetView(row.id, row.name, row.body, row.language)

    @operation(Role.AGENT, writes=True)
    def add(self, name: str, body: str, language: str | None = None) -> SnippetView:
        """Make a snippet.

        Raises BadInput for an empty body or an unknown variable, Conflict when the name is taken.
        """
        snippet = tables.snippet
        form = free_name(self.connection, snippet, name, "snippet")
        values = _values(body, language or "")
        made = self.connection.execute(
            insert(snippet).returning(snippet.c.id), values | {"name": form, "created_at": clock.now()}
        ).scalar_one()
        self.record("snippet", made, after={"name": form} | values)
        return self.show(form)

    @operation(Role.AGENT, writes=True)
    def edit(self, name: str, *, body: str | None = None, language: str | None = None) -> SnippetView:
        """Change what is given; raises NotFound, BadInput."""
        before = self.show(name)
        values = _values(body, language)
        if values:
            snippet = tables.snippet
            self.connection.execute(update(snippet).where(snippet.c.id == before.id).values(**values))
        self.record("snippet", before.id, {key: getattr(before, key) for key in values}, values)
        return self.show(name)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Remove a snippet; raises NotFound."""
        view = self.show(name)
        self.connection.execute(delete(tables.snippet).where(tables.snippet.c.id == view.id))
        self.record("snippet", view.id, {"name": view.name, "body": view.body})

    @operation(Role.VIEWER)
    def render(self, name: str, thread: int) -> str:
        """A snippet as it reads in a thread, its variables filled in; raises NotFound."""
        return fill(self.show(name).body, self._variables(thread))

    def _variables(self, number: int) -> dict[str, str]:
        thread, customer, channel = tables.thread, tables.customer, tables.channel
        operator, attribute = tables.operator, tables.customer_attribute
        row = self.connection.execute(
            select(
                thread.c.subject,
                thread.c.customer_id,
                customer.c.name,
                customer.c.language,
                channel.c.name.label("channel"),
            )
            .join(customer, customer.c.id == thread.c.customer_id)
            .join(channel, channel.c.id == thread.c.channel_id)
            .where(thread.c.id == number)
        ).first()
        if row is None:
            raise NotFound(f"there is no thread {number}", hint="convo thread list shows them")
        actor = self.desk.actor
        shown = self.connection.execute(select(operator.c.shown).where(operator.c.id == actor.operator_id)).scalar()
        values = {
            "customer.name": row.name,
            "customer.first_name": (row.name.split() or [""])[0],
            "customer.language": row.language or "",
            "thread.id": str(number),
            "thread.subject": row.subject,
            "channel.name": row.channel,
            "operator.name": shown or actor.name,
        }
        held = select(attribute.c.name, attribute.c.value).where(attribute.c.customer_id == row.customer_id)
        return values | {f"customer.attr.{found.name}": found.value for found in self.connection.execute(held)}


def _values(body: str | None, language: str | None) -> dict[str, Any]:
    """The columns of what is given, checked."""
    values: dict[str, Any] = {}
    if body is not None:
        text = clean(body).strip()
        if not text:
            raise BadInput("a snippet says something", hint="give the text with -m, -F FILE or on standard input")
        if len(text) > _LONGEST_BODY:
            raise BadInput(f"the text is {len(text):,} characters long; the most is {_LONGEST_BODY:,}")
        check_variables(text)
        values["body"] = text
    if language is not None:
        values["language"] = language_tag(language)
    return values
