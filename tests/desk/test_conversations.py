"""Conversations: a customer's one timeline, walked back page by page, with everything in it exactly once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from convo.desk import cursor
from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound
from convo.model.envelope import EventEnvelope, Handle, Item, Part
from convo.model.views import EventView, MessageView
from convo.model.words import EventKind, LedgerOutcome
from tests.intake.saying import START, chat, mail, rows, take


def bought(who: str, at: datetime, title: str = "order") -> EventEnvelope:
    """A purchase of the customer with this address."""
    return EventEnvelope(EventKind.PURCHASE, (Handle("email", who),), at, title, 12_500, "EUR")


def walked(desk: Desk, customer: int, limit: int) -> list[MessageView | EventView]:
    """The whole timeline, newest first, page after page."""
    found: list[MessageView | EventView] = []
    after = None
    for _ in range(100):
        page = desk.conversations.show(customer, after=after, limit=limit)
        assert len(page.entries) <= limit
        found += page.entries[::-1]
        if page.next is None:
            return found
        assert len(page.entries) == limit
        after = page.next
    raise AssertionError("the walk never ends")


def second(entry: MessageView | EventView) -> datetime:
    """When an entry was, in whole seconds."""
    return (entry.sent_at if isinstance(entry, MessageView) else entry.at).replace(microsecond=0)


def name(entry: MessageView | EventView) -> tuple[str, int]:
    """What tells an entry from all others."""
    return ("message" if isinstance(entry, MessageView) else "event", entry.id)


MOMENTS = st.integers(0, 3_000_000).map(lambda micros: START + timedelta(microseconds=micros))
THINGS = st.lists(st.tuples(st.sampled_from(["message", "event"]), MOMENTS), max_size=14)


@given(THINGS, st.integers(1, 5))
@example([("message", START + timedelta(seconds=place)) for place in range(3)], 1)
@example([("event", START + timedelta(seconds=place)) for place in range(3)], 1)
@example([("event", START + timedelta(microseconds=9)), ("event", START + timedelta(microseconds=1))], 1)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_all_pages_gives_everything_once_and_in_order(
    desk: Desk, things: list[tuple[str, datetime]], limit: int
) -> None:
    number = len(rows(desk.store, "customer")) + 1
    who = f"c{number}@x.example"
    items: list[Item] = [mail(who, 0)]
    for place, (kind, at) in enumerate(things):
        offset = int((at - START) / timedelta(microseconds=1))
        said: dict[str, Any] = {"external_id": f"{number}-{place}"}
        items.append(bought(who, at, f"order {place}") if kind == "event" else _mail_at(who, offset, said))
    assert {received.outcome for received in take(desk.store, *items)} == {LedgerOutcome.STORED}
    found = walked(desk, number, limit)
    whole = desk.conversations.show(number, limit=1000)
    assert whole.next is None
    assert [name(entry) for entry in found] == [name(entry) for entry in whole.entries[::-1]]
    assert len({name(entry) for entry in found}) == len(found) == len(things) + 1
    assert [second(entry) for entry in found] == sorted((second(entry) for entry in found), reverse=True)


def _mail_at(who: str, micros: int, said: dict[str, Any]) -> Item:
    return replace(mail(who, 0, **said), sent_at=START + timedelta(microseconds=micros))


def test_messages_and_events_of_all_channels_stand_in_one_timeline_oldest_first(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, "first"), bought("ana@x.example", START + timedelta(minutes=1)))
    desk.customers.add_identity(1, "telegram", "77")
    take(desk.store, chat("77", 2, "last"), channel="telegram")
    view = desk.conversations.show(1)
    assert [entry.body if isinstance(entry, MessageView) else entry.title for entry in view.entries] == [
        "first",
        "order",
        "last",
    ]
    assert [entry.channel for entry in view.entries] == ["email", "email", "telegram"]
    assert str(view.entries[1].amount) == "12.50 EUR"  # type: ignore[union-attr]
    assert view.customer.id == 1
    assert [row.id for row in view.threads] == [2, 1]


def test_the_newest_page_comes_first_and_its_cursor_goes_back(desk: Desk) -> None:
    take(desk.store, *(mail("ana@x.example", minute, f"line {minute}") for minute in range(5)))
    page = desk.conversations.show(1, limit=2)
    assert [entry.body for entry in page.entries if isinstance(entry, MessageView)] == ["line 3", "line 4"]
    take(desk.store, mail("ana@x.example", 9, "meanwhile"))
    page = desk.conversations.show(1, limit=2, after=page.next)
    assert [entry.body for entry in page.entries if isinstance(entry, MessageView)] == ["line 1", "line 2"]
    page = desk.conversations.show(1, limit=2, after=page.next)
    assert [entry.body for entry in page.entries if isinstance(entry, MessageView)] == ["line 0"]
    assert page.next is None


def test_a_customer_with_nothing_has_an_empty_conversation(desk: Desk) -> None:
    view = desk.customers.add("Ana")
    shown = desk.conversations.show(view.id)
    assert (shown.entries, shown.threads, shown.next) == ((), (), None)


def test_the_conversation_of_one_merged_is_that_of_the_one_kept(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ana@work.example", 1))
    desk.customers.merge(1, 2)
    shown = desk.conversations.show(2, limit=1)
    assert shown.customer.id == 1
    assert len(walked(desk, 2, 1)) == 2


def test_others_are_not_in_it(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 1), bought("ben@x.example", START))
    assert len(desk.conversations.show(1).entries) == 1
    assert len(desk.conversations.show(2).entries) == 2


def test_what_is_not_there_or_no_page_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.conversations.show(1)
    desk.customers.add("Ana")
    with pytest.raises(BadInput):
        desk.conversations.show(1, limit=0)
    for after in ("x", cursor.encode(1), cursor.encode(1, 2**62, 1), cursor.encode(1, datetime.now(UTC), "1")):
        with pytest.raises(BadInput):
            desk.conversations.show(1, after=after)


@given(THINGS, st.integers(1, 6), st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_around_a_message_holds_it_and_goes_on_to_all_that_is_older(
    desk: Desk, things: list[tuple[str, datetime]], limit: int, data: st.DataObject
) -> None:
    number = len(rows(desk.store, "customer")) + 1
    who = f"c{number}@x.example"
    items: list[Item] = [mail(who, 0)]
    for place, (kind, at) in enumerate(things):
        offset = int((at - START) / timedelta(microseconds=1))
        said: dict[str, Any] = {"external_id": f"{number}-{place}"}
        items.append(bought(who, at, f"order {place}") if kind == "event" else _mail_at(who, offset, said))
    take(desk.store, *items)
    whole = [name(entry) for entry in desk.conversations.show(number, limit=1000).entries]
    wanted = data.draw(st.sampled_from([number for kind, number in whole if kind == "message"]))
    page = desk.conversations.show(number, around=wanted, limit=limit)
    shown = [name(entry) for entry in page.entries]
    assert ("message", wanted) in shown
    place = whole.index(shown[-1])
    assert shown == whole[max(0, place + 1 - limit) : place + 1]
    assert place == min(len(whole) - 1, whole.index(("message", wanted)) + limit // 2)
    while page.next is not None:
        page = desk.conversations.show(number, after=page.next, limit=limit)
        shown = [*(name(entry) for entry in page.entries), *shown]
    assert shown == whole[: place + 1]


def test_a_page_around_what_is_none_of_the_customers_is_not_there(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 0))
    with pytest.raises(NotFound, match="no message 2 in the conversation with customer 1"):
        desk.conversations.show(1, around=2)
    with pytest.raises(BadInput, match="either after a cursor or around"):
        desk.conversations.show(1, around=1, after="x")


def test_an_attachment_is_read_with_its_bytes_under_the_name_its_sender_gave(desk: Desk) -> None:
    parts = (Part("../../x.png", "image/png", b"\x89PNG"), Part("gone.pdf", "application/pdf", None))
    take(desk.store, mail("ana@x.example", 0, parts=parts))
    held, named = desk.threads.show(1).messages[0].attachments
    assert desk.conversations.attachment(held.id) == (held, b"\x89PNG")
    assert held.name == "x.png"
    with pytest.raises(NotFound, match="did not hold it"):
        desk.conversations.attachment(named.id)
    with pytest.raises(NotFound, match="no attachment 99"):
        desk.conversations.attachment(99)
