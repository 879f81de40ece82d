"""`convo log`: calls and visits, written down by whoever had them."""

from datetime import datetime
from typing import Annotated

import typer

from convo import clock
from convo.errors import UsageError
from convo.model.logbook_views import LoggedView
from convo.text.times import lasting, minute
from convo.text.when import parse_past

from . import live_names, output
from .arguments import CustomerName, zone
from .command import gives, typer_app
from .session import Session, session_of
from .timeline import customer_name

app = typer_app("log")

Note = Annotated[str, typer.Option("--message", "-m", metavar="NOTE", help="What was said, as an internal note.")]
At = Annotated[
    str | None, typer.Option("--at", metavar="WHEN", help="Such as 20min (ago), 14:30, yesterday 9; else just now.")
]
Thread = Annotated[
    int | None,
    typer.Option("--thread", metavar="NUMBER", help="Where the note goes.", autocompletion=live_names.threads),
]
Subject = Annotated[str, typer.Option("--open", metavar="SUBJECT", help="Open a thread that waits for an answer.")]
ChannelName = Annotated[
    str | None,
    typer.Option("--channel", metavar="NAME", help="By this line or counter.", autocompletion=live_names.channels),
]
Called = Annotated[str, typer.Option("--name", metavar="NAME", help="What to call whoever has no name yet.")]


@app.command(cls=gives(LoggedView))
def call(
    context: typer.Context,
    customer: CustomerName,
    out: Annotated[bool, typer.Option("--out", help="We called.")] = False,
    missed: Annotated[bool, typer.Option("--missed", help="Nobody took it; somebody rings back.")] = False,
    minutes: Annotated[float | None, typer.Option("--minutes", metavar="COUNT", help="How long it was.", min=0)] = None,
    seconds: Annotated[int | None, typer.Option("--seconds", metavar="COUNT", help="The same.", min=0)] = None,
    at: At = None,
    message: Note = "",
    thread: Thread = None,
    subject: Subject = "",
    channel: ChannelName = None,
    name: Called = "",
) -> None:
    """Write down a call.

    A number that nobody has yet makes a customer. The note goes to the thread named, or to the customer's newest one
    that is not resolved. A missed call waits in a thread until somebody rings back.
    """
    session = session_of(context)
    if minutes is not None and seconds is not None:
        raise UsageError("--minutes and --seconds cannot be used together")
    with session.desk(create=True) as desk:
        logged = desk.logbook.call(
            customer,
            outbound=out,
            missed=missed,
            seconds=round(minutes * 60) if minutes is not None else seconds,
            at=_moment(session, at),
            note=message,
            thread=thread,
            subject=subject,
            channel=channel,
            name=name,
        )
    _told(session, logged, "missed call" if missed and not out else "call")


@app.command(cls=gives(LoggedView))
def visit(
    context: typer.Context,
    customer: CustomerName,
    at: At = None,
    message: Note = "",
    thread: Thread = None,
    subject: Subject = "",
    channel: ChannelName = None,
    code: Annotated[
        str | None,
        typer.Option("--code", metavar="WORD", help="The code where they stood.", autocompletion=live_names.codes),
    ] = None,
    name: Called = "",
) -> None:
    """Write down that somebody came by."""
    session = session_of(context)
    with session.desk(create=True) as desk:
        logged = desk.logbook.visit(
            customer,
            at=_moment(session, at),
            note=message,
            thread=thread,
            subject=subject,
            channel=channel,
            code=code,
            name=name,
        )
    _told(session, logged, "visit")


def _moment(session: Session, at: str | None) -> datetime | None:
    return None if at is None else parse_past(at, now=clock.now(), zone=zone(session))


def _told(session: Session, logged: LoggedView, what: str) -> None:
    event = logged.event
    shown = customer_name(logged.customer, logged.customer_id)
    words = [f"{what} with {shown} at {minute(event.at, zone(session))} written down on {event.channel}"]
    words += [f"customer {logged.customer_id} is new"] if logged.new_customer else []
    words += [lasting(event.duration)] if event.duration is not None else []
    words += [f"note {logged.note_id} in thread {logged.thread_id}"] if logged.note_id is not None else []
    words += [f"thread {logged.thread_id} waits for an answer"] if logged.message_id is not None else []
    output.done(session, logged, "; ".join(words))
