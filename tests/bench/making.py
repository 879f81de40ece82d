"""Large stores for benchmarks, written row by row to the tables, and the words they are made of."""

import random
from pathlib import Path

from convo.model import tables
from convo.store import search_index
from convo.store.bulk import insert_rows
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store

_TEXT = (
    "the wheel brake order invoice delivery late refund chain size frame helmet light when will it arrive thanks hello "
    "sorry still waiting number broken new return exchange gain sample rate warranty question about shop opening hours "
    "price discount code not working payment card please help with my since yesterday is of and to in for"
)
_COMMON = _TEXT.split()
_RARE = [f"w{number:04d}" for number in range(5000)]
_SECOND = 1_000_000
_START = 1_600_000_000


def sentence(dice: random.Random) -> str:
    """A short message: common words, and a rare one now and then."""
    return " ".join(
        dice.choice(_COMMON) if dice.random() < 0.75 else dice.choice(_RARE) for _ in range(dice.randint(6, 18))
    )


def filled_store(path: Path, *, threads: int, messages: int, long: int = 0) -> Store:
    """A store with so many threads and messages, one customer to ten threads, a message a minute.

    With `long` the newest thread, of customer 1, has so many messages more.
    """
    store = open_store(locate(path))
    dice = random.Random(7)
    customers = max(1, threads // 10)
    now = _START * _SECOND
    with store.write() as connection:
        insert_rows(
            connection,
            tables.channel,
            ("id", "kind", "name", "config", "state", "created_at"),
            [(1, "web", "web", "{}", "active", now)],
        )
        insert_rows(
            connection,
            tables.customer,
            ("id", "name", "created_at", "last_seen_at"),
            ((n, f"Customer {n}", now, now) for n in range(1, customers + 1)),  # type: ignore[arg-type]
        )
    for first in range(0, threads, 50_000):
        with store.write() as connection:
            insert_rows(
                connection,
                tables.thread,
                _THREAD,
                [_thread(n, customers, threads, messages) for n in range(first + 1, min(first + 50_000, threads) + 1)],
            )
    for first in range(0, messages, 50_000):
        with store.write() as connection:
            rows, index = [], []
            for n in range(first + 1, min(first + 50_000, messages) + 1):
                thread, at, text = n % threads + 1, _START + n * 60, sentence(dice)
                key = at << 20 | n & 0xFFFFF
                rows.append(
                    (
                        n,
                        key,
                        thread,
                        thread % customers + 1,
                        1,
                        "inbound",
                        "",
                        "",
                        text,
                        "[]",
                        at * _SECOND,
                        at * _SECOND,
                        False,
                        False,
                        False,
                    )
                )
                index.append((key, "", text))
            insert_rows(connection, tables.message, _MESSAGE, rows)
            search_index.add(connection, index)
    if long:
        _lengthen(store, dice, threads=threads, messages=messages, long=long)
    with store.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    return store


def _lengthen(store: Store, dice: random.Random, *, threads: int, messages: int, long: int) -> None:
    """Put so many messages more, a minute apart and newer than all, into a thread of customer 1."""
    thread = next(n for n in range(threads, 0, -1) if n % max(1, threads // 10) + 1 == 1)
    rows, index = [], []
    for n in range(messages + 1, messages + long + 1):
        at, text = _START + n * 60, sentence(dice)
        key = at << 20 | n & 0xFFFFF
        direction = "outbound" if n % 3 == 0 else "inbound"
        rows.append((n, key, thread, 1, 1, direction, "", "", text, "[]", at * _SECOND, at * _SECOND, 0, 0, 0))
        index.append((key, "", text))
    with store.write() as connection:
        insert_rows(connection, tables.message, _MESSAGE, rows)
        search_index.add(connection, index)
        connection.exec_driver_sql(
            f"UPDATE thread SET last_message_at = {(_START + (messages + long) * 60) * _SECOND}, "
            f"status = 'open', message_count = {long} WHERE id = {thread}"
        )


_THREAD = (
    "id", "customer_id", "channel_id", "subject", "status", "priority", "unread", "unverified", "message_count",
    "created_at", "last_message_at", "waiting_since",
)  # fmt: skip
_MESSAGE = (
    "id", "sort_key", "thread_id", "customer_id", "channel_id", "direction", "author", "subject", "body",
    "reference_ids", "sent_at", "received_at", "automatic", "unverified", "has_attachment",
)  # fmt: skip


def _thread(n: int, customers: int, threads: int, messages: int) -> tuple[object, ...]:
    last = (_START + max(n, messages - threads + n) * 60) * _SECOND
    status = "open" if n % 4 == 0 else "pending" if n % 4 == 1 else "resolved"
    waiting = last if status == "open" else None
    return (n, n % customers + 1, 1, f"Topic {n}", status, "normal", False, False, 1, _START * _SECOND, last, waiting)
