"""Sends by one channel: claims what is due, keeps to its pace, and writes down what became of each message."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from convo import clock
from convo.channels.base import Capabilities, Channel, Outgoing
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.delivery.claiming import SEND_SECONDS
from convo.delivery.outcomes import Taken
from convo.desk.desk import Desk
from convo.desk.outbox import Claim
from convo.errors import ConvoError
from convo.model.transport import Post
from convo.worker.calls import Calls
from convo.worker.log import Log, trail
from convo.worker.pace import Pace
from convo.worker.receipts import HELD_SECONDS, Gone, Receipts
from convo.worker.setbacks import reason_of, wait_after
from convo.worker.tally import Tally

_LONGEST_REST = 30.0
_MOST = 20


class Sender:
    """One channel's way out."""

    def __init__(
        self, desk: Desk, calls: Calls, log: Log, channel: Channel, can: Capabilities, post: Post, tally: Tally
    ) -> None:
        self.desk = desk
        self.calls = calls
        self.log = log
        self.channel = channel
        self.can = can
        self.post = post
        self.tally = tally
        self.woken = asyncio.Event()
        self._pace = Pace(can.per_second, can.pause)
        self._rest_until = 0.0
        self._failures = 0
        self._stopping = False

    def rests(self) -> bool:
        """Whether the provider wants nothing of this channel for now."""
        return time.monotonic() < self._rest_until

    def stop(self) -> None:
        """Claim nothing more; what is being sent is finished."""
        self._stopping = True
        self.woken.set()

    async def run(self) -> None:
        """Send what becomes due until stopped."""
        while not self._stopping:
            self.woken.clear()
            try:
                worked = await self.send_due()
            except ConvoError as error:
                self.log.tell("the store could not be asked", channel=self.post.name, reason=error.message)
                worked = False
            if not worked and not self._stopping:
                await self._rest()

    async def once(self) -> None:
        """Send all that is due now."""
        while await self.send_due():
            pass

    async def send_due(self) -> bool:
        """Claim some of what is due and send it; whether there was any."""
        if self._stopping or self.rests():
            return False
        claim: Claim = await self.calls(self.desk.outbox.claim, self.post.channel_id, most=_MOST)
        receipts = Receipts(partial(self._write_sent, claim.token), HELD_SECONDS if self.can.resends_safely else 0)
        try:
            for place, letter in enumerate(claim.letters):
                if self._stopping or self.rests():
                    for rest in claim.letters[place:]:
                        await self._give_back(claim.token, rest, "its channel rests")
                    break
                await self._pace.keep(letter.recipient.value)
                await self._send(claim.token, letter, receipts)
        finally:
            await asyncio.shield(receipts.flush())
        return bool(claim.letters)

    async def _send(self, token: str, letter: Outgoing, receipts: Receipts) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                receipt = await self.channel.send(letter)
        except asyncio.CancelledError:
            await asyncio.shield(self._unsure(token, letter, "the program was stopped while it was being sent"))
            raise
        except SendRefused as refusal:
            self.tally.failed += 1
            ask, out = self.desk.outbox.refused, refusal.opted_out
            await self._write("refused", letter, refusal.reason, ask, token, letter, refusal.reason, opted_out=out)
        except SendLater as later:
            self.tally.put_off += 1
            if later.whole_channel:
                self._take_a_rest(later.retry_after)
            put_off = self.desk.outbox.later
            await self._write(
                "put off", letter, later.reason, put_off, token, letter, later.reason, retry_after=later.retry_after
            )
        except (ChannelDown, ChannelRefused) as trouble:
            await self._channel_fails(token, letter, trouble)
        except TimeoutError:
            await self._unsure(token, letter, "the provider did not answer in time")
        except SendUnsure as trouble:
            await self._unsure(token, letter, trouble.reason)
        except Exception as error:
            await self._unsure(token, letter, f"something unexpected went wrong: {reason_of(error)}")
        else:
            if (self._failures or self.post.failures) and not self.can.fetches:
                await self._quietly(self.desk.fetching.works_again, self.post)
                self.post = replace(self.post, failures=0)
            self._failures = 0
            self.tally.sent += 1
            took = round((time.monotonic() - began) * 1000)
            await receipts.add(Gone(letter, Taken(letter.delivery, receipt, clock.now()), took))

    async def _channel_fails(self, token: str, letter: Outgoing, trouble: Trouble) -> None:
        self._failures += 1
        self.tally.trouble = trouble.reason
        wait = wait_after(trouble, self._failures)
        self._take_a_rest(wait.total_seconds())
        await self._give_back(token, letter, trouble.reason)
        await self._quietly(self.desk.fetching.failed, self.post, trouble.reason, wait)

    async def _give_back(self, token: str, letter: Outgoing, reason: str) -> None:
        self.tally.put_off += 1
        rest = max(0.0, self._rest_until - time.monotonic())
        ask = self.desk.outbox.later
        await self._write("put off", letter, reason, ask, token, letter, reason, retry_after=rest, tried=False)

    async def _unsure(self, token: str, letter: Outgoing, reason: str) -> None:
        self.tally.failed += 1
        safe = self.can.resends_safely
        await self._write("unsure", letter, reason, self.desk.outbox.unsure, token, letter, reason, resends_safely=safe)

    async def _write_sent(self, token: str, gone: tuple[Gone, ...]) -> None:
        held = await self._quietly(self.desk.outbox.sent, token, [each.taken for each in gone])
        for each in gone:
            lost = held is not None and each.letter.delivery not in held
            self._tell("sent", each.letter, milliseconds=each.milliseconds, claim_lost=lost or None)

    async def _write(
        self, event: str, letter: Outgoing, reason: str, ask: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> None:
        """Write down what became of a message, and log it; a store that takes nothing leaves the claim to run out."""
        held = await self._quietly(ask, *args, **kwargs)
        self._tell(event, letter, reason=reason, claim_lost=True if held is False else None)

    def _tell(self, event: str, letter: Outgoing, **more: Any) -> None:
        self.log.tell(
            event,
            channel=self.post.name,
            trail=trail(self.post.channel_id, letter.answers, thread=letter.thread),
            delivery=letter.delivery,
            thread=letter.thread,
            attempt=letter.attempt,
            **more,
        )

    async def _quietly(self, ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return await self.calls(ask, *args, **kwargs)
        except ConvoError as error:
            self.log.tell("the store could not be told", channel=self.post.name, reason=error.message)
            return None

    def _take_a_rest(self, seconds: float | None) -> None:
        self._rest_until = max(self._rest_until, time.monotonic() + (seconds or 5.0))

    async def _rest(self) -> None:
        """Until something is due, or somebody says that there may be."""
        until = time.monotonic() + _LONGEST_REST
        try:
            due = await self.calls(self.desk.outbox.next_due, self.post.channel_id)
            if due is not None:
                until = min(until, time.monotonic() + (due - clock.now()).total_seconds())
        except ConvoError:
            pass
        until = max(until, self._rest_until)
        try:
            async with asyncio.timeout(max(0.05, until - time.monotonic())):
                await self.woken.wait()
        except TimeoutError:
            pass
