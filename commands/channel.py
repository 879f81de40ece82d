"""`convo channel`: the accounts through which messages travel."""

from typing import Annotated

import typer

from convo.model.views import ChannelView

from . import channel_receive, channel_setup, channel_trying, notices, output
from .arguments import Yes
from .channel_name import ChannelName
from .channel_rows import CHANNELS, facts_of
from .command import gives, typer_app
from .session import Session, session_of

NewName = Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")]

app = typer_app("channel")
channel_setup.add_to(app)
channel_trying.add_to(app)
channel_receive.add_to(app)


@app.command("list", cls=gives(ChannelView))
def list_channels(context: typer.Context) -> None:
    """List channels, and how they do."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.channels.list()
    output.rows(session, found, CHANNELS, none="no channels yet; convo channel add, or convo import, makes them")


@app.command(cls=gives(ChannelView))
def show(context: typer.Context, channel: ChannelName) -> None:
    """Show a channel, and how it does."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.channels.show(channel)
    output.facts(session, view, facts_of(view))


@app.command(cls=gives(ChannelView))
def rename(context: typer.Context, channel: ChannelName, name: NewName) -> None:
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
    """Remove a channel; what was said stays."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.channels.show(channel)
        session.confirm(f"Remove the channel {view.name}, and forget its secrets?", yes)
        desk.channels.remove(channel)
    notices.say(session, f"channel {view.name} is removed")


def _changed(session: Session, view: ChannelView, now: str) -> None:
    output.done(session, view, f"channel {view.name} is {now}")
