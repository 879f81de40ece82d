"""Keys that come faster than their effects: each finds the screen as the one before it left it."""

from convo.desk.desk import Desk
from convo.tui.screens.desk import DeskScreen

from .piloting import Screen, on_screen

THREAD = 12


def test_what_is_typed_into_a_window_does_not_miss_it(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.burst("p", *"urg", "enter", "a", *"alex", "enter")
        row = demo.threads.show(THREAD).row
        assert (row.status, row.assignee, row.priority) == ("open", "alex", "urgent")
        await screen.burst("u", "u")
        row = demo.threads.show(THREAD).row
        assert (row.assignee, row.priority) == (None, "normal")

    on_screen(demo, script)


def test_a_snippet_typed_in_one_go_lands_in_the_reply_and_without_snippets_escape_keeps_its_letters(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        desk = screen.app.screen
        assert isinstance(desk, DeskScreen)
        await screen.at(THREAD)
        name = demo.snippets.list()[0].name
        await screen.burst("r", *f"Hi ;{name}", "enter")
        assert desk.writing.box.text == f"Hi {demo.snippets.render(name, THREAD)}"
        for one in demo.snippets.list():
            demo.snippets.remove(one.name)
        await screen.burst("ctrl+end", *" ;-) so", "escape")
        assert desk.writing.box.text.endswith(" ;-) so")
        await screen.burst("escape")
        assert demo.drafts.kept(THREAD)[0].body == desk.writing.box.text

    on_screen(demo, script)
