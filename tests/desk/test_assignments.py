"""Assignment at the desk: who gets a thread, who waits in the queue, and what happens when somebody comes or goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound
from convo.model import tables
from tests.desk.acting import acting, audited, operator
from tests.desk.said import say
from tests.intake.saying import START, mail, take

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def threads(desk: Desk, count: int) -> None:
    """So many threads, each of a customer of its own, a minute apart."""
    take(desk.store, *(mail(f"c{number}@x.example", number) for number in range(count)))


def owners(desk: Desk) -> list[str | None]:
    """Whose each thread is, by its number."""
    rows = sorted(desk.threads.list(limit=1000).items, key=lambda row: row.id)
    return [row.assignee for row in rows]


def queued(desk: Desk, query: str = "is:queued") -> list[int]:
    return sorted(row.id for row in desk.threads.list(query, limit=1000).items)


def reasons(view: Any) -> dict[str, str]:
    return {one.operator: one.why_not for one in view.candidates}


def test_turns_go_round_however_quickly_threads_follow(desk: Desk, frozen_now: datetime) -> None:
    threads(desk, 7)
    for name in ("ana", "ben", "carl"):
        desk.operators.add(name)
    views = [desk.assignments.place(number, "round-robin") for number in range(1, 8)]
    assert [view.operator for view in views] == ["ana", "ben", "carl", "ana", "ben", "carl", "ana"]
    assert owners(desk) == ["ana", "ben", "carl", "ana", "ben", "carl", "ana"]
    assert reasons(views[-1]) == {
        "ana": "",
        "ben": "was assigned later than ana",
        "carl": "was assigned later than ana",
    }
    row = audited(desk)[-1]
    assert (row.operation, row.entity_id, row.before) == ("assignments.place", 7, {"assignee": None, "team": None})
    assert row.after is not None
    assert (row.after["assignee"], row.after["why"]) == ("ana", "whose turn it is: assigned longest ago")


def test_the_least_busy_of_a_team_gets_it_and_the_team_too(desk: Desk) -> None:
    threads(desk, 4)
    for name in ("ana", "ben", "carl"):
        desk.operators.add(name)
    desk.teams.add("Front desk")
    for name in ("ben", "carl"):
        desk.teams.join("Front desk", name)
    desk.threads.assign(1, "ben")
    view = desk.assignments.place(2, "least-busy front desk", by="rule repairs")
    assert (view.operator, view.team, view.why) == ("carl", "Front desk", "least busy: 0 of 20 open")
    assert reasons(view) == {"ana": "not in front desk", "ben": "busier: 1 open against 0", "carl": ""}
    assert desk.threads.show(2).row.team == "Front desk"
    assert (audited(desk)[-1].after or {})["by"] == "rule repairs"


def test_a_thread_that_nobody_can_take_waits_where_everybody_sees_it(desk: Desk) -> None:
    threads(desk, 2)
    desk.operators.add("ana", capacity=0)
    desk.operators.add("ben", shifts=["mon-fri 09:00-17:00"], time_zone="Europe/Madrid")
    with clock.fixed(datetime(2026, 11, 20, 20, tzinfo=UTC)):
        view = desk.assignments.place(2, "round-robin")
        (waiting,) = desk.assignments.queue().items
        finding = next(one for one in desk.doctor.run() if one.name == "queue")
    assert (view.operator, view.why) == (None, "nobody can take it now")
    assert reasons(view) == {"ana": "at capacity 0/0", "ben": "outside their shift until Mon 09:00 Europe/Madrid"}
    assert queued(desk) == [2]
    assert desk.threads.show(2).row.queued_since == datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert (waiting.thread_id, waiting.wanted, waiting.next_operator) == (2, "round-robin", "ben")
    assert waiting.next_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert "at capacity 0/0: ana" in waiting.why
    assert (finding.ok, finding.detail[:15]) == (True, "1 open threads ")
    with clock.fixed(datetime(2026, 11, 22, 20, tzinfo=UTC)):
        assert not next(one for one in desk.doctor.run() if one.name == "queue").ok


def test_with_no_operators_at_all_it_waits_too(desk: Desk) -> None:
    threads(desk, 1)
    assert desk.assignments.place(1, "least-busy").operator is None
    assert desk.assignments.queue().items[0].why == "there are no operators"
    desk.operators.add("ana")
    assert owners(desk) == ["ana"]
    assert queued(desk) == []


def test_the_queue_is_handed_out_oldest_first_to_who_becomes_available_up_to_their_capacity(desk: Desk) -> None:
    threads(desk, 5)
    marta = operator(desk, "marta", capacity=2)
    desk.operators.set_availability("marta", "away")
    for minute, number in enumerate((3, 1, 5, 2, 4)):
        with clock.fixed(START + timedelta(hours=1, minutes=minute)):
            desk.assignments.place(number, "round-robin")
    assert [one.thread_id for one in desk.assignments.queue().items] == [3, 1, 5, 2, 4]
    view = marta.operators.set_availability("marta", "available")
    assert view.open_threads == 2
    assert owners(desk) == ["marta", None, "marta", None, None]
    marta.threads.close(3)
    assert queued(desk) == [2, 4]
    assert owners(desk)[4] == "marta"
    marta.threads.reply(1, "what size is it?")
    assert queued(desk) == [4]
    marta.threads.snooze(2, clock.now() + timedelta(days=3))
    assert queued(desk) == []
    assert desk.operators.show("marta").open_threads == 2


def test_more_capacity_a_new_skill_and_another_owner_let_the_queue_move_on(desk: Desk) -> None:
    threads(desk, 4)
    desk.operators.add("ana", capacity=1)
    for number in (1, 2):
        desk.assignments.place(number, "least-busy")
    desk.assignments.place(3, "least-busy skill:hubs")
    assert (owners(desk)[0], queued(desk)) == ("ana", [2, 3])
    desk.operators.edit("ana", capacity=3)
    assert (owners(desk)[1], queued(desk)) == ("ana", [3])
    desk.operators.edit("ana", skills=["hubs"])
    assert (owners(desk)[2], queued(desk)) == ("ana", [])
    desk.assignments.place(4, "least-busy")
    assert queued(desk) == [4]
    desk.operators.add("ben", capacity=0)
    desk.threads.assign(1, "ben")
    assert (owners(desk)[0], owners(desk)[3], queued(desk)) == ("ben", "ana", [])


def test_who_joins_a_team_gets_what_waited_for_it(desk: Desk) -> None:
    threads(desk, 1)
    desk.teams.add("repairs")
    desk.operators.add("ana")
    desk.assignments.place(1, "round-robin repairs")
    assert (owners(desk), desk.threads.show(1).row.team) == ([None], "repairs")
    desk.teams.join("repairs", "ana")
    assert owners(desk) == ["ana"]


def test_the_queue_moves_when_a_shift_begins(desk: Desk) -> None:
    threads(desk, 1)
    desk.operators.add("ana", shifts=["mon-fri 09:00-17:00"], time_zone="Europe/Madrid")
    with clock.fixed(datetime(2026, 11, 2, 7, 59, tzinfo=UTC)):
        desk.assignments.place(1, "round-robin")
        before = len(audited(desk))
        assert desk.assignments.hand_out() == ()
        assert len(audited(desk)) == before
    with clock.fixed(datetime(2026, 11, 2, 8, tzinfo=UTC)):
        (view,) = desk.assignments.hand_out()
    assert (view.thread_id, view.operator) == (1, "ana")
    assert owners(desk) == ["ana"]


def test_only_open_threads_are_handed_out(desk: Desk) -> None:
    threads(desk, 3)
    for number in (1, 2, 3):
        desk.assignments.place(number, "round-robin")
    desk.threads.snooze(1, clock.now() + timedelta(days=1))
    desk.threads.reply(2, "which order?")
    desk.operators.add("ana")
    assert owners(desk) == [None, None, "ana"]
    assert queued(desk) == [1, 2]
    assert desk.assignments.queue().items == ()
    desk.threads.reopen(1)
    desk.assignments.hand_out()
    assert owners(desk) == ["ana", None, "ana"]


def test_a_named_operator_who_is_away_gets_it_when_they_are_back(desk: Desk) -> None:
    threads(desk, 2)
    for name in ("ana", "ben"):
        desk.operators.add(name)
    desk.operators.set_availability("ana", "away")
    assert desk.assignments.place(1, "Ana").operator is None
    assert owners(desk) == [None, None]
    assert desk.assignments.queue().items[0].wanted == "Ana"
    desk.operators.set_availability("ana", "available")
    assert owners(desk) == ["ana", None]


def test_who_and_what_has_been_removed_holds_no_thread_up(desk: Desk) -> None:
    threads(desk, 3)
    for name in ("ana", "ben"):
        desk.operators.add(name)
    desk.teams.add("repairs")
    desk.operators.set_availability("ben", "away")
    desk.operators.set_availability("ana", "away")
    desk.assignments.place(1, "ana")
    desk.assignments.place(2, "round-robin repairs")
    desk.teams.remove("repairs")
    desk.operators.remove("ana")
    desk.operators.set_availability("ben", "available")
    assert owners(desk) == ["ben", "ben", None]
    view = desk.assignments.place(3, "ana")
    assert (view.operator, view.why) == ("ben", "ana has left; least busy: 2 of 20 open")


@pytest.mark.parametrize(
    ("words", "error"), [("nobody-such", NotFound), ("", BadInput), ("ana ben", BadInput), ("sticky ana", BadInput)]
)
def test_words_that_mean_nobody_are_refused(desk: Desk, words: str, error: type[Exception]) -> None:
    threads(desk, 1)
    desk.operators.add("ana")
    with pytest.raises(error):
        desk.assignments.place(1, words)
    assert (owners(desk), queued(desk)) == ([None], [])
    with pytest.raises(NotFound):
        desk.assignments.place(99, "round-robin")


def test_who_has_it_and_fits_keeps_it(desk: Desk) -> None:
    threads(desk, 1)
    for name in ("ana", "ben"):
        desk.operators.add(name)
    desk.teams.add("repairs")
    desk.teams.join("repairs", "ben")
    desk.threads.assign(1, "ana")
    before = len(audited(desk))
    view = desk.assignments.place(1, "round-robin")
    assert (view.operator, view.why, len(audited(desk)) - before) == ("ana", "ana has it already", 1)
    assert desk.assignments.place(1, "round-robin repairs").operator == "ben"
    assert desk.assignments.place(1, "ana").operator == "ana"


def test_assigning_by_hand_and_resolving_take_a_thread_out_of_the_queue(desk: Desk) -> None:
    threads(desk, 4)
    desk.operators.add("ana", capacity=0)
    for number in range(1, 5):
        desk.assignments.place(number, "round-robin")
    desk.threads.assign(1, "ana")
    desk.threads.close(2)
    desk.threads.assign(3)
    assert queued(desk) == [4]
    acting(desk, "ana", desk.actor.role, desk.operators.show("ana").id).threads.reply(4, "I take it")
    assert queued(desk) == []
    assert owners(desk) == ["ana", None, None, "ana"]


def test_an_erased_customer_waits_for_nobody(desk: Desk) -> None:
    threads(desk, 2)
    for number in (1, 2):
        desk.assignments.place(number, "round-robin")
    desk.customers.erase(1)
    assert [one.thread_id for one in desk.assignments.queue().items] == [2]


def test_the_language_is_that_of_the_newest_message_or_else_the_customers(desk: Desk) -> None:
    take(desk.store, mail("a@x.example", 0, language="pt-BR"), mail("b@x.example", 1))
    desk.customers.edit(2, language="es-MX")
    desk.operators.add("ana", languages=["es"])
    desk.operators.add("ben", languages=["pt"])
    desk.operators.add("carl")
    view = desk.assignments.place(1, "least-busy language")
    assert (view.operator, reasons(view)["ana"]) == ("ben", "does not speak pt-br")
    assert desk.assignments.place(2, "least-busy language").operator == "ana"


def test_sticky_prefers_who_last_answered_this_customer_in_any_thread(desk: Desk) -> None:
    say(desk, "a@x.example", "one", at=START, thread_key="1")
    desk.operators.add("ana")
    ben = operator(desk, "ben")
    with clock.fixed(START + timedelta(hours=1)):
        ben.threads.reply(1, "done")
        ben.threads.close(1)
    say(desk, "a@x.example", "another", at=START + timedelta(days=9), thread_key="2")
    say(desk, "b@x.example", "who", at=START + timedelta(days=9), thread_key="3")
    assert desk.assignments.place(2, "sticky round-robin").operator == "ben"
    assert desk.assignments.place(3, "sticky round-robin").operator == "ana"
    with desk.store.write() as connection:
        connection.execute(
            update(tables.message).where(tables.message.c.operator_id.is_not(None)).values(automatic=True)
        )
    desk.threads.assign(2)
    assert desk.assignments.place(2, "sticky round-robin").operator == "ben"  # by turns now: ana was last


def test_a_removed_operators_threads_go_back_to_the_queue_and_on_to_others(desk: Desk) -> None:
    threads(desk, 4)
    for name in ("ana", "ben", "carl"):
        desk.operators.add(name)
    desk.teams.add("repairs")
    desk.teams.join("repairs", "carl")
    desk.operators.set_availability("carl", "away")
    for number in (1, 2, 3, 4):
        desk.threads.assign(number, "ana")
    desk.threads.assign(2, team="repairs")
    desk.threads.reply(3, "which size?")
    desk.threads.close(4)
    desk.operators.remove("ana")
    assert owners(desk) == ["ben", None, None, "ana"]
    assert queued(desk) == [2, 3]
    assert queued(desk, "is:queued is:open") == [2]
    assert desk.assignments.queue().items[0].wanted == "least-busy repairs"
    told = [row for row in audited(desk) if row.entity == "thread" and (row.after or {}).get("why")]
    assert {row.before["assignee"] for row in told if row.before} == {"ana", None}
    desk.operators.set_availability("carl", "available")
    assert owners(desk) == ["ben", "carl", None, "ana"]
    say(desk, "c2@x.example", "size 42", at=clock.now() + timedelta(minutes=1))
    assert desk.assignments.check_assignee(3) is not None
    assert owners(desk)[2] in {"ben", "carl"}


@pytest.fixture
def returning(desk: Desk) -> Desk:
    """A thread of ana's, open since Monday 9:00 UTC, and ben who could take it."""
    threads(desk, 1)
    desk.operators.add("ana")
    desk.operators.add("ben", capacity=5)
    desk.threads.assign(1, "ana")
    return desk


