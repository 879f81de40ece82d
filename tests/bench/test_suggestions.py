"""What suggestions cost in a store of a million messages, and gaps over a hundred thousand questions."""

import os
import random
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.store import Store
from tests.bench.making import filled_store, sentence
from tests.bench.timing import p95, seconds
from tests.desk.said import say

MESSAGES = int(os.environ.get("CONVO_BENCH_MESSAGES", "1000000"))
THREADS = 100_000
_NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
_LIKE = "the gearbox of my tandem grinds since it rained"


def _desk(store: Store) -> Desk:
    return Desk(store, Settings(store=str(store.location)), Actor("bench", Role.ADMIN))


def _furnish(desk: Desk, dice: random.Random) -> None:
    for number in range(60):
        at = _NEWEST + timedelta(minutes=number)
        asked = say(desk, f"c{number}@example.org", f"{_LIKE} w{dice.randrange(5_000):04d}", at=at)
        with clock.fixed(at):
            desk.threads.reply(asked.thread_id or 0, f"{sentence(dice)}. {sentence(dice)}")
            desk.threads.close(asked.thread_id or 0)
    with desk.store.write() as connection:
        # Every other message of a thread becomes an answer of ours.
        connection.execute(
            text("UPDATE message SET direction = 'outbound' WHERE (id / :threads) % 2 = 1 AND id <= :most"),
            {"threads": THREADS, "most": MESSAGES},
        )
        for number in range(1_000):
            body = ". ".join(sentence(dice) for _ in range(12))
            desk.articles.add(f"a{number}", sentence(dice), body, questions=[sentence(dice)])


@pytest.mark.bench
def test_suggestions_and_gaps_in_a_large_store(tmp_path: Path) -> None:
    dice = random.Random(6)
    store = filled_store(tmp_path / "shop.convo", threads=THREADS, messages=MESSAGES)
    desk = _desk(store)
    _furnish(desk, dice)
    desk.suggestions.for_thread(1)
    threads = [dice.randrange(1, THREADS) for _ in range(100)] + list(range(THREADS + 1, THREADS + 61))
    times = [seconds(lambda thread=thread: desk.suggestions.for_thread(thread)) for thread in threads]
    found = sum(len(desk.suggestions.for_thread(thread).replies) for thread in threads[-60:])
    print(f"suggestions among {MESSAGES:,} messages, p95: {p95(times) * 1000:.0f} ms")
    print(f"past replies found for 60 questions that are alike: {found}")
    with clock.fixed(datetime(2020, 11, 21, tzinfo=UTC)):
        begin = datetime(2020, 9, 1, tzinfo=UTC)
        with store.write() as connection:
            # Threads that open one after another over 90 days, as their first messages do.
            connection.execute(
                text(
                    "UPDATE thread SET created_at = (SELECT min(sent_at) FROM message WHERE thread_id = thread.id), "
                    "last_message_at = (SELECT max(sent_at) FROM message WHERE thread_id = thread.id)"
                )
            )
        taken = seconds(lambda: desk.articles.gaps(since=begin))
        tracemalloc.start()
        view = desk.articles.gaps(since=begin)
        most = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
    print(
        f"gaps of {view.questions:,} questions and {view.topics_tried:,} topics tried: {taken:.1f} s, {most:.0f} MB; "
        f"{len(view.topics)} without an article, {len(view.rising)} rising"
    )
    store.close()
