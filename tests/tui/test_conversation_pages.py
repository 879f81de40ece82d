"""A long conversation: pages and news come without moving what one reads, and long messages scroll."""

from sqlalchemy import update

from convo.desk.desk import Desk
from convo.model import tables
from convo.tui.conversation.pane import ConversationPane
from tests.tui.piloting import MEDIUM, Screen, on_screen
from tests.tui.talking import mail, many, maras, opened, story, take


def test_what_comes_meanwhile_is_followed_at_the_end_and_hinted_at_elsewhere(demo: Desk) -> None:
    thread, customer = story(demo)
    take(demo, *(mail(3 + n, f"and another thing {n}\n\n\nplease") for n in range(20)))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        await screen.press("G")
        seen = pane.last_seen
        take(demo, mail(40, "followed"))
        screen.app.store_changed()
        await screen.settled()
        assert screen.shows("followed", pane)
        assert pane.last_seen == demo.threads.show(thread).messages[-1].id != seen
        assert not demo.threads.show(thread).row.unread
        for _ in range(3):
            await screen.press("ctrl+u")
        before, seen = screen.lines("#timeline"), pane.last_seen
        take(demo, mail(41, "out of sight"))
        screen.app.store_changed()
        await screen.settled()
        assert [line[:40].rstrip() for line in screen.lines("#timeline")] == [line[:40].rstrip() for line in before]
        assert screen.shows("↓ 1 new below", pane)
        assert pane.last_seen == seen
        assert demo.threads.show(thread).row.unread
        await screen.press("G")
        assert screen.shows("out of sight", pane)
        assert not screen.shows("new below", pane)
        assert pane.last_seen == demo.threads.show(thread).messages[-1].id

    on_screen(demo, script)


def test_a_long_message_scrolls_under_the_cursor_before_it_goes_on(demo: Desk) -> None:
    words = "\n".join(f"line {n}" for n in range(400))
    take(demo, mail(1, words), mail(2, "after it " + "x" * 10_000), mail(3, "\N{FAMILY}" * 9 + " [/] end"))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, *maras(demo))
        assert screen.shows("line 0", pane)
        await screen.press("j")
        assert pane.selected is not None
        assert pane.selected.body.startswith("line 0")
        for _ in range(40):
            await screen.press("ctrl+d")
            if screen.shows("in all: z unfolds more", pane):
                break
        assert pane.selected.body.startswith("line 0")
        assert not screen.shows("line 300", pane)
        await screen.press("z", "z")
        for _ in range(40):
            if screen.shows("line 399", pane):
                break
            await screen.press("ctrl+d")
        await screen.press("G")
        assert screen.shows("[/] end", pane)

    on_screen(demo, script, MEDIUM)


def test_older_pages_come_as_one_nears_them_and_nothing_moves(demo: Desk) -> None:
    thread, customer = many(demo, 350)

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("message 349", pane)
        assert len(pane.timeline.items) < 250
        line = ""
        while not screen.shows("message 249", pane):
            await screen.press("ctrl+u")
            assert pane.selected is not None
            assert screen.shows(pane.selected.body, pane)
        for _ in range(10):
            await screen.press("k")
            selected = pane.selected
            assert selected is not None
            line = selected.body
            assert screen.shows(line, pane)
        await screen.press("k")
        assert pane.selected is not None
        assert pane.selected.body == f"message {int(line.split()[1]) - 1}"
        for _ in range(6):
            await screen.press("g")
        assert screen.shows("message 0", pane)
        await screen.press("G")
        assert screen.shows("message 349", pane)

    on_screen(demo, script)


def test_an_unread_message_far_back_is_found_and_the_end_from_there(demo: Desk) -> None:
    thread, customer = many(demo, 500)
    message = tables.message
    with demo.store.write() as connection:
        key = connection.execute(message.select().where(message.c.body == "message 99")).mappings().one()["sort_key"]
        connection.execute(update(tables.thread).where(tables.thread.c.id == thread).values(unread=True, read_key=key))

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("── new ──", pane)
        assert pane.selected is not None
        assert pane.selected.body == "message 100"
        screen.app.store_changed()
        await screen.settled()
        for n in range(101, 180):
            await screen.press("j")
            assert pane.selected.body == f"message {n}"
        await screen.press("G")
        assert screen.shows("message 499", pane)

    on_screen(demo, script)


def test_a_change_of_the_store_while_a_thread_opens_does_not_keep_it_from_its_first_unread_message(demo: Desk) -> None:
    thread, customer = many(demo, 300)
    message = tables.message
    with demo.store.write() as connection:
        key = connection.execute(message.select().where(message.c.body == "message 99")).mappings().one()["sort_key"]
        connection.execute(update(tables.thread).where(tables.thread.c.id == thread).values(unread=True, read_key=key))

    async def script(screen: Screen) -> None:
        pane = screen.app.screen.query_one(ConversationPane)
        pane.show(thread, customer, opened=True)
        pane.refresh_from_store()
        await screen.settled()
        assert screen.shows("── new ──", pane)
        assert not screen.shows("new below", pane)
        assert pane.selected is not None
        assert pane.selected.body == "message 100"
        assert not demo.threads.show(thread, messages=1).row.unread

    on_screen(demo, script)