def test_a_customer_who_writes_again_stays_with_who_knows_them(returning: Desk) -> None:
    assert returning.assignments.check_assignee(1) is None
    returning.operators.set_availability("ana", "away")
    assert returning.assignments.check_assignee(1) is None
    assert owners(returning) == ["ana"]
    with pytest.raises(NotFound):
        returning.assignments.check_assignee(9)


def test_a_customer_who_writes_again_to_somebody_offline_is_handed_on(returning: Desk) -> None:
    returning.operators.set_availability("ana", "offline")
    view = returning.assignments.check_assignee(1)
    assert view is not None
    assert (view.operator, view.why) == ("ben", "ana is offline; least busy: 0 of 5 open")
    row = audited(returning)[-1]
    assert (row.operation, row.before) == ("assignments.check_assignee", {"assignee": "ana", "team": None})
    assert (row.after or {})["why"] == view.why


def test_it_stays_where_it_is_while_nobody_else_can_take_it(returning: Desk) -> None:
    for name in ("ana", "ben"):
        returning.operators.set_availability(name, "offline")
    assert returning.assignments.check_assignee(1) is None
    assert (owners(returning), queued(returning)) == (["ana"], [])


def test_a_night_is_waited_for_and_a_weekend_is_not(returning: Desk) -> None:
    returning.operators.edit("ana", shifts=["mon-fri 09:00-17:00"])
    with clock.fixed(datetime(2026, 11, 19, 20, tzinfo=UTC)):
        assert returning.assignments.check_assignee(1) is None
    with clock.fixed(datetime(2026, 11, 20, 20, tzinfo=UTC)):
        view = returning.assignments.check_assignee(1)
    assert view is not None
    assert (view.operator, view.why[:25]) == ("ben", "ana is off until Mon 09:00"[:25])


