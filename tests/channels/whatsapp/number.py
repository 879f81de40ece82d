"""A WhatsApp number at a local Graph API: as a channel of its own, and as one of a desk's."""

import asyncio
from typing import Any

import pytest

from convo.channels.base import Fetched, Outgoing, Receipt, Request, Setup
from convo.channels.settings import Secret
from convo.channels.whatsapp.channel import WhatsAppChannel
from convo.channels.whatsapp.kind import WhatsAppConfig
from convo.desk.desk import Desk
from convo.model.envelope import Handle
from convo.model.transport import PushView
from tests.channels.whatsapp.payloads import AT
from tests.servers.graph import APP_SECRET, NUMBER, TOKEN, VERIFY_TOKEN, Graph, raw_of, signature

SECRETS = {"token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}


def setup(graph: Graph, **settings: Any) -> Setup:
    """What the channel is opened with."""
    secrets = {name: Secret(value) for name, value in SECRETS.items()}
    given: dict[str, Any] = {"phone_number_id": NUMBER, "graph": graph.url, **secrets, **settings}
    return Setup("shop", WhatsAppConfig(**given))


def number(graph: Graph, **settings: Any) -> WhatsAppChannel:
    """The channel, connected to nothing yet."""
    return WhatsAppChannel(setup(graph, **settings))


def request(payload: Any, **headers: str) -> Request:
    """What Meta pushes, signed; `payload` may be the raw bytes."""
    raw = payload if isinstance(payload, bytes) else raw_of(payload)
    return Request(headers={"x-hub-signature-256": signature(raw), **headers}, body=raw)


def received(graph: Graph, payload: Any) -> Fetched:
    """What the channel makes of a signed payload."""

    async def run() -> Fetched:
        channel = number(graph)
        try:
            return await channel.receive(request(payload))
        finally:
            await channel.close()

    return asyncio.run(run())


def sent(graph: Graph, outgoing: Outgoing, **settings: Any) -> Receipt:
    """What sending a message gives."""

    async def run() -> Receipt:
        channel = number(graph, **settings)
        try:
            return await channel.send(outgoing)
        finally:
            await channel.close()

    return asyncio.run(run())


def letter(text: str = "It is.", to: str = "+34600111222", **rest: Any) -> Outgoing:
    """A message to somebody."""
    return Outgoing(7, "key-1@convo.invalid", Handle("whatsapp", to), text, AT, **rest)


def add(desk: Desk, graph: Graph, patch: pytest.MonkeyPatch) -> None:
    """Make the number a channel of a desk, with its secrets in the environment."""
    for name, value in SECRETS.items():
        patch.setenv(f"CONVO_SHOP_{name.upper()}", value)
    desk.channels.add("whatsapp", "shop", {"phone_number_id": NUMBER, "graph": graph.url})


def push(desk: Desk, payload: Any) -> PushView:
    """What comes of a payload that Meta pushes to the desk's channel."""
    return desk.channels.receive("shop", request(payload))
