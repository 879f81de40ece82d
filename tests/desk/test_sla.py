"""Promised times at the desk: policies, due times through a thread's life, and what is noted when one passes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.sla_views import BreachView
from convo.model.views import ThreadRow
from convo.model.words import Direction
from tests.desk.acting import audited
from tests.desk.said import say
from tests.intake.saying import rows

OPENED = datetime(2026, 11, 17, 9, tzinfo=UTC)  # a Tuesday
HOUR = 3600


def hours(count: float) -> datetime:
    return OPENED + timedelta(hours=count)


@contextmanager
def at(count: float) -> Iterator[None]:
    """So many hours after the thread was opened."""
    with clock.fixed(hours(count)):
        yield


def wrote(desk: Desk, count: float = 0, **rest: Any) -> None:
    """The customer writes, so many hours after the first time, and the desk notices at once."""
    say(desk, "a@x.example", "hello", at=hours(count), received=hours(count), thread_key="one", **rest)
    with at(count):
        desk.sla.refresh(1)


def row(desk: Desk) -> ThreadRow:
    return desk.threads.show(1).row


def due(desk: Desk) -> list[float | None]:
    """When first response, next response and resolution are due, in hours after the opening, and what is left."""
    columns = ("first_response_due", "next_response_due", "resolution_due", "resolution_left")
    (found,) = rows(desk.store, "thread", *columns)
    return [
        None
        if value is None
        else (value - OPENED).total_seconds() / HOUR
        if isinstance(value, datetime)
        else value / HOUR
        for value in found
    ]


def breaches(desk: Desk) -> list[tuple[str, float]]:
    noted: tuple[BreachView, ...] = desk.sla.breaches().items
    return [(view.promise, (view.due_at - OPENED).total_seconds() / HOUR) for view in noted[::-1]]


@pytest.fixture
def gold(desk: Desk) -> Desk:
    """A thread opened at OPENED under a policy of 1 h, 2 h and 8 h."""
    desk.sla.add("gold", first="1h", following="2h", resolution="8h")
    wrote(desk)
    with at(0):
        desk.sla.put(1, "Gold")
    return desk


def test_a_policy_is_kept_with_what_it_promises(desk: Desk) -> None:
    desk.calendars.add("shop", ["mon-fri 09:00-18:00", "sat 10:00-14:00"], time_zone="Europe/Madrid")
    view = desk.sla.add("gold", first="90m", following="4h", resolution="1d", calendar="Shop")
    assert (view.first_response, view.next_response, view.resolution) == (90 * 60, 4 * HOUR, 9 * HOUR)
    assert (view.calendar, view.threads) == ("shop", 0)
    assert desk.sla.edit("GOLD", following="none", resolution="1w").resolution == 49 * HOUR
    assert desk.sla.show("gold").next_response is None
    plain = desk.sla.edit("gold", calendar="none", resolution="1d")
    assert (plain.calendar, plain.resolution, plain.first_response) == (None, 24 * HOUR, 90 * 60)
    assert [one.name for one in desk.sla.list()] == ["gold"]
    assert audited(desk)[-1].operation == "sla.edit"
    desk.sla.remove("gold")
    assert desk.sla.list() == ()
    for ask in (desk.sla.show, desk.sla.remove):
        with pytest.raises(NotFound):
            ask("gold")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"first": "0h"},
        {"first": "soon"},
        {"first": "-1h"},
        {"first": "99999w"},
        {"first": "1h 30m"},
        {"first": "١h"},
        {"first": "none"},
    ],
)
def test_a_policy_that_promises_nothing_or_nonsense_is_refused(desk: Desk, values: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        desk.sla.add("gold", **values)
    desk.sla.add("gold", first="1h")
    with pytest.raises(BadInput):
        desk.sla.edit("gold", **({"first": "none"} | values))
    assert desk.sla.show("gold").first_response == HOUR


def test_names_of_policies_and_calendars_are_their_own(desk: Desk) -> None:
    desk.sla.add("gold", first="1h")
    desk.calendars.add("shop", ["daily 9-17"])
    with pytest.raises(Conflict):
        desk.sla.add("GOLD", first="1h")
    with pytest.raises(Conflict):
        desk.calendars.add("Shop", ["daily 9-17"])
    with pytest.raises(BadInput):
        desk.sla.add("none", first="1h")
    with pytest.raises(NotFound):
        desk.sla.add("silver", first="1h", calendar="nowhere")


def test_the_first_answer_keeps_the_first_promise_and_the_next_wait_makes_another(gold: Desk) -> None:
    assert due(gold) == [1, None, 8, None]
    assert (row(gold).sla, row(gold).due) == ("gold", hours(1))
    with at(0.5):
        gold.threads.reply(1, "which size?")
    assert due(gold) == [None, None, None, 7.5]
    assert row(gold).due is None
    wrote(gold, 30)
    assert due(gold) == [None, 32, 37.5, None]
    with at(31):
        gold.threads.reply(1, "done")
        gold.threads.close(1)
    assert due(gold) == [None, None, None, None]
    assert gold.sla.note_breaches() == 0
    assert breaches(gold) == []


def test_a_thread_opened_anew_is_promised_everything_anew(gold: Desk) -> None:
    with at(1):
        gold.threads.close(1)
    wrote(gold, 20)
    assert row(gold).status == "open"
    assert due(gold) == [21, None, 28, None]


def test_reopened_by_us_nobody_waits_for_an_answer(gold: Desk) -> None:
    with at(1):
        gold.threads.close(1)
    with at(2):
        gold.threads.reopen(1)
    assert due(gold) == [None, None, 10, None]


def test_snoozing_does_not_stop_the_clock(gold: Desk) -> None:
    with at(0.5):
        gold.threads.snooze(1, hours(100))
    assert due(gold) == [1, None, 8, None]


def test_the_policy_may_be_taken_away_and_changed(gold: Desk) -> None:
    with at(0.5):
        gold.threads.reply(1, "which size?")
    wrote(gold, 10)
    gold.sla.add("strict", resolution="4h")
    with at(10):
        gold.sla.put(1, "strict")
        assert due(gold) == [None, None, 13.5, None]
        gold.sla.put(1, "strict")
        assert due(gold) == [None, None, 13.5, None]
        gold.sla.put(1, None)
    assert (due(gold), row(gold).sla) == ([None, None, None, None], None)
    assert audited(gold)[-1].before == {"sla": "strict"}
    with pytest.raises(NotFound):
        gold.sla.put(1, "silver")
    with pytest.raises(NotFound):
        gold.sla.put(9, "gold")


def test_due_times_follow_a_policy_and_a_calendar_that_are_changed(gold: Desk) -> None:
    with at(0.5):
        gold.sla.edit("gold", first="3h", resolution="20h")
        assert due(gold) == [3, None, 20, None]
        gold.calendars.add("shop", ["mon-fri 09:00-17:00"], time_zone="UTC")
        gold.sla.edit("gold", calendar="shop")
        assert due(gold) == [3, None, 52, None]
        gold.calendars.edit("shop", hours=["daily 09:00-21:00"])
        assert due(gold) == [3, None, 32, None]
        gold.calendars.edit("shop", holidays=["2026-11-18"])
        assert due(gold) == [3, None, 56, None]
        gold.sla.remove("gold")
    assert (due(gold), row(gold).sla) == ([None, None, None, None], None)


def test_a_promise_that_passes_is_noted_once(gold: Desk) -> None:
    with at(1):
        assert gold.sla.note_breaches() == 0
    with at(1.1):
        assert gold.sla.note_breaches() == 1
        assert gold.sla.note_breaches() == 0
        assert [one.id for one in gold.threads.list("is:breached").items] == [1]
        assert gold.threads.list("-is:breached").items == ()
    with at(9):
        assert gold.sla.note_breaches() == 1
        gold.threads.reply(1, "sorry")
    assert breaches(gold) == [("first_response", 1), ("resolution", 8)]
    (late, _) = gold.sla.breaches().items[::-1]
    assert (late.policy, late.thread_id, late.at) == ("gold", 1, hours(1.1))
    assert rows(gold.store, "breach", "seen") == [(False,), (False,)]
    assert due(gold) == [None, None, 8, None]


def test_an_answer_that_comes_late_before_anybody_looked_is_noted_too(gold: Desk) -> None:
    with at(2):
        gold.threads.reply(1, "sorry")
    wrote(gold, 3)
    with at(6):
        gold.threads.reply(1, "sorry again")
        gold.threads.close(1)
    wrote(gold, 20)
    with at(50):
        gold.threads.close(1)
    assert breaches(gold) == [("first_response", 1), ("next_response", 5), ("first_response", 21), ("resolution", 28)]
    assert gold.sla.note_breaches() == 0


def test_an_answer_in_time_that_was_given_outside_the_desk_is_no_breach(gold: Desk) -> None:
    say(gold, "a@x.example", "we wrote from the phone", at=hours(0.5), direction=Direction.OUTBOUND, thread_key="one")
    with at(2):
        assert gold.sla.note_breaches() == 0
    assert due(gold) == [None, None, None, 7.5]
    wrote(gold, 3)
    assert due(gold) == [None, 5, 10.5, None]
    say(gold, "a@x.example", "and again", at=hours(4), direction=Direction.OUTBOUND, thread_key="one")
    with at(20):
        assert gold.sla.note_breaches() == 0
    assert due(gold) == [None, None, None, 6.5]
    wrote(gold, 20)
    assert breaches(gold) == []
    with at(22.5):
        assert gold.sla.note_breaches() == 1
    assert breaches(gold) == [("next_response", 22)]


def test_what_is_automatic_is_no_answer(gold: Desk) -> None:
    with gold.store.write() as connection:
        key = rows(gold.store, "message", "sort_key")[0][0] + 1
        values = {"sort_key": key, "thread_id": 1, "customer_id": 1, "channel_id": 1, "direction": "outbound"}
        more = {"sent_at": hours(0.1), "received_at": hours(0.1), "reference_ids": [], "automatic": True}
        connection.execute(insert(tables.message), values | more)
        connection.execute(update(tables.thread).values(last_outbound_at=hours(0.1)))
    with at(0.2):
        gold.sla.refresh(1)
    assert due(gold)[0] == 1
    with at(2):
        assert gold.sla.note_breaches() == 1


def test_rules_that_put_the_same_policy_again_change_nothing(gold: Desk) -> None:
    with at(0.5):
        gold.threads.reply(1, "which size?")
    wrote(gold, 10)
    before = due(gold)
    with at(11):
        gold.sla.put(1, "gold")
    assert due(gold) == before


def test_the_most_urgent_threads_come_first_and_those_that_wait_for_the_customer_last(desk: Desk) -> None:
    desk.sla.add("gold", first="1h", resolution="8h")
    desk.calendars.add("shop", ["mon-fri 09:00-17:00"], time_zone="UTC")
    desk.sla.add("slow", first="8h", calendar="shop")
    for number in range(1, 6):
        say(desk, f"c{number}@x.example", "hello", at=hours(number / 10))
    with at(1):
        for number, policy in ((1, "slow"), (2, "gold"), (3, "gold"), (4, "gold")):
            desk.sla.put(number, policy)
        desk.threads.reply(3, "which size?")
    with at(1.3):
        clocks = desk.sla.status().items
        assert [one.thread_id for one in clocks] == [2, 4, 1, 3]
        assert [(one.promise, one.breached) for one in clocks] == [
            ("first_response", True),
            ("first_response", False),
            ("first_response", False),
            (None, False),
        ]
        assert [one.left for one in clocks] == [-360, 360, 7 * HOUR - 12 * 60, None]
        assert clocks[3].resolution_left is not None
        assert [one.thread_id for one in desk.sla.status("sla:gold is:open").items] == [2, 4]
        page = desk.sla.status(limit=2)
        assert [one.thread_id for one in desk.sla.status(limit=2, after=page.next).items] == [1, 3]
        assert [one.id for one in desk.threads.list("due:<15min").items] == [4, 2]


def test_breaches_are_read_page_by_page_and_since(gold: Desk) -> None:
    with at(9):
        assert gold.sla.note_breaches() == 2
    first = gold.sla.breaches(limit=1)
    assert [one.promise for one in (*first.items, *gold.sla.breaches(limit=1, after=first.next).items)] == [
        "resolution",
        "first_response",
    ]
    assert [one.promise for one in gold.sla.breaches(since=hours(2)).items] == ["resolution"]


def test_threads_without_a_policy_have_no_clock(desk: Desk) -> None:
    wrote(desk)
    with at(1):
        desk.threads.reply(1, "hello")
        desk.threads.close(1)
    assert due(desk) == [None] * 4
    assert desk.sla.status().items == ()


def test_a_calendar_is_kept_with_its_hours_and_holidays(desk: Desk) -> None:
    view = desk.calendars.add(
        "shop",
        ["Mon-Fri 9-18"],
        time_zone="Europe/Madrid",
        holidays=["12-25", "2026-11-18"],
        holiday_file=b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261208\nEND:VEVENT",
    )
    assert (view.hours, view.time_zone) == (("mon-fri 09:00-18:00",), "Europe/Madrid")
    assert view.holidays == ("12-25", "2026-11-18", "2026-12-08")
    with at(0):
        shown = desk.calendars.show("SHOP")
        assert (shown.open_now, shown.until) == (True, hours(8))
    with at(9):
        shown = desk.calendars.show("shop")
        assert (shown.open_now, shown.until) == (False, datetime(2026, 11, 19, 8, tzinfo=UTC))
    view = desk.calendars.edit("shop", hours=["daily 00:00-24:00"], holidays=["01-06"], remove_holidays=["12-25"])
    assert (view.hours, view.holidays) == (("mon-sun 00:00-24:00",), ("01-06", "2026-11-18", "2026-12-08"))
    assert audited(desk)[-1].operation == "calendars.edit"
    desk.sla.add("gold", first="1h", calendar="shop")
    assert desk.calendars.show("shop").policies == ("gold",)
    with pytest.raises(Conflict, match="that of gold"):
        desk.calendars.remove("shop")
    desk.sla.remove("gold")
    desk.calendars.remove("shop")
    assert desk.calendars.list() == ()


@pytest.mark.parametrize(
    "values",
    [
        {"hours": []},
        {"hours": ["mon"]},
        {"hours": ["daily 9-17"], "time_zone": "Mars/Olympus"},
        {"hours": ["daily 9-17"], "holidays": ["christmas"]},
        {"hours": ["daily 9-17"], "holidays": ["01-01..12-31"]},
        {"hours": ["daily 9-17"], "holiday_file": b"no calendar"},
    ],
)
def test_a_calendar_that_cannot_be_is_refused_and_changes_nothing(desk: Desk, values: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        desk.calendars.add("shop", **values)
    assert desk.calendars.list() == ()
    before = desk.calendars.add("shop", ["mon 9-17"])
    with pytest.raises(BadInput):
        desk.calendars.edit("shop", **values)
    assert desk.calendars.show("shop") == before


def test_a_calendar_cannot_close_under_a_promise_that_needs_it(desk: Desk) -> None:
    desk.calendars.add("shop", ["daily 00:00-24:00"])
    desk.sla.add("long", resolution="52w", calendar="shop")
    with pytest.raises(BadInput, match="not open long enough"):
        desk.calendars.edit("shop", hours=["mon 09:00-09:10"])
    assert desk.calendars.show("shop").hours == ("mon-sun 00:00-24:00",)
