"""The conversation: one timeline that opens where one left off, tells states in words, and stays where one reads."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.model import tables
from convo.tui.messages import ThreadChosen
from tests.tui.conftest import NOON
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen
from tests.tui.talking import opened, story


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW], ids=["wide", "medium", "narrow"])
def test_a_thread_opens_on_what_nobody_read_with_everything_else_in_its_place(
    demo: Desk, size: tuple[int, int]
) -> None:
    thread, customer = story(demo)
    old = thread - 1

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("── new ──", pane)
        assert screen.shows("note, for us only", pane)
        assert screen.shows(f"Mara Lind · #{thread}", pane)
        assert pane.selected is not None
        assert pane.selected.body.startswith("this is terrible")
        assert screen.shows("☹ unhappy", pane)
        assert not demo.threads.show(thread).row.unread
        await screen.press("g")
        assert screen.shows("helmet", pane)
        assert screen.shows("#" + str(old) + " helmet · 2 messages · closed", pane)
        if size == WIDE:
            assert screen.shows("◇ 4 pages viewed, last /wheels/3", pane)
            assert screen.shows("☏ call, 3 min 4 s", pane)
            assert screen.shows("◆ purchase  R7 wheel  189.00 EUR", pane)
            assert screen.shows("── Tue 3 Nov ──", pane)
            assert screen.shows("… 3 quoted lines", pane)

    on_screen(demo, script, size)


def test_a_call_that_nobody_took_lasted_no_time(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(8)
        await screen.press("enter")
        assert screen.shows("☏ call  missed call", "#conversation")

    on_screen(demo, script)


def test_quotes_threads_and_page_views_unfold_in_place(demo: Desk) -> None:
    thread, customer = story(demo)

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        await screen.press("g", "z")
        assert screen.shows("▾ #", pane)
        assert screen.shows("the blue one, thanks", pane)
        await screen.press("j", "j", "z")
        assert not screen.shows("the blue one, thanks", pane)
        await screen.press("j", "enter")
        assert screen.shows("/wheels/0", pane)
        while pane.selected is None:
            await screen.press("j")
        assert pane.selected.thread_id == thread
        await screen.press("z")
        assert screen.shows("> Does it", pane)
        await screen.press("z")
        assert not screen.shows("> Does it", pane)
        assert screen.shows("… 3 quoted lines", pane)

    on_screen(demo, script)


def test_the_customers_next_thread_comes_by_one_key_and_back(demo: Desk) -> None:
    thread, customer = story(demo)

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        await screen.press("l")
        assert pane.thread != thread
        assert screen.shows("closed · ", "#heading")
        assert screen.shows("▸ #", pane)
        await screen.press("l")
        assert pane.thread == thread

    on_screen(demo, script)


def test_only_looking_marks_nothing_read(demo: Desk) -> None:
    thread, customer = story(demo)

    async def script(screen: Screen) -> None:
        screen.app.screen.post_message(ThreadChosen(thread, customer))
        await screen.settled()
        assert screen.shows("── new ──", "#conversation")
        assert demo.threads.show(thread).row.unread

    on_screen(demo, script)


def test_how_far_an_answer_came_is_told_in_words(demo: Desk) -> None:
    thread, customer = story(demo)
    with clock.fixed(NOON + timedelta(minutes=3)):
        demo.threads.reply(thread, "held back", hold=8)
        failed = demo.threads.reply(thread, "not going").id
        lost = {"status": "failed", "error": "550 no such \x1b[31mmailbox"}
        with demo.store.write() as connection:
            delivery, message = tables.delivery, tables.message
            connection.execute(update(delivery).where(delivery.c.message_id == failed).values(**lost))
            connection.execute(update(message).where(message.c.id == failed).values(automatic=True))

        async def script(screen: Screen) -> None:
            pane = await opened(screen, thread, customer)
            await screen.press("G")
            assert screen.shows("◦ queued, leaves in 8 s", pane)
            assert screen.shows("· automatic", pane)
            assert screen.shows("✗ failed", pane)
            assert screen.shows("not delivered: 550 no such ␛[31mmailbox", pane)

        on_screen(demo, script)


def test_a_sender_who_proved_nothing_is_named_so(demo: Desk) -> None:
    thread, customer = story(demo)
    with demo.store.write() as connection:
        connection.execute(update(tables.message).values(unverified=True))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("⚠ unverified: this may not be who it says", pane)

    on_screen(demo, script)
