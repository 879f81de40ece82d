"""Search and thread lists in large stores, against the bare statement underneath."""

import os
import random
import sqlite3
from pathlib import Path

import pytest

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.store import Store
from tests.bench.making import filled_store
from tests.bench.timing import in_turn, p95, say, seconds

MESSAGES = int(os.environ.get("CONVO_BENCH_MESSAGES", "1000000"))
THREADS = 100_000
LOOKUP = """
    SELECT thread.*, customer.name, channel.name, channel.kind, operator.name, team.name
    FROM thread JOIN customer ON customer.id = thread.customer_id JOIN channel ON channel.id = thread.channel_id
    LEFT JOIN operator ON operator.id = thread.assignee_id LEFT JOIN team ON team.id = thread.team_id
    WHERE thread.status = 'open' ORDER BY thread.last_message_at DESC, thread.id DESC LIMIT 51
"""


def _desk(store: Store) -> Desk:
    return Desk(store, Settings(store=str(store.location)), Actor("bench", Role.ADMIN))


@pytest.mark.bench
def test_search_over_a_million_messages(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "shop.convo", threads=min(THREADS, MESSAGES), messages=MESSAGES)
    desk = _desk(store)
    bare = sqlite3.connect(tmp_path / "shop.convo")
    dice = random.Random(3)
    words = ["wheel", "invoice", "warranty", "w0042", "w1234", "w4999", "gain", "refund"]
    queries = [" ".join(dice.sample(words, dice.randint(1, 2))) for _ in range(150)]
    statement = "SELECT rowid, body FROM message_fts WHERE message_fts MATCH ? ORDER BY rank LIMIT 50"
    newest = "SELECT rowid, body FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT 50"
    desk.search.messages("wheel")
    ours, ranked, plain = [], [], []
    for query in queries:
        ours.append(seconds(lambda query=query: desk.search.messages(query)))
        ranked.append(seconds(lambda query=query: bare.execute(statement, (query,)).fetchall()))
        plain.append(seconds(lambda query=query: bare.execute(newest, (query,)).fetchall()))
    say(f"search p95 of {MESSAGES:,} / bare FTS5, by rank", p95(ours), p95(ranked), 1.5)
    say(f"search p95 of {MESSAGES:,} / bare FTS5, newest first", p95(ours), p95(plain), 1.5)
    bare.close()
    store.close()


@pytest.mark.bench
def test_a_page_of_threads_costs_the_same_at_any_size(tmp_path: Path) -> None:
    costs = {}
    for count in (1_000, 100_000, 1_000_000):
        store = filled_store(tmp_path / f"shop{count}.convo", threads=count, messages=count // 10)
        desk = _desk(store)
        bare = sqlite3.connect(tmp_path / f"shop{count}.convo")
        desk.threads.list("is:open")
        page, one = in_turn(
            lambda desk=desk: desk.threads.list("is:open"), lambda bare=bare: bare.execute(LOOKUP).fetchall(), 60
        )
        costs[count] = page
        if count == 100_000:
            say("page of 50 of 100,000 threads / bare lookup with names", page, one, 5)
        bare.close()
        store.close()
    say("page of 50 of 1,000,000 threads / of 1,000", costs[1_000_000], costs[1_000], 1)
