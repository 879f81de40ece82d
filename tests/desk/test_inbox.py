"""The inbox: its lists with counts, its rows both ways, the next unread thread, and how the desk is."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from convo import clock
from convo.desk import inbox_lists
from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound, QueryError
from convo.model import tables
from convo.model.inbox_views import InboxRow, InboxView
from convo.model.words import Direction, Role
from tests.desk.acting import acting, operator
from tests.intake.saying import START, chat, mail, take

NOON = START + timedelta(hours=3)


def numbers(rows: tuple[InboxRow, ...]) -> list[int]:
    """The threads' numbers in the rows' order."""
    return [row.thread.id for row in rows]


def views(desk: Desk) -> dict[str, InboxView]:
    """The inbox's lists by name."""
    return {view.name: view for view in desk.inbox.views()}


def mails(desk: Desk, count: int, *, first: int = 0) -> None:
    """So many threads of one mail each, a minute apart."""
    take(desk.store, *(mail(f"c{place}@x.example", place, f"words {place}") for place in range(first, first + count)))


def test_the_lists_hold_what_their_names_say(desk: Desk) -> None:
    mails(desk, 6)
    marta = operator(desk)
    desk.teams.add("Repairs & more")
    desk.teams.add("sales")
    desk.teams.join("Repairs & more", "marta")
    marta.threads.assign(1, "me")
    marta.threads.assign(2, "me", team="Repairs & more")
    desk.threads.close(3)
    desk.threads.snooze(4, clock.now() + timedelta(days=1))
    desk.queries.save("five", "words 5")
    told = [(view.name, view.title, view.count, view.saved) for view in marta.inbox.views()]
    assert told == [
        ("mine", "Mine", 2, False),
        ("unassigned", "Unassigned", 2, False),
        ("team:Repairs & more", "Repairs & more", 1, False),
        ("all", "All", 4, False),
        ("snoozed", "Snoozed", 1, False),
        ("breaching", "Breaching", 0, False),
        ("five", "five", 1, True),
    ]
    for view in marta.inbox.views():
        assert len(marta.inbox.list(view.query).rows) == view.count, view


def test_whoever_acts_as_no_operator_has_nothing_of_their_own_and_sees_every_team(desk: Desk) -> None:
    desk.teams.add("sales")
    desk.teams.add("me")
    assert list(views(desk)) == ["unassigned", "team:me", "team:sales", "all", "snoozed", "breaching"]
    assert desk.inbox.list(views(desk)["team:me"].query).rows == ()


def test_what_is_due_within_the_hour_or_was_due_is_breaching(desk: Desk) -> None:
    mails(desk, 3)
    with desk.store.write() as connection, clock.fixed(NOON):
        for number, minutes in ((1, -500), (2, 50), (3, 70)):
            due = {"next_response_due": NOON + timedelta(minutes=minutes)}
            connection.execute(update(tables.thread).where(tables.thread.c.id == number).values(**due))
    with clock.fixed(NOON):
        assert views(desk)["breaching"].count == 2
        assert numbers(desk.inbox.list(views(desk)["breaching"].query).rows) == [2, 1]


def test_a_count_goes_so_far_and_says_that_there_are_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mails(desk, 4)
    monkeypatch.setattr(inbox_lists, "LARGEST_COUNT", 4)
    assert (views(desk)["all"].count, views(desk)["all"].more) == (4, False)
    monkeypatch.setattr(inbox_lists, "LARGEST_COUNT", 3)
    assert (views(desk)["all"].count, views(desk)["all"].more) == (3, True)


def test_a_saved_query_that_makes_no_sense_any_more_leaves_the_other_lists_alone(desk: Desk) -> None:
    mails(desk, 1)
    with desk.store.write() as connection:
        row = {"name": "old", "query": "gone:(", "created_at": START}
        connection.execute(insert(tables.saved_query), row)
    assert (views(desk)["old"].count, views(desk)["all"].count) == (0, 1)
    with pytest.raises(QueryError):
        desk.inbox.list(views(desk)["old"].query)


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 5))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_down_and_walking_up_meet_every_thread_once(desk: Desk, minutes: list[int], limit: int) -> None:
    count = len(desk.threads.list(limit=1000).items)
    take(desk.store, *(mail(f"c{count + place}@x.example", minute) for place, minute in enumerate(minutes)))
    everything = [row.id for row in desk.threads.list(limit=1000).items]
    down, up = [], []
    page = desk.inbox.list(limit=limit)
    assert page.before is None
    while page.rows:
        down += numbers(page.rows)
        if page.after is None:
            break
        page = desk.inbox.list(after=page.after, limit=limit)
        assert page.before is not None
    page = desk.inbox.list(end=True, limit=limit)
    assert page.after is None
    while page.rows:
        up = numbers(page.rows) + up
        if page.before is None:
            break
        page = desk.inbox.list(before=page.before, limit=limit)
        assert page.after is not None
    assert down == up == everything


