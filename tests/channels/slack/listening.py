"""A Slack channel on the tests' Slack: what it brings, stored at once and in turn as the worker would."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from convo.channels.base import Cursor, Outgoing, Setup
from convo.channels.settings import Secret
from convo.channels.slack.channel import SlackChannel
from convo.channels.slack.kind import SlackConfig
from convo.model.envelope import Envelope, Handle, Item
from tests.servers.slack_socket import SlackSocket
from tests.servers.slack_workspace import APP_TOKEN, BOT_TOKEN, Member

ANA = Member("U0ANA", "ana", "Ana Ruiz", "ana@example.net")
BEN = Member("U0BEN", "ben", "Ben Ode")
OPI = Member("U0OPI", "opi", "Opi of the shop", "opi@shop.example")


def setup(server: SlackSocket, *, own: tuple[str, ...] = (), bot: str = BOT_TOKEN, **more: Any) -> Setup:
    """All that is needed to open a channel there."""
    config = SlackConfig(Secret(APP_TOKEN), Secret(bot), api=server.url, **more)
    return Setup("slack", config, own=frozenset(each.casefold() for each in own))


@dataclass
class Listening:
    """An open channel, and the cursor up to which what it brought is stored."""

    channel: SlackChannel
    cursor: Cursor = field(default_factory=dict)

    async def items(self, enough: Callable[[list[Item]], bool], *, wait: float = 0.2) -> list[Item]:
        """What comes until that is enough; raises TimeoutError."""
        found: list[Item] = []
        async with asyncio.timeout(20):
            while not enough(found):
                fetched = await self.channel.fetch(self.cursor, wait=wait)
                found += fetched.items
                self.cursor = fetched.cursor
                await self.channel.stored(fetched)
        return found

    async def messages(self, count: int) -> list[Envelope]:
        """The messages that come until there are so many."""
        items = await self.items(lambda found: sum(isinstance(each, Envelope) for each in found) >= count)
        return [each for each in items if isinstance(each, Envelope)]

    async def round(self) -> list[Item]:
        """What is found without listening, as `convo work --once` asks for it."""
        found: list[Item] = []
        while True:
            fetched = await self.channel.fetch(self.cursor, wait=0.0)
            found += fetched.items
            self.cursor = fetched.cursor
            await self.channel.stored(fetched)
            if not fetched.more:
                return found


@asynccontextmanager
async def listening(server: SlackSocket, cursor: Cursor | None = None, **more: Any) -> AsyncIterator[Listening]:
    """An open channel; it is closed at the end."""
    channel = SlackChannel(setup(server, **more))
    try:
        yield Listening(channel, cursor or {})
    finally:
        await channel.close()


async def caught_up(listening: Listening, server: SlackSocket) -> None:
    """Listen, and have all histories read."""
    await listening.items(lambda found: bool(server.sockets and listening.cursor.get("swept")), wait=0.05)


def letter(text: str = "hello", *, to: str = "T0SHOP:U0ANA", key: str = "key-1", **more: Any) -> Outgoing:
    """A message of ours."""
    return Outgoing(1, key, Handle("slack", to, "Ana"), text, datetime.now(UTC), **more)
