"""A long list: pages come as they are needed, both ends are one key away, and what comes and goes moves nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk, open_desk
from convo.model import tables
from convo.model.envelope import Envelope
from convo.tui.inbox.pane import InboxPane
from convo.tui.inbox.thread_list import ThreadList
from tests.bench.making import filled_store
from tests.intake.saying import mail, take
from tests.tui.piloting import NARROW, WIDE, Screen, on_screen

THREADS = 4_800
OPEN = THREADS // 4
NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


@pytest.fixture
def long(tmp_path: Path) -> Iterator[Desk]:
    """A desk with 1,200 open threads, at noon, and nobody in particular at it."""
    path = tmp_path / "long.convo"
    filled_store(path, threads=THREADS, messages=THREADS).close()
    with clock.fixed(NOON), open_desk(path) as desk:
        yield desk


def _inbox(screen: Screen) -> InboxPane:
    return screen.app.screen.query_one(InboxPane)


def _current(screen: Screen) -> int:
    row = _inbox(screen).current
    assert row is not None
    return row.thread.id


def _threads(screen: Screen) -> list[int]:
    return [row.thread.id for row in _inbox(screen).rows.items]


def _new(place: int) -> Envelope:
    return mail(f"new{place}@x.example", place, f"news {place}")


async def _look(screen: Screen) -> None:
    screen.app.store_changed()
    await screen.settled()


def test_pages_come_both_ways_while_keys_are_held_and_the_ends_are_one_key_away(long: Desk) -> None:
    everything = [row.thread.id for row in long.inbox.list("is:open", limit=1000).rows]

    async def script(screen: Screen) -> None:
        _inbox(screen).query_one(ThreadList).largest = 600
        assert _current(screen) == everything[0]
        assert len(_threads(screen)) == 50
        for _ in range(120):
            await screen.pilot.press("j")
        await screen.settled()
        assert _current(screen) == everything[120]
        await screen.press("G")
        assert (
            _current(screen) == min(long.inbox.list("is:open", end=True).rows, key=lambda row: row.thread.id).thread.id
        )
        assert screen.shows(f"Topic {_current(screen)}", "#inbox-rows")
        for _ in range(40):
            await screen.press("ctrl+u")
        held = _threads(screen)
        assert len(held) <= 600
        assert held == sorted(held, reverse=True)
        for _ in range(60):
            await screen.press("ctrl+u")
        held = _threads(screen)
        assert 400 <= len(held) <= 600
        assert held == list(range(held[0], held[-1] - 1, -4))
        await screen.press("g")
        assert _current(screen) == everything[0]
        assert screen.shows(f"Topic {everything[0]}", "#inbox-rows")

    on_screen(long, script)


def test_what_leaves_puts_the_cursor_on_the_next_and_what_comes_moves_nothing(long: Desk) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("j", "j")
        before = _threads(screen)
        long.threads.close(before[2])
        await _look(screen)
        assert _current(screen) == before[3]
        for _ in range(20):
            await screen.press("j")
        here, top = _current(screen), screen.lines("#inbox-rows")[0]
        take(long.store, *(_new(place) for place in range(5)))
        long.threads.close(before[0])
        await _look(screen)
        assert _current(screen) == here
        assert screen.lines("#inbox-rows")[0] == top
        assert len(_threads(screen)) >= 53
        long.threads.close(here)
        take(long.store, _new(7))
        await _look(screen)
        assert _current(screen) == before[before.index(here) + 1]
        await screen.press("g")
        assert screen.shows("news 7", "#inbox-rows")
        take(long.store, *(_new(place) for place in range(10, 90)))
        await _look(screen)
        assert [row.thread.id for row in long.inbox.list("is:open", limit=85).rows] == _threads(screen)[:85]
        assert screen.shows("news 7", "#inbox-rows")

    on_screen(long, script, NARROW)


def test_only_what_is_new_or_in_sight_is_asked_for_again(long: Desk) -> None:
    async def script(screen: Screen) -> None:
        for _ in range(6):
            await screen.press("ctrl+d")
        asked: list[int] = []
        rows = long.inbox.rows
        long.inbox.rows = lambda threads, query="": asked.append(len(threads)) or rows(threads, query)  # type: ignore
        await _look(screen)
        assert asked
        assert max(asked) <= 130

    on_screen(long, script, WIDE)


def test_the_cursor_follows_to_an_unread_thread_that_is_not_held_and_the_queue_empties(long: Desk) -> None:
    everything = [row.thread.id for row in long.inbox.list("is:open", limit=1000).rows]
    unread = [everything[place] for place in (3, 400, 401, 900)]
    with long.store.write() as connection:
        connection.execute(update(tables.thread).values(unread=tables.thread.c.id.in_(unread)))

    async def script(screen: Screen) -> None:
        _inbox(screen).query_one(ThreadList).largest = 60
        for thread in [*unread[1:], unread[0]]:  # the first one is left for last
            if thread == unread[1]:
                await screen.press("j", "j", "j", "j")
            await screen.press("space")
            assert _current(screen) == thread
            assert screen.app.screen.conversation.thread == thread  # type: ignore[attr-defined]
            assert screen.shows(f"Topic {thread}", "#inbox-rows")
            await screen.press("e")
            assert long.threads.show(thread).row.status == "resolved"
            await _look(screen)
        await screen.press("space")
        assert screen.shows("nothing unread here any more")
        await screen.press("escape", "ctrl+u", "ctrl+u")
        held = _threads(screen)
        assert held == [thread for thread in everything if thread in set(held)]
        assert held[0] == everything[0]

    on_screen(long, script)


def test_marks_outlive_that_their_rows_are_held_and_all_are_worked_on(long: Desk) -> None:
    everything = [row.thread.id for row in long.inbox.list("is:open", limit=1000).rows]
    last = long.inbox.list("is:open", end=True, limit=3).rows[-1].thread.id
    with long.store.write() as connection:
        connection.execute(update(tables.thread).values(unread=tables.thread.c.id == everything[500]))

    async def script(screen: Screen) -> None:
        await screen.press("x", "x", "x", "G", "x")
        assert everything[0] not in _threads(screen)
        assert screen.shows("4 marked")
        await screen.press("space", "escape", "x")
        assert _current(screen) == everything[501]
        assert _inbox(screen).targets() == (everything[500], *sorted([*everything[:3], last], reverse=True))
        await _look(screen)
        assert screen.shows("5 marked")
        long.threads.close(everything[1])
        await _look(screen)
        assert screen.shows("4 marked")
        await screen.press("e")
        assert screen.shows("closed 4 threads")
        closed = (everything[0], everything[2], everything[500], last)
        assert {long.threads.show(thread).row.status for thread in closed} == {"resolved"}

    on_screen(long, script)


def test_a_thread_beyond_what_is_held_leads_on_both_ways(long: Desk) -> None:
    everything = [row.thread.id for row in long.inbox.list("is:open", limit=1000).rows]
    with long.store.write() as connection:
        connection.execute(update(tables.thread).values(unread=tables.thread.c.id == everything[500]))

    async def script(screen: Screen) -> None:
        await screen.press("space", "escape")
        assert _current(screen) == everything[500]
        for _ in range(40):
            await screen.press("j")
        assert _current(screen) == everything[540]
        for _ in range(80):
            await screen.press("k")
        assert _current(screen) == everything[460]

    on_screen(long, script, NARROW)
