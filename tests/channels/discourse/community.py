"""A Discourse channel on the tests' community."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from convo.channels.base import Cursor, Outgoing, Setup
from convo.channels.discourse.channel import DiscourseChannel
from convo.channels.discourse.kind import DiscourseConfig
from convo.channels.settings import Secret
from convo.model.envelope import Handle, Item
from tests.servers.discourse import DESK, KEY, Discourse

T = TypeVar("T")


def setup(server: Discourse, *, key: str = KEY, own: tuple[str, ...] = (), **more: Any) -> Setup:
    """All that is needed to open a channel there."""
    config = DiscourseConfig(server.url, DESK, Secret(key), **more)
    return Setup("forum", config, own=frozenset(own))


def on(server: Discourse, does: Callable[[DiscourseChannel], Awaitable[T]], **more: Any) -> T:
    """What an open channel does there."""

    async def run() -> T:
        channel = DiscourseChannel(setup(server, **more))
        try:
            async with asyncio.timeout(20):
                return await does(channel)
        finally:
            await channel.close()

    return asyncio.run(run())


def read_all(server: Discourse, cursor: Cursor, **more: Any) -> tuple[list[Item], Cursor]:
    """One round of `convo work --once`."""

    async def reads(channel: DiscourseChannel) -> tuple[list[Item], Cursor]:
        found, after = list[Item](), cursor
        while True:
            fetched = await channel.fetch(after, wait=0.0)
            found += fetched.items
            after = fetched.cursor
            await channel.stored(fetched)
            if not fetched.more:
                return found, after

    return on(server, reads, **more)


def letter(text: str, *, to: str = "", key: str = "key-1", **more: Any) -> Outgoing:
    """A message of ours."""
    return Outgoing(1, key, Handle("external", to, "Ana"), text, datetime.now(UTC), **more)
