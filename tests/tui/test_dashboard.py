"""The dashboard: figures with their changes in words, plots where there is room, and what it says of an empty desk."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from convo import clock
from convo.desk.dashboard import Dashboard
from convo.desk.desk import Desk, open_desk
from convo.model.dashboard_views import Load
from convo.tui.screens.dashboard_words import counted, figure_lines, open_lines
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen


def test_figures_stand_beside_their_change_and_lines_beside_their_names(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("f6")
        for words in ("30 more than the 30 days before", "Open, by who has them", "of 20", "What they wrote about"):
            assert screen.shows(words)
        for plot, words in (("messages", "in"), ("response", "9 of 10 within"), ("mood", "mood"), ("sla", "breached")):
            assert screen.shows(words, f"#plot-{plot}")
        await screen.press("left_square_bracket")
        assert screen.shows("[7]")
        assert screen.shows("more than the 7 days before")
        await screen.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        assert screen.shows("[90]")
        await screen.press("3")
        assert screen.shows("[30]")
        demo.threads.reply(13, "It is ready.")
        await screen.until(lambda: screen.shows("13 more than the 30 days before"))
        await screen.press("escape")
        assert screen.app.screen.query("#inbox")

    on_screen(demo, script, WIDE)


def test_where_there_is_less_room_there_are_fewer_plots_and_then_none(demo: Desk) -> None:
    shown = {MEDIUM: {"plot-messages", "plot-response"}, NARROW: set[str]()}

    async def script(screen: Screen) -> None:
        await screen.press("f6")
        assert screen.shows("30 more than the 30 days before")
        plots = {one.id for one in screen.app.screen.query("#plots > *") if one.size.width}
        assert plots == shown[(screen.app.size.width, screen.app.size.height)]
        top = screen.app.screen.query_one("#all").scroll_offset.y
        await screen.press("j")
        assert screen.app.screen.query_one("#all").scroll_offset.y > top

    for size in shown:
        on_screen(demo, script, size)


def test_the_screen_says_that_it_counts_and_takes_keys_meanwhile(demo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    counts, show = Event(), Dashboard.show

    def slow(self: Dashboard, days: int = 30) -> object:
        assert counts.wait(30)
        return show(self, days)

    monkeypatch.setattr(Dashboard, "show", slow)

    async def script(screen: Screen) -> None:
        await screen.pilot.press("f6")
        await screen.until(lambda: screen.shows("counting…"))
        await screen.pilot.press("9")
        await screen.until(lambda: screen.shows("[90]"))
        assert screen.shows("counting…")
        counts.set()
        await screen.settled()
        assert screen.shows("more than the 90 days before")
        assert not screen.shows("counting…")

    on_screen(demo, script)


def test_an_empty_desk_is_told_kindly(tmp_path: Path) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("f6")
        assert screen.shows("Nothing has come yet")
        assert not screen.app.screen.query_one("#plots").display

    with clock.fixed(datetime(2026, 11, 17, 12, tzinfo=UTC)), open_desk(tmp_path / "new.convo", create=True) as desk:
        for size in (WIDE, NARROW):
            on_screen(desk, script, size)


def test_changes_are_told_in_words(demo: Desk) -> None:
    assert counted(12, 0, "the 30 days before") == "12 more than the 30 days before"
    assert counted(1000, 2500, "the day before") == "1,500 fewer than the day before"
    assert counted(3, 3, "the 7 days before") == "as many as in the 7 days before"
    assert counted(0, 0, "the 7 days before") == "none, as in the 7 days before"
    view = demo.dashboard.show(30)
    before = replace(view.before, first_response_median=3600.0, first_response_p90=60.0, sentiment=-0.9)
    said = [text.plain for text in figure_lines(replace(view, before=before), 120)]
    assert any(words.endswith("32 min faster than the 30 days before") for words in said)
    assert any(words.endswith("15 h 9 min slower than the 30 days before") for words in said)
    assert any("mixed" in words and words.endswith("0.86 better than the 30 days before") for words in said)
    assert all(text.cell_len <= 30 for text in figure_lines(view, 30))


def test_whoever_has_all_they_can_take_is_said_to_be_full(demo: Desk) -> None:
    loads = (Load("kim\x1b[2J[bold]", 20, 20), Load("alex", 0, 0), Load(None, 3, None))
    said = [text.plain for text in open_lines(replace(demo.dashboard.show(30), loads=loads), 40)]
    assert [words.split()[0] for words in said if "full" in words] == ["kim␛[2J[bol…", "alex"]
    assert not any("\x1b" in words for words in said)


def test_what_draws_plots_is_loaded_with_the_dashboard_only() -> None:
    code = "import sys, convo.tui.app, convo.tui.screens.dashboard; sys.exit('plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
