"""The inbox on screen: views, rows, the filter, marks, and what stays where it is while the store changes."""

import pytest

from convo.desk.desk import Desk, open_desk
from convo.model.words import Priority
from convo.tui.inbox.pane import InboxPane
from convo.tui.inbox.sought import Sought
from convo.tui.inbox.thread_list import ThreadList
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, on_screen

NEXT, BEFORE = "right_square_bracket", "left_square_bracket"
LENA, JO, IDA, ANA = 17, 8, 11, 13


def _inbox(screen: Screen) -> InboxPane:
    return screen.app.screen.query_one(InboxPane)


def _threads(screen: Screen) -> list[int]:
    """The numbers of the threads in the list."""
    return [row.thread.id for row in _inbox(screen).rows.items]


def _current(screen: Screen) -> int:
    row = _inbox(screen).current
    assert row is not None
    return row.thread.id


def _reading(screen: Screen) -> int | None:
    """The thread that the conversation shows."""
    thread: int | None = screen.app.screen.conversation.thread  # type: ignore[attr-defined]
    return thread


async def _look(screen: Screen) -> None:
    """Let the screen look again, as it does when somebody changed the store."""
    screen.app.store_changed()
    await screen.settled()


def _bar(screen: Screen) -> str:
    return screen.lines("#inbox-views")[0]


def test_views_are_one_key_one_click_or_one_name_away_with_their_counts(demo: Desk) -> None:
    demo.queries.save("Wheels", "wheel")

    async def script(screen: Screen) -> None:
        counts = {view.title: view.count for view in demo.inbox.views()}
        for title in ("Mine", "Unassigned", "All"):
            assert f"{title} {counts[title]}" in _bar(screen)
        assert "›" in _bar(screen)
        await screen.press(NEXT)
        assert len(_threads(screen)) == counts["Unassigned"]
        await screen.press(BEFORE, BEFORE)
        assert _inbox(screen).view == demo.inbox.views()[-1]
        assert "Wheels" in _bar(screen)
        assert "‹" in _bar(screen)
        await screen.press("v")
        await screen.type("all\n")
        assert len(_threads(screen)) == counts["All"]
        column = _bar(screen).index("Unassigned")
        await screen.pilot.click("#inbox-views", offset=(column + 2, 0))
        await screen.settled()
        assert len(_threads(screen)) == counts["Unassigned"]
        demo.threads.assign(_threads(screen)[0], "kim")
        await _look(screen)
        assert f"Unassigned {counts['Unassigned'] - 1}" in _bar(screen)

    on_screen(demo, script)


@pytest.mark.parametrize("size", [MEDIUM, NARROW])
def test_a_narrow_bar_shows_the_current_view_and_its_neighbours(demo: Desk, size: tuple[int, int]) -> None:
    demo.queries.save("A long name for wheels", "wheel")

    async def script(screen: Screen) -> None:
        assert _bar(screen).split()[0] == "Mine"
        for _ in demo.inbox.views():
            view = _inbox(screen).view
            assert view is not None
            assert view.title[:15] in _bar(screen)
            await screen.press(NEXT)

    on_screen(demo, script, size)


def test_a_row_says_in_words_or_signs_all_that_one_chooses_by(demo: Desk) -> None:
    demo.threads.set_priority(LENA, Priority.URGENT)
    demo.drafts.keep(ANA, "Hola Ana, ")
    demo.customers.edit(demo.threads.show(ANA).row.customer_id, name="Ana [/]\x1b]52;c;x\x07 \u202eRuiz")
    with open_desk(demo.store.location.path, operator="alex") as other:  # type: ignore[union-attr]
        other.presence.touch("theirs", LENA, writing=True)

    async def script(screen: Screen) -> None:
        rows = screen.lines("#inbox-rows")
        place = next(n for n, row in enumerate(rows) if "Lena" in row)
        assert rows[place].startswith("● Lena")
        assert "alex writes" in rows[place]
        assert rows[place].endswith(("▲ urgent 19m", "▲ urgent 19m "))
        assert rows[place + 1].lstrip("✓ ").startswith("◇ Wo bleibt")
        assert "⏱ 3h" in rows[place + 1]
        ana = next(row for row in rows if "✎" in row)
        assert "Ana [/]" in ana
        assert not {"\x1b", "\x07", "\u202e"} & set(ana)
        await screen.press(NEXT, NEXT)
        assert screen.shows("⏱ late 3d", "#inbox-rows")
        assert screen.shows("@alex", "#inbox-rows")

    on_screen(demo, script, WIDE)


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
def test_rows_keep_to_their_columns_at_every_width(demo: Desk, size: tuple[int, int]) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("v")
        await screen.type("all\n")
        rows = _inbox(screen).rows
        for item in rows.items:
            assert all(line.cell_len <= rows.size.width for line in rows.lines_of(item, rows.size.width))
        assert screen.shows("Jo Park")
        assert screen.shows("▲ high")
        assert screen.shows("⏱ late 3d")

    on_screen(demo, script, size)


