"""A whole day's work by keys alone: whatever 25 threads need is done, and the store holds exactly that afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from convo import clock
from convo.desk.desk import Desk, open_desk
from convo.model.views import ThreadView
from convo.tui.screens.desk import DeskScreen
from tests.tui.conftest import NOON
from tests.tui.piloting import WIDE, Screen, on_screen
from tests.tui.waiting import THREADS, channel_of, waiting_shop

NEXT = "right_square_bracket"
TOMORROW = datetime(2026, 11, 18, 9, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Desk]:
    """kim at the desk of a shop in which 25 threads wait."""
    path = tmp_path / "shop.convo"
    waiting_shop(path)
    with clock.fixed(NOON), open_desk(path, operator="kim") as desk:
        yield desk


def _desk(screen: Screen) -> DeskScreen:
    found = screen.app.screen
    assert isinstance(found, DeskScreen), "\n".join(screen.lines())
    return found


async def _next(screen: Screen, thread: int) -> None:
    """Go to the next unread thread, which is this one, and wait until it can be answered."""
    await screen.press("space")
    desk = _desk(screen)
    await screen.until(lambda: desk.writing.thread == thread and desk.writing.place is not None)
    await screen.settled()
    assert desk.conversation.thread == thread


async def _reply(screen: Screen, words: str, *, way: str = "") -> None:
    """Write a reply and send it, by another way perhaps."""
    await screen.press("r")
    await screen.type(words)
    if way:
        await screen.press("ctrl+o")
        await screen.type(f"{way}\n")
    await screen.press("ctrl+s")


async def _chosen(screen: Screen, key: str, words: str) -> None:
    """Press a key whose window asks for one thing, and answer."""
    await screen.press(key)
    await screen.type(f"{words}\n")


async def _day(screen: Screen) -> None:
    await screen.press(NEXT)
    for thread in range(1, 13):
        await _next(screen, thread)
        await _reply(screen, f"Ready, {thread}.")
    for thread in (13, 14):
        await _next(screen, thread)
        await _reply(screen, "By mail.", way="email")
    await _next(screen, 15)
    await screen.press("1", "ctrl+s")
    await _next(screen, 16)
    await screen.press("r")
    await screen.type("Hello. ")
    await screen.press("escape", "1", "ctrl+s")
    await _next(screen, 17)
    await screen.press("r")
    await screen.type(";hours\n")
    await screen.press("ctrl+s")
    await _next(screen, 18)
    await _chosen(screen, "m", "refund")
    await _next(screen, 19)
    await screen.press("t")
    await screen.type("wheels")
    await screen.press("tab")
    await screen.type("brakes\n")
    await _reply(screen, "Tagged.")
    await screen.press("e")
    await _next(screen, 20)
    await _chosen(screen, "p", "urgent")
    await _reply(screen, "At once.")
    await screen.press("e", "u")
    await _next(screen, 21)
    await screen.press("n")
    await screen.type("look @al")
    await screen.press("tab")
    await screen.type("please")
    await screen.press("ctrl+s")
    await _chosen(screen, "a", "alex")
    await _next(screen, 22)
    await _chosen(screen, "a", "workshop")
    await _chosen(screen, "s", "tomorrow 9")
    await _next(screen, 23)
    await screen.press("escape", "j")
    await screen.until(lambda: _desk(screen).conversation.thread == 24)
    await _chosen(screen, "M", "Customer 25")
    assert screen.shows("● is kept")
    await screen.press("y")
    await screen.press("X", "e")


def _state(view: ThreadView) -> tuple[object, ...]:
    row = view.row
    return (row.status, row.assignee, row.team, row.priority, row.unread, row.snoozed_until, view.tags)


def _said(view: ThreadView) -> list[tuple[str, str, str]]:
    return [(one.direction, one.channel_kind, one.body) for one in view.messages if one.direction != "inbound"]


ANSWERED = ("pending", "kim", None, "normal", False, None, ())
CLOSED = ("resolved", None, None, "normal", False, None, ())
STATES = {
    **dict.fromkeys(range(1, 18), ANSWERED),
    18: ("pending", "kim", None, "high", False, None, ("refunded",)),
    19: ("resolved", "kim", None, "normal", False, None, ("brakes", "wheels")),
    20: ("pending", "kim", None, "urgent", False, None, ()),
    21: ("open", "alex", None, "normal", False, None, ()),
    22: ("snoozed", None, "workshop", "normal", False, TOMORROW, ()),
    **dict.fromkeys((23, 24, 25), CLOSED),
}
SAID = {
    **{thread: [("outbound", channel_of(thread), f"Ready, {thread}.")] for thread in range(1, 13)},
    **{thread: [("outbound", "email", "By mail.")] for thread in (13, 14)},
    15: [("outbound", channel_of(15), "Half an hour, while you wait.")],
    16: [("outbound", channel_of(16), "Hello. Half an hour, while you wait.")],
    17: [("outbound", channel_of(17), "We are open until six, Customer 17.")],
    18: [("outbound", channel_of(18), "We are sorry; the money is on its way.")],
    19: [("outbound", channel_of(19), "Tagged.")],
    20: [("outbound", channel_of(20), "At once.")],
    21: [("note", channel_of(21), "look @alex please")],
    **{thread: [] for thread in (22, 23, 24, 25)},
}
STEPS = [
    *((f"reply to Customer {thread}", False) for thread in range(1, 18)),
    ("macro refund", False),
    ("tag +brakes +wheels", False),
    ("reply to Customer 19", False),
    ("close", False),
    ("priority urgent", False),
    ("reply to Customer 20", False),
    ("close", True),
    ("assign to alex", False),
    ("assign to team workshop", False),
    ("snooze until 2026-11-18 09:00", False),
    ("merge customer 25 into 24", False),
    ("close", False),
]
"""What was done, the oldest first, and whether it was taken back."""


def test_a_day_of_25_threads_is_worked_through_by_keys_alone(shop: Desk) -> None:
    async def script(screen: Screen) -> None:
        await _day(screen)
        assert _desk(screen).inbox.rows.items == []
        assert screen.shows("closed 3 threads")

    on_screen(shop, script, WIDE)
    views = {number: shop.threads.show(number) for number in range(1, THREADS + 1)}
    assert {number: _state(view) for number, view in views.items()} == STATES
    assert {number: _said(view) for number, view in views.items()} == SAID
    leaving = {one.thread_id: (one.channel, one.status) for one in shop.deliveries.list(limit=100).items}
    assert leaving == {thread: (SAID[thread][0][1], "queued") for thread in range(1, 21)}
    assert [(one.title, one.undone_at is not None) for one in shop.actions.steps(limit=100)][::-1] == STEPS
    assert shop.actions.steps(limit=1)[0].threads == (23, 24, 25)
    assert shop.drafts.mine() == ()
    assert shop.customers.show(views[24].row.customer_id).merged == (25,)
    assert {one.name: one.sent for one in shop.articles.stats()} == {"truing": 2}
    path = shop.store.location.path
    assert path is not None
    with open_desk(path, operator="alex") as alex:
        assert [one.body for one in alex.notifications.list().items][-1] == "kim names you: look @alex please"
    with open_desk(path) as owner:
        assert all(finding.ok for finding in owner.stores.check())


def test_a_queue_empties_by_repeating_two_keys(shop: Desk) -> None:
    for thread in range(9, THREADS + 1):
        shop.threads.assign(thread, "alex")

    async def script(screen: Screen) -> None:
        await screen.press(NEXT, "space")
        for _ in range(8):
            await screen.press("e", "space")
        assert _desk(screen).inbox.rows.items == []
        assert screen.shows("nothing unread here")

    on_screen(shop, script)
    status = {row.thread.id: row.thread.status for row in shop.inbox.list("", limit=100).rows}
    assert status == {thread: "resolved" if thread < 9 else "open" for thread in range(1, THREADS + 1)}
    assert sum(step.title == "close" for step in shop.actions.steps(limit=100)) == 8
