"""Rules that wait for time: found by index among all unresolved threads, fired once per episode, in any process."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.desk.routing import Routing
from convo.model import tables
from convo.model.words import Role
from convo.store.store import Store
from tests.desk.ruling import at, fired, moment, outcome, said, tags
from tests.intake.saying import START, mail, rows, take
from tests.store.processes import finish, spawn


def test_a_rule_on_waiting_fires_once_per_episode(desk: Desk) -> None:
    desk.rules.add("late", "", ["note late"], trigger="waiting 2h")
    thread = said(desk, "ana@example.org", 0, subject="wheel")

    def notes() -> int:
        return sum(m.direction == "note" for m in desk.threads.show(thread).messages)

    assert at(119, desk.routing.run_timed) == 0
    assert at(121, desk.routing.run_timed) == 1
    assert at(300, desk.routing.run_timed) == 0
    assert notes() == 1
    at(301, lambda: desk.threads.reply(thread, "soon"))
    said(desk, "ana@example.org", 302, subject="wheel")
    assert at(600, desk.routing.run_timed) == 0, "it is the same episode still"
    at(601, lambda: desk.threads.close(thread))
    assert at(900, desk.routing.run_timed) == 0
    said(desk, "ana@example.org", 1000, subject="wheel", references=("ana@example.org-0@example",))
    assert at(1121, desk.routing.run_timed) == 1
    assert notes() == 2
    assert [row[0] for row in rows(desk.store, "rule_firing", "episode_id")] == [1, 2]


def test_a_rule_that_does_not_match_yet_is_asked_again(desk: Desk) -> None:
    desk.rules.add("late", "priority:urgent", ["tag late"], trigger="waiting 1h")
    thread = said(desk, "ana@example.org", 0)
    assert at(61, desk.routing.run_timed) == 0
    desk.threads.set_priority(thread, "urgent")
    assert at(62, desk.routing.run_timed) == 1
    assert tags(desk, thread) == {"late"}


def test_rules_of_several_spans_fire_in_their_order_each_in_its_time(desk: Desk) -> None:
    desk.rules.add("boss", "tag:late", ["tag boss"], trigger="waiting 4h")
    desk.rules.add("late", "", ["tag late"], trigger="waiting 2h", position=1)
    first = said(desk, "ana@example.org", 0)
    second = said(desk, "ben@example.org", 100)
    assert at(125, desk.routing.run_timed) == 1
    assert (tags(desk, first), tags(desk, second)) == ({"late"}, set())
    assert at(500, desk.routing.run_timed) == 3
    assert tags(desk, second) == {"late", "boss"}
    (decision,) = desk.routing.explain(first)
    assert fired(decision) == ["boss"]
    assert outcome(decision, "late").outcome == "not due"


def test_stop_holds_for_the_rules_of_its_trigger_all_through_the_episode(desk: Desk) -> None:
    desk.rules.add("first", "-tag:one", ["tag one", "stop"], trigger="waiting 1h")
    desk.rules.add("second", "", ["tag two"], trigger="waiting 1h")
    desk.rules.add("later", "", ["tag three"], trigger="waiting 3h")
    thread = said(desk, "ana@example.org", 0)
    assert at(61, desk.routing.run_timed) == 1
    assert at(62, desk.routing.run_timed) == 0
    assert at(181, desk.routing.run_timed) == 1
    assert tags(desk, thread) == {"one", "three"}


def test_pending_and_resolved_threads_wait_for_nothing(desk: Desk) -> None:
    desk.rules.add("late", "", ["tag late"], trigger="waiting 1h")
    answered, closed = said(desk, "ana@example.org", 0), said(desk, "ben@example.org", 0)
    at(1, lambda: desk.threads.reply(answered, "yes"))
    at(1, lambda: desk.threads.close(closed))
    take(desk.store, mail("cleo@example.org", 0), history=True)
    assert at(100, desk.routing.run_timed) == 1, "history waits like all that is unanswered"


@pytest.mark.parametrize("column", ["first_response_due", "next_response_due", "resolution_due"])
def test_any_promised_time_that_is_near_is_about_to_breach(desk: Desk, column: str) -> None:
    desk.rules.add("soon", "", ["tag soon"], trigger="sla about to breach 30m")
    thread = said(desk, "ana@example.org", 0)
    with desk.store.write() as connection:
        connection.execute(update(tables.thread).values(**{column: moment(120)}))
    assert at(89, desk.routing.run_timed) == 0
    assert at(91, desk.routing.run_timed) == 1
    assert at(92, desk.routing.run_timed) == 0
    assert tags(desk, thread) == {"soon"}


def test_a_breach_is_told_to_the_rules_once(desk: Desk) -> None:
    desk.rules.add("breached", "-is:snoozed", ["tag breached"], trigger="sla breached")
    first, second = said(desk, "ana@example.org", 0), said(desk, "ben@example.org", 0)

    def breach(thread: int, minute: int) -> None:
        row = {"thread_id": thread, "episode_id": thread, "customer_id": thread, "promise": "first_response"}
        with desk.store.write() as connection:
            connection.execute(insert(tables.breach), row | {"due_at": moment(minute), "at": moment(minute)})

    breach(first, 10)
    breach(second, 10)
    at(11, lambda: desk.threads.close(second))
    assert at(12, desk.routing.run_timed) == 1
    assert (tags(desk, first), tags(desk, second)) == ({"breached"}, set())
    breach(first, 20)
    assert at(21, desk.routing.run_timed) == 0
    assert all(seen for _, seen in rows(desk.store, "breach", "id", "seen"))


def test_promises_of_a_policy_reach_the_rules_as_time_passes(desk: Desk) -> None:
    desk.sla.add("gold", first="1h")
    desk.rules.add("gold", "", ["sla gold"], trigger="thread opened")
    desk.rules.add("soon", "", ["tag soon"], trigger="sla about to breach 30m")
    desk.rules.add("broken", "is:breached", ["tag broken"], trigger="sla breached")
    thread = said(desk, "ana@example.org", 0)
    at(20, desk.work.tick)
    assert tags(desk, thread) == set()
    at(40, desk.work.tick)
    assert tags(desk, thread) == {"soon"}
    at(61, desk.work.tick)
    assert tags(desk, thread) == {"soon", "broken"}
    assert at(62, desk.work.tick).fired == 0


def test_a_thread_that_fails_keeps_no_other_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.rules.add("late", "", ["tag late"], trigger="waiting 1h")
    desk.rules.add("breached", "", ["tag breached"], trigger="sla breached")
    first, second = said(desk, "ana@example.org", 0), said(desk, "ben@example.org", 1)
    with desk.store.write() as connection:
        row = {"episode_id": 1, "customer_id": 1, "promise": "resolution", "due_at": START, "at": START}
        connection.execute(insert(tables.breach), row | {"thread_id": first})
    real = Routing._decide

    def fails(self: Routing, *given: object, **more: object) -> int:
        if given[2].thread_id == first:  # type: ignore[attr-defined]
            raise KeyError("a bug")
        return real(self, *given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Routing, "_decide", fails)
        assert at(100, desk.routing.run_timed) == 1
    assert (tags(desk, first), tags(desk, second)) == (set(), {"late"})
    assert at(101, desk.routing.run_timed) == 2


def test_every_waiting_thread_is_found_however_many_newer_ones_there_are(desk: Desk) -> None:
    desk.rules.add("late", "hello", ["tag late"], trigger="waiting 1h")
    take(desk.store, *(mail(f"c{n}@example.org", n % 7, "no" if n % 13 else "hello") for n in range(1300)))
    with clock.fixed(START + timedelta(hours=2)):
        assert desk.routing.run_timed() == 100
        assert desk.routing.run_timed() == 0


def test_due_threads_are_found_by_index(sqlite_store: Store) -> None:
    from convo.desk.rule_loading import current_rules
    from convo.desk.rule_timing import due_threads

    desk = Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))
    desk.rules.add("late", "", ["tag late"], trigger="waiting 1h")
    desk.rules.add("soon", "", ["tag soon"], trigger="sla about to breach 1h")
    asked: list[str] = []
    with desk.store.read() as connection:
        rules = current_rules(connection).rules

        def plan(conn: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
            asked.append(statement)

        from sqlalchemy import event

        event.listen(connection, "before_cursor_execute", plan)
        for rule in rules:
            list(due_threads(connection, rule, START))
        event.remove(connection, "before_cursor_execute", plan)
        for statement, column in zip(
            asked, ["waiting_since", "first_response_due", "next_response_due", "resolution_due"], strict=True
        ):
            told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (0,) * statement.count("?")).all()
            steps = [row[3] for row in told]
            assert any(f"ix_thread_{column}" in step for step in steps), steps
            assert not any("SCAN thread" in step and "INDEX" not in step for step in steps), steps


_RUN = """
    import sys
    from datetime import datetime
    from convo import clock
    from convo.desk.desk import open_desk
    with open_desk(sys.argv[1], create=False) as desk, clock.fixed(datetime.fromisoformat(sys.argv[2])):
        print("ready", flush=True)
        sys.stdin.readline()
        print(desk.routing.run_timed())
    """


def test_three_processes_fire_each_rule_once(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.rules.add(name, "", [f"note {name}"], trigger="waiting 1h")
    take(desk.store, *(mail(f"c{n}@example.org", n) for n in range(40)))
    url = str(desk.store.location.path or desk.store.location.url)
    processes = [spawn(_RUN, url, moment(500).isoformat()) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert sum(int(finish(process)) for process in processes) == 80
    assert len(rows(desk.store, "rule_firing")) == 80
    notes = [row for row in rows(desk.store, "message", "id", "direction") if row[1] == "note"]
    assert len(notes) == 80
