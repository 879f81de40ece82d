"""What the screen does not do, so that it stays quick: counted in modules, calls and lines, never in time."""

import subprocess
import sys
from collections import Counter

import pytest
from textual import events

from convo.desk.desk import Desk
from convo.tui.inbox.rows import InboxRows
from convo.tui.lines.items_view import ItemsView
from convo.tui.screens.desk import DeskScreen

from .piloting import Screen, on_screen

_REPORT = "import sys, convo.commands.opening_screen, convo.tui.app; print(*sys.modules)"
_LATER = {"typer", "rapidfuzz", "lark", "textual_plotext", "plotext", "numpy", "httpx", "sqlmodel", "pydantic"}
_PARTS = {"keys.palette", "keys.help", "screens.search", "screens.rules", "screens.channels", "screens.dashboard"}


def test_the_app_and_its_opening_import_nothing_that_is_needed_later() -> None:
    done = subprocess.run([sys.executable, "-c", _REPORT], capture_output=True, text=True, timeout=60, check=True)
    modules = set(done.stdout.split())
    assert "convo.tui.screens.desk" in modules
    assert not modules & (_LATER | {f"convo.tui.{part}" for part in _PARTS})


def test_a_key_draws_the_two_rows_concerned_and_no_other(demo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Counter[int] = Counter()
    draw = ItemsView.render_line

    async def script(screen: Screen) -> None:
        rows = screen.app.screen.query_one(InboxRows)

        def counted(view: ItemsView[object], y: int) -> object:
            if view is rows:
                drawn[y] += 1
            return draw(view, y)

        assert len(rows.items) == 3
        monkeypatch.setattr(screen.app, "store_changed", lambda: None)  # what others change draws more
        monkeypatch.setattr(ItemsView, "render_line", counted)
        await screen.pilot.press("j")
        await screen.pilot.pause()
        assert rows.cursor == 1
        assert sorted(drawn) == [0, 1, 2, 3]  # of the two threads, not of the third or the blank lines below

    on_screen(demo, script)


def test_threads_passed_by_with_a_key_held_down_are_not_asked_for(demo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(screen: Screen) -> None:
        asked: Counter[str] = Counter()
        asker = screen.app.asker
        ask = asker.ask

        def counted(asking: object, topic: str, *rest: object, **named: object) -> None:
            asked[topic] += 1
            ask(asking, topic, *rest, **named)

        monkeypatch.setattr(asker, "ask", counted)
        desk = screen.app.screen
        assert isinstance(desk, DeskScreen)
        rows = desk.inbox.rows
        for key in "jk" * 25 + "j":
            screen.app.post_message(events.Key(key, key))
        await screen.until(lambda: desk.conversation.thread == rows.items[1].thread.id)
        await screen.settled()
        assert 1 <= asked["panel"] < 10  # the thread at rest, and what a change of the store makes be looked at again
        assert 1 <= asked["look"] < 10

    on_screen(demo, script)
