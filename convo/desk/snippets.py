"""Operations on snippets: canned replies with variables."""

import re
from typing import Any

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import SnippetView
from convo.model.words import Role
from convo.text import clean

_VARIABLE = re.compile(r"\{([a-z_.]{1,64})\}")
VARIABLES = ("customer.name", "customer.first_name", "thread.id", "thread.subject", "operator.name")


class Snippets(Operations):
    """Canned replies."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[SnippetView, ...]:
        """All snippets, by name."""
        snippet = tables.snippet
        return tuple(_view(row) for row in self.connection.execute(select(snippet).order_by(snippet.c.name)))

    @operation(Role.VIEWER)
    def show(self, name: str) -> SnippetView:
        """A snippet; raises NotFound."""
        return self._view(self._id(name))

    @operation(Role.AGENT, writes=True)
    def add(self, name: str, body: str, language: str | None = None) -> SnippetView:
        """Keep a snippet; raises BadInput for an empty one or a variable that is none, and Conflict."""
        values = {
            "name": free_name(self.connection, tables.snippet, name, "snippet"),
            "body": _checked(body),
            "language": language or None,
            "created_at": clock.now(),
        }
        number = self.connection.execute(insert(tables.snippet).returning(tables.snippet.c.id), values).scalar_one()
        self.record("snippet", number, after={"name": values["name"]})
        return self._view(number)

    @operation(Role.AGENT, writes=True)
    def edit(
        self, snippet: str, *, name: str | None = None, body: str | None = None, language: str | None = None
    ) -> SnippetView:
        """Change what is given of a snippet; raises NotFound, BadInput and Conflict."""
        number = self._id(snippet)
        before = self._view(number)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = free_name(self.connection, tables.snippet, name, "snippet", besides=number)
        if body is not None:
            values["body"] = _checked(body)
        if language is not None:
            values["language"] = language or None
        if values:
            self.connection.execute(update(tables.snippet).where(tables.snippet.c.id == number).values(**values))
        self.record("snippet", number, {key: getattr(before, key) for key in values}, values)
        return self._view(number)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Forget a snippet; raises NotFound."""
        number = self._id(name)
        before = self._view(number)
        self.connection.execute(delete(tables.snippet).where(tables.snippet.c.id == number))
        self.record("snippet", number, {"name": before.name, "body": before.body})

    @operation(Role.VIEWER)
    def render(self, name: str, thread: int) -> str:
        """The snippet's text with its variables filled for a thread; raises NotFound."""
        body = self._view(self._id(name)).body
        row = self.desk.threads.show(thread, messages=1).row
        values = {
            "customer.name": row.customer,
            "customer.first_name": row.customer.split(" ")[0],
            "thread.id": str(row.id),
            "thread.subject": row.subject,
            "operator.name": self.desk.actor.name,
        }
        return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), body)

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.snippet, name, "snippet")

    def _view(self, number: int) -> SnippetView:
        return _view(self.connection.execute(select(tables.snippet).where(tables.snippet.c.id == number)).one())


def _view(row: Any) -> SnippetView:
    return SnippetView(row.id, row.name, row.body, row.language)


def _checked(body: str) -> str:
    body = clean(body)
    if not body.strip():
        raise BadInput("a snippet needs a text")
    for name in _VARIABLE.findall(body):
        if name not in VARIABLES:
            raise BadInput(f"{{{name}}} is no variable", hint="one of " + ", ".join(f"{{{v}}}" for v in VARIABLES))
    return body