def test_a_page_is_asked_for_in_one_way_at_a_time_and_is_as_long_as_pages_are(desk: Desk) -> None:
    mails(desk, 3)
    after = desk.inbox.list(limit=1).after
    with pytest.raises(BadInput, match="a cursor"):
        desk.inbox.list(after=after, end=True)
    with pytest.raises(BadInput, match="page"):
        desk.inbox.list(limit=0)
    with pytest.raises(BadInput, match="no cursor"):
        desk.inbox.list(before="§")
    with pytest.raises(QueryError):
        desk.inbox.list("is:(")


def test_a_page_around_a_thread_has_its_place_in_the_middle_and_goes_on_at_both_ends(desk: Desk) -> None:
    mails(desk, 9)
    page = desk.inbox.list(around=5, limit=4)
    assert numbers(page.rows) == [7, 6, 5, 4]
    assert numbers(desk.inbox.list(before=page.before).rows) == [9, 8]
    assert numbers(desk.inbox.list(after=page.after).rows) == [3, 2, 1]
    head, tail = desk.inbox.list(around=8, limit=4), desk.inbox.list(around=1, limit=4)
    assert (numbers(head.rows), head.before, numbers(tail.rows), tail.after) == ([9, 8, 7, 6], None, [3, 2, 1], None)
    everything = desk.inbox.list(around=5)
    assert (len(everything.rows), everything.before, everything.after) == (9, None, None)
    desk.threads.close(5)
    assert numbers(desk.inbox.list("is:open", around=5, limit=2).rows) == [6, 4]
    assert desk.inbox.list("words nowhere", around=5).rows == ()
    with pytest.raises(NotFound):
        desk.inbox.list(around=99)
    with pytest.raises(BadInput, match="around"):
        desk.inbox.list(around=5, end=True)


def test_what_comes_in_above_moves_nothing_below(desk: Desk) -> None:
    mails(desk, 6)
    first = desk.inbox.list(limit=3)
    mails(desk, 2, first=6)
    second = desk.inbox.list(limit=3, after=first.after)
    assert (numbers(first.rows), numbers(second.rows)) == ([6, 5, 4], [3, 2, 1])
    assert numbers(desk.inbox.list(limit=9, before=second.before).rows) == [8, 7, 6, 5, 4]


def test_a_row_begins_with_the_newest_message_that_a_person_wrote(desk: Desk) -> None:
    take(desk.store, chat("ana", 0, "first"), chat("ana", 1, "  The\twheel\n\nwobbles \x1b[31m" + "x" * 200))
    take(desk.store, chat("ana", 2, "we are away", direction=Direction.OUTBOUND, automatic=True))
    (row,) = desk.inbox.list().rows
    assert row.preview == ("The wheel wobbles \x1b[31m" + "x" * 200)[:79] + "…"


def test_a_beginning_that_was_cut_says_so_and_a_whole_one_does_not(desk: Desk) -> None:
    whole = "x" * 80
    take(desk.store, chat("ana", 0, whole), chat("ben", 1, whole + "y"))
    assert [row.preview for row in desk.inbox.list().rows] == ["x" * 79 + "…", whole]


def test_a_thread_of_machines_alone_begins_with_the_newest_of_them(desk: Desk) -> None:
    take(desk.store, chat("bot", 0, "one", automatic=True), chat("bot", 1, "two", automatic=True))
    assert desk.inbox.list().rows[0].preview == "two"


def test_a_note_is_told_from_what_the_customer_wrote(desk: Desk) -> None:
    mails(desk, 1)
    desk.threads.note(1, "check batch 7")
    assert desk.inbox.list().rows[0].preview == "(note) check batch 7"


