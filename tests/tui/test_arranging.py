"""The timeline: days, the open thread in front, other threads and page views in one line each until unfolded."""

from collections.abc import Collection, Hashable
from datetime import UTC, datetime, timedelta

from convo import clock
from convo.model.views import EventView, MessageView, ThreadRow
from convo.tui.conversation.arranging import arranged
from convo.tui.conversation.items import Entry, Folded, Happened, Item, Rule, Said, Viewed

START = datetime(2026, 11, 17, 9, tzinfo=UTC)


def said(number: int, thread: int, hours: float) -> MessageView:
    at = START + timedelta(hours=hours)
    return MessageView(
        number, thread, 1, "email", "email", "inbound", "Ana", "", "text", None, at, False, False, None, None, None
    )


def viewed(number: int, hours: float) -> EventView:
    return EventView(number, 1, "page_view", "web", START + timedelta(hours=hours), f"/page/{number}", None, None, {})


def row(number: int, messages: int) -> ThreadRow:
    return ThreadRow(
        number, f"topic {number}", 1, "Ana", "email", "email", "resolved", "normal", None, None, False, False,
        messages, START, START, None, None,
    )  # fmt: skip


def laid(
    entries: list[Entry], unfolded: Collection[Hashable] = (), unread: int | None = None, thread: int = 1
) -> list[Item]:
    threads = {number: row(number, 2) for number in (1, 2, 3)}
    with clock.fixed(START):
        return arranged(entries, threads, thread=thread, unfolded=unfolded, unread=unread, zone=UTC)


def shape(items: list[Item]) -> list[str]:
    names = []
    for item in items:
        match item:
            case Rule(words=words):
                names += [f"-- {words}"] if words else []
            case Said(message=message, open=open_):
                names.append(f"{message.id}" if open_ else f"({message.id})")
            case Folded(thread=thread, count=count, unfolded=unfolded):
                names.append(f"{'v' if unfolded else '>'}{thread}x{count}")
            case Viewed(events=events):
                names.append(f"{len(events)} views")
            case Happened(event=event):
                names.append(event.title)
    return names


def test_days_have_rules_and_the_first_unread_message_another() -> None:
    items = laid([said(1, 1, 0), said(2, 1, 1), said(3, 1, 24)], unread=2)
    assert shape(items) == ["-- Tue 17 Nov", "1", "-- new", "2", "-- Wed 18 Nov", "3"]


def test_another_thread_is_one_line_between_two_messages_of_the_open_one() -> None:
    entries: list[Entry] = [said(1, 2, 0), said(2, 3, 1), said(3, 2, 2), said(4, 1, 3), said(5, 2, 4)]
    assert shape(laid(entries)) == ["-- Tue 17 Nov", ">3x1", ">2x2", "4", ">2x1"]
    assert shape(laid(entries, {2})) == ["-- Tue 17 Nov", "v2x1", "(1)", ">3x1", "v2x1", "(3)", "4", "v2x1", "(5)"]


def test_an_unfolded_thread_begins_on_the_day_of_its_first_message_below_what_happened_before() -> None:
    called = EventView(1, 1, "call", "phone", START + timedelta(hours=1), "call", None, None, {})
    entries: list[Entry] = [said(1, 1, 0), called, said(2, 2, 2), said(3, 2, 49), said(4, 1, 50)]
    assert shape(laid(entries)) == ["-- Tue 17 Nov", "1", "call", "-- Thu 19 Nov", ">2x2", "4"]
    assert shape(laid(entries, {2})) == [
        "-- Tue 17 Nov", "1", "call", "v2x2", "(2)", "-- Thu 19 Nov", "(3)", "4"
    ]  # fmt: skip
    assert shape(laid(entries[1:], {2})) == ["-- Tue 17 Nov", "call", "v2x2", "(2)", "-- Thu 19 Nov", "(3)", "4"]


def test_older_pages_do_not_move_or_rename_a_folded_thread() -> None:
    page: list[Entry] = [said(3, 2, 2), said(4, 1, 3)]
    before, after = laid(page), laid([said(1, 2, 0), said(2, 2, 1), *page])
    assert [item.key for item in before if isinstance(item, Folded)] == [
        item.key for item in after if isinstance(item, Folded)
    ]


def test_page_views_in_a_row_are_one_line_until_unfolded() -> None:
    entries: list[Entry] = [viewed(1, 0), viewed(2, 0.1), said(1, 1, 1), viewed(3, 2)]
    items = laid(entries)
    assert shape(items) == ["-- Tue 17 Nov", "2 views", "1", "/page/3"]
    assert shape(laid(entries, {items[1].key})) == ["-- Tue 17 Nov", "/page/1", "/page/2", "1", "/page/3"]


def test_no_two_items_share_a_key() -> None:
    entries: list[Entry] = [said(1, 2, 0), viewed(1, 1), said(2, 1, 2), said(3, 2, 26), viewed(2, 27), said(4, 1, 50)]
    for unfolded in ((), {2}):
        keys = [item.key for item in laid(entries, unfolded, unread=2)]
        assert len(keys) == len(set(keys))
