"""Operations on articles: the knowledge base, how it answers and what it lacks."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, insert, select, update

from convo import clock
from convo.desk.article_values import article_values
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import ArticleView
from convo.model.words import Role
from convo.store import article_index
from convo.text import index_words, query_words

if TYPE_CHECKING:
    from convo.model.knowledge_views import ArticleHit, ArticleImport, ArticleStats, GapsView


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

    @operation(Role.VIEWER)
    def search(
        self, text: str, *, language: str | None = None, intent: str | None = None, limit: int = 3
    ) -> "tuple[ArticleHit, ...]":
        """The articles that may answer a question, the likeliest first, each with how sure that is.

        One in `language` is preferred to its translations and to others; one whose keywords name the `intent` comes
        before its like. Raises BadInput for a limit that is not 1 to 50.
        """
        from convo.desk.article_search import find_articles

        if not 1 <= limit <= 50:
            raise BadInput(f"{limit} is no number of articles to find", hint="1 to 50")
        return find_articles(self.connection, text, language=language, intent=intent, limit=limit)

    @operation(Role.AGENT, writes=True)
    def add(
        self,
        name: str,
        title: str,
        body: str,
        language: str | None = None,
        *,
        keywords: Sequence[str] = (),
        questions: Sequence[str] = (),
    ) -> ArticleView:
        """Make an article; `questions` are ways to ask for it, `keywords` words or intents that lead to it.

        Named `returns.de` and in that language, it is the translation of `returns`. Raises BadInput for an empty title
        or body, Conflict when the name is taken.
        """
        article, now = tables.article, clock.now()
        form = free_name(self.connection, article, name, "article")
        values = article_values(title, body, language or "", keywords, questions)
        row = values | {"name": form, "created_at": now, "updated_at": now}
        made = self.connection.execute(insert(article).returning(article.c.id), row).scalar_one()
        self._index(made)
        self.record("article", made, after={"name": form} | values)
        return self.show(form)

    @operation(Role.AGENT, writes=True)
    def edit(
        self,
        name: str,
        *,
        title: str | None = None,
        body: str | None = None,
        language: str | None = None,
        keywords: Sequence[str] | None = None,
        questions: Sequence[str] | None = None,
    ) -> ArticleView:
        """Change what is given; raises NotFound, BadInput."""
        article = tables.article
        number = id_of(self.connection, article, name, "article")
        values = article_values(title, body, language, keywords, questions)
        before = self.connection.execute(select(article).where(article.c.id == number)).one()._mapping
        if values:
            changed = values | {"updated_at": clock.now()}
            self.connection.execute(update(article).where(article.c.id == number).values(**changed))
            self._index(number)
        self.record("article", number, {key: before[key] for key in values}, values)
        return self.show(name)

    @operation(Role.AGENT, writes=True)
    def remove(self, name: str) -> None:
        """Remove an article, and with it what is known of its use; raises NotFound."""
        view = self.show(name)
        article_index.remove(self.connection, [view.id])
        self.connection.execute(delete(tables.article_use).where(tables.article_use.c.article_id == view.id))
        self.connection.execute(delete(tables.article).where(tables.article.c.id == view.id))
        self.record("article", view.id, {"name": view.name, "title": view.title, "body": view.body})

    @operation(Role.AGENT, writes=True, batches=True)
    def bring_in(self, paths: Sequence[Path], *, dry_run: bool = False) -> "tuple[ArticleImport, ...]":
        """Read articles from Markdown, text, HTML and JSON lines files and from folders of them; what became of each.

        An article that is there already is changed where the file says otherwise. A file that cannot be an article is
        refused by itself and stops no other. Raises BadInput for a path that is missing.
        """
        from convo.desk.article_imports import bring_in

        return tuple(bring_in(self.desk, paths, dry_run=dry_run))

    @operation(Role.AGENT, writes=True)
    def note_use(
        self, article: str, thread: int, use: str, message: int | None = None, *, by: str | None = None
    ) -> None:
        """Keep that an article was `suggested` or `sent` in a thread, with the message that carried it.

        Suggested again in the same thread it is kept once. `by` is who did it, by default whoever acts. Raises
        NotFound, and BadInput for a use that is none.
        """
        from convo.desk.article_uses import keep_use

        number = id_of(self.connection, tables.article, article, "article")
        keep_use(self.connection, number, thread, use, message, by=by or self.desk.actor.name)
        self.record("article", number, after={"use": use, "thread": thread, "message": message})

    @operation(Role.VIEWER)
    def stats(self, *, since: datetime | None = None, until: datetime | None = None) -> "tuple[ArticleStats, ...]":
        """How often each article was offered and sent in a period and how it went on, the most sent first."""
        from convo.desk.article_uses import statistics

        return statistics(self.connection, since, until)

    @operation(Role.VIEWER)
    def gaps(self, *, since: datetime | None = None, language: str | None = None, limit: int = 20) -> "GapsView":
        """What customers ask that no article answers, and what more of them ask this week; by default of 90 days.

        Raises BadInput for a limit that is not 1 to 100.
        """
        from convo.desk.gaps import find_gaps

        if not 1 <= limit <= 100:
            raise BadInput(f"{limit} is no number of topics", hint="1 to 100")
        return find_gaps(self.desk, since=since, language=language, limit=limit)

    def _index(self, number: int) -> None:
        article = tables.article
        wanted = select(*(article.c[name] for name in ("name", "title", "questions", "keywords", "language", "body")))
        *head, body = self.connection.execute(wanted.where(article.c.id == number)).one()
        article_index.put(self.connection, [article_index.Indexed(number, article_index.head(*head), body)])


def _view(row: Row[*tuple[Any, ...]]) -> ArticleView:
    return ArticleView(
        row.id,
        row.name,
        row.title,
        row.body,
        row.language,
        row.updated_at,
        tuple(row.keywords.splitlines()),
        tuple(row.questions.splitlines()),
    )


def _holds(view: ArticleView, wanted: Sequence[str]) -> bool:
    said = " ".join((view.name, view.title, *view.keywords, *view.questions, view.body))
    return set(index_words(said).split()).issuperset(wanted)
