"""A page in Messenger at a local Graph API: what Meta pushes to it, as a channel of its own, and as one of a desk's."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from convo.channels.base import Fetched, Outgoing, Receipt, Request, Setup
from convo.channels.messenger.channel import MessengerChannel
from convo.channels.messenger.kind import MessengerConfig
from convo.channels.settings import Secret
from convo.desk.desk import Desk
from convo.model.envelope import Handle
from convo.model.transport import PushView
from tests.servers.graph import APP_SECRET, PAGE, TOKEN, VERIFY_TOKEN, Graph, raw_of, signature

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)
MILLISECONDS = 1_794_916_800_000
ANA = "6254891237891234"
SECRETS = {"token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
Result = TypeVar("Result")


def event(place: int = 1, *, sender: str = ANA, recipient: str = PAGE, **held: Any) -> dict[str, Any]:
    """One event, so many milliseconds after AT."""
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": MILLISECONDS + place, **held}


def said(text: str = "Is it in stock?", place: int = 1, **more: Any) -> dict[str, Any]:
    """One message of Ana's."""
    return event(place, message={"mid": f"m_in-{place}", "text": text, **more})


def echo(place: int = 1, **message: Any) -> dict[str, Any]:
    """One message of the page's, told back."""
    told = {"is_echo": True, "mid": f"m_echo-{place}", **message}
    return event(place, sender=PAGE, recipient=ANA, message=told)


def pushed(*events: dict[str, Any]) -> dict[str, Any]:
    """A whole request with these events in one entry."""
    return {"object": "page", "entry": [{"id": PAGE, "time": MILLISECONDS, "messaging": list(events)}]}


def config(graph_url: str = "http://127.0.0.1:9/v25.0", **settings: Any) -> MessengerConfig:
    """The settings of the page."""
    secrets = {name: Secret(value) for name, value in SECRETS.items()}
    given: dict[str, Any] = {"page_id": PAGE, "graph": graph_url, **secrets, **settings}
    return MessengerConfig(**given)


def request(payload: Any) -> Request:
    """What Meta pushes, signed."""
    raw = raw_of(payload)
    return Request(headers={"x-hub-signature-256": signature(raw)}, body=raw)


def with_page(graph: Graph, do: Callable[[MessengerChannel], Awaitable[Result]], **settings: Any) -> Result:
    """What comes of doing something with the channel."""

    async def run() -> Result:
        channel = MessengerChannel(Setup("shop", config(graph.url, **settings)))
        try:
            return await do(channel)
        finally:
            await channel.close()

    return asyncio.run(run())


def received(graph: Graph, *events: dict[str, Any], **settings: Any) -> Fetched:
    """What the channel makes of pushed events."""
    return with_page(graph, lambda channel: channel.receive(request(pushed(*events))), **settings)


def sent(graph: Graph, outgoing: Outgoing, **settings: Any) -> Receipt:
    """What sending a message gives."""
    return with_page(graph, lambda channel: channel.send(outgoing), **settings)


def letter(text: str = "It is.", **rest: Any) -> Outgoing:
    """A message to Ana."""
    return Outgoing(7, "key-1@convo.invalid", Handle("messenger", ANA), text, AT, **rest)


def add(desk: Desk, graph: Graph, patch: pytest.MonkeyPatch, **settings: Any) -> None:
    """Make the page a channel of a desk, with its secrets in the environment."""
    for name, value in SECRETS.items():
        patch.setenv(f"CONVO_PAGE_{name.upper()}", value)
    desk.channels.add("messenger", "page", {"page_id": PAGE, "graph": graph.url, **settings})


def push(desk: Desk, *events: dict[str, Any]) -> PushView:
    """What comes of events that Meta pushes to the desk's channel."""
    return desk.channels.receive("page", request(pushed(*events)))
