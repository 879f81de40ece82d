"""From a message's arrival to its answer by the bot, in a store of a million messages."""

import gc
import sqlite3
import statistics
from datetime import timedelta
from pathlib import Path

import pytest

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction, Role
from tests.bench.making import filled_store
from tests.bench.timing import p95, say, seconds

MESSAGES = 1_000_000
RULES = 200
ARTICLES = 500
ROUNDS = 200
QUESTIONS = (
    "Do you ship to Norway, and what does it cost?",
    "¿Cuánto cuesta el envío a Alemania?",
    "How long does it take to true a wheel?",
    "Where is my order?",
    "Can I return the helmet? It is too small for me.",
)


@pytest.mark.bench
def test_from_receive_to_routed_and_answered_by_the_bot(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "big.convo", threads=MESSAGES // 10, messages=MESSAGES)
    desk = Desk(store, Settings(), Actor("bench", Role.ADMIN))
    _furnish(desk)
    start = clock.now()
    taken, threads = [], []
    gc.collect()
    for number in range(ROUNDS + 5):
        envelope = Envelope(
            Direction.INBOUND,
            (Handle("email", f"new{number}@example.org", f"New {number}"),),
            start + timedelta(seconds=number),
            QUESTIONS[number % len(QUESTIONS)],
            external_id=f"new-{number}",
        )
        with clock.fixed(envelope.sent_at):
            taken.append(seconds(lambda envelope=envelope: threads.append(_receive(desk, envelope))))
    times = taken[5:]
    answered = sum(desk.threads.show(number).messages[-1].author == "ines" for number in threads)
    bare = _bare_commits(tmp_path / "bare.db")
    print(f"answered or asked by the bot: {answered} of {len(threads)}")
    print(f"receive to answered: median {statistics.median(times) * 1000:.1f} ms, p95 {p95(times) * 1000:.1f} (aim 50)")
    say("receive to answered / two bare commits of a row", p95(times), bare, 100)
    store.close()


def _receive(desk: Desk, envelope: Envelope) -> int:
    received = desk.arrivals.receive(envelope, channel="email", kind="email")
    assert received.thread_id is not None
    return received.thread_id


def _furnish(desk: Desk) -> None:
    desk.articles.add("shipping", "Where do you ship?", "To the EU, Norway and the UK for 5 €.", "en")
    desk.articles.add("shipping.es", "¿Cuánto cuesta el envío?", "A la UE y Noruega: 5 €.", "es")
    desk.articles.add("truing", "How long does it take to true a wheel?", "About half an hour.", "en")
    for number in range(ARTICLES):
        desk.articles.add(f"a{number}", f"w{number:04d} w{number + 1:04d}", f"the wheel w{number + 2:04d} brake", "en")
    desk.sla.add("normal", first="4h")
    desk.bots.add("ines")
    for number in range(RULES):
        desk.rules.add(f"r{number}", f"w{number:04d} tag:t{number}", [f"tag u{number}"])
    desk.rules.add("first contact", "is:unassigned", ["sla normal", "bot ines"], trigger="thread opened")


def _bare_commits(path: Path) -> float:
    """The 95th percentile of two transactions of one row each."""
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")

        def twice() -> None:
            for _ in range(2):
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO t (body) VALUES ('x')")
                database.execute("COMMIT")

        return p95([seconds(twice) for _ in range(ROUNDS)])
