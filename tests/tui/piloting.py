"""Runs the screen in a test: keys go in, and nothing is looked at before everything asked has been answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from rich.segment import Segment
from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.widget import Widget

from convo.desk.desk import Desk
from convo.tui.app import ConvoApp
from convo.tui.screens.desk import DeskScreen

SECONDS = 30.0
WIDE, MEDIUM, NARROW = (120, 40), (80, 24), (50, 20)


class Screen:
    """The screen of one test: `press` keys, `type` words, and read what it `shows`."""

    def __init__(self, app: ConvoApp, pilot: "Pilot[None]") -> None:
        self.app = app
        self.pilot = pilot

    async def settled(self) -> None:
        """Wait until every call on the desk is answered and everything is drawn."""
        async with asyncio.timeout(SECONDS):
            while True:
                await self.pilot.pause()
                if self.app.asker.pending == 0:
                    await self.pilot.pause()
                    if self.app.asker.pending == 0:
                        return
                await asyncio.sleep(0.005)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(SECONDS):
            while not holds():
                await self.pilot.pause()
                await asyncio.sleep(0.005)

    async def press(self, *keys: str) -> None:
        """Press keys, one after another, each when the one before has had its effect."""
        for key in keys:
            self._send(key)
            await self.settled()

    async def type(self, words: str) -> None:
        """Type words where the cursor is."""
        for letter in words:
            self._send("enter" if letter == "\n" else letter)
            for _ in range(2):  # to the app, and from there to what has the focus
                await self.pilot._wait_for_screen()
        await self.settled()

    async def burst(self, *keys: str) -> None:
        """Keys that come all at once, as over a slow line, then wait for what they do."""
        for key in keys:
            self._send(key)
        await self.settled()

    def _send(self, key: str) -> None:
        """A key as the terminal sends it. The pilot's own `press` waits a while for each, though nothing is to do."""
        named = _character_to_key(key) if len(key) == 1 else key
        driver = self.app._driver
        assert driver is not None
        event = events.Key(named, key if len(key) == 1 else key_to_character(named))
        event.set_sender(self.app)
        driver.send_message(event)

    async def at(self, thread: int) -> None:
        """Put the inbox's cursor on a thread, in the first view that has it, and wait until all of it is shown."""
        desk = self.app.screen
        assert isinstance(desk, DeskScreen)
        for _ in range(9):
            place = desk.inbox.rows.place_of(thread)
            if place is not None:
                desk.inbox.rows.focus()
                desk.inbox.rows.move_to(place)
                await self.until(lambda: desk.conversation.thread == thread == desk.writing.thread)
                await self.settled()
                return
            await self.press("right_square_bracket")
        raise AssertionError(f"thread {thread} is in no view")

    def lines(self, widget: Widget | str | None = None) -> list[str]:
        """What the screen, or one widget of it, shows: a text per line, blanks at the ends gone."""
        compositor = self.app.screen._compositor
        strips = [list(strip) for strip in compositor.render_strips()]
        if widget is None:
            return [_text(strip).rstrip() for strip in strips]
        found = self.app.screen.query_one(widget) if isinstance(widget, str) else widget
        region = found.region
        rows = strips[region.y : region.bottom]
        return [_cells(_text(row), region.x, region.right).rstrip() for row in rows]

    def shows(self, words: str, widget: Widget | str | None = None) -> bool:
        """Whether these words stand somewhere on the screen, or in a widget of it."""
        return words in "\n".join(self.lines(widget))


def _text(strip: list[Segment]) -> str:
    return "".join(segment.text for segment in strip)


def _cells(text: str, first: int, end: int) -> str:
    from rich.cells import cell_len

    at, shown = 0, ""
    for letter in text:
        if first <= at < end:
            shown += letter
        at += cell_len(letter)
    return shown


def _previewed(app: ConvoApp) -> bool:
    """Whether the conversation shows the thread under the inbox's cursor."""
    desk = app.screen
    row = desk.inbox.current if isinstance(desk, DeskScreen) else None
    return row is None or not isinstance(desk, DeskScreen) or desk.conversation.thread == row.thread.id


@asynccontextmanager
async def screen_of(desk: Desk, size: tuple[int, int] = WIDE) -> AsyncIterator[Screen]:
    """The screen on a desk, at so many columns and lines, everything loaded."""
    app = ConvoApp(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        screen = Screen(app, pilot)
        await screen.settled()
        await screen.until(lambda: _previewed(app))
        await screen.settled()
        yield screen


def on_screen(desk: Desk, script: Callable[[Screen], Awaitable[None]], size: tuple[int, int] = WIDE) -> None:
    """Run a script on the screen of a desk."""

    async def run() -> None:
        async with screen_of(desk, size) as screen:
            await script(screen)

    asyncio.run(run())
