"""Exports: whole lists, page by page, with no transaction held between the pages."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk import exports
from convo.desk.desk import Desk
from convo.errors import QueryError
from convo.model.envelope import EventEnvelope, Handle
from convo.model.words import EventKind, Role
from tests.desk.acting import acting
from tests.intake.saying import START, chat, mail, take


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three items are a page."""
    monkeypatch.setattr(exports, "_PAGE", 3)


@pytest.fixture(params=[0, 1, 3, 7])
def count(request: pytest.FixtureRequest) -> int:
    """So many of each, on no page, on part of one, on exactly one, on several."""
    return int(request.param)


def fill(desk: Desk, count: int) -> None:
    """So many customers, each with a thread, a message and an event."""
    take(desk.store, *(mail(f"c{place}@x.example", place, f"needle {place}") for place in range(count)))
    events = [
        EventEnvelope(EventKind.VISIT, (Handle("email", f"c{place}@x.example"),), START, f"visit {place}")
        for place in range(count)
    ]
    take(desk.store, *events)


def test_everything_comes_once_over_any_number_of_pages(desk: Desk, count: int) -> None:
    fill(desk, count)
    forward = list(range(1, count + 1))
    assert [view.id for view in desk.exports.messages()] == forward[::-1]
    assert [row.id for row in desk.exports.threads()] == forward
    assert [view.id for view in desk.exports.customers()] == forward
    assert [view.id for view in desk.exports.events()] == forward


def test_a_query_and_a_limit_narrow_each_of_them(desk: Desk) -> None:
    fill(desk, 7)
    take(desk.store, chat("77", 0, "hay"), channel="telegram")
    assert [view.id for view in desk.exports.messages("needle", limit=4)] == [7, 6, 5, 4]
    assert [row.id for row in desk.exports.threads("needle", limit=5)] == [1, 2, 3, 4, 5]
    assert [view.id for view in desk.exports.customers("needle")] == [1, 2, 3, 4, 5, 6, 7]
    assert [view.id for view in desk.exports.events("customer:6 OR customer:7")] == [6, 7]
    assert list(desk.exports.messages("needle", limit=0)) == []


def test_a_merged_customer_is_exported_as_part_of_the_one_kept(desk: Desk) -> None:
    fill(desk, 2)
    desk.customers.merge(1, 2)
    assert [view.id for view in desk.exports.customers()] == [1]
    assert {view.customer_id for view in desk.exports.events()} == {1}


def test_a_thread_that_moves_up_the_list_meanwhile_is_exported_all_the_same(desk: Desk) -> None:
    fill(desk, 7)
    threads = desk.exports.threads()
    seen = [next(threads).id]
    with clock.fixed(START + timedelta(days=1)):
        for number in (5, 6, 7):
            desk.threads.note(number, "moves it to the top")
    seen += [row.id for row in threads]
    assert sorted(seen) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("what", ["messages", "threads", "customers", "events"])
def test_no_transaction_is_open_between_the_pages(desk: Desk, what: str) -> None:
    fill(desk, 7)
    items = getattr(desk.exports, what)()
    for _ in range(4):
        next(items)
        with pytest.raises(RuntimeError, match="no transaction is open"):
            desk.store.current()
        desk.threads.note(1, "one may write meanwhile")
    items.close()
    assert desk.running == ""


@pytest.mark.parametrize("what", ["messages", "threads", "customers", "events"])
def test_a_query_that_does_not_parse_is_refused_before_anything_is_read(desk: Desk, what: str) -> None:
    with pytest.raises(QueryError):
        getattr(desk.exports, what)("(gain")


def test_a_viewer_may_export(desk: Desk) -> None:
    fill(desk, 2)
    assert len(list(acting(desk, "vera", Role.VIEWER).exports.messages())) == 2
