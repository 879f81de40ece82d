"""Operations on articles: the knowledge base."""

from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from convo import clock
from convo.desk.customer_words import language_tag
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import ArticleView
from convo.model.words import Role
from convo.text import clean, index_words, query_words

_LONGEST_TITLE = 300
_LONGEST_BODY = 1_000_000


class Articles(Operations):
    """The knowledge base."""

    @operation(Role.VIEWER)
    def list(self, query: str = "") -> tuple[ArticleView, ...]:
        """The articles by name, or those that hold all these words, in title and body."""
        rows = self.connection.execute(select(tables.article)).all()
        wanted = query_words(query)
        views = [_view(row) for row in rows]
        if wanted:
            views = [view for view in views if _holds(view, wanted)]
        return tuple(sorted(views, key=lambda view: view.name.casefold()))

    @operation(Role.VIEWER)
    def show(self, name: str) -> ArticleView:
        """An article; raises NotFound."""
        article = tables.article
        number = id_of(self.connection, article, name, "article")
        return _view(self.connection.execute(select(article).where(article.c.id == number)).one())

    @operation(Role.AGENT, writes=True)
    def add(self, name: str, title: str, body: str, language: str | None = None) -> ArticleView:
        """Make an article; raises BadInput for an empty title or body, Conflict when the name is taken."""
        article, now = tables.article, clock.now()
        form = free_name(self.connection, article, name, "article")
        values = _values(title, body, language or "")
        row = values | {"name": form, "created_at": now, "updated_at": now}
        made = self.connection.execute(insert(article).returning(article.c.id), row).scalar_one()
        self.record("article", made, after={"name": form} | values)
        return self.show(form)

    @operation(Role.AGENT, writes=True)
    def edit(
        self, name: str, *, title: str | None = None, body: str | None = None, language: str | None = None
    ) -> ArticleView:
        """Change what is given; raises NotFound, BadInput."""
        before = self.show(name)
        values = _values(title, body, language)
        if values:
            article = tables.article
            changed = values | {"updated_at": clock.now()}
            self.connection.execute(update(article).where(article.c.id == before.id).values(**changed))
        self.record("article", before.id, {key: getattr(before, key) for key in values}, values)
        return self.show(name)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Remove an article; raises NotFound."""
        view = self.show(name)
        self.connection.execute(delete(tables.article).where(tables.article.c.id == view.id))
        self.record("article", view.id, {"name": view.name, "title": view.title, "body": view.body})


def _view(row: Row[*tuple[Any, ...]]) -> ArticleView:
    return ArticleView(row.id, row.name, row.title, row.body, row.language, row.updated_at)


def _holds(view: ArticleView, wanted: list[str]) -> bool:
    held = set(index_words(f"{view.name} {view.title} {view.body}").split())
    return held.issuperset(wanted)


def _values(title: str | None, body: str | None, language: str | None) -> dict[str, Any]:
    """The columns of what is given, checked."""
    values: dict[str, Any] = {}
    if title is not None:
        line = " ".join(clean(title).split())
        if not 0 < len(line) <= _LONGEST_TITLE:
            raise BadInput(f"a title has 1 to {_LONGEST_TITLE} characters, not {len(line)}")
        values["title"] = line
    if body is not None:
        text = clean(body).strip()
        if not 0 < len(text) <= _LONGEST_BODY:
            raise BadInput(f"an article's text has 1 to {_LONGEST_BODY:,} characters, not {len(text):,}")
        values["body"] = text
    if language is not None:
        values["language"] = language_tag(language)
    return values