def test_a_night_is_not_waited_for_when_the_answer_is_due_before_it_ends(returning: Desk) -> None:
    returning.operators.edit("ana", shifts=["mon-fri 09:00-17:00"])
    returning.sla.add("fast", first="4h")
    with clock.fixed(datetime(2026, 11, 2, 20, tzinfo=UTC)):
        returning.sla.put(1, "fast")
        view = returning.assignments.check_assignee(1)
    assert view is not None
    assert "after the answer is due" in view.why


def test_a_resolved_thread_of_somebody_who_has_left_is_queued_when_its_customer_comes_back(returning: Desk) -> None:
    returning.threads.close(1)
    returning.operators.remove("ana")
    returning.operators.set_availability("ben", "away")
    assert returning.assignments.check_assignee(1) is None
    say(returning, "c0@x.example", "it broke again", at=START + timedelta(hours=2), thread_key=None)
    with returning.store.write() as connection:
        connection.execute(update(tables.thread).where(tables.thread.c.id == 1).values(status="open"))
    view = returning.assignments.check_assignee(1)
    assert view is not None
    assert (view.operator, view.why) == (None, "its operator has left; nobody can take it now")
    assert queued(returning, "is:queued thread:1") == [1]


@pytest.mark.parametrize("name", ["sticky", "Round-Robin", "least-busy", "language", "named", "nobody"])
def test_the_words_of_strategies_are_no_operators_names(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput):
        desk.operators.add(name)


