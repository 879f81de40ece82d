"""One channel at work: its way in and its way out, opened anew when either breaks, alone until it is stopped."""

import asyncio
from contextlib import suppress

from convo.channels.base import Capabilities, Channel, ShowsTyping
from convo.desk.desk import Desk
from convo.desk.ways import facts_of
from convo.errors import Conflict, ConvoError
from convo.model.transport import Post
from convo.worker.calls import Calls
from convo.worker.fetcher import Fetcher
from convo.worker.log import Log
from convo.worker.sender import Sender
from convo.worker.setbacks import reason_of
from convo.worker.tally import Tally
from convo.worker.typist import Typist, lets_show

FINISH_SECONDS = 10.0
"""How long what is being sent may take to end when the worker is stopped."""
_OPENED_AGAIN = 30.0


class Station:
    """A channel that a worker has taken over."""

    def __init__(self, desk: Desk, calls: Calls, log: Log, name: str) -> None:
        self.desk = desk
        self.calls = calls
        self.log = log
        self.name = name
        self.tally = Tally(name)
        self.lost = False
        """Whether another worker has taken the channel over."""
        self._fence: int | None = None
        self._sender: Sender | None = None
        self._typist: Typist | None = None
        self._stopping = False

    def wake(self) -> None:
        """Something changed in the store: perhaps a message is to be sent, or somebody begins to write one."""
        for each in (self._sender, self._typist):
            if each is not None:
                each.woken.set()

    def overtaken(self, fence: int | None) -> bool:
        """Whether somebody else has taken the channel over, as its fence shows: it has to be opened anew."""
        return fence is not None and self._fence is not None and fence > self._fence

    def stop(self) -> None:
        """Fetch and claim nothing more; `run` ends once what is being sent is."""
        self._stopping = True
        if self._sender is not None:
            self._sender.stop()

    async def run(self) -> None:
        """Work until stopped, cancelled or `lost`, and open the channel anew whenever something unforeseen ends it."""
        while not self._stopping:
            try:
                await self._work()
            except Conflict as error:
                self.lost = True
                self.log.tell("channel lost", channel=self.name, reason=error.message)
                return
            except ConvoError as error:
                self.log.tell("channel stopped", channel=self.name, reason=error.message)
            except Exception as error:
                self.log.tell("channel stopped", channel=self.name, reason=reason_of(error), cause=type(error).__name__)
            if not self._stopping:
                await asyncio.sleep(_OPENED_AGAIN)

    async def once(self) -> None:
        """Fetch what is waiting, and send what is due."""
        try:
            channel, post, can = await self._open()
        except ConvoError as error:
            self.tally.trouble = error.message
            self.log.tell("channel not opened", channel=self.name, reason=error.message)
            return
        try:
            if can.fetches:
                await Fetcher(self.desk, self.calls, self.log, channel, post, self.tally).once()
            await Sender(self.desk, self.calls, self.log, channel, can, post, self.tally).once()
        except ConvoError as error:
            self.tally.trouble = error.message
        finally:
            await channel.close()

    async def _open(self) -> tuple[Channel, Post, Capabilities]:
        channel = await self.calls(self.desk.channels.open, self.name)
        post = await self.calls(self.desk.fetching.take_over, self.name)
        self._fence = post.fence
        return channel, post, facts_of(post.kind, post.config)

    async def _work(self) -> None:
        channel, post, can = await self._open()
        self.log.tell("channel opened", channel=self.name)
        self._sender = Sender(self.desk, self.calls, self.log, channel, can, post, self.tally)
        fetcher = Fetcher(self.desk, self.calls, self.log, channel, post, self.tally)
        sending = asyncio.create_task(self._sender.run())
        fetching = asyncio.create_task(fetcher.run()) if can.fetches else None
        typing = self._begin_typing(channel, can, post, self._sender)
        tasks = {sending} | ({fetching} if fetching else set())
        try:
            if self._stopping:
                self._sender.stop()
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._sender.stop()
            for each in (fetching, typing):
                if each is not None:
                    each.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(FINISH_SECONDS):
                    await asyncio.wait(tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, *filter(None, (typing,)), return_exceptions=True)
            self._sender = self._typist = None
            await channel.close()

    def _begin_typing(
        self, channel: Channel, can: Capabilities, post: Post, sender: Sender
    ) -> asyncio.Task[None] | None:
        """Show customers that somebody writes to them, where the channel can and that is wanted."""
        if not isinstance(channel, ShowsTyping) or not lets_show(can, self.desk.settings.channels.typing):
            return None
        self._typist = Typist(self.desk, self.calls, self.log, channel, can, post, sender.rests)
        return asyncio.create_task(self._typist.run())
