"""Catches up with every conversation in the background: what was said while nobody listened, or was lost on the way."""

import asyncio
import time
from collections import deque
from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta

from convo import clock
from convo.channels.slack.api import Api, Declined
from convo.channels.slack.history import Chapter, Found, read_chapter
from convo.channels.slack.progress import Progress
from convo.channels.slack.rooms import Rooms
from convo.channels.slack.stamps import order, stamp_of

_AGAIN = 1800.0
"""After how many seconds all conversations are read again though no connection broke."""
_SOONEST = 60.0
_BACK_FIRST, _BACK_LATER = timedelta(days=14), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _End:
    begun: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of what was found, and how far everything is read once that is stored."""

    found: tuple[Found, ...]
    progress: Progress
    chapters: int
    rest: int


class CatchingUp:
    """Reads all conversations when that is due, a few ahead of what is taken; sets `woken` when something is there."""

    def __init__(self, api: Api, rooms: Rooms, woken: asyncio.Event) -> None:
        self._api = api
        self._rooms = rooms
        self._woken = woken
        self._ready: deque[Chapter | _End] = deque()
        self._taken = 0
        self._room = asyncio.Semaphore(2)
        self._task: asyncio.Task[None] | None = None
        self._due = True
        self._begun_at = -_SOONEST
        self._back = _BACK_FIRST

    @property
    def active(self) -> bool:
        """Whether there is, or will be, something to take."""
        return self._due or self._task is not None or bool(self._ready)

    def wanted(self) -> None:
        """Something may have been missed: read everything again, soon."""
        self._due = True

    def begin_if_due(self, progress: Progress) -> None:
        """Begin to read from where `progress` stands, when that is due; raises what an earlier reading ended with."""
        if self._task is not None and self._task.done():
            ended, self._task = self._task, None
            if ended.exception() is not None:
                self._due, self._begun_at = True, -_SOONEST
                self._forget()
                ended.result()
        since = time.monotonic() - self._begun_at
        if self._task is not None or self._ready or since < _SOONEST or not (self._due or since > _AGAIN):
            return
        self._due, self._begun_at = False, time.monotonic()
        self._forget()
        self._task = asyncio.create_task(self._read_all(progress, self._back))
        self._back = _BACK_LATER

    def portion(self, progress: Progress, most: int, stored: Container[str]) -> Portion | None:
        """The next of what was found, without what is `stored`, or None; `take` makes it go."""
        found: list[Found] = []
        chapters, offset = 0, self._taken
        for each in self._ready:
            if isinstance(each, _End):
                progress = progress.all_read(each.begun, each.channels)
            else:
                left = each.found[offset:]
                for place, one in enumerate(left):
                    if len(found) == most:
                        done = offset + place
                        if done:
                            at = min(each.found[done - 1].at, each.upto, key=order)
                            progress = progress.read(each.channel, at)
                        return Portion(tuple(found), progress, chapters, done)
                    progress = progress.heard(one.root, one.at)
                    if one.key not in stored:
                        found.append(one)
                progress = progress.read(each.channel, each.upto)
            chapters, offset = chapters + 1, 0
        return Portion(tuple(found), progress, chapters, 0) if chapters else None

    def take(self, portion: Portion) -> None:
        """A portion is in the store."""
        for _ in range(portion.chapters):
            self._ready.popleft()
            self._room.release()
        self._taken = portion.rest

    async def close(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _forget(self) -> None:
        self._ready.clear()
        self._taken = 0
        self._room = asyncio.Semaphore(2)

    async def _read_all(self, progress: Progress, back: timedelta) -> None:
        try:
            begun, channels = stamp_of(clock.now(), before=timedelta(minutes=1)), list[str]()
            async for channel in self._rooms.all():
                channels.append(channel)
                after, more = progress, True
                while more:
                    await self._room.acquire()
                    try:
                        chapter = await read_chapter(self._api, channel, after, back)
                    except Declined:  # nobody may read it any more
                        self._room.release()
                        break
                    self._ready.append(chapter)
                    self._woken.set()
                    after, more = after.read(channel, chapter.upto), chapter.more
            await self._room.acquire()
            self._ready.append(_End(begun, tuple(channels)))
        finally:
            self._woken.set()