def test_words_of_rules_are_no_teams_names(desk: Desk) -> None:
    for name in ("language", "skill:hubs", "the language team"):
        with pytest.raises(BadInput):
            desk.teams.add(name)


def test_shifts_are_kept_in_one_form_and_taken_away(desk: Desk) -> None:
    view = desk.operators.add("ana", shifts=["Monday-Friday 9-17", ""], time_zone="Europe/Madrid")
    assert view.shifts == ("mon-fri 09:00-17:00",)
    with clock.fixed(datetime(2026, 11, 20, 20, tzinfo=UTC)):
        view = desk.operators.show("ana")
        assert (view.on_shift, view.next_shift) == (False, datetime(2026, 11, 23, 8, tzinfo=UTC))
    for bad in (["mon 9"], ["x"] * 60):
        with pytest.raises(BadInput):
            desk.operators.edit("ana", shifts=bad)
    assert desk.operators.show("ana").shifts == ("mon-fri 09:00-17:00",)
    view = desk.operators.edit("ana", shifts=[])
    assert (view.shifts, view.on_shift, view.next_shift) == ((), True, None)


def test_the_queue_is_read_page_by_page(desk: Desk) -> None:
    threads(desk, 5)
    for number in range(1, 6):
        desk.assignments.place(number, "round-robin")
    seen: list[int] = []
    page = desk.assignments.queue(limit=2)
    while True:
        seen += [one.thread_id for one in page.items]
        if page.next is None:
            break
        page = desk.assignments.queue(after=page.next, limit=2)
    assert seen == [1, 2, 3, 4, 5]


def test_an_explanation_tells_who_got_a_thread_from_the_queue_and_why_not_the_others(desk: Desk) -> None:
    desk.operators.add("ana")
    desk.operators.add("ben")
    for name in ("ana", "ben"):
        desk.operators.set_availability(name, "away")
    desk.rules.add("all", "", ["assign round-robin"])
    came = desk.arrivals.receive(mail("c@x.example", 0), channel="email", kind="email")
    assert came.thread_id is not None
    before = desk.routing.explain(came.thread_id)[-1].assignment
    assert before is not None
    assert before.operator is None
    desk.operators.set_availability("ben", "available")
    after = desk.routing.explain(came.thread_id)[-1].assignment
    assert after is not None
    assert after.operator == "ben"
    assert reasons(after) == {"ana": "away", "ben": ""}
