"""Fetches from one channel: what came is stored before the provider hears of it, and trouble is tried again later."""

import asyncio
from dataclasses import replace

from convo import clock
from convo.channels.base import Channel, Fetched
from convo.channels.trouble import ChannelDown, Trouble
from convo.desk.desk import Desk
from convo.errors import Conflict, ConvoError
from convo.intake.line import Received
from convo.model.envelope import Envelope
from convo.model.transport import Post
from convo.model.words import LedgerOutcome
from convo.worker.calls import Calls
from convo.worker.log import Log, trail
from convo.worker.setbacks import reason_of, wait_after
from convo.worker.tally import Tally

WAIT = 50.0
"""How long a fetch may wait for something new, in seconds."""
_OVERTIME = 120.0


class Fetcher:
    """One channel's way in."""

    def __init__(self, desk: Desk, calls: Calls, log: Log, channel: Channel, post: Post, tally: Tally) -> None:
        self.desk = desk
        self.calls = calls
        self.log = log
        self.channel = channel
        self.post = post
        self.tally = tally

    async def run(self) -> None:
        """Fetch until cancelled; raises Conflict once another worker has the channel."""
        await self._until_next()
        while True:
            await self.fetch(WAIT)
            await self._until_next()

    async def once(self) -> None:
        """Fetch all that is waiting now, without waiting for more; nothing while it is not its time again."""
        if self.post.next_at is None or self.post.next_at <= clock.now():
            while await self.fetch(0.0):
                pass

    async def fetch(self, wait: float) -> bool:
        """One fetch, with what comes of it; whether more is waiting now."""
        try:
            async with asyncio.timeout(wait + _OVERTIME):
                fetched = await self.channel.fetch(self.post.cursor, wait=wait)
                received = await self.calls(self.desk.fetching.keep, self.post, fetched)
                self._told(fetched, received)
                self.post = replace(self.post, cursor=fetched.cursor, failures=0, next_at=None)
                await self.channel.stored(fetched)
            return fetched.more
        except Conflict:
            raise
        except TimeoutError:
            await self._failed(ChannelDown("it did not answer in time"))
        except (Trouble, ConvoError, OSError) as error:
            await self._failed(error)
        except Exception as error:
            await self._failed(ChannelDown(f"something unexpected went wrong: {type(error).__name__}"), error)
        return False

    async def _until_next(self) -> None:
        at = self.post.next_at
        if at is not None:
            await asyncio.sleep(max(0.0, (at - clock.now()).total_seconds()))

    async def _failed(self, trouble: Exception, cause: BaseException | None = None) -> None:
        failures = self.post.failures + 1
        reason = reason_of(trouble)
        wait = wait_after(trouble, failures)
        self.log.tell(
            "fetching failed",
            channel=self.post.name,
            reason=reason,
            failures=failures,
            seconds=round(wait.total_seconds(), 1),
            cause=None if cause is None else type(cause).__name__,
        )
        self.tally.trouble = reason
        self.post = replace(self.post, failures=failures, next_at=clock.now() + wait)
        try:
            await self.calls(self.desk.fetching.failed, self.post, reason, wait)
        except Conflict:
            raise
        except ConvoError as error:
            self.log.tell("the store could not be told", channel=self.post.name, reason=error.message)

    def _told(self, fetched: Fetched, received: tuple[Received, ...]) -> None:
        self.tally.count(received)
        for item, one in zip(fetched.items, received, strict=True):
            self.log.tell(
                one.outcome.value,
                channel=self.post.name,
                trail=trail(self.post.channel_id, getattr(item, "external_id", None), thread=one.thread_id),
                message=one.message_id,
                thread=one.thread_id,
                reason=one.reason if one.outcome != LedgerOutcome.STORED else None,
                automatic=item.automatic or None if isinstance(item, Envelope) else None,
            )
