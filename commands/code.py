"""`convo code`: short words on shelves and products that open a chat with what is known of the place."""

from typing import Annotated

import typer

from convo.errors import Conflict
from convo.model.code_views import CodeView

from . import live_names, notices, output, qr
from .arguments import OutputFile, Yes, pairs
from .command import gives, typer_app
from .lines import BLANK, Column, Span, line, prose
from .session import Session, session_of

app = typer_app("code")

COLUMNS = (
    Column("word", lambda row: row.word, style="strong"),
    Column("title", lambda row: row.title, elastic=True),
    Column("channel", lambda row: row.channel, style="faint"),
    Column("context", lambda row: tuple(f"{name}={value}" for name, value in row.context.items()), elastic=True),
    Column("uses", lambda row: row.uses, right=True),
    Column("made", lambda row: row.created_at, style="faint"),
)

Word = Annotated[str, typer.Argument(metavar="WORD", help="The code's word.", autocompletion=live_names.codes)]


@app.command("list", cls=gives(CodeView))
def list_codes(context: typer.Context) -> None:
    """List codes, and how often each was used."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.codes.list(), COLUMNS, none="no codes yet: convo code make TITLE --channel NAME")


@app.command(cls=gives(CodeView))
def make(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Where it hangs, such as 'Shelf 3, wheels'.")],
    channel: Annotated[
        str,
        typer.Option("--channel", metavar="NAME", help="Where the chat opens.", autocompletion=live_names.channels),
    ],
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help="What the customer's first message says; else the title.")
    ] = "",
    known: Annotated[
        list[str] | None,
        typer.Option("--context", metavar="NAME=VALUE", help="What is known there, such as product=R7-wheel."),
    ] = None,
    word: Annotated[str | None, typer.Option("--word", metavar="WORD", help="This word, not a random one.")] = None,
) -> None:
    """Make a code.

    Whoever scans it opens a chat whose first message holds the code's word: the visit is then on their timeline, and
    their thread is tagged code:WORD and NAME:VALUE for each part of the context.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.codes.make(
            title, channel=channel, text=text, context=pairs(known, "a part of a context"), word=word
        )
    output.done(session, view, f"code {view.word} opens {view.link}; convo code show {view.word} draws it")


@app.command(cls=gives(CodeView))
def show(
    context: typer.Context,
    word: Word,
    to: OutputFile = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Draw it in plain letters.")] = False,
) -> None:
    """Show a code as a QR code, or write that as a .png or .svg with -o."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.codes.show(word)
    if to is not None:
        qr.written(_link(view), to)
        output.done(session, view, f"code {view.word} written to {to}")
    elif session.json:
        output.record(session, view)
    else:
        _drawn(session, view, plain=ascii_only or not output.draws_blocks())


@app.command(cls=gives(()))
def remove(context: typer.Context, word: Word, yes: Yes = False) -> None:
    """Use a code no more; what was said through it stays."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.codes.show(word)
        session.confirm(f"Remove the code {view.word} ({view.title})?", yes)
        desk.codes.remove(word)
    notices.say(session, f"code {view.word} is removed")


def _link(view: CodeView) -> str:
    if not view.link:
        raise Conflict(f"code {view.word} opens nothing: {view.problem}")
    return view.link


def _drawn(session: Session, view: CodeView, *, plain: bool) -> None:
    link = _link(view)
    output.text(qr.drawn(link, plain=plain))
    facts = [f"{name}={value}" for name, value in view.context.items()]
    told = f"  {view.uses} uses" if view.uses != 1 else "  1 use"
    lines = [BLANK, line(Span(view.word, "strong"), Span(f"  {view.title}"), Span(told, "faint")), prose(link)]
    lines += [prose(", ".join(facts), style="faint")] if facts else []
    output.page(session, lines, paged=False)
