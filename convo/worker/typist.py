"""Shows the customers of one channel that somebody writes to them; what goes wrong with that disturbs nothing else."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from convo import clock
from convo.channels.base import Capabilities, ShowsTyping, Typing
from convo.desk.desk import Desk
from convo.model.transport import Post
from convo.worker.calls import Calls
from convo.worker.log import Log
from convo.worker.pace import Pace
from convo.worker.setbacks import reason_of

_LOOKED_AGAIN = 3.0
"""After how many seconds it is looked again while somebody writes: that they stopped changes no store."""
_CALM = 0.5
"""How long after a look the next one is: many changes of the store are one."""
_SAID_AGAIN = 0.8
"""The part of the time for which it is shown after which it is said again."""
_LEAST = 4.0
"""How many seconds pass at least between two times that it is said in one place."""
_SECONDS = 5.0
"""How long a provider may take to be told."""
_PART = 0.2
"""The part of the provider's pace that is left to this, so that messages have the rest."""
_REST = 60.0
"""How many seconds nothing is shown after something went wrong."""

Place: TypeAlias = tuple[str, str, str | None]
"""Where it is shown: the kind and value of the recipient, and the thread's key; several of our threads can share it."""


def lets_show(can: Capabilities, wanted: str) -> bool:
    """Whether the setting `channels.typing` (auto, on or off) wants it shown by a channel that can do that."""
    return can.typing > 0 and (wanted == "on" or (wanted == "auto" and not can.typing_reads))


@dataclass(slots=True)
class _Shown:
    """What is shown in a place, and since when it was said last."""

    typing: Typing
    at: datetime
    ended: bool = False


class Typist:
    """One channel's; looks when woken, and while somebody writes. `rests` says that the provider wants nothing now."""

    def __init__(
        self,
        desk: Desk,
        calls: Calls,
        log: Log,
        channel: ShowsTyping,
        can: Capabilities,
        post: Post,
        rests: Callable[[], bool],
    ) -> None:
        self.desk = desk
        self.calls = calls
        self.log = log
        self.channel = channel
        self.can = can
        self.post = post
        self.rests = rests
        self.woken = asyncio.Event()
        self._pace = Pace(can.per_second * _PART, 0.0)
        self._shown: dict[Place, _Shown] = {}

    async def run(self) -> None:
        """Look at each wake, until cancelled."""
        while True:
            self.woken.clear()
            try:
                wait = await self.look()
            except Exception as error:
                slow = isinstance(error, TimeoutError)
                reason = "the provider did not answer in time" if slow else reason_of(error)
                self.log.tell("typing not shown", channel=self.post.name, reason=reason)
                self._shown.clear()
                await asyncio.sleep(max(_REST, getattr(error, "retry_after", None) or 0.0))
                continue
            await asyncio.sleep(_CALM)
            with suppress(TimeoutError):
                async with asyncio.timeout(None if wait is None else wait - _CALM):
                    await self.woken.wait()

    async def look(self) -> float | None:
        """Say what changed to the provider; after how many seconds it is to be looked again even if nobody wakes it.

        None: nobody is shown anything, so that this can wait.
        """
        if self.rests():
            return _LOOKED_AGAIN if self._shown else None
        found = await self.calls(self.desk.presence.typing, self.post.channel_id)
        writing = {(each.recipient.kind, each.recipient.value, each.thread_key): each for each in found}
        for place, shown in list(self._shown.items()):
            if place not in writing:
                await self._end(place, shown)
        for place, typing in writing.items():
            await self._show(place, typing)
        if not self._shown:
            return None
        due = min(map(self._due, self._shown.values())) - clock.now()
        return max(_CALM, min(_LOOKED_AGAIN, due.total_seconds()))

    def _due(self, shown: _Shown) -> datetime:
        """When it may be said again in a place, or forgotten that it was."""
        lasts = _LEAST if shown.ended else max(_LEAST, self.can.typing * _SAID_AGAIN)
        return shown.at + timedelta(seconds=lasts)

    async def _show(self, place: Place, typing: Typing) -> None:
        shown = self._shown.get(place)
        if shown is not None and clock.now() < self._due(shown):
            return
        await self._pace.keep(typing.recipient.value)
        self._shown[place] = _Shown(typing, clock.now())
        async with asyncio.timeout(_SECONDS):
            await self.channel.show_typing(typing)

    async def _end(self, place: Place, shown: _Shown) -> None:
        if not shown.ended:
            shown.ended = True
            async with asyncio.timeout(_SECONDS):
                await self.channel.end_typing(shown.typing)
        if clock.now() >= self._due(shown):
            del self._shown[place]
