"""The window on a long list grows at both ends, is cut where a page began, and takes in what changed."""

from datetime import UTC, datetime, timedelta

from convo.model.inbox_views import InboxPage, InboxRow
from convo.model.views import ThreadRow
from convo.tui.inbox.window import Window

_START = datetime(2026, 1, 1, tzinfo=UTC)


def _row(number: int, at: int | None = None) -> InboxRow:
    """A thread of a number whose newest message came in so many minutes, by default as many as its number."""
    moment = _START + timedelta(minutes=number if at is None else at)
    thread = ThreadRow(
        number, "", 1, "Ana", "email", "email", "open", "normal", None, None, True, False, 1, _START, moment, None, None
    )
    return InboxRow(thread)


def _page(first: int, last: int, *, of: int) -> InboxPage:
    """Threads from the number `first` down to `last`, of a list that goes from `of` down to 1; cursors are numbers."""
    rows = tuple(_row(number) for number in range(first, last - 1, -1))
    return InboxPage(rows, None if first == of else str(first), None if last == 1 else str(last))


def _numbers(window: Window) -> list[int]:
    return [row.thread.id for row in window.rows]


def test_a_window_that_grows_below_is_cut_above_and_can_go_back() -> None:
    window = Window.of(_page(30, 21, of=30), largest=20)
    window.add_below(_page(20, 11, of=30))
    assert (_numbers(window), window.before, window.after) == ([*range(30, 10, -1)], None, "11")
    window.add_below(_page(10, 1, of=30))
    assert (_numbers(window), window.before, window.after) == ([*range(20, 0, -1)], "20", None)
    window.add_above(InboxPage(_page(30, 21, of=30).rows, None, "21"))
    assert (_numbers(window), window.before, window.after) == ([*range(30, 10, -1)], None, "11")


def test_the_head_of_the_list_replaces_what_it_covers_and_leaves_the_rest() -> None:
    window = Window.of(_page(30, 26, of=30))
    window.add_below(_page(25, 21, of=30))
    head = InboxPage((_row(31), _row(23, at=30), _row(29), _row(28)), None, "28")
    window.look_again(head, asked=(), found=())
    assert _numbers(window) == [31, 23, 29, 28, 27, 26, 25, 24, 22, 21]
    assert window.after == "21"


def test_what_was_asked_for_and_not_found_has_left() -> None:
    window = Window.of(_page(20, 11, of=30))
    window.look_again(InboxPage(()), asked=(15, 14, 13), found=[_row(14)])
    assert _numbers(window) == [20, 19, 18, 17, 16, 14, 12, 11]


def test_a_head_that_leaves_a_gap_is_noticed() -> None:
    window = Window.of(_page(30, 21, of=30))
    assert window.reaches(_page(35, 30, of=35))
    assert not window.reaches(_page(50, 41, of=50))
    assert window.reaches(_page(50, 1, of=50))
