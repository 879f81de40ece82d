"""What a key does is done to the thread and the customer that one reads, wherever the inbox's cursor stands."""

from convo.desk.desk import Desk

from .piloting import NARROW, WIDE, Screen, on_screen

ANA_ON_TELEGRAM, ANA_ON_WHATSAPP, ANA_BY_MAIL, LENA = 13, 2, 7, 17


def status(demo: Desk, thread: int) -> str:
    return demo.threads.show(thread).row.status


def test_a_thread_that_was_opened_elsewhere_is_the_one_worked_on(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(ANA_ON_TELEGRAM)
        await screen.press("enter", "l")
        read = screen.app.screen.conversation.thread  # type: ignore[attr-defined]
        assert read != ANA_ON_TELEGRAM
        await screen.press("e")
        assert (status(demo, read), status(demo, ANA_ON_TELEGRAM)) == ("resolved", "open")
        await screen.press("u", "R")
        await screen.press("ctrl+u")
        await screen.type("the rear wheel\n")
        assert demo.threads.show(read).row.subject == "the rear wheel"
        await screen.press("W")
        assert screen.shows(f"Why #{read} is")
        await screen.press("escape", "U")
        assert demo.threads.show(read).row.unread
        assert not demo.threads.show(ANA_ON_TELEGRAM).row.unread
        await screen.press("escape")
        await screen.until(lambda: screen.app.screen.conversation.thread == ANA_ON_TELEGRAM)  # type: ignore[attr-defined]
        await screen.press("e")
        assert status(demo, ANA_ON_TELEGRAM) == "resolved"

    on_screen(demo, script, WIDE)


def test_a_thread_found_by_search_is_the_one_worked_on(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        before = screen.app.screen.conversation.thread  # type: ignore[attr-defined]
        await screen.press("f3")
        await screen.type("wobbly")
        await screen.press("enter", "down", "enter", "e")
        assert status(demo, ANA_BY_MAIL) == "resolved"
        assert status(demo, before) == "open"

    on_screen(demo, script, NARROW)


def test_whoever_is_asked_about_is_who_is_read_when_the_list_has_gone_on(demo: Desk) -> None:
    lena = demo.threads.show(LENA).row.customer_id

    async def script(screen: Screen) -> None:
        await screen.at(LENA)
        await screen.press("enter", "e")
        row = screen.app.screen.inbox.current  # type: ignore[attr-defined]
        assert row.thread.customer_id != lena
        await screen.press("M")
        assert screen.shows("Who is the same as Lena Voß?")
        await screen.press("escape", "B")
        assert screen.shows("Block Lena Voß?")
        await screen.press("y")
        assert demo.customers.show(lena).blocked
        assert not demo.customers.show(row.thread.customer_id).blocked

    on_screen(demo, script)
