"""Takes in what a provider pushed to a channel, in one call for whoever has the request and waits for its answer."""

import asyncio
from typing import TYPE_CHECKING

from convo.channels.base import Fetched, Request
from convo.channels.registry import kind_of
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.errors import BadInput, Busy, Conflict
from convo.model.transport import PushView
from convo.model.words import ChannelState, LedgerOutcome

if TYPE_CHECKING:
    from convo.desk.desk import Desk


def receive(desk: "Desk", name: str, request: Request) -> PushView:
    """Prove, store and route what a request brings; see `desk.channels.receive`."""
    view = desk.channels.show(name)
    can = kind_of(view.kind).can
    if can.fetches and not can.pushed:
        raise BadInput(f"nothing is pushed to {view.name}: convo work asks {view.kind} for what came")
    if view.state != ChannelState.ACTIVE:
        raise Conflict(f"the channel {view.name} is {view.state}: nothing is taken from it")
    return asyncio.run(_receive(desk, name, request))


async def _receive(desk: "Desk", name: str, request: Request) -> PushView:
    channel = desk.channels.open(name)
    try:
        fetched = await channel.receive(request)
        pushed = _keep(desk, name, fetched)
        await channel.stored(fetched)
        return pushed
    except ChannelDown as trouble:
        raise Busy(f"{name} cannot take it now: {trouble.reason}", hint="push it again") from None
    except ChannelRefused as trouble:
        raise Conflict(f"{name} is refused: {trouble.reason}", hint=f"convo channel test {name}") from None
    finally:
        await channel.close()


def _keep(desk: "Desk", name: str, fetched: Fetched) -> PushView:
    received = desk.fetching.pushed(name, fetched) if fetched.items or fetched.reports or fetched.consents else ()
    outcomes = [one.outcome for one in received]
    reasons = (one.reason for one in received if one.reason and one.outcome != LedgerOutcome.STORED)
    return PushView(
        name,
        len(received),
        outcomes.count(LedgerOutcome.STORED),
        outcomes.count(LedgerOutcome.SKIPPED),
        outcomes.count(LedgerOutcome.QUARANTINED),
        len(fetched.reports),
        fetched.answer.decode("utf-8", "replace"),
        tuple(dict.fromkeys(reasons)),
    )
