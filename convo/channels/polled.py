"""A channel that is looked at every few seconds: all of the contract but how to look and how to send."""

import asyncio
from abc import ABC, abstractmethod

from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request
from convo.channels.trouble import Trouble
from convo.errors import NotAllowed


class PolledChannel(ABC):
    """What a kind's channel begins with that is told of nothing, and that needs neither goodbye nor acknowledgement."""

    every: float = 5.0
    """How many seconds pass between two looks."""

    @abstractmethod
    async def look(self, cursor: Cursor) -> Fetched:
        """What is there now after a cursor, without waiting; raises ChannelDown, ChannelRefused."""

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send one message; see `convo.channels.base.Channel`."""

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """Look until there is something, or the time is over."""
        until = asyncio.get_running_loop().time() + wait
        while True:
            fetched = await self.look(cursor)
            left = until - asyncio.get_running_loop().time()
            if left <= 0 or fetched != Fetched(cursor=cursor):
                return fetched
            await asyncio.sleep(min(self.every, left))

    async def stored(self, fetched: Fetched) -> None:  # noqa: B027 - a kind may do more
        """Nobody has to be told."""

    async def receive(self, request: Request) -> Fetched:
        """Nothing is pushed."""
        raise NotAllowed("nothing is pushed to this channel: convo work looks for what came")

    async def check(self) -> tuple[Check, ...]:
        """Whether it can be looked at, which leaves no trace; raises nothing."""
        try:
            await self.look({})
        except Trouble as trouble:
            return (Check("receiving", trouble.reason),)
        except Exception as error:  # a check tells what is wrong, whatever it is
            return (Check("receiving", f"something unexpected went wrong: {type(error).__name__}"),)
        return (Check("receiving"),)

    async def close(self) -> None:  # noqa: B027 - a kind may have something open
        """Nothing is open."""
