"""What comes in is routed once, whatever fails, and history is not news."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Actor, Desk
from convo.desk.routing import Routing
from convo.errors import NotFound
from convo.model.words import Authentication, Direction, Role
from tests.intake.saying import START, mail, rows, take
from tests.store.processes import finish, spawn


def test_a_message_that_has_just_come_waits_to_be_routed_with_how_it_changed_its_thread(desk: Desk) -> None:
    (first,) = take(desk.store, mail("ana@example.org", 0, subject="Wheel"))
    desk.arrivals.route()
    assert first.thread_id is not None
    desk.threads.close(first.thread_id)
    take(
        desk.store,
        mail("ana@example.org", 1, subject="Wheel", references=("ana@example.org-0@example",)),
        mail("ana@example.org", 2, subject="Wheel", references=("ana@example.org-0@example",)),
        mail("ana@example.org", 3, subject="Brake"),
        mail("ana@example.org", 4, direction=Direction.OUTBOUND, subject="Brake"),
    )
    assert rows(desk.store, "arrival", "message_id", "opening") == [(2, "reopened"), (3, "none"), (4, "opened")]
    assert desk.arrivals.route() == 3
    assert desk.arrivals.waiting() == 0
    assert desk.arrivals.route() == 0


def test_history_and_blocked_customers_wait_for_nothing(desk: Desk) -> None:
    (old,) = take(desk.store, mail("ana@example.org", 0), history=True)
    assert old.customer_id is not None
    desk.customers.block(old.customer_id)
    take(desk.store, mail("ana@example.org", 1))
    assert desk.arrivals.waiting() == 0


def test_a_message_that_cannot_be_routed_stays_and_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.rules.add("some", "wheel", ["tag wheels"])
    take(desk.store, mail("ana@example.org", 0), mail("ben@example.org", 1), mail("cleo@example.org", 2))
    real = Routing.route

    def fails_once(self: Routing, thread: int, trigger: str, *, message: int | None = None) -> object:
        self.desk.threads.tag(thread, add=["half done"])
        if message == 2:
            raise KeyError("a bug")
        return real(self, thread, trigger, message=message)

    with monkeypatch.context() as patch:
        patch.setattr(Routing, "route", fails_once)
        assert desk.arrivals.route() == 2
    assert rows(desk.store, "arrival", "message_id") == [(2,)]
    assert rows(desk.store, "thread_tag", "thread_id") == [(1,), (3,)], "what the failed one did is taken back"
    assert desk.arrivals.route() == 1


def test_receiving_stores_and_routes_in_one_call_and_knows_what_came_before(desk: Desk) -> None:
    envelope = replace(mail("ana@example.org", 0), sent_at=clock.now())
    first = desk.arrivals.receive(envelope, channel="shop mail", kind="email")
    again = desk.arrivals.receive(envelope, channel="shop mail", kind="email")
    assert (first.outcome, again.outcome) == ("stored", "skipped")
    assert desk.arrivals.waiting() == 0
    assert [view.name for view in desk.channels.list()] == ["shop mail"]
    with pytest.raises(NotFound):
        desk.arrivals.route_one(4711)
    assert first.message_id is not None
    assert desk.arrivals.route_one(first.message_id) is False


def test_an_import_as_news_is_routed_and_one_of_history_is_not(desk: Desk) -> None:
    line = {"from": "ana@example.org", "date": "2026-11-01T10:00:00Z", "text": "hello", "id": "1"}
    desk.imports.run_lines([json.dumps(line).encode()], as_new=True)
    desk.imports.run_lines([json.dumps(line | {"id": "2"}).encode()])
    assert desk.arrivals.waiting() == 0
    assert [row.unread for row in desk.threads.list().items] == [True]


def test_a_snoozed_thread_wakes_unread_when_its_time_has_come(desk: Desk) -> None:
    (said,) = take(desk.store, mail("ana@example.org", 0))
    assert said.thread_id is not None
    with clock.fixed(START + timedelta(hours=1)):
        desk.threads.mark_read(said.thread_id)
        desk.threads.snooze(said.thread_id, START + timedelta(hours=5))
        assert desk.work.tick().woken == 0
    with clock.fixed(START + timedelta(hours=5)):
        report = desk.work.tick()
        assert report.woken == 1
        assert desk.work.tick().idle
    row = desk.threads.list().items[0]
    assert (row.status, row.unread, row.snoozed_until) == ("open", True, None)


_ROUTE = """
    import sys
    from convo.desk.desk import open_desk
    with open_desk(sys.argv[1], create=False) as desk:
        print("ready", flush=True)
        sys.stdin.readline()
        print(desk.arrivals.route())
    """


def test_two_processes_route_each_message_once(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{number}@example.org", number) for number in range(130)))
    url = str(desk.store.location.path or desk.store.location.url)
    processes = [spawn(_ROUTE, url) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert sum(int(finish(process)) for process in processes) == 130
    assert desk.arrivals.waiting() == 0


def test_a_rule_hands_a_thread_to_the_bot_which_answers_once_and_goes_on(desk: Desk) -> None:
    desk.articles.add("shipping", "Do you ship to Norway?", "Yes, for 5 €.", "en", questions=["Do you ship to Norway?"])
    desk.operators.add("marta")
    desk.bots.add("ines", 'wanted = "least-busy"\n[ask]\norder_status = ["order_number"]')
    desk.rules.add("first contact", "is:unassigned", ["bot ines"], trigger="thread opened")

    def comes(minute: int, text: str) -> list[tuple[str, str]]:
        at = START + timedelta(minutes=minute)
        with clock.fixed(at):
            came = desk.arrivals.receive(mail("ana@example.org", minute, text), channel="email", kind="email")
        assert came.thread_id is not None
        messages = desk.threads.show(came.thread_id).messages
        return [(message.direction, message.author) for message in messages]

    asked = comes(0, "Where is my order?")
    assert asked == [("inbound", "ana@example.org"), ("outbound", "ines")]
    given = comes(1, "it is order 1041")
    assert given[-1] == ("note", "ines"), "a summary for whoever takes over"
    row = desk.threads.list().items[0]
    assert (row.status, row.unread, row.assignee) == ("open", True, "marta")
    count = len(desk.threads.show(row.id).messages)
    assert len(comes(2, "thanks")) == count + 1, "after the handover the bot is silent"


def test_who_cannot_prove_who_they_are_gets_no_automatic_word(desk: Desk) -> None:
    desk.bots.add("ines")
    desk.snippets.add("thanks", "Thank you.")
    desk.rules.add("first contact", "", ["reply thanks", "bot ines"], trigger="thread opened")
    forged = mail("victim@example.org", 0, "Where is my order?", authentication=Authentication.FAIL)
    came = desk.arrivals.receive(forged, channel="email", kind="email")
    assert came.thread_id is not None
    view = desk.threads.show(came.thread_id)
    assert view.row.unverified
    assert {message.direction for message in view.messages} <= {"inbound", "note"}
    assert desk.deliveries.list().items == ()


def test_news_is_what_came_unread_to_ones_own_threads_or_to_nobodys(desk: Desk) -> None:
    desk.operators.add("kim")
    desk.operators.add("alex")
    take(desk.store, mail("old@example.org", 0), history=True)
    before = desk.arrivals.news()
    assert (before.count, before.items) == (0, ())
    mine, theirs, free, read = take(desk.store, *(mail(f"{name}@example.org", 1) for name in "abcd"))
    for received, to in ((mine, "kim"), (theirs, "alex")):
        assert received.thread_id is not None
        desk.threads.assign(received.thread_id, to)
    assert read.thread_id is not None
    desk.threads.mark_read(read.thread_id)
    take(desk.store, mail("e@example.org", 2, direction=Direction.OUTBOUND), mail("f@example.org", 0), history=True)
    kim = Desk(desk.store, desk.settings, Actor("kim", Role.AGENT, 1))
    news = kim.arrivals.news(before.upto)
    assert [item.thread_id for item in news.items] == [free.thread_id, mine.thread_id]
    assert news.count == 2
    assert kim.arrivals.news(news.upto).count == 0
    for minute in range(8):
        take(desk.store, mail("c@example.org", 3 + minute))
    many = kim.arrivals.news(news.upto)
    assert (many.count, len(many.items)) == (8, 5)
