"""`convo export`: records as JSON, one object a line, on standard output or in a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from convo.errors import BadInput

from . import notices, output
from .arguments import OutputFile, Query, query_text
from .command import silent, typer_app
from .session import Session, session_of

app = typer_app("export")

Most = Annotated[int | None, typer.Option("--limit", "-n", metavar="COUNT", help="At most so many.", min=1)]


@app.command(cls=silent(query=True))
def messages(context: typer.Context, query: Query = None, to: OutputFile = None, limit: Most = None) -> None:
    """Write the messages that a query matches, newest first."""
    session = session_of(context)
    with session.desk() as desk:
        _written(session, desk.exports.messages(query_text(query), limit=limit), to, "message")


@app.command(cls=silent(query=True))
def threads(context: typer.Context, query: Query = None, to: OutputFile = None, limit: Most = None) -> None:
    """Write the threads that a query matches."""
    session = session_of(context)
    with session.desk() as desk:
        _written(session, desk.exports.threads(query_text(query), limit=limit), to, "thread")


@app.command(cls=silent(query=True))
def customers(context: typer.Context, query: Query = None, to: OutputFile = None, limit: Most = None) -> None:
    """Write all that is known of the customers that a query matches."""
    session = session_of(context)
    with session.desk() as desk:
        _written(session, desk.exports.customers(query_text(query), limit=limit), to, "customer")


@app.command(cls=silent(query=True))
def events(context: typer.Context, query: Query = None, to: OutputFile = None, limit: Most = None) -> None:
    """Write the events of the customers that a query matches."""
    session = session_of(context)
    with session.desk() as desk:
        _written(session, desk.exports.events(query_text(query), limit=limit), to, "event")


def _written(session: Session, records: Iterable[Any], to: Path | None, noun: str) -> None:
    if to is None or str(to) == "-":
        output.stream(session, records)
        return
    draft = to.with_name(to.name + ".part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            draft.chmod(0o600)
            count = output.stream(session, records, to=file)
        draft.replace(to)
    except OSError as error:
        raise BadInput(f"{to} cannot be written: {error.strerror}") from error
    notices.say(session, f"{count:,} {noun}{'' if count == 1 else 's'} written to {to}")
