"""The mouse: whatever a key does that the screen shows, a click on it does, too."""

import pytest
from textual.widget import Widget

from convo.desk.desk import Desk

from .piloting import MEDIUM, NARROW, WIDE, Screen, on_screen
from .test_work_actions import THREAD


async def click(screen: Screen, words: str, widget: Widget | str) -> None:
    """Click on words where a part of the screen shows them."""
    lines = screen.lines(widget)
    row = next(place for place, line in enumerate(lines) if words in line)
    await screen.pilot.click(widget, offset=(lines[row].index(words) + 1, row))  # type: ignore[arg-type]
    await screen.settled()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_line_of_keys_can_be_clicked(demo: Desk, size: tuple[int, int]) -> None:
    async def script(screen: Screen) -> None:
        await click(screen, "filter", "KeyLine")
        assert screen.shows("tag:vip", "#inbox-filter")
        await click(screen, "actions", "KeyLine")
        assert screen.shows("what to do")
        await screen.press("escape", "escape")
        await click(screen, "next", "KeyLine")
        assert screen.app.screen.query_one("#timeline").has_focus

    on_screen(demo, script, size)


def test_a_click_on_the_status_shows_the_channels(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await click(screen, "to leave", "StatusLine")
        assert screen.shows("Not delivered yet")

    on_screen(demo, script, MEDIUM)


def test_a_window_is_answered_or_left_by_clicks(demo: Desk) -> None:
    def blocked() -> bool:
        return demo.customers.show(demo.threads.show(THREAD).row.customer_id).blocked

    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        desk = screen.app.screen
        await screen.press("B")
        await click(screen, "no", "Answers")
        assert screen.app.screen is desk
        await screen.press("B")
        await screen.pilot.click(offset=(0, 0))
        await screen.settled()
        assert screen.app.screen is desk
        assert not blocked()
        await screen.press("B")
        await screen.pilot.click("#meaning")
        await click(screen, "yes", "Answers")
        assert blocked()

    on_screen(demo, script)


def test_a_click_on_the_way_of_a_reply_offers_the_others(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(13)
        await screen.pilot.click("#head")
        await screen.settled()
        await click(screen, "email", "Options")
        assert screen.shows("reply to Ana on email", "#compose")

    on_screen(demo, script, MEDIUM)
