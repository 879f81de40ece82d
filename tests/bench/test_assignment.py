"""Assignment and promised times in a large store, against the bare statements underneath."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.routing.business_time import BusinessCalendar, add_business, business_between
from convo.routing.week import parse_week
from tests.bench.making import filled_store
from tests.bench.timing import in_turn, say, seconds

THREADS = 100_000
OPERATORS = 20
QUEUED = 1_000


@pytest.mark.bench
def test_placing_handing_out_and_looking_for_breaches(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "shop.convo", threads=THREADS, messages=THREADS)
    desk = Desk(store, Settings(store=str(store.location)), Actor("bench", Role.ADMIN))
    for number in range(OPERATORS):
        desk.operators.add(f"p{number}", capacity=100_000, shifts=["daily 00:00-24:00"], skills=["hubs"])
    thread = tables.thread
    numbers = iter(range(4, THREADS, 4))

    def bare() -> None:
        with store.write() as connection:
            connection.execute(select(thread.c.id).where(thread.c.id == next(numbers))).one()
            connection.execute(update(thread).where(thread.c.id == next(numbers)).values(assignee_id=1))

    bare()
    ours, plain = in_turn(
        lambda: desk.assignments.place(next(numbers), "sticky least-busy skill:hubs language"), bare, 100
    )
    say(f"place a thread among {OPERATORS} operators / a bare update", ours, plain, 10)

    with store.write() as connection:
        queued = select(thread.c.id).where(thread.c.assignee_id.is_(None), thread.c.status == "open").limit(QUEUED)
        waiting = {"queued_since": datetime(2026, 11, 2, tzinfo=UTC), "wanted": "least-busy"}
        connection.execute(update(thread).where(thread.c.id.in_(queued)).values(**waiting))
    handed = seconds(desk.assignments.hand_out)
    say(f"hand out {QUEUED:,} threads / as many bare updates", handed, QUEUED * plain, 1)

    desk.sla.add("gold", first="1h", resolution="52w")
    with store.write() as connection:
        due = {"sla_policy_id": 1, "resolution_due": datetime(2036, 11, 2, tzinfo=UTC)}
        connection.execute(update(thread).where(thread.c.status == "open").values(**due))
    ours, plain = in_turn(desk.sla.note_breaches, bare, 20)
    say(f"look for breaches among {THREADS // 4:,} promises / a bare update", ours, plain, 5)
    store.close()


@pytest.mark.bench
def test_a_due_time_years_ahead(tmp_path: Path) -> None:
    office = BusinessCalendar(ZoneInfo("Europe/Madrid"), parse_week(["mon-fri 09:00-18:00", "sat 10:00-14:00"]))
    start = datetime(2026, 11, 17, 9, tzinfo=UTC)
    near, far = 4 * 3600, 52 * 49 * 3600
    ours, plain = in_turn(lambda: add_business(start, far, office), lambda: add_business(start, near, office), 50)
    say("due in a year of open hours / due today", ours, plain, 500)
    assert business_between(start, add_business(start, far, office), office) == far
    assert add_business(start, far, office) - start < timedelta(days=366)
