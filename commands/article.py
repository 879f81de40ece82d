"""`convo article`: the knowledge base."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from convo import clock
from convo.model.knowledge_views import ArticleHit, ArticleImport, ArticleStats, GapsView
from convo.model.views import ArticleView
from convo.text.when import parse_past

from . import article_layout, live_names, notices, output
from .arguments import DryRun, Limit, Message, TextFile, Yes, given, zone
from .command import gives, silent, typer_app
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
STATS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("title", lambda row: row.title, elastic=True),
    Column("offered", lambda row: row.suggested, right=True),
    Column("sent", lambda row: row.sent, right=True),
    Column("resolved", lambda row: row.resolved, right=True, style="good"),
    Column("reopened", lambda row: row.reopened, right=True),
    Column("handed over", lambda row: row.handed_over, right=True),
    Column("felt", lambda row: None if row.sentiment is None else f"{row.sentiment:+.2f}", right=True),
    Column("last used", lambda row: row.last_used_at, style="faint"),
)
IMPORTED = (
    Column("path", lambda row: row.path, elastic=True),
    Column("name", lambda row: row.name, style="strong"),
    Column("outcome", lambda row: Span(row.outcome, "bad" if row.outcome == "refused" else "")),
    Column("reason", lambda row: row.reason, elastic=True),
)

ArticleName = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="The article's name.", autocompletion=live_names.articles)
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The heading.")]
Language = Annotated[str | None, typer.Option("--language", metavar="CODE", help="Such as de.")]
Keywords = Annotated[
    list[str] | None,
    typer.Option("--keyword", metavar="WORDS", help="Words or an intent that lead to it; again for more."),
]
Questions = Annotated[
    list[str] | None, typer.Option("--question", metavar="TEXT", help="A way to ask for it; again for more.")
]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="Such as 90d or 2026-05-01.")]


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
    about = [prose(text, gutter=Span(f"{what}: ", "faint")) for what, text in _about(view)]
    output.page(session, [head, *about, BLANK, prose(view.body)])


def _about(view: ArticleView) -> list[tuple[str, str]]:
    keywords = [("keywords", ", ".join(view.keywords))] if view.keywords else []
    return keywords + [("asked as", question) for question in view.questions]


@app.command(cls=gives(ArticleHit))
def search(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="What a customer asks.")],
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="CODE", help="The language to prefer, such as de."),
    ] = None,
    limit: Limit = 3,
) -> None:
    """Find what may answer a question, and how sure that is.

    Sure from 90 % on is what the bot answers with, unless its settings say otherwise.
    """
    session = session_of(context)
    with session.desk() as desk:
        hits = desk.articles.search(" ".join(question), language=language, limit=limit)
    if session.json or not output.on_terminal() or not hits:
        output.rows(session, hits, article_layout.HITS, none="no article has words of this question")
    else:
        output.page(session, article_layout.hits(hits))


@app.command(cls=gives(ArticleView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    title: Title = None,
    message: Message = None,
    file: TextFile = None,
    language: Language = None,
    keyword: Keywords = None,
    question: Questions = None,
) -> None:
    """Add an article.

    Named returns.de and in the language de, it is the translation of the article returns.
    """
    session = session_of(context)
    with composed_text(message, file) as body, session.desk(create=True) as desk:
        view = desk.articles.add(name, title or name, body, language, keywords=keyword or (), questions=question or ())
    _changed(session, view, "added")


@app.command(cls=gives(ArticleView))
def edit(
    context: typer.Context,
    article: ArticleName,
    title: Title = None,
    message: Message = None,
    file: TextFile = None,
    language: Language = None,
    keyword: Keywords = None,
    question: Questions = None,
) -> None:
    """Change an article's title, text or what leads to it.

    Keywords and questions that are given take the place of all that were there.
    """
    session = session_of(context)
    values = given(title=title, language=language, keywords=keyword or None, questions=question or None)
    with session.desk() as desk, ExitStack() as stack:
        if message is not None or file is not None or not values:
            begin = desk.articles.show(article).body
            values["body"] = stack.enter_context(composed_text(message, file, begin=begin))
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


@app.command("import", cls=gives(ArticleImport))
def import_articles(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of them.")],
    dry_run: DryRun = False,
) -> None:
    """Read articles from files and folders.

    Taken are Markdown, text, HTML and JSON lines files; what is there already is brought up to date. Lines between two
    lines --- at the top of a Markdown file say more: title, language, keywords, questions.
    """
    session = session_of(context)
    with session.desk(create=not dry_run) as desk:
        done = desk.articles.bring_in(paths, dry_run=dry_run)
    if session.json or not output.on_terminal():
        output.rows(session, done, IMPORTED)
    else:
        output.rows(session, [one for one in done if one.outcome != "unchanged"], IMPORTED, none="nothing has changed")
    counts = {word: sum(one.outcome == word for one in done) for word in ("added", "changed", "unchanged", "refused")}
    notices.say(session, ", ".join(f"{count} {word}" for word, count in counts.items()))


@app.command(cls=silent())
def export(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Write a Markdown file each; else JSON lines.")
    ] = None,
) -> None:
    """Write all articles as JSON lines or Markdown files.

    The folder must be new or empty; import reads both.
    """
    session = session_of(context)
    with session.desk() as desk:
        views = desk.articles.list()
    if folder is None:
        output.stream(session, views)
        return
    article_layout.write_folder(folder, views)
    notices.say(session, f"{len(views)} articles are in {folder}")


@app.command(cls=gives(ArticleStats))
def stats(context: typer.Context, since: Since = None) -> None:
    """Show how often articles were sent, and how it went on.

    Resolved means not reopened within a week; felt is the mean sentiment, from -1 to 1, of what customers said next.
    """
    session = session_of(context)
    moment = parse_past(since, now=clock.now(), zone=zone(session)) if since else None
    with session.desk() as desk:
        output.rows(session, desk.articles.stats(since=moment), STATS, none="no article")


@app.command(cls=gives(GapsView))
def gaps(
    context: typer.Context,
    since: Since = None,
    language: Annotated[str | None, typer.Option("--language", metavar="CODE", help="Only questions in it.")] = None,
    limit: Limit = 20,
) -> None:
    """List what no article answers, and what rises this week.

    Questions that opened threads are grouped by the rare words that they share, and put to the articles.
    With --json, also the messages, threads and customers concerned.
    """
    session = session_of(context)
    moment = parse_past(since, now=clock.now(), zone=zone(session)) if since else None
    with session.desk() as desk:
        view = desk.articles.gaps(since=moment, language=language, limit=limit)
    if session.json:
        output.record(session, view)
    else:
        output.page(session, article_layout.gaps(view, zone(session)))


def _changed(session: Session, view: ArticleView, now: str) -> None:
    output.done(session, view, f"article {view.name} is {now}")
