"""First contact in a large store, against an operator's plain reply there."""

from pathlib import Path

import pytest

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.store.bulk import insert_rows
from tests.bench.making import filled_store
from tests.bench.test_reading import MESSAGES
from tests.bench.timing import p95, say, seconds

_THREADS = 400
_SINCE = 1_600_000_000_000_000


@pytest.mark.bench
def test_a_bot_takes_a_thread_and_speaks(tmp_path: Path) -> None:
    threads = max(_THREADS, MESSAGES // 10)
    store = filled_store(tmp_path / "shop.convo", threads=threads, messages=MESSAGES)
    with store.write() as connection:
        customers = threads // 10
        insert_rows(
            connection,
            tables.identity,
            ("id", "customer_id", "kind", "value", "shown", "shared", "created_at"),
            [(n, n, "web", f"visitor-{n}", "", False, _SINCE) for n in range(1, customers + 1)],
        )
        insert_rows(
            connection,
            tables.episode,
            ("id", "thread_id", "customer_id", "opened_at"),
            [(n, n, n % customers + 1, _SINCE) for n in range(1, 2 * _THREADS + 1)],
        )
    desk = Desk(store, Settings(store=str(store.location)), Actor("bench", Role.ADMIN))
    desk.bots.add("ines", '[ask]\n"*" = ["order_number", "email", "phone", "photo"]')
    replies = [seconds(lambda n=n: desk.threads.reply(n, "we look into it")) for n in range(_THREADS + 1, 2 * _THREADS)]
    takes = [seconds(lambda n=n: desk.bots.take(n)) for n in range(1, _THREADS)]
    assert len(desk.bots.sessions(limit=1000).items) == _THREADS - 1
    say(f"a bot takes a thread p95 of {MESSAGES:,} / a reply", p95(takes), p95(replies), 4)
    store.close()
