"""The dashboard, the panel of a customer and a long conversation in large stores, against bare statements."""

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.store.bulk import insert_rows
from tests.bench.making import filled_store
from tests.bench.timing import in_turn, say

MESSAGES = int(os.environ.get("CONVO_BENCH_MESSAGES", "1000000"))
THREADS = 100_000
MINUTE = 60_000_000
SPAN = """
    SELECT direction, count(*), sum(sentiment) FROM message WHERE sort_key >= ? AND sort_key < ? GROUP BY direction
"""


@pytest.mark.bench
def test_the_dashboard_of_thirty_days_among_a_million_messages(tmp_path: Path) -> None:
    path = tmp_path / "shop.convo"
    store = filled_store(path, threads=min(THREADS, MESSAGES), messages=MESSAGES)
    desk = Desk(store, Settings(store=str(path)), Actor("bench", Role.ADMIN))
    bare = sqlite3.connect(path)
    newest = bare.execute("SELECT max(sent_at) FROM message").fetchone()[0]
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE message SET sentiment = (id % 21 - 10) / 10.0, intent = 'i' || id % 9")
        insert_rows(
            connection,
            tables.episode,
            ("thread_id", "customer_id", "opened_at", "first_response_at", "resolved_at"),
            [
                (n, n % (THREADS // 10) + 1, at, at + n % 90 * MINUTE, at + MINUTE * 600 if n % 3 else None)
                for n in range(1, min(THREADS, MESSAGES) + 1)
                if (at := newest - n * 10 * MINUTE)
            ],
        )
        connection.exec_driver_sql("ANALYZE")
    now = datetime.fromtimestamp(newest // 1_000_000, UTC)
    last = newest // 1_000_000 + 1 << 20
    first = last - (60 * 86_400 << 20)
    desk.dashboard.show()
    with clock.fixed(now):
        view = desk.dashboard.show()
        assert view.total.inbound > 0
        ours, plain = in_turn(desk.dashboard.show, lambda: bare.execute(SPAN, (first, last)).fetchall(), 20)
    say(f"dashboard of 30 days of {MESSAGES:,} / counting 60 days' rows", ours, plain, 5)
    with clock.fixed(now + timedelta(days=3650)):
        ours, plain = in_turn(
            desk.dashboard.show,
            lambda: bare.execute("SELECT status, channel_id, count(*) FROM thread GROUP BY 1, 2").fetchall(),
            20,
        )
    say("dashboard of 30 quiet days / counting threads by channel", ours, plain, 5)
    bare.close()
    store.close()


@pytest.mark.bench
def test_the_panel_and_pages_of_a_long_conversation(tmp_path: Path) -> None:
    path = tmp_path / "shop.convo"
    store = filled_store(path, threads=THREADS, messages=THREADS)
    desk = Desk(store, Settings(store=str(path)), Actor("bench", Role.ADMIN))
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE message SET customer_id = 1, thread_id = 10000 WHERE id <= 10000")
        connection.exec_driver_sql("UPDATE thread SET customer_id = 1 WHERE id = 10000")
        connection.exec_driver_sql("ANALYZE")
    bare = sqlite3.connect(path)
    page = "SELECT * FROM message WHERE customer_id = 1 ORDER BY sort_key DESC LIMIT 100"
    for name, work in (
        ("first page of 100", lambda: desk.conversations.show(1, limit=100)),
        ("page of 100 around message 5,000", lambda: desk.conversations.show(1, around=5000, limit=100)),
        ("first unread", lambda: desk.conversations.first_unread(10000)),
        ("ways", lambda: desk.threads.ways(10000)),
        ("panel, 10,000 customers", lambda: desk.customers.panel(1)),
    ):
        work()
        ours, plain = in_turn(work, lambda: bare.execute(page).fetchall(), 20)
        say(f"10,000 messages: {name} / bare page", ours, plain, 20)
    bare.close()
    store.close()
