"""Taking back imported news that rules, promises and notes have already followed."""

import json
from datetime import timedelta

from convo import clock
from convo.desk.desk import Desk
from tests.desk.acting import operator
from tests.desk.ruling import at
from tests.intake.saying import START, rows


def _news(desk: Desk, minute: int, text: str) -> int:
    """Import one mail as news, so many minutes after START; the run."""
    line = {"from": "zed@example.org", "date": (START + timedelta(minutes=minute)).isoformat(), "text": text}
    with clock.fixed(START + timedelta(minutes=minute, seconds=1)):
        report = desk.imports.run_lines([json.dumps(line | {"id": text}).encode()], as_new=True)
    assert report.run_id is not None
    return report.run_id


def test_runs_that_share_a_thread_leave_nothing_once_all_are_taken_back_in_any_order(desk: Desk) -> None:
    operator(desk)
    desk.sla.add("std", first="1h", resolution="1d")
    desk.rules.add("all", "", ["sla std", "assign marta", "notify marta"])
    desk.rules.add("late", "", ["tag late"], trigger="waiting 1h")
    runs = [_news(desk, minute, text) for minute, text in enumerate(("one", "two", "three"))]
    assert len(rows(desk.store, "thread")) == 1
    at(100, desk.work.tick)
    for run in (runs[0], runs[2]):
        desk.imports.undo(run)
        assert len(desk.threads.list().items) == 1
    desk.imports.undo(runs[1])
    for table in ("thread", "customer", "identity", "decision", "breach", "notification", "rule_firing", "episode"):
        assert rows(desk.store, table) == [], table


def test_nothing_is_owed_in_a_thread_whose_customers_words_were_taken_back(desk: Desk) -> None:
    operator(desk)
    desk.sla.add("std", first="1h", resolution="1d")
    desk.rules.add("all", "", ["sla std", "note a machine's word"])
    run = _news(desk, 0, "refund")
    at(10, lambda: desk.imports.undo(run))
    (thread,) = desk.threads.list().items
    at(3_000, desk.work.tick)
    assert thread.waiting_since is None
    assert thread.status == "pending"
    assert rows(desk.store, "breach") == []
