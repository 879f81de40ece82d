"""`convo snippet`: canned replies with variables."""

from contextlib import ExitStack
from typing import Annotated

import typer

from convo.model.views import SnippetView

from . import live_names, notices, output
from .arguments import Message, TextFile, Yes, given
from .command import gives, typer_app
from .composing import composed_text
from .lines import BLANK, Column, Span, line, prose
from .session import Session, session_of

app = typer_app("snippet")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("language", lambda row: row.language),
    Column("text", lambda row: row.body, elastic=True),
)

SnippetName = Annotated[
    str, typer.Argument(metavar="SNIPPET", help="The snippet's name.", autocompletion=live_names.snippets)
]
Language = Annotated[str | None, typer.Option("--language", metavar="CODE", help="Such as de.")]


@app.command("list", cls=gives(SnippetView))
def list_snippets(context: typer.Context) -> None:
    """List snippets."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.snippets.list(), COLUMNS, none="no snippets yet: convo snippet add NAME -m TEXT")


@app.command(cls=gives(SnippetView))
def show(context: typer.Context, snippet: SnippetName) -> None:
    """Show a snippet's text."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.snippets.show(snippet)
    if session.json:
        output.record(session, view)
        return
    output.page(
        session, [line(Span(view.name, "strong"), Span(f"  {view.language or ''}", "faint")), BLANK, prose(view.body)]
    )


@app.command(cls=gives(SnippetView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    message: Message = None,
    file: TextFile = None,
    language: Language = None,
) -> None:
    """Add a snippet.

    Variables in it, such as {customer.name}, are filled in when it is used.
    """
    session = session_of(context)
    with composed_text(message, file) as body, session.desk(create=True) as desk:
        view = desk.snippets.add(name, body, language)
    _changed(session, view, "added")


@app.command(cls=gives(SnippetView))
def edit(
    context: typer.Context,
    snippet: SnippetName,
    message: Message = None,
    file: TextFile = None,
    language: Language = None,
) -> None:
    """Change a snippet's text or language."""
    session = session_of(context)
    with session.desk() as desk, ExitStack() as stack:
        body = None
        if message is not None or file is not None or language is None:
            begin = desk.snippets.show(snippet).body
            body = stack.enter_context(composed_text(message, file, begin=begin))
        values = given(body=body, language=language)
        view = desk.snippets.edit(snippet, **values)
    _changed(session, view, "changed")


@app.command(cls=gives(()))
def render(
    context: typer.Context,
    snippet: SnippetName,
    thread: Annotated[int, typer.Argument(metavar="THREAD", autocompletion=live_names.threads)],
) -> None:
    """Show a snippet as it would read in a thread."""
    session = session_of(context)
    with session.desk() as desk:
        text = desk.snippets.render(snippet, thread)
    if session.json:
        output.record(session, {"text": text})
    else:
        output.page(session, [prose(text)])


@app.command(cls=gives(()))
def remove(context: typer.Context, snippet: SnippetName, yes: Yes = False) -> None:
    """Remove a snippet."""
    session = session_of(context)
    session.confirm(f"Remove the snippet {snippet}?", yes)
    with session.desk() as desk:
        desk.snippets.remove(snippet)
    notices.say(session, f"snippet {snippet} is removed")


def _changed(session: Session, view: SnippetView, now: str) -> None:
    output.done(session, view, f"snippet {view.name} is {now}")
