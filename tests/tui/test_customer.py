"""The customer beside the conversation: who it is, how they feel, and suggestions that one key puts into the reply."""

from convo.desk.desk import Desk
from tests.tui.piloting import MEDIUM, NARROW, Screen, on_screen

ANA_ON_TELEGRAM = 13


async def _at(screen: Screen, thread: int) -> None:
    await screen.press("v")
    await screen.type("all\n")
    place = screen.app.screen.inbox.rows.place_of(thread)  # type: ignore[attr-defined]
    assert place is not None
    screen.app.screen.inbox.rows.move_to(place)  # type: ignore[attr-defined]
    await screen.press("enter")


def test_a_customer_is_known_at_a_glance(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await _at(screen, ANA_ON_TELEGRAM)
        for words in ("Ana Ruiz", "owning", "ana.ruiz@correo.example", "mood", "2 orders", "— threads —"):
            assert screen.shows(words, "#customer"), words

    on_screen(demo, script)


def test_a_digit_puts_a_suggestion_into_the_reply_and_it_counts_as_offered(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await _at(screen, 14)
        assert screen.shows("1 How long does truing", "#customer")
        await screen.press("1")
        assert screen.shows("half an hour", "#compose")
        assert demo.articles.stats()[0].suggested == 1

    on_screen(demo, script)


def test_a_past_thread_is_opened_from_there(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await _at(screen, ANA_ON_TELEGRAM)
        lines = screen.app.screen.query_one("#glance")
        lines.focus()
        lines.move_to(lines.place_of("thread 2"))  # type: ignore[attr-defined]
        await screen.press("enter")
        assert screen.app.screen.conversation.thread == 2  # type: ignore[attr-defined]

    on_screen(demo, script)


def test_narrower_screens_show_the_customer_on_a_key(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await _at(screen, ANA_ON_TELEGRAM)
        assert not screen.shows("owning")
        await screen.press("c")
        assert screen.shows("owning")
        await screen.press("c")
        assert not screen.shows("owning")

    on_screen(demo, script, MEDIUM)
    on_screen(demo, script, NARROW)
