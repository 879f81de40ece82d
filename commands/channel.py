"""`convo channel`: the accounts through which messages travel."""

from typing import Annotated

import typer

from convo.model.views import ChannelView

from . import live_names, notices, output
from .arguments import Yes, pairs
from .command import gives, typer_app
from .lines import Column, Value
from .session import Session, session_of

app = typer_app("channel")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("kind", lambda row: row.kind),
    Column("state", lambda row: row.state),
    Column("messages", lambda row: row.messages, right=True),
    Column("last", lambda row: row.last_message_at, style="faint"),
)

ChannelName = Annotated[
    str, typer.Argument(metavar="CHANNEL", help="The channel's name.", autocompletion=live_names.channels)
]


@app.command("list", cls=gives(ChannelView))
def list_channels(context: typer.Context) -> None:
    """List channels."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.channels.list(), COLUMNS, none="no channels yet; convo import makes them")


@app.command(cls=gives(ChannelView))
def show(context: typer.Context, channel: ChannelName) -> None:
    """Show a channel."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.channels.show(channel)
    pairs_of: list[tuple[str, Value]] = [
        ("channel", view.name),
        ("kind", view.kind),
        ("state", view.state),
        ("messages", view.messages),
        ("last", view.last_message_at),
        *((name, str(value)) for name, value in view.config.items()),
    ]
    output.facts(session, view, pairs_of)


@app.command(cls=gives(ChannelView))
def add(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Such as email, whatsapp, telegram, phone.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Configure it, such as address=…")
    ] = None,
) -> None:
    """Add a channel."""
    session = session_of(context)
    with session.desk(create=True) as desk:
        view = desk.channels.add(kind, name, pairs(values, "a setting"))
    _changed(session, view, "added")


@app.command(cls=gives(ChannelView))
def rename(context: typer.Context, channel: ChannelName, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Give a channel another name."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.channels.rename(channel, name)
    _changed(session, view, f"the new name of {channel}")


@app.command(cls=gives(ChannelView))
def pause(context: typer.Context, channel: ChannelName) -> None:
    """Fetch and send nothing through a channel for now."""
    session = session_of(context)
    with session.desk() as desk:
        desk.channels.pause(channel)
        view = desk.channels.show(channel)
    _changed(session, view, view.state)


@app.command(cls=gives(ChannelView))
def resume(context: typer.Context, channel: ChannelName) -> None:
    """Fetch and send through a channel again."""
    session = session_of(context)
    with session.desk() as desk:
        desk.channels.resume(channel)
        view = desk.channels.show(channel)
    _changed(session, view, view.state)


@app.command(cls=gives(()))
def remove(context: typer.Context, channel: ChannelName, yes: Yes = False) -> None:
    """Remove a channel; what was said through it stays."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.channels.show(channel)
        session.confirm(f"Remove the channel {view.name}?", yes)
        desk.channels.remove(channel)
    notices.say(session, f"channel {view.name} is removed")


def _changed(session: Session, view: ChannelView, now: str) -> None:
    output.done(session, view, f"channel {view.name} is {now}")
