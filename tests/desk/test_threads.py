"""Threads: listed in pages, read, and moved from one state to the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound, QueryError
from convo.model.words import Direction
from convo.store.store import Store
from tests.desk.acting import audited, operator
from tests.intake.saying import START, chat, mail, rows, take

LATER = START + timedelta(days=1)


def walked(desk: Desk, query: str = "", *, limit: int) -> list[int]:
    """The numbers of all threads, page after page."""
    found, after = [], None
    for _ in range(1000):
        page = desk.threads.list(query, after=after, limit=limit)
        assert len(page.items) <= limit
        found += [row.id for row in page.items]
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next
    raise AssertionError("the walk never ends")


def thread_facts(store: Store, *columns: str) -> tuple[object, ...]:
    """These columns of the only thread."""
    (row,) = rows(store, "thread", *columns)
    return row


def test_an_empty_desk_lists_an_empty_page(desk: Desk) -> None:
    page = desk.threads.list()
    assert (page.items, page.next) == ((), None)


def test_threads_with_the_newest_message_come_first_and_of_equal_times_the_newer_thread(desk: Desk) -> None:
    take(desk.store, mail("a@x.example", 5), mail("b@x.example", 9), mail("c@x.example", 9), mail("d@x.example", 1))
    assert [row.id for row in desk.threads.list().items] == [3, 2, 1, 4]


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 5))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_the_pages_gives_every_thread_once(desk: Desk, minutes: list[int], limit: int) -> None:
    count = len(desk.threads.list(limit=1000).items)
    take(desk.store, *(mail(f"c{count + place}@x.example", minute) for place, minute in enumerate(minutes)))
    found = walked(desk, limit=limit)
    assert found == [row.id for row in desk.threads.list(limit=1000).items]
    assert len(set(found)) == len(found) == count + len(minutes)


def test_what_comes_in_between_two_pages_repeats_and_hides_nothing(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{place}@x.example", 0) for place in range(6)))
    first = desk.threads.list(limit=3)
    take(desk.store, mail("new@x.example", 0, "same time"), mail("newer@x.example", 5))
    second = desk.threads.list(limit=10, after=first.next)
    assert [row.id for row in first.items] == [6, 5, 4]
    assert [row.id for row in second.items] == [3, 2, 1]


@pytest.mark.parametrize(("count", "limit"), [(0, 2), (1, 2), (2, 2), (3, 2), (7, 2)])
def test_a_query_narrows_the_list_on_any_number_of_pages(desk: Desk, count: int, limit: int) -> None:
    take(desk.store, *(mail(f"c{place}@x.example", place, f"needle {place}") for place in range(count)))
    take(desk.store, *(mail(f"o{place}@x.example", place, "hay") for place in range(3)))
    assert len(walked(desk, "needle", limit=limit)) == count
    assert len(walked(desk, "", limit=limit)) == count + 3


def test_a_query_that_does_not_parse_points_at_the_column(desk: Desk) -> None:
    with pytest.raises(QueryError) as caught:
        desk.threads.list("is:nonsense")
    assert caught.value.column > 0


def test_a_query_with_a_nul_or_half_a_character_finds_nothing_and_breaks_nothing(desk: Desk) -> None:
    take(desk.store, mail("a@x.example", 0))
    for query in ("\x00", "a\x00b", "\ud800", "tag:\ud800", "subject:'\x00'", 'from:"\x00"'):
        try:
            assert desk.threads.list(query).items == () or query in {"\x00", "\ud800"}
        except QueryError:
            continue


def test_a_thread_shows_its_newest_messages_oldest_first(desk: Desk) -> None:
    take(desk.store, *(chat("ana", minute, f"line {minute}") for minute in range(5)), channel="telegram")
    view = desk.threads.show(1, messages=2)
    assert [message.body for message in view.messages] == ["line 3", "line 4"]
    assert (view.row.messages, view.row.status, view.row.unread) == (5, "open", True)
    assert view.row.waiting_since == START
    with pytest.raises(BadInput):
        desk.threads.show(1, messages=0)


@pytest.mark.parametrize("number", [2, 0, -1, 2**63, 10**40])
def test_a_thread_that_is_not_there_is_not_found_by_any_operation(desk: Desk, number: int) -> None:
    take(desk.store, mail("ana@x.example", 0))
    before = audited(desk)
    for ask in (
        desk.threads.show,
        desk.threads.close,
        desk.threads.reopen,
        desk.threads.mark_read,
        desk.threads.assign,
        lambda thread: desk.threads.reply(thread, "x"),
        lambda thread: desk.threads.note(thread, "x"),
        lambda thread: desk.threads.tag(thread, add=["x"]),
        lambda thread: desk.threads.rename(thread, "x"),
        lambda thread: desk.threads.set_priority(thread, "high"),
        lambda thread: desk.threads.snooze(thread, clock.now() + timedelta(days=1)),
    ):
        with pytest.raises(NotFound, match=r"there is no thread|as large as"):
            ask(number)
    assert audited(desk) == before


def test_a_note_changes_neither_who_waits_nor_the_status_and_goes_nowhere(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Gear"), mail("ben@x.example", 1))
    with clock.fixed(LATER):
        note = desk.threads.note(1, "call her\x00 back\r\n")
    assert (note.direction, note.body, note.delivery, note.author) == ("note", "call her\ufffd back", None, "tester")
    row = desk.threads.show(1).row
    assert (row.status, row.waiting_since, row.unread, row.messages) == ("open", START, True, 2)
    assert rows(desk.store, "delivery") == []
    assert rows(desk.store, "message", "id", "external_id")[-1] == (note.id, None)
    waiting = [row.id for row in desk.threads.list("waiting:>1h").items]
    assert sorted(waiting) == [1, 2]
    assert [hit.message_id for hit in desk.search.messages("call her").items] == [note.id]
    with pytest.raises(BadInput, match="nothing to say"):
        desk.threads.note(1, " \n")


def test_a_note_is_no_first_response(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.note(1, "hm")
    assert rows(desk.store, "episode", "thread_id", "first_response_at") == [(1, None)]


def test_a_thread_is_given_to_an_operator_a_team_or_nobody(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.operators.add("Ünal")
    desk.teams.add("Büro")
    assert desk.threads.assign(1, "üNAL").assignee == "Ünal"
    row = desk.threads.assign(1, team="BÜRO")
    assert (row.assignee, row.team) == ("Ünal", "Büro")
    row = desk.threads.assign(1)
    assert (row.assignee, row.team) == (None, None)
    last = audited(desk)[-1]
    assert (last.operation, last.entity, last.entity_id) == ("threads.assign", "thread", 1)
    assert last.before == {"assignee": "Ünal", "team": "Büro"}
    assert last.after == {"assignee": None, "team": None}
    for ask in ({"operator": "nobody.here"}, {"team": "none.such"}):
        with pytest.raises(NotFound):
            desk.threads.assign(1, **ask)


def test_me_is_the_operator_at_the_desk_and_nobody_without_one(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with pytest.raises(Conflict, match="tester is no operator"):
        desk.threads.assign(1, "me")
    assert operator(desk, "marta").threads.assign(1, "me").assignee == "marta"
    assert [row.id for row in desk.threads.list("assignee:marta").items] == [1]


def test_a_removed_operator_gets_no_thread(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.operators.add("marta")
    desk.operators.remove("marta")
    with pytest.raises(NotFound):
        desk.threads.assign(1, "marta")


def test_tags_are_kept_in_one_form_and_once(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    assert desk.threads.tag(1, add=["VIP", " vip ", "Straße", "two  words"]).tags == ("strasse", "two words", "vip")
    assert desk.threads.tag(1, add=["vip"], remove=["STRASSE", "never there"]).tags == ("two words", "vip")
    assert audited(desk)[-1].before == {"tags": ["strasse", "two words", "vip"]}
    for bad in ("", "  ", "a,b", "x" * 65):
        with pytest.raises(BadInput, match="is no tag"):
            desk.threads.tag(1, add=[bad])


def test_a_bad_tag_leaves_all_tags_as_they_were(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.tag(1, add=["vip"])
    with pytest.raises(BadInput):
        desk.threads.tag(1, add=["a,b"], remove=["vip"])
    assert desk.threads.show(1).tags == ("vip",)


def test_priority_and_subject_are_set_and_checked(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    assert desk.threads.set_priority(1, "urgent").priority == "urgent"
    with pytest.raises(BadInput, match="no priority"):
        desk.threads.set_priority(1, "asap")
    assert desk.threads.rename(1, " New\n\x00 subject ").subject == "New \ufffd subject"
    with pytest.raises(BadInput, match="cannot be empty"):
        desk.threads.rename(1, " \n")
    assert len(desk.threads.rename(1, "x" * 5000).subject) == 2000


def test_snoozing_puts_a_thread_away_until_then(desk: Desk, frozen_now: datetime) -> None:
    take(desk.store, mail("ana@x.example", 0))
    until = frozen_now + timedelta(days=3)
    row = desk.threads.snooze(1, until)
    assert (row.status, row.snoozed_until, row.waiting_since) == ("snoozed", until, START)
    assert desk.threads.reopen(1).snoozed_until is None


@pytest.mark.parametrize(
    "until",
    [datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 11, 17, 12, tzinfo=UTC), datetime(2030, 1, 1)],  # noqa: DTZ001
)
def test_snoozing_until_what_is_past_or_in_no_zone_is_refused(
    desk: Desk, frozen_now: datetime, until: datetime
) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with pytest.raises(BadInput):
        desk.threads.snooze(1, until)
    assert desk.threads.show(1).row.status == "open"


def test_an_episode_runs_from_opening_to_resolution_and_the_next_from_the_reopening(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with clock.fixed(LATER):
        row = desk.threads.close(1)
    assert (row.status, row.waiting_since, row.unread) == ("resolved", None, False)
    assert rows(desk.store, "episode", "id", "opened_at", "resolved_at") == [(1, START, LATER)]
    with clock.fixed(LATER + timedelta(hours=1)):
        assert desk.threads.close(1).status == "resolved"
        assert desk.threads.reopen(1).status == "open"
        assert desk.threads.reopen(1).status == "open"
    assert thread_facts(desk.store, "resolved_at") == (None,)
    assert rows(desk.store, "episode", "id", "opened_at", "resolved_at") == [
        (1, START, LATER),
        (2, LATER + timedelta(hours=1), None),
    ]


def test_many_who_reopen_one_thread_at_once_begin_one_episode(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.close(1)
    together = Barrier(6)

    def reopen(_: int) -> str:
        together.wait(timeout=30)
        return desk.threads.reopen(1).status

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(reopen, range(6))) == {"open"}
    assert len(rows(desk.store, "episode")) == 2


def test_the_customer_who_writes_again_reopens_what_was_resolved(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, external_id="one@x"))
    with clock.fixed(START + timedelta(minutes=5)):
        desk.threads.close(1)
    take(desk.store, mail("ana@x.example", 60, external_id="two@x", references=("one@x",)))
    assert desk.threads.show(1).row.status == "open"
    assert len(rows(desk.store, "episode")) == 2


def test_snoozing_a_resolved_thread_begins_an_episode_that_can_be_resolved(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.close(1)
    desk.threads.snooze(1, clock.now() + timedelta(days=1))
    assert [resolved is None for _, resolved in rows(desk.store, "episode", "id", "resolved_at")] == [False, True]
    desk.threads.reopen(1)
    desk.threads.close(1)
    assert [resolved is None for _, resolved in rows(desk.store, "episode", "id", "resolved_at")] == [False, False]


def test_reading_marks_read_and_nothing_else(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    row = desk.threads.mark_read(1)
    assert (row.unread, row.status, row.waiting_since) == (False, "open", START)
    assert desk.threads.list("is:unread").items == ()


def test_outbound_history_counts_in_the_thread_as_what_it_was(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ana@x.example", 5, "yes", direction=Direction.OUTBOUND))
    row = desk.threads.show(1).row
    assert (row.status, row.waiting_since, row.messages) == ("pending", None, 2)
