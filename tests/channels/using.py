"""What the tests of every kind do alike: use a channel while it is open, and look at a desk's deliveries."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from convo.channels.base import Channel
from convo.desk.desk import Desk
from convo.worker.log import Log
from convo.worker.worker import Worker

C = TypeVar("C", bound=Channel)
T = TypeVar("T")


def using(make: Callable[[], C], use: Callable[[C], Awaitable[T]], *, seconds: float = 20) -> T:
    """What some work with a channel gives, which must not take long; the channel is closed after it."""

    async def run() -> T:
        channel = make()
        try:
            async with asyncio.timeout(seconds):
                return await use(channel)
        finally:
            await channel.close()

    return asyncio.run(run())


def work(desk: Desk) -> None:
    """One round of the worker."""
    asyncio.run(Worker(desk, Log()).once())


def states(desk: Desk) -> list[str]:
    """The deliveries' states, the newest first."""
    return [each.status for each in desk.deliveries.list().items]
