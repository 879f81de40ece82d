"""Operations on articles: the knowledge base."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import ArticleView
from convo.model.words import Role
from convo.text import clean, index_words, query_words


class Articles(Operations):
    """What the desk knows."""

    @operation(Role.VIEWER)
    def list(self, text: str = "") -> tuple[ArticleView, ...]:
        """The articles that hold all words of a text, by name; all of them without one."""
        article = tables.article
        rows = self.connection.execute(select(article).order_by(article.c.name)).all()
        wanted = set(query_words(text))
        return tuple(_view(row) for row in rows if wanted <= set(index_words(f"{row.title} {row.body}").split(" ")))

    @operation(Role.VIEWER)
    def show(self, name: str) -> ArticleView:
        """An article; raises NotFound."""
        return self._view(self._id(name))

    @operation(Role.AGENT, writes=True)
    def add(self, name: str, title: str, body: str, language: str | None = None) -> ArticleView:
        """Write an article; raises BadInput for an empty title or text, and Conflict."""
        now = clock.now()
        values = {
            "name": free_name(self.connection, tables.article, name, "article"),
            "title": _filled(" ".join(title.split()), "title"),
            "body": _filled(body, "text"),
            "language": language or None,
            "created_at": now,
            "updated_at": now,
        }
        number = self.connection.execute(insert(tables.article).returning(tables.article.c.id), values).scalar_one()
        self.record("article", number, after={"name": values["name"], "title": values["title"]})
        return self._view(number)

    @operation(Role.AGENT, writes=True)
    def edit(
        self,
        article: str,
        *,
        name: str | None = None,
        title: str | None = None,
        body: str | None = None,
        language: str | None = None,
    ) -> ArticleView:
        """Change what is given of an article; raises NotFound, BadInput and Conflict."""
        number = self._id(article)
        before = self._view(number)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = free_name(self.connection, tables.article, name, "article", besides=number)
        if title is not None:
            values["title"] = _filled(" ".join(title.split()), "title")
        if body is not None:
            values["body"] = _filled(body, "text")
        if language is not None:
            values["language"] = language or None
        changed = values | {"updated_at": clock.now()}
        self.connection.execute(update(tables.article).where(tables.article.c.id == number).values(**changed))
        self.record("article", number, {key: getattr(before, key) for key in values}, values)
        return self._view(number)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Forget an article; raises NotFound."""
        number = self._id(name)
        before = self._view(number)
        self.connection.execute(delete(tables.article).where(tables.article.c.id == number))
        self.record("article", number, {"name": before.name, "title": before.title, "body": before.body})

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.article, name, "article")

    def _view(self, number: int) -> ArticleView:
        return _view(self.connection.execute(select(tables.article).where(tables.article.c.id == number)).one())


def _view(row: Any) -> ArticleView:
    return ArticleView(row.id, row.name, row.title, row.body, row.language, row.updated_at)


def _filled(text: str, what: str) -> str:
    text = clean(text).strip()
    if not text:
        raise BadInput(f"an article needs a {what}")
    return text
