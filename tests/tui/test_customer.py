"""The customer beside the conversation: who it is, how they feel, and suggestions that one key puts into the reply."""

from convo.desk.desk import Desk
from convo.tui.customer.pane import GlanceLines
from tests.tui.piloting import MEDIUM, NARROW, Screen, on_screen

ANA_ON_TELEGRAM = 13


def test_a_customer_is_known_at_a_glance(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(ANA_ON_TELEGRAM)
        await screen.press("enter")
        for words in ("Ana Ruiz", "owning", "ana.ruiz@correo.example", "mood", "2 orders", "— threads —"):
            assert screen.shows(words, "#customer"), words

    on_screen(demo, script)


def test_a_digit_puts_a_suggestion_into_the_reply_and_it_counts_as_offered(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(14)
        await screen.press("enter")
        assert screen.shows("1 How long does truing", "#customer")
        await screen.press("1")
        assert screen.shows("half an hour", "#compose")
        offered = {stats.name: stats.suggested for stats in demo.articles.stats()}
        assert offered["wheel-truing"] == 1

    on_screen(demo, script)


def test_jumping_to_a_suggestion_puts_it_into_the_reply(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(14)
        await screen.press("enter")
        lines = screen.app.screen.query_one(GlanceLines)
        row = next(y for y, text in enumerate(screen.lines(lines)) if "1 How long does truing" in text)
        await screen.press("f")
        here = lines.content_region
        labels = {str(one.name): one.styles.offset for one in screen.app.screen.query("Static")}
        name = next(n for n, at in labels.items() if (at.x.value, at.y.value) == (here.x, here.y + row))
        await screen.press(*name)
        await screen.until(lambda: screen.shows("half an hour", "#compose"))

    on_screen(demo, script)


def test_a_past_thread_is_opened_from_there(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(ANA_ON_TELEGRAM)
        await screen.press("enter")
        lines = screen.app.screen.query_one("#glance")
        lines.focus()
        lines.move_to(lines.place_of("thread 2"))  # type: ignore[attr-defined]
        await screen.press("enter")
        assert screen.app.screen.conversation.thread == 2  # type: ignore[attr-defined]

    on_screen(demo, script)


def test_narrower_screens_show_the_customer_on_a_key(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(ANA_ON_TELEGRAM)
        await screen.press("enter")
        assert not screen.shows("owning")
        await screen.press("c")
        assert screen.shows("owning")
        await screen.press("c")
        assert not screen.shows("owning")

    on_screen(demo, script, MEDIUM)
    on_screen(demo, script, NARROW)
