"""Facts read from a store are what the store holds, in bulk and one by one, and come back from JSON as they were."""

import json
from dataclasses import replace

import pytest

from convo.query.inflight import InFlight
from convo.routing.facts import load_facts, message_of, messages_of
from convo.routing.kept_facts import kept, restored
from convo.store.store import Store
from tests.query.nasty import Shop, build, fill


@pytest.fixture(scope="module")
def shop() -> Shop:
    return build()


def _same(facts: InFlight) -> InFlight:
    return replace(facts, identities=tuple(sorted(facts.identities)))


def test_facts_in_bulk_are_those_of_the_store(store: Store, shop: Shop) -> None:
    fill(store, shop)
    with store.read() as connection:
        found = load_facts(connection, [m.message_id for m in shop.messages if m.message_id])
    assert {number: _same(facts) for number, facts in found.items()} == {
        message.message_id: _same(message) for message in shop.messages
    }


def test_what_no_rule_asks_for_is_not_read(store: Store, shop: Shop) -> None:
    fill(store, shop)
    with store.read() as connection:
        found = load_facts(connection, [m.message_id for m in shop.messages if m.message_id], {"language"})
    assert not any(facts.identities or facts.thread_tags or facts.attributes or facts.spent for facts in found.values())
    assert {facts.language for facts in found.values()} == {message.language for message in shop.messages}


def test_a_thread_is_judged_by_the_customers_newest_message(store: Store, shop: Shop) -> None:
    fill(store, shop)
    wanted: dict[int, InFlight] = {}
    for message in sorted(shop.messages, key=lambda m: (m.sent_at.replace(microsecond=0), m.message_id or 0)):
        assert message.thread_id is not None
        known = wanted.get(message.thread_id)
        if known is None or known.direction != "inbound" or message.direction == "inbound":
            wanted[message.thread_id] = message
    with store.read() as connection:
        ids = {thread: message.message_id for thread, message in wanted.items()}
        assert sorted(messages_of(connection, [*wanted])) == sorted(number or 0 for number in ids.values())
        assert {thread: message_of(connection, thread) for thread in wanted} == ids
        assert message_of(connection, 4711) is None
        assert load_facts(connection, []) == {}


def test_facts_come_back_from_json_as_they_were(shop: Shop) -> None:
    for message in shop.messages:
        bare = InFlight(
            message.sent_at,
            message_id=message.message_id,
            author=message.author,
            subject=message.subject,
            body=message.body,
            thread_id=message.thread_id,
            customer_id=message.customer_id,
        )
        told = kept(message)
        assert restored(json.loads(json.dumps(told)), bare) == message
        assert not {"body", "subject", "author"} & told.keys(), "what was said is kept once"
