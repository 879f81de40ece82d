"""A desk that answers nothing for now: keys still move the cursor and type letters."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from convo.desk.desk import Desk
from tests.tui.piloting import Screen, on_screen


class Stuck(ThreadPoolExecutor):
    """Threads whose calls wait for an event."""

    def __init__(self, gate: Event, workers: int) -> None:
        super().__init__(workers)
        self._gate = gate

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Call it when the event has come."""

        def late() -> Any:
            assert self._gate.wait(60)
            return fn(*args, **kwargs)

        return super().submit(late)


def test_keys_move_and_letters_stand_while_no_call_is_answered(demo: Desk) -> None:
    gate = Event()

    async def script(screen: Screen) -> None:
        asker, desk = screen.app.asker, screen.app.screen
        for old in (asker._readers, asker._writer):
            old.shutdown(wait=True)
        asker._readers, asker._writer = Stuck(gate, 3), Stuck(gate, 1)
        rows, box = desk.inbox.rows, desk.writing.box  # type: ignore[attr-defined]
        try:
            before = rows.cursor
            await screen.pilot.press("j")
            assert rows.cursor == before + 1
            await screen.pilot.press("k")
            assert rows.cursor == before
            await screen.pilot.press("r", "h", "e", "y", "question_mark")
            assert box.text == "hey?"
            assert screen.shows("hey?")
            await screen.pilot.press("escape", "question_mark")
            await screen.pilot.pause()
            assert screen.shows("Keys")
            await screen.pilot.press("escape")
            assert asker.pending > 0
            assert not demo.drafts.mine()
        finally:
            gate.set()
        await screen.settled()
        assert [one.body for one in demo.drafts.mine()] == ["hey?"]

    on_screen(demo, script)


def test_the_keys_of_an_empty_conversation_lead_nowhere_and_end_nothing(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        timeline = screen.app.screen.query_one("#timeline")
        await screen.press("slash", *"zzzz", "enter")
        await screen.until(lambda: not timeline.items)  # type: ignore[attr-defined]
        timeline.focus()
        await screen.press("G", "g", "j", "k", "ctrl+d", "ctrl+u", "z", "o", "w", "y", "l", "enter", "G")
        assert screen.shows("filter")

    on_screen(demo, script)


def test_a_conversation_that_is_long_in_coming_holds_nothing_else_back(demo: Desk) -> None:
    gate = Event()

    async def script(screen: Screen) -> None:
        asker, inbox = screen.app.asker, screen.app.screen.inbox  # type: ignore[attr-defined]
        asker._readers.shutdown(wait=True)
        asker._readers = Stuck(gate, 3)
        try:
            await screen.pilot.press("j", "enter")
            await screen.until(lambda: not inbox.rows.has_focus)
            await screen.until(lambda: screen.app._batch_count == 0)
        finally:
            gate.set()
        await screen.settled()
        assert screen.app._batch_count == 0

    on_screen(demo, script)
