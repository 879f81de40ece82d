"""SQL on SQLite, SQL on PostgreSQL and the predicate give one answer to every query."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeGuard

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import select

from convo.model import tables
from convo.query.inflight import InFlight
from convo.query.op import Op
from convo.query.parse import parse
from convo.query.plan import find_keys, search_keys
from convo.query.predicate import matches
from convo.query.sql import (
    CUSTOMERS,
    MESSAGES,
    THREADS,
    customer_condition,
    message_condition,
    thread_condition,
)
from convo.query.tree import And, Condition, Node, Not, Text
from convo.store.search_index import sort_key
from convo.store.store import Store
from tests.query.nasty import Shop, build, context, fill
from tests.query.queries import queries

_many = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def shop() -> Shop:
    return build()


def test_both_engines_and_the_predicate_agree_on_messages(
    sqlite_store: Store, postgresql_store: Store, shop: Shop
) -> None:
    fill(sqlite_store, shop)
    fill(postgresql_store, shop)
    found_by: list[int] = []

    with sqlite_store.read() as small, postgresql_store.read() as large:

        @settings(_many, max_examples=1400)
        @example('"sample rate" -"rate sample"')
        @example("日")
        @given(queries)
        def agree(text: str) -> None:
            node = parse(text)
            wanted = {m.message_id for m in shop.messages if matches(node, m, context(sqlite_store))}
            for store, connection in ((sqlite_store, small), (postgresql_store, large)):
                asked = context(store)
                statement = select(tables.message.c.id).select_from(MESSAGES).where(message_condition(node, asked))
                assert set(connection.execute(statement).scalars()) == wanted
            found_by.append(len(wanted))

        agree()
    assert sum(0 < count < len(shop.messages) for count in found_by) > len(found_by) // 3


def test_a_search_gives_the_same_messages_newest_first_and_page_by_page(
    sqlite_store: Store, postgresql_store: Store, shop: Shop
) -> None:
    fill(sqlite_store, shop)
    fill(postgresql_store, shop)

    with sqlite_store.read() as small, postgresql_store.read() as large:

        @settings(_many, max_examples=250)
        @example('"sample rate" -"rate sample"')
        @example("sample customer:3")
        @given(queries)
        def agree(text: str) -> None:
            node = parse(text)
            found = [m for m in shop.messages if matches(node, m, context(sqlite_store))]
            wanted = sorted((sort_key(m.sent_at, m.message_id or 0) for m in found), reverse=True)
            for store, connection in ((sqlite_store, small), (postgresql_store, large)):
                asked = context(store)
                first = [key for _, key in find_keys(connection, node, asked, limit=20)]
                assert first == wanted[:20]
                if first:
                    rest = search_keys(node, asked, before_key=first[-1], limit=1000)
                    assert [row.sort_key for row in connection.execute(rest)] == wanted[20:]

        agree()


def test_threads_and_customers_match_by_any_of_their_messages(
    sqlite_store: Store, postgresql_store: Store, shop: Shop
) -> None:
    fill(sqlite_store, shop)
    fill(postgresql_store, shop)
    asked = context(sqlite_store)
    threads = {number: [m for m in shop.messages if m.thread_id == number] for number in shop.thread_channels}
    customers = {number: [m for m in shop.messages if m.customer_id == number] for number in shop.customer_languages}

    def of_thread(number: int, condition: Node) -> bool:
        kind = (lambda m: replace(m, channel=shop.thread_channels[number][0])) if _is(condition, "channel") else None
        kind = (lambda m: replace(m, channel_kind=shop.thread_channels[number][1])) if _is(condition, "kind") else kind
        if _is(condition, "is", "unverified"):
            return shop.thread_unverified[number]
        if _is(condition, "id"):
            return bool(number == condition.value)
        return _any(condition, threads[number], kind)

    def of_customer(number: int, condition: Node) -> bool | None:
        own = [thread for thread, messages in threads.items() if messages[0].customer_id == number]
        if _is(condition, "language") and matches(
            condition, replace(shop.messages[0], language=shop.customer_languages[number]), asked
        ):
            return True
        if _is(condition, "tag") and condition.op is Op.NONE:
            return not any(m.thread_tags or m.customer_tags for m in customers[number])
        if _is(condition, "channel") or _is(condition, "kind") or _is(condition, "is", "unverified"):
            return any(of_thread(thread, condition) for thread in own)
        if _is(condition, "id"):
            return bool(number == condition.value)
        return _any(condition, customers[number], None)

    def _any(condition: Node, messages: list[InFlight], as_seen: Callable[[InFlight], InFlight] | None) -> bool:
        return any(matches(condition, as_seen(m) if as_seen else m, asked) for m in messages)

    with sqlite_store.read() as small, postgresql_store.read() as large:

        @settings(_many, max_examples=400)
        @given(queries)
        def agree(text: str) -> None:
            node = parse(text)
            wanted = {number for number in threads if _walk(node, partial(of_thread, number))}
            people = {n for n in customers if customers[n] and _walk(node, partial(of_customer, n))}
            everyone = []
            for store, connection in ((sqlite_store, small), (postgresql_store, large)):
                asked = context(store)
                statement = select(tables.thread.c.id).select_from(THREADS).where(thread_condition(node, asked))
                assert set(connection.execute(statement).scalars()) == wanted
                statement = select(tables.customer.c.id).select_from(CUSTOMERS).where(customer_condition(node, asked))
                found = set(connection.execute(statement).scalars())
                assert {number for number in found if customers[number]} == people
                everyone.append(found)
            assert everyone[0] == everyone[1]

        agree()


def _is(node: Node, field: str, value: str | None = None) -> TypeGuard[Condition]:
    return isinstance(node, Condition) and node.field == field and value in (None, node.value)


def _walk(node: Node, leaf: Callable[[Node], bool | None]) -> bool:
    if isinstance(node, Text | Condition):
        return bool(leaf(node))
    if isinstance(node, Not):
        return not _walk(node.child, leaf)
    outcomes = [_walk(child, leaf) for child in node.children]
    return all(outcomes) if isinstance(node, And) else any(outcomes)