def test_the_conversation_follows_a_cursor_that_rests_and_enter_opens(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.until(lambda: _reading(screen) == _current(screen))
        first, inbox = _current(screen), _inbox(screen)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("convo.tui.inbox.pane._REST", 3600.0)  # held keys never rest, however slow the machine
            for key in "jkjk":
                await screen.pilot.press(key)
                assert _reading(screen) == first
        await screen.pilot.press("j")
        assert _current(screen) != first
        assert inbox.targets() == (_current(screen),)
        await screen.until(lambda: _reading(screen) == _current(screen))
        await screen.press("g", "enter")
        assert _reading(screen) == first
        assert screen.app.screen.focused is not inbox.rows
        demo.threads.close(first)
        await _look(screen)
        assert first not in _threads(screen)
        assert _reading(screen) == first
        assert inbox.targets() == (first,)
        await screen.press("escape")
        await screen.until(lambda: _reading(screen) == _current(screen) != first)

    on_screen(demo, script)


def test_the_conversation_follows_to_both_ends_of_the_list(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press(NEXT, NEXT)
        await screen.until(lambda: _reading(screen) == _current(screen))
        threads = _threads(screen)
        screen.app.store_changed = lambda: None  # type: ignore[method-assign]  # a list that looks again follows anyway
        for key, thread in (("G", threads[-1]), ("g", threads[0]), ("G", threads[-1])):
            await screen.press(key)
            assert _current(screen) == thread
            await screen.until(lambda thread=thread: _reading(screen) == thread)  # type: ignore[misc]

    on_screen(demo, script)


def test_a_queue_empties_by_closing_and_going_to_the_next_unread(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press(NEXT)
        waiting = _threads(screen)
        opened = []
        while _threads(screen):
            await screen.press("space")
            thread = _reading(screen)
            assert thread is not None
            opened.append(thread)
            demo.threads.close(thread)
            await _look(screen)
        assert opened == waiting
        assert screen.shows("Everything is in somebody's hands.", "#inbox")
        assert screen.shows("in Mine: press v", "#inbox")
        await screen.press("space")
        assert screen.shows("nothing unread here")

    on_screen(demo, script)


def test_marks_are_counted_and_are_what_an_action_is_for(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press(NEXT, NEXT, "x", "x")
        threads, inbox = _threads(screen), _inbox(screen)
        assert inbox.targets() == tuple(threads[:2])
        assert _current(screen) == threads[2]
        assert screen.shows("2 marked")
        assert screen.lines("#inbox-rows")[1].startswith("✓")
        demo.threads.close(threads[0])
        await _look(screen)
        assert inbox.targets() == (threads[1],)
        assert screen.shows("1 marked")
        await screen.press("X")
        assert inbox.targets() == tuple(threads[1:])
        await screen.press("X")
        assert not screen.shows("marked")
        assert inbox.targets() == (threads[2],)
        await screen.press("x", NEXT)
        assert not screen.shows("marked")

    on_screen(demo, script)


def test_news_while_the_filter_goes_leave_the_cursor_where_it_was(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press(NEXT, NEXT, "j", "j")
        here, threads = _current(screen), _inbox(screen).query_one(ThreadList)
        threads.open(Sought("is:open"), keep_cursor=True)
        threads.shown = Sought("is:open", "channel:telegram")  # as it is until the answer comes
        threads.refresh_from_store()
        await screen.settled()
        assert _current(screen) == here

    on_screen(demo, script)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_filter_narrows_while_one_types_and_completes_what_one_begins(demo: Desk, size: tuple[int, int]) -> None:
    async def script(screen: Screen) -> None:
        await screen.press(NEXT, NEXT)
        everything, inbox = _threads(screen), _inbox(screen)
        await screen.press("slash")
        await screen.type("chan")
        assert screen.shows("channel:", "#inbox")
        await screen.press("tab")
        assert screen.shows("/ channel:", "#inbox")
        await screen.type("tele")
        await screen.press("tab")
        assert screen.shows("/ channel:telegram", "#inbox")
        telegram = [row.thread.id for row in demo.inbox.list("is:open channel:telegram").rows]
        await screen.until(lambda: _threads(screen) == telegram)
        await screen.press("left_parenthesis")
        await screen.until(lambda: screen.shows("is never closed", "#inbox"))
        assert _threads(screen) == telegram
        await screen.press("backspace")
        await screen.until(lambda: not screen.shows("is never closed", "#inbox"))
        await screen.press("enter")
        assert screen.app.screen.focused is inbox.rows
        assert screen.shows("/ channel:telegram")
        await screen.press("j", "slash", "escape")
        assert _threads(screen) == everything
        assert not screen.shows("/ channel")
        assert _current(screen) == telegram[1]
        assert screen.app.screen.focused is inbox.rows
        await screen.press("slash")
        await screen.type("zzzz yy")
        await screen.press("enter")
        assert screen.shows("/ zzzz yy", "#inbox")
        assert screen.shows("Nothing here matches.", "#inbox")
        assert screen.shows("F3", "#inbox")
        await screen.press(BEFORE)
        assert not screen.shows("zzzz")
        assert _threads(screen)

    on_screen(demo, script, size)


def test_a_highlighted_completion_is_taken_with_enter_and_the_mouse(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("slash")
        await screen.type("is:un")
        await screen.press("down", "down", "enter")
        offers = demo.queries.complete("is:un", 5)
        assert screen.shows(f"/ is:{offers.items[1].text}", "#inbox")
        assert screen.app.screen.focused is not _inbox(screen).rows
        await screen.press("ctrl+u")
        await screen.type("is:un")
        await screen.pilot.click("#completions", offset=(3, 0))
        await screen.settled()
        assert screen.shows(f"/ is:{offers.items[0].text}", "#inbox")

    on_screen(demo, script, MEDIUM)


def test_a_filter_is_kept_as_a_view_and_removed_again(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press(NEXT, NEXT, "slash")
        await screen.type("channel:telegram\n")
        shown = _threads(screen)
        await screen.press("S")
        await screen.type("Chats\n")
        await screen.settled()
        assert "Chats" in _bar(screen)
        assert _threads(screen) == shown
        assert not screen.shows("/ channel")
        assert demo.queries.show("Chats").query == "(is:open) (channel:telegram)"
        await screen.press("D")
        await screen.type("Chats\n")
        await screen.settled()
        assert "Chats" not in _bar(screen)
        assert demo.queries.list() == ()
        assert _inbox(screen).view == demo.inbox.views()[0]

    on_screen(demo, script)


def test_a_filter_for_what_is_closed_shows_it_in_any_view_says_so_and_is_kept_as_it_is_seen(demo: Desk) -> None:
    for thread in (17, 12):
        demo.threads.close(thread)
    closed = [row.thread.id for row in demo.inbox.list("is:resolved").rows]
    assert {17, 12} < set(closed)

    async def script(screen: Screen) -> None:
        assert _inbox(screen).view == demo.inbox.views()[0]
        await screen.press("slash")
        await screen.type("is:resolved\n")
        assert _threads(screen) == [17]
        assert screen.shows("searched: (assignee:me)", "#inbox")
        await screen.press("X")
        assert _inbox(screen).targets() == (17,)
        await screen.press(NEXT, NEXT, "slash")
        assert not screen.shows("searched")
        await screen.type("is:resolved\n")
        assert _threads(screen) == closed
        assert screen.shows("searched: is:resolved, not is:open", "#inbox")
        await screen.press("S")
        await screen.type("Closed\n")
        await screen.settled()
        assert "Closed" in _bar(screen)
        assert _threads(screen) == closed
        assert demo.queries.show("Closed").query == "is:resolved"
        await screen.press("slash")
        await screen.type("tag:none\n")
        assert not screen.shows("searched")

    on_screen(demo, script)


def test_what_is_pasted_into_the_filter_is_no_more_than_text(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        from textual.events import Paste

        await screen.press("slash")
        screen.app.post_message(Paste("a\x1b]52;c;x\x07\u202e[/]b\nsecond"))
        await screen.settled()
        shown = "\n".join(screen.lines("#inbox"))
        assert "[/]b" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)

    on_screen(demo, script)
