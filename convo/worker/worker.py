"""The worker: every channel at its own pace, rounds of what is due, and a look at the store whenever it changes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from convo.channels.registry import has_kind
from convo.desk.desk import Desk
from convo.errors import ConvoError
from convo.model.views import ChannelView
from convo.model.words import ChannelState
from convo.model.work_views import ChannelRound, WorkReport
from convo.worker.alone import Alone
from convo.worker.calls import Calls
from convo.worker.log import Log
from convo.worker.station import FINISH_SECONDS, Station

_LOOK = 5.0
_CALM = 1.0
"""How long after a change the channels are looked at: many of them are one look."""
_LOOKED_AGAIN = 15.0
"""After how long the channels are looked at when the store does not change: a secret stands outside of it."""


class Worker:
    """Does everything that must go on, on one desk.

    Of several workers on one store each does rounds, and one has the channels; another takes them when that one ends.
    """

    def __init__(self, desk: Desk, log: Log, *, every: float = 10.0, told: Callable[[WorkReport], None] | None = None):
        self.desk = desk
        self.desk.store.hold_little()
        self.log = log
        self._every = every
        self._told = told
        self._calls = Calls()
        self._alone = Alone(desk)
        self._changed = asyncio.Event()
        self._stations: dict[str, tuple[ChannelView, Station, asyncio.Task[None]]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is being sent and let go of everything."""
        self.log.tell("worker started", store=self.desk.store.location.engine)
        tasks = [asyncio.create_task(each()) for each in (self._rounds, self._watch, self._look_after_channels)]
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, stopped):
                task.cancel()
            self.desk.changes.close()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            await self._stop_stations(list(self._stations))
            self._alone.release()
            self._calls.close()
            self.log.tell("worker stopped")
        for each in found:
            if isinstance(each, Exception):
                raise each

    async def once(self) -> WorkReport:
        """One round: what every channel has, what is due to leave, and what time brings."""
        rounds: tuple[ChannelRound, ...] = ()
        try:
            if await self._alone.acquire():
                channels = await self._calls(self._ready)
                stations = [Station(self.desk, self._calls, self.log, view.name) for view in channels]
                await asyncio.gather(*(station.once() for station in stations))
                rounds = tuple(station.tally.view() for station in stations)
            report: WorkReport = await self._calls(self.desk.work.tick)
        finally:
            self._alone.release()
            self._calls.close()
        return report.with_channels(rounds)

    async def _rounds(self) -> None:
        while True:
            try:
                report = await self._calls(self.desk.work.tick)
                if self._told is not None and not report.idle:
                    self._told(report)
            except ConvoError as error:
                self.log.tell("a round failed", reason=error.message)
            await asyncio.sleep(self._every)

    async def _watch(self) -> None:
        """Wake the ways out when the store changes: there may be something to send."""
        while True:
            try:
                if await self._calls(self.desk.changes.wait, _LOOK):
                    self._changed.set()
                    for _, station, _ in self._stations.values():
                        station.wake()
            except ConvoError as error:
                self.log.tell("the store cannot be watched", reason=error.message)
                await asyncio.sleep(_LOOK)

    async def _look_after_channels(self) -> None:
        """Begin with channels that are added or resumed, and leave off those that are paused, changed or removed."""
        while True:
            self._changed.clear()
            try:
                if any(station.lost for _, station, _ in self._stations.values()):
                    # Our right to the channels has ended without a word, as a server's does that was restarted.
                    await self._stop_stations(list(self._stations))
                    self._alone.release()
                if await self._alone.acquire():
                    await self._follow(*await self._calls(self._seen))
            except ConvoError as error:
                self.log.tell("the channels cannot be looked after", reason=error.message)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOKED_AGAIN):
                    await self._changed.wait()
            await asyncio.sleep(_CALM)

    async def _follow(self, wanted: tuple[ChannelView, ...], fences: dict[int, int]) -> None:
        ready = {view.name: view for view in wanted}
        gone = [
            name
            for name, (view, station, task) in self._stations.items()
            if name not in ready
            or ready[name].config != view.config
            or task.done()
            or station.overtaken(fences.get(view.id))
        ]
        await self._stop_stations(gone)
        for name, view in ready.items():
            if name not in self._stations:
                station = Station(self.desk, self._calls, self.log, name)
                self._stations[name] = (view, station, asyncio.create_task(station.run()))

    async def _stop_stations(self, names: list[str]) -> None:
        held = [self._stations.pop(name) for name in names]
        for _, station, _ in held:
            station.stop()
        tasks = [task for _, _, task in held]
        if tasks:
            await asyncio.wait(tasks, timeout=2 * FINISH_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _seen(self) -> tuple[tuple[ChannelView, ...], dict[int, int]]:
        return self._ready(), self.desk.fetching.fences()

    def _ready(self) -> tuple[ChannelView, ...]:
        """The channels that work and are set up; those that only hold what was imported are not."""
        return tuple(
            view
            for view in self.desk.channels.accounts()
            if view.state == ChannelState.ACTIVE
            and has_kind(view.kind)
            and view.config
            and not self.desk.channels.missing(view.name)
        )