def test_a_row_tells_its_tags_who_else_is_there_and_what_one_has_not_sent(desk: Desk) -> None:
    mails(desk, 2)
    desk.threads.tag(1, add=["vip", "refund"])
    marta = operator(desk)
    with clock.fixed(NOON), desk.store.write() as connection:
        screens = [
            ("a", "marta", 1, False, NOON),
            ("b", "jo", 1, False, NOON - timedelta(seconds=80)),
            ("c", "jo", 1, True, NOON - timedelta(seconds=70)),
            ("d", "kim", 1, False, NOON),
            ("e", "gone", 1, True, NOON - timedelta(seconds=91)),
            ("f", "elsewhere", None, False, NOON),
        ]
        names = ("session", "name", "thread_id", "writing", "at")
        connection.execute(insert(tables.presence), [dict(zip(names, each, strict=True)) for each in screens])
        for thread, author in ((1, "marta"), (2, "jo")):
            kept = {"thread_id": thread, "customer_id": thread, "author": author, "body": "so", "updated_at": NOON}
            connection.execute(insert(tables.draft), kept)
    with clock.fixed(NOON):
        second, first = marta.inbox.list().rows
        assert first.tags == ("refund", "vip")
        assert [(other.name, other.writing) for other in first.others] == [("jo", True), ("kim", False)]
        assert (first.draft, second.draft) == (True, False)
        assert (second.tags, second.others) == ((), ())


def test_rows_are_looked_at_again_without_those_that_no_longer_match(desk: Desk) -> None:
    mails(desk, 4)
    desk.threads.close(2)
    take(desk.store, mail("c0@x.example", 30, "again"))
    assert numbers(desk.inbox.rows([2, 3, 1, 99, 3], "is:open")) == [1, 3]
    assert numbers(desk.inbox.rows([2, 3, 1])) == [1, 3, 2]
    assert desk.inbox.rows([]) == ()
    with pytest.raises(BadInput):
        desk.inbox.rows(range(1, 1002))


def test_the_next_unread_thread_is_below_and_else_the_first(desk: Desk) -> None:
    mails(desk, 5)
    for number in (1, 3, 5):
        desk.threads.mark_read(number)

    def after(number: int | None, query: str = "is:open") -> int | None:
        row = desk.inbox.next_unread(query, after=number)
        return row.thread.id if row else None

    assert [after(number) for number in (None, 5, 4, 3, 2, 1, 99)] == [4, 4, 2, 2, 4, 4, 4]
    assert after(None, "words 2") is None
    desk.threads.mark_read(2)
    desk.threads.mark_read(4)
    assert after(3) is None
    with pytest.raises(NotFound):
        desk.inbox.next_unread(after=2**70)


def test_the_status_tells_what_waits_what_failed_and_what_channels_brought(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 1), mail("ben@x.example", 2))
    take(desk.store, chat("cid", 3), chat("cid", 9, direction=Direction.OUTBOUND), channel="telegram")
    for number in (1, 2, 3):
        desk.threads.reply(number, "hello")
    desk.threads.reply(3, "once more")
    desk.channels.pause("telegram")
    failed = {"status": "failed", "error": "mailbox \x07full", "updated_at": NOON}
    with desk.store.write() as connection:
        connection.execute(update(tables.delivery).where(tables.delivery.c.id == 1).values(**failed))
    status = desk.inbox.status()
    assert (status.engine, status.operator) == (desk.store.location.engine, "tester")
    assert status.store == str(desk.store.location)
    assert (status.queued, status.failed, status.notifications) == (3, 1, 0)
    post, telegram = status.channels
    assert (post.name, post.queued, post.failed, post.ok) == ("email", 1, 1, False)
    assert (post.error, post.error_at) == ("mailbox \x07full", NOON)
    assert (telegram.name, telegram.state, telegram.queued, telegram.failed, telegram.ok) == (
        "telegram", "paused", 2, 0, False,
    )  # fmt: skip
    assert telegram.last_success is not None
    assert telegram.error_at is None


def test_a_channel_that_brought_nothing_says_so_and_a_removed_one_is_gone(desk: Desk) -> None:
    desk.channels.add("email", "post")
    desk.channels.add("email", "old")
    desk.channels.remove("old")
    assert [(each.name, each.last_success, each.ok) for each in desk.inbox.status().channels] == [("post", None, True)]


def test_viewers_may_look_at_all_of_it(desk: Desk) -> None:
    mails(desk, 1)
    viewer = acting(desk, "vera", Role.VIEWER)
    assert viewer.inbox.views()
    assert viewer.inbox.next_unread() is not None
    assert viewer.inbox.status().operator == "vera"
    assert numbers(viewer.inbox.rows([1])) == numbers(viewer.inbox.list().rows) == [1]
