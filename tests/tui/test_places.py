"""The other screens: search finds while one types and leads to the thread, channels say how they are."""

from convo.desk.desk import Desk
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen

SIZES = (WIDE, MEDIUM, NARROW)


def test_search_finds_while_one_types_and_opens_the_thread(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("f3")
        await screen.type("wobbly")
        assert screen.shows("found")
        assert screen.shows("Re: Wobbly")
        await screen.press("enter", "down", "enter")
        assert screen.app.screen.conversation.thread == 7  # type: ignore[attr-defined]
        await screen.press("f3")
        await screen.type("colour:red")
        assert screen.shows("there is no field colour:")
        await screen.press("escape")
        assert screen.app.screen.id != "search"

    for size in SIZES:
        on_screen(demo, script, size)


def test_channels_say_what_is_not_delivered_and_lead_to_it(demo: Desk) -> None:
    demo.threads.reply(13, "It is ready.")

    async def script(screen: Screen) -> None:
        await screen.press("f5")
        assert screen.shows("✓ ➤ telegram")
        assert screen.shows("queued    #13 Ana Ruiz")
        screen.app.screen.query_one("#unsent").focus()
        await screen.press("enter")
        assert screen.app.screen.conversation.thread == 13  # type: ignore[attr-defined]

    for size in SIZES:
        on_screen(demo, script, size)
