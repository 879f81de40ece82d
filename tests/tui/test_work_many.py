"""Work on several threads at once, macros, merging, and replies taken back."""

from convo.desk.desk import Desk

from .piloting import MEDIUM, NARROW, Screen, on_screen
from .test_work_actions import THREAD


async def mark(screen: Screen, *threads: int) -> None:
    for thread in threads:
        await screen.at(thread)
        await screen.press("x")


def test_what_is_marked_is_worked_on_together_and_taken_back_together(demo: Desk) -> None:
    three = (12, 15, 10)
    before = [demo.threads.show(one).row.status for one in three]

    async def script(screen: Screen) -> None:
        await mark(screen, *three)
        await screen.press("e")
        assert [demo.threads.show(one).row.status for one in three] == ["resolved"] * 3
        assert screen.shows("closed 3 threads")
        await screen.press("u")
        assert [demo.threads.show(one).row.status for one in three] == before
        assert screen.shows("3 threads")

    on_screen(demo, script)


def test_what_is_closed_already_is_not_said_to_be_closed_again(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(12)
        await screen.press("enter", "e")
        assert screen.shows("closed 1 thread —")
        await screen.press("e")
        assert screen.shows("1 thread is closed already")

    on_screen(demo, script)


def test_customers_are_merged_after_a_look_at_both_and_taken_apart_again(demo: Desk) -> None:
    thread = next(row.thread for row in demo.inbox.list("", limit=100).rows if row.thread.customer == "Marco Conti")
    if thread.status != "open":
        demo.threads.reopen(thread.id)
    pair = next(iter(demo.customers.duplicates()))
    here, other = thread.customer_id, {pair.first_id, pair.second_id} - {thread.customer_id}

    async def script(screen: Screen) -> None:
        await screen.at(thread.id)
        await screen.press("M")
        assert screen.shows("the same name")
        await screen.press("enter")
        assert screen.shows("● is kept")
        assert screen.shows(f"#{here}")
        await screen.press("M")
        assert demo.customers.show(here).merged_into is None
        await screen.press("s", "y")
        assert demo.customers.show(here).merged_into == next(iter(other))
        await screen.press("u")
        assert demo.customers.show(here).merged_into is None
        await screen.press("M", "enter", "y")
        assert demo.customers.show(here).merged == tuple(other)

    on_screen(demo, script)


def test_whoever_is_not_suggested_is_found_by_name_or_handle(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(THREAD)
        await screen.press("M")
        await screen.type("ana.ruiz@correo.example")
        assert screen.shows("Ana Ruiz")
        await screen.press("enter")
        assert screen.shows("○ goes into it")
        assert screen.shows("Maya Okafor")
        assert screen.shows("moves:")
        await screen.press("escape")
        assert not screen.shows("moves:")

    on_screen(demo, script, NARROW)


def test_a_reply_that_has_not_left_is_taken_back(demo: Desk) -> None:
    demo.threads.reply(THREAD, "It is ready.", hold=10)
    status = demo.threads.show(THREAD).row.status

    async def script(screen: Screen) -> None:
        await screen.press("u")
        assert screen.shows("taken back: reply to Maya Okafor")
        shown = demo.threads.show(THREAD)
        assert "It is ready." not in [message.body for message in shown.messages]
        assert shown.row.status != status

    on_screen(demo, script, MEDIUM)


def test_a_merge_says_its_keys_and_shows_everything_on_the_smallest_screen(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.at(13)
        await screen.press("M")
        await screen.type("lena")
        await screen.press("enter")
        assert screen.shows("name      Ana Ruiz")
        assert screen.shows("y merge · s keep the other · n not")
        await screen.press("s")
        assert screen.shows("name      Lena Voß")
        await screen.press("end")
        assert screen.shows("moves: ")
        assert screen.shows("y merge · s keep the other · n not")

    on_screen(demo, script, NARROW)
    on_screen(demo, script, (50, 12))
