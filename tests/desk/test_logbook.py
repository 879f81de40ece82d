"""Calls and visits that people write down: they stand on the timeline, and what waits for an answer is routed."""

from datetime import timedelta
from pathlib import Path

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotAllowed, NotFound
from convo.model.views import EventView
from convo.model.words import Role
from tests.desk.acting import acting, audited, operator
from tests.intake.saying import START, mail, rows, take

NOON = START + timedelta(hours=3)


def test_a_call_stands_on_the_timeline_with_its_note_in_the_newest_thread_that_goes_on(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Wheel"), mail("ana@x.example", 5, subject="Brake"))
    take(desk.store, mail("ben@x.example", 0))
    desk.threads.close(2)
    with clock.fixed(NOON):
        logged = operator(desk, "marta").logbook.call("ana@x.example", seconds=300, note="she comes on Friday")
    event = logged.event
    assert (event.kind, event.channel, event.duration, event.at) == ("call", "phone", 300, NOON - timedelta(minutes=5))
    assert event.data == {"direction": "inbound", "disposition": "ANSWERED", "by": "marta"}
    assert (logged.customer_id, logged.new_customer, logged.thread_id, logged.message_id) == (1, False, 1, None)
    entries = desk.conversations.show(1).entries
    assert [entry.kind if isinstance(entry, EventView) else entry.body for entry in entries[2:]] == [
        "call",
        "she comes on Friday",
    ]
    assert desk.threads.show(1).messages[-1].direction == "note"
    (told,) = [row for row in audited(desk) if row.entity == "event"]
    assert (told.actor, told.operation, told.after) == (
        "marta",
        "logbook.call",
        {"kind": "call", "channel": "phone", "thread": 1},
    )


def test_an_unknown_number_is_a_new_customer_and_known_again_however_it_is_written(desk: Desk) -> None:
    first = desk.logbook.call("+49 30 901820", name="Ben Ode")
    again = desk.logbook.call("0049-30-901820", outbound=True, missed=True)
    assert (first.new_customer, first.customer, again.new_customer) == (True, "Ben Ode", False)
    assert first.customer_id == again.customer_id
    assert [view.value for view in desk.customers.show(first.customer_id).identities] == ["+4930901820"]
    assert [entry.title for entry in _events(desk, first.customer_id)] == ["taken by tester", "call, not answered"]
    assert desk.threads.list().items == ()
    assert [channel.kind for channel in desk.channels.list()] == ["phone"]


def test_a_missed_call_waits_in_the_thread_that_goes_on_and_is_routed(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Wheel"))
    desk.customers.add_identity(1, "phone", "+49 30 901820")
    desk.arrivals.route()
    with clock.fixed(START + timedelta(minutes=30)):
        desk.threads.reply(1, "come by")
    desk.rules.add("ring back", "channel:phone", ["tag ring-back"])
    with clock.fixed(NOON):
        logged = desk.logbook.call("+4930901820", missed=True)
    row = desk.threads.show(1).row
    assert (logged.thread_id, row.status, row.unread, row.waiting_since) == (1, "open", True, NOON)
    assert desk.threads.show(1).tags == ("ring-back",)
    assert desk.threads.show(1).messages[-1].body == "Nobody took this call. Ring back: +4930901820"
    assert logged.event.title == "missed call"
    assert desk.arrivals.waiting() == 0


def test_a_missed_call_of_one_whose_threads_are_old_opens_one(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Wheel"))
    with clock.fixed(START + timedelta(days=30)):
        logged = desk.logbook.call("ana@x.example", missed=True)
        again = desk.logbook.call("ana@x.example", missed=True)
    assert logged.thread_id == again.thread_id != 1
    assert desk.threads.show(logged.thread_id or 0).row.subject == "Missed call"


def test_a_subject_opens_a_thread_that_waits_for_an_answer(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Wheel"))
    logged = desk.logbook.visit("ana@x.example", subject="26 inch tube", note="ring when it is here")
    assert logged.thread_id == 2
    view = desk.threads.show(2)
    assert (view.row.subject, view.row.status, view.row.channel_kind) == ("26 inch tube", "open", "counter")
    assert [message.direction for message in view.messages] == ["inbound", "note"]
    assert desk.threads.reply(2, "it is here").channel == "email", "an answer goes by a channel that carries text"


def test_a_note_of_one_without_a_thread_that_goes_on_stands_in_one_where_nobody_waits(desk: Desk) -> None:
    logged = desk.logbook.call("+4930901820", seconds=20, note="asked for the way")
    row = desk.threads.show(logged.thread_id or 0).row
    assert (row.status, row.waiting_since, row.unread) == ("resolved", None, False)
    assert desk.threads.show(row.id).messages[0].author == "tester"
    assert rows(desk.store, "episode") == []


def test_a_counter_of_the_shops_own_kind_is_used_and_a_named_one_is_made(desk: Desk) -> None:
    desk.channels.add("shop", "high street")
    assert desk.logbook.visit("ana@x.example").event.channel == "high street"
    assert desk.logbook.visit("ana@x.example", channel="market").event.channel == "market"
    assert {view.name: view.kind for view in desk.channels.list()} == {"high street": "shop", "market": "counter"}
    with pytest.raises(BadInput, match="market is a channel of kind counter"):
        desk.logbook.call("ana@x.example", channel="market")
    desk.channels.remove("market")
    with pytest.raises(Conflict, match="market is removed"):
        desk.logbook.visit("ana@x.example", channel="market")


def test_what_cannot_be_leaves_nothing_behind(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 0))
    before = audited(desk), rows(desk.store, "channel", "id"), rows(desk.store, "ledger", "id")
    with pytest.raises(NotFound):
        desk.logbook.call("Nobody At All")
    with pytest.raises(BadInput, match="number"):
        desk.logbook.call("1" * 40)
    with pytest.raises(Conflict, match="thread 2 is"):
        desk.logbook.call("ana@x.example", thread=2, note="x")
    with pytest.raises(NotFound, match="no thread 99"):
        desk.logbook.call("ana@x.example", thread=99)
    with pytest.raises(BadInput, match="not both"):
        desk.logbook.call("ana@x.example", thread=1, subject="x")
    with pytest.raises(BadInput, match="still to come"):
        desk.logbook.visit("ana@x.example", at=clock.now() + timedelta(hours=1))
    with pytest.raises(BadInput, match="does not last"):
        desk.logbook.call("ana@x.example", missed=True, seconds=3)
    with pytest.raises(NotFound, match="no code"):
        desk.logbook.visit("ana@x.example", code="R7WHE3")
    with pytest.raises(BadInput, match="1,000,001"):
        desk.logbook.call("ana@x.example", thread=1, note="x" * 1_000_001)
    assert (audited(desk), rows(desk.store, "channel", "id"), rows(desk.store, "ledger", "id")) == before
    with pytest.raises(NotAllowed):
        acting(desk, "guest", Role.VIEWER).logbook.call("ana@x.example")


def test_one_without_a_handle_cannot_be_logged_and_the_refusal_says_what_to_do(desk: Desk) -> None:
    desk.customers.add("Ana Ruiz")
    with pytest.raises(Conflict, match="Ana Ruiz") as refused:
        desk.logbook.visit("Ana Ruiz")
    assert "convo customer identity add 1 phone" in refused.value.hint


def test_a_merged_customers_call_stands_with_who_stands_for_them(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ana@y.example", 0))
    desk.customers.merge(1, 2)
    assert desk.logbook.call("2").customer_id == 1


def test_what_the_exchange_records_stands_on_the_same_timeline_and_a_log_that_grew_adds_only_what_is_new(
    desk: Desk, tmp_path: Path
) -> None:
    logged = desk.logbook.call("+49 30 901820", seconds=60)
    log = tmp_path / "Master.csv"
    log.write_text(_record("1.1", "2026-11-02 10:00:00", "ANSWERED", 95))
    desk.imports.run([log])
    with log.open("a") as file:
        file.write(_record("1.2", "2026-11-02 11:00:00", "NO ANSWER", 0))
    (report,) = desk.imports.run([log])
    assert (report.fetched, report.stored) == (2, 1)
    titles = [(event.title, event.duration, event.channel) for event in _events(desk, logged.customer_id)]
    assert titles == [("call, 2 min", 95, "phone"), ("missed call", 0, "phone"), ("taken by tester", 60, "phone")]
    assert [channel.name for channel in desk.channels.list()] == ["phone"]


def test_hostile_words_are_only_words(desk: Desk) -> None:
    name = "[red]\x1b]52;c;x\x07$(rm -rf)\u202e"
    logged = desk.logbook.call("+4930901820", name=name, subject="../../x\n[b]", note="@all [b]\x00")
    assert logged.customer == " ".join(name.split())
    assert desk.threads.show(logged.thread_id or 0).row.subject == "../../x [b]"


def _events(desk: Desk, customer: int) -> list[EventView]:
    return [entry for entry in desk.conversations.show(customer).entries if isinstance(entry, EventView)]


def _record(number: str, start: str, disposition: str, seconds: int) -> str:
    """A line of Asterisk's Master.csv: a call from outside to extension 100."""
    cells = ["", "+4930901820", "100", "from-trunk", "<+4930901820>", "PJSIP/trunk-1", "PJSIP/100-2", "Dial", "", start]
    cells += ["", "", str(seconds + 5), str(seconds), disposition, "DOCUMENTATION", number, ""]
    return ",".join(f'"{cell}"' for cell in cells) + "\n"
