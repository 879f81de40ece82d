"""`convo channel test` and `backfill`: whether a channel works, in words, and what came long ago."""

from typing import TYPE_CHECKING, Annotated

import typer

from convo import clock
from convo.errors import ConvoError
from convo.model.transport import BackfillView, CheckView
from convo.text.times import minute
from convo.text.when import parse_past

from . import output
from .arguments import zone
from .channel_name import ChannelName
from .channel_rows import CHECKS, problems
from .command import gives
from .session import Session, session_of

if TYPE_CHECKING:
    from convo.desk.desk import Desk


def add_to(app: typer.Typer) -> None:
    """Add the verbs to the noun."""
    app.command("test", cls=gives(CheckView))(test)
    app.command(cls=gives(BackfillView))(backfill)


def test(context: typer.Context, channel: ChannelName) -> None:
    """Try a channel's credentials, receiving and sending.

    Nothing is sent or fetched by that; the exit code is 1 when something is wrong.
    """
    session = session_of(context)
    with session.desk() as desk:
        try_out(session, desk, channel)


def backfill(
    context: typer.Context,
    channel: ChannelName,
    since: Annotated[str, typer.Option("--since", metavar="WHEN", help="From when on, such as 2026-01-31 or 30d.")],
    as_new: Annotated[
        bool, typer.Option("--as-new", help="Let rules, bots and clocks take it for news, however old it is.")
    ] = False,
) -> None:
    """Let a channel bring what came long ago.

    The next round of convo work fetches it; what is in the store already is stored once. What was said before the
    channel last worked is history: it fires no rules, bots or clocks.
    """
    session = session_of(context)
    begin = parse_past(since, now=clock.now(), zone=zone(session))
    with session.desk() as desk:
        view = desk.fetching.backfill(channel, begin, as_new=as_new)
    told = f"convo work fetches from {view.channel} what came since {minute(view.since, zone(session))}"
    if view.history_until is not None:
        told += f"; what was said before {minute(view.history_until, zone(session))} is history"
    output.done(session, view, told)


def try_out(session: Session, desk: "Desk", channel: str, *, added: bool = False) -> None:
    """Show what works of a channel and what does not; raises ConvoError when something is wrong."""
    try:
        found = desk.channels.check(channel)
    except ConvoError as error:
        if not added:
            raise
        error.message = f"the channel is added, but cannot be tried: {error.message}"
        raise
    if not (added and session.json):
        output.rows(session, found, CHECKS)
    wrong = problems(found)
    if wrong:
        more = "the channel is added, but " if added else ""
        raise ConvoError(
            f"{more}{wrong} of {len(found)} things do not work",
            hint=f"the list says what to do; then: convo channel test {channel}",
        )
