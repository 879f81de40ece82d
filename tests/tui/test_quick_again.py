"""What the screen does not do again: search for garbage, ask what is overtaken, style or draw what stays as it is."""

import gc
import sys
from collections import Counter
from pathlib import Path
from threading import Event

import pytest
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen as TextualScreen

from convo.desk.desk import Desk
from convo.model.inbox_views import InboxPage
from convo.tui.collecting import collecting_later
from convo.tui.inbox.sought import Sought
from convo.tui.screens.desk import DeskScreen

from .piloting import Screen, on_screen
from .process import ScreenProcess

_COUNTED = """
import gc, sys
from convo.commands.main import main
searched = open(sys.argv[1], "w")
gc.callbacks.append(lambda phase, about: print(about["generation"], phase, file=searched, flush=True))
sys.exit(main(["tui"]))
"""


def test_no_garbage_is_searched_for_until_the_screen_shows_its_threads(demo: Desk, tmp_path: Path) -> None:
    told = tmp_path / "searched"
    command = (sys.executable, "-c", _COUNTED, str(told))
    with ScreenProcess(demo.store.location.path or "", command=command, env={"CONVO_OPERATOR": "kim"}) as screen:
        screen.until_said("Ana Ruiz")
        assert told.read_text().count("start") < 10  # before the screen begins to open; hundreds otherwise


def test_garbage_is_searched_for_once_the_screen_is_open(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.until(gc.isenabled)
        assert gc.get_freeze_count() > 0

    try:
        with collecting_later():
            on_screen(demo, script)
    finally:
        gc.unfreeze()
    assert gc.isenabled()


def test_of_lists_that_are_slow_to_come_one_is_under_way_and_only_the_last_is_asked_next(
    demo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = Event(), []
    listed = demo.inbox.list

    def slow(query: str = "", **rest: object) -> InboxPage:
        asked.append(query)
        assert gate.wait(60)
        return listed(query, **rest)  # type: ignore[arg-type]

    async def script(screen: Screen) -> None:
        threads = screen.app.screen.query_one("ThreadList")
        monkeypatch.setattr(demo.inbox, "list", slow)
        monkeypatch.setattr(screen.app, "store_changed", lambda: None)  # what others change is another question
        try:
            threads.open(Sought("is:open"))  # type: ignore[attr-defined]
            await screen.until(lambda: len(asked) == 1)
            for query in ("is:open wheel", "is:open bell", "tag:none"):
                threads.open(Sought(query))  # type: ignore[attr-defined]
            await screen.pilot.pause()
        finally:
            gate.set()
        await screen.settled()
        assert asked == ["is:open", "tag:none"]
        assert threads.query_shown == "tag:none"  # type: ignore[attr-defined]

    on_screen(demo, script)


def test_opening_a_thread_styles_each_part_a_few_times_and_draws_the_whole_screen_never(
    demo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(screen: Screen) -> None:
        desk = screen.app.screen
        assert isinstance(desk, DeskScreen)
        styled: Counter[str] = Counter()
        apply, refresh = Stylesheet.apply, TextualScreen.refresh
        whole = []

        def counted(sheet: Stylesheet, node: object, **rest: object) -> None:
            styled[getattr(node, "id", None) or type(node).__name__] += 1
            apply(sheet, node, **rest)  # type: ignore[arg-type]

        def all_of_it(one: TextualScreen[object], *rest: object, **named: object) -> object:
            whole.append(rest)
            return refresh(one, *rest, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(Stylesheet, "apply", counted)
        monkeypatch.setattr(TextualScreen, "refresh", all_of_it)
        await screen.press("enter")
        assert desk.conversation.query_one("#timeline").has_focus
        assert not whole
        assert not styled["panes"]
        assert styled["status"] == 0
        assert styled["glance"] == 0

    on_screen(demo, script)


def test_what_others_change_elsewhere_draws_no_row_and_asks_for_no_suggestion(
    demo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(screen: Screen) -> None:
        desk = screen.app.screen
        assert isinstance(desk, DeskScreen)
        done: Counter[str] = Counter()
        ask = screen.app.asker.ask

        def counted(asking: object, topic: str, *rest: object, **named: object) -> None:
            done[topic] += 1
            ask(asking, topic, *rest, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(screen.app.asker, "ask", counted)
        for part in (desk.inbox.rows, desk.customer.query_one("#glance"), desk.conversation.timeline):
            monkeypatch.setattr(part, "set_items", lambda *rest, **named: done.update(["drawn"]))
        desk.refresh_from_store()
        await screen.settled()
        # More than once where the screen hears of its own presence meanwhile.
        assert min(done["refresh"], done["panel"], done["look"]) >= 1
        assert not done["drawn"]
        assert not done["suggestions"]

    on_screen(demo, script)
