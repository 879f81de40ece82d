"""`convo article`: the knowledge base."""

from contextlib import ExitStack
from typing import Annotated

import typer

from convo.model.views import ArticleView

from . import live_names, notices, output
from .arguments import Message, TextFile, Yes, given
from .command import gives, typer_app
from .composing import composed_text
from .lines import BLANK, Column, Span, line, prose
from .session import Session, session_of

app = typer_app("article")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("title", lambda row: row.title, elastic=True),
    Column("language", lambda row: row.language),
    Column("updated", lambda row: row.updated_at, style="faint"),
)

ArticleName = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="The article's name.", autocompletion=live_names.articles)
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The heading.")]
Language = Annotated[str | None, typer.Option("--language", metavar="CODE", help="Such as de.")]


@app.command("list", cls=gives(ArticleView))
def list_articles(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", show_default=False)] = None,
) -> None:
    """List articles, or those that hold all the words given."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.articles.list(" ".join(words or ())), COLUMNS, none="no article")


@app.command(cls=gives(ArticleView))
def show(context: typer.Context, article: ArticleName) -> None:
    """Show an article."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.articles.show(article)
    if session.json:
        output.record(session, view)
        return
    head = line(Span(view.title or view.name, "strong"), right=(Span(f"{view.name} {view.language or ''}", "faint"),))
    output.page(session, [head, BLANK, prose(view.body)])


@app.command(cls=gives(ArticleView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    title: Title = None,
    message: Message = None,
    file: TextFile = None,
    language: Language = None,
) -> None:
    """Add an article."""
    session = session_of(context)
    with composed_text(message, file) as body, session.desk(create=True) as desk:
        view = desk.articles.add(name, title or name, body, language)
    _changed(session, view, "added")


@app.command(cls=gives(ArticleView))
def edit(
    context: typer.Context,
    article: ArticleName,
    title: Title = None,
    message: Message = None,
    file: TextFile = None,
    language: Language = None,
) -> None:
    """Change an article's title, text or language."""
    session = session_of(context)
    with session.desk() as desk, ExitStack() as stack:
        body = None
        if message is not None or file is not None or (title is None and language is None):
            begin = desk.articles.show(article).body
            body = stack.enter_context(composed_text(message, file, begin=begin))
        values = given(title=title, body=body, language=language)
        view = desk.articles.edit(article, **values)
    _changed(session, view, "changed")


@app.command(cls=gives(()))
def remove(context: typer.Context, article: ArticleName, yes: Yes = False) -> None:
    """Remove an article."""
    session = session_of(context)
    session.confirm(f"Remove the article {article}?", yes)
    with session.desk() as desk:
        desk.articles.remove(article)
    notices.say(session, f"article {article} is removed")


def _changed(session: Session, view: ArticleView, now: str) -> None:
    output.done(session, view, f"article {view.name} is {now}")
