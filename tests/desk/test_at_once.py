"""Processes that assign and note breaches at the same moment: no thread twice, nobody beyond their capacity."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.model import tables
from tests.desk.acting import audited
from tests.intake.saying import mail, rows, take
from tests.store.processes import finish, spawn

THREADS = 60
CAPACITY = 9
_SCRIPT = """
    import json, sys
    from convo.config import Settings
    from convo.desk.desk import open_desk
    desk = open_desk(sys.argv[1], settings=Settings(store=sys.argv[1]), create=False)
    print("ready", flush=True)
    sys.stdin.readline()
    BEFORE
    print(json.dumps(WORK))
    """
HAND_OUT = "[view.thread_id for _ in range(20) for view in desk.assignments.hand_out()]"
PLACE = """[
        view.thread_id
        for number in range(int(sys.argv[2]), THREADS + 1, 3)
        if (view := desk.assignments.place(number, "least-busy")).operator
    ]""".replace("THREADS", str(THREADS))
CLOSE = "[desk.threads.close(number).id for number in range(1, THREADS + 1, 4)]".replace("THREADS", str(THREADS))
REPLY = "[desk.threads.reply(number, 'which size?').thread_id for number in range(2, THREADS + 1, 4)]".replace(
    "THREADS", str(THREADS)
)
TOGGLE = """[
        desk.operators.set_availability(name, word).id
        for _ in range(8)
        for name in (("carl", "ben") if sys.argv[2] == "1" else ("ben", "carl"))
        for word in ("away", "available")
    ]"""
COME_AND_GO = "[desk.operators.remove('ana').id for _ in range(8) if desk.operators.add('ana')]"
NOTE = "[desk.sla.note_breaches() for _ in range(5)]"


def at_once(desk: Desk, *works: str, before: str = "pass") -> list[list[Any]]:
    """What processes did that began together, having run `before` first."""
    url = str(desk.store.location.path or desk.store.location.url)
    script = _SCRIPT.replace("BEFORE", before.strip())
    processes = [spawn(script.replace("WORK", work), url, place) for place, work in enumerate(works, 1)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(finish(process)) for process in processes]


def crowd(desk: Desk) -> None:
    """Many threads, and three operators with little room."""
    take(desk.store, *(mail(f"c{number}@x.example", number) for number in range(THREADS)))
    for name in ("ana", "ben", "carl"):
        desk.operators.add(name, capacity=CAPACITY)


def wait(desk: Desk) -> None:
    """All threads wait for somebody, as they would after a night."""
    with desk.store.write() as connection:
        values = {"wanted": "round-robin", "queued_since": datetime(2026, 11, 2, tzinfo=UTC)}
        connection.execute(update(tables.thread).values(**values))


def given(desk: Desk) -> Counter[int]:
    """How often each thread was given to somebody."""
    told = [row for row in audited(desk) if row.operation.startswith(("assignments", "threads.close", "threads.reply"))]
    return Counter(row.entity_id or 0 for row in told if row.entity == "thread" and (row.after or {}).get("assignee"))


def open_threads(desk: Desk) -> Counter[int | None]:
    found = rows(desk.store, "thread", "id", "assignee_id", "status")
    return Counter(owner for _, owner, status in found if status == "open" and owner is not None)


def test_processes_that_hand_out_at_once_give_each_thread_once_and_nobody_too_many(desk: Desk) -> None:
    crowd(desk)
    wait(desk)
    handed = at_once(desk, HAND_OUT, HAND_OUT, HAND_OUT)
    together = [number for part in handed for number in part]
    assert sorted(together) == list(range(1, 3 * CAPACITY + 1))  # the longest waiting ones, each once
    assert sorted(open_threads(desk).values()) == [CAPACITY] * 3
    assert set(given(desk).values()) == {1}
    assert len(desk.assignments.queue(limit=1000).items) == THREADS - 3 * CAPACITY


def test_processes_that_place_at_once_fill_nobody_beyond_their_capacity(desk: Desk) -> None:
    crowd(desk)
    placed = [number for part in at_once(desk, PLACE, PLACE, PLACE) for number in part]
    assert len(placed) == len(set(placed)) == 3 * CAPACITY
    assert sorted(open_threads(desk).values()) == [CAPACITY] * 3
    assert len(desk.assignments.queue(limit=1000).items) == THREADS - 3 * CAPACITY


def test_threads_are_handed_out_while_others_are_closed_and_answered(desk: Desk) -> None:
    crowd(desk)
    wait(desk)
    at_once(desk, HAND_OUT, CLOSE, REPLY)
    desk.assignments.hand_out()
    assert max(open_threads(desk).values()) <= CAPACITY
    assert set(given(desk).values()) == {1}
    left = desk.assignments.queue(limit=1000).items
    assert not left or sorted(open_threads(desk).values()) == [CAPACITY] * 3


def test_people_come_and_go_while_threads_are_placed_and_nobody_waits_for_each_other(desk: Desk) -> None:
    crowd(desk)
    desk.operators.remove("ana")
    at_once(desk, TOGGLE, TOGGLE, PLACE, COME_AND_GO)
    desk.assignments.hand_out()
    unowned = [
        number for number, owner, _ in rows(desk.store, "thread", "id", "assignee_id", "status") if owner is None
    ]
    waiting = [view.thread_id for view in desk.assignments.queue(limit=1000).items]
    assert set(waiting) <= set(unowned)
    assert max(open_threads(desk).values()) <= CAPACITY
    assert sum(open_threads(desk).values()) + len(waiting) == len(range(3, THREADS + 1, 3))


def test_processes_that_look_for_breaches_at_once_note_each_once(desk: Desk) -> None:
    crowd(desk)
    desk.sla.add("gold", first="1h", resolution="1d")
    with clock.fixed(datetime(2026, 11, 2, 9, tzinfo=UTC)):
        for number in range(1, THREADS + 1):
            desk.sla.put(number, "gold")
    noted = at_once(desk, NOTE, NOTE, REPLY)
    assert len(rows(desk.store, "breach", "id")) == 2 * THREADS
    assert sum(noted[0]) + sum(noted[1]) <= 2 * THREADS
    assert desk.sla.note_breaches() == 0
