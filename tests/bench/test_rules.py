"""A thousand rules over one message, and rules replayed over a long history."""

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.predicate import matches
from convo.routing.decide import decide
from convo.routing.rules import RuleSet, read_rule
from convo.routing.triggers import Event
from convo.store.bulk import insert_rows, micros
from convo.store.store import Store
from tests.bench.making import filled_store, sentence
from tests.bench.timing import p95, say, seconds

RULES = 1_000
MESSAGES = int(os.environ.get("CONVO_BENCH_REPLAYED", "100000"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_WORDS = (
    *("wheel", "brake", "order", "invoice", "delivery", "refund", "chain", "frame"),
    *("helmet", "light", "warranty", "discount", "payment", "exchange"),
)
_FIELDS = (
    *("language:de", "sentiment:*", "channel:web", "kind:email", "is:open", "-is:automatic"),
    *("sentiment:<-0.3", "intent:refund", "tag:vip", "-tag:done", "priority:>=high", "spent:>500", "is:unassigned"),
    *("from:@example.org", "attr.plan:gold", "waiting:>1h", "has:attachment", "team:none", "newer:3d"),
)


def queries(dice: random.Random) -> list[str]:
    """So many queries as shops write them: words, fields, alternatives, exclusions; no two alike."""
    found = []
    for number in range(RULES):
        kind = dice.random()
        words = f"w{dice.randrange(5000):04d} {dice.choice(_WORDS)}"
        fields = " ".join(dice.sample(_FIELDS, 2))
        if kind < 0.4:
            found.append(f"{words} {dice.choice(_FIELDS)}")
        elif kind < 0.6:
            found.append(f"({dice.choice(_WORDS)} OR w{number:04d} OR sub{number}*) {fields}")
        elif kind < 0.8:
            found.append(f'"{dice.choice(_WORDS)} {dice.choice(_WORDS)}" {fields} -w{number:04d}')
        else:
            found.append(f"{fields} attr.size:{number}")
    return found


def a_thousand(dice: random.Random) -> RuleSet:
    """The rules, each of which does something that others ask about."""
    actions = (["tag done"], ["priority high"], ["tag seen", "note x"], ["team repairs"])
    return RuleSet(
        [
            read_rule(n, f"r{n}", "message received", query, actions[n % 4], enabled=True)
            for n, query in enumerate(queries(dice), 1)
        ]
    )


def message(dice: random.Random, number: int) -> InFlight:
    """A message of 1 to 10 sentences with all that rules ask about."""
    return InFlight(
        sent_at=NOW - timedelta(minutes=number),
        message_id=number,
        subject=sentence(dice),
        body=". ".join(sentence(dice) for _ in range(dice.randint(1, 10))),
        language=dice.choice(["de", "es", "en", "fr", None]),
        sentiment=dice.uniform(-1, 1),
        intent=dice.choice(["refund", "order", None]),
        waiting_since=NOW - timedelta(hours=2),
        thread_tags=frozenset(dice.sample(["vip", "done", "x"], 1)),
        customer_name="Ana Ruiz",
        identities=(("email", f"c{number}@example.org"),),
        attributes={"plan": "gold", "size": str(dice.randrange(1000))},
        spent={"EUR": dice.randrange(2_000_000)},
        channel="web",
        channel_kind="web",
    )


@pytest.mark.bench
def test_a_thousand_rules_over_one_message() -> None:
    dice = random.Random(5)
    rules, context = a_thousand(dice), QueryContext("sqlite", NOW, UTC)
    messages = [message(dice, number) for number in range(1, 401)]
    rules.ready(Event.MESSAGE_RECEIVED)
    ours, bare = [], []
    for one in messages:
        fresh = InFlight(**{name: getattr(one, name) for name in InFlight.__dataclass_fields__})
        bare.append(worked(lambda one=one: [rule for rule in rules.rules if matches(rule.node, one, context)]))
        ours.append(worked(lambda fresh=fresh: decide(rules, Event.MESSAGE_RECEIVED, fresh, context)))
    say("1,000 rules over one message, p95 / asked one by one", p95(ours), p95(bare), 0.5)
    say("1,000 rules over one message, p95 / 5 ms", p95(ours), 0.005, 1)


@pytest.mark.bench
def test_routing_a_message_through_a_thousand_rules_in_a_store(tmp_path: Path) -> None:
    many, one = (filled_store(tmp_path / f"{name}.convo", threads=2_000, messages=20_000) for name in ("many", "one"))
    desk, other = _ruled(many, random.Random(5)), Desk(one, Settings(), Actor("bench", Role.ADMIN))
    other.rules.add("hello", "hello", ["tag hello"])
    with many.read() as connection:
        pairs = connection.execute(select(tables.message.c.id, tables.message.c.thread_id).limit(400)).all()
    ours, bare = [], []
    with many.write(), one.write():
        for number, thread in pairs:
            bare.append(worked(lambda t=thread, n=number: other.routing.route(t, "message received", message=n)))
            ours.append(worked(lambda t=thread, n=number: desk.routing.route(t, "message received", message=n)))
    say("routed, done and kept, 1,000 rules / one rule, median", statistics.median(ours), statistics.median(bare), 5)
    say("routed, done and kept, 1,000 rules / one rule, p95", p95(ours), p95(bare), 8)
    many.close()
    one.close()


@pytest.mark.bench
def test_a_long_history_replayed(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "shop.convo", threads=MESSAGES // 5, messages=MESSAGES)
    desk = _ruled(store, random.Random(5))
    lines = desk.rules.export().splitlines()
    candidate = "\n".join(line.replace("priority high", "priority urgent") for line in lines)
    _episodes(store)
    with clock.fixed(NOW):
        start = time.perf_counter()
        view = desk.routing.replay(rules=candidate)
        spent = time.perf_counter() - start
        plain = seconds(lambda: desk.routing.replay())
    assert view.messages == MESSAGES
    assert view.changed_messages
    say(f"{MESSAGES:,} messages, 2 sets of 1,000 rules / one set", spent, plain, 2)
    print(f"{'messages a second':<58} {MESSAGES / spent:,.0f}")
    say("100,000 messages replayed / 60 s", spent * 100_000 / MESSAGES, 60, 1)
    store.close()


def worked(work: Callable[[], object]) -> float:
    """How long the processor works on one call, in seconds, whatever else the machine does meanwhile."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _ruled(store: Store, dice: random.Random) -> Desk:
    desk = Desk(store, Settings(store=str(store.location)), Actor("bench", Role.ADMIN))
    desk.teams.add("repairs")
    actions = ('["tag done"]', '["priority high"]', '["tag seen", "note x"]', '["team repairs"]')
    desk.rules.import_text(
        "\n".join(
            f"[[rule]]\nname = 'r{n}'\nwhen = '{query}'\ndo = {actions[n % 4]}"
            for n, query in enumerate(queries(dice), 1)
        )
    )
    return desk


def _episodes(store: Store) -> None:
    message = tables.message
    with store.write() as connection:
        first = select(message.c.thread_id, message.c.customer_id, micros(message.c.sent_at)).group_by(
            message.c.thread_id
        )
        rows = [tuple(row) for row in connection.execute(first)]
        insert_rows(connection, tables.episode, ("thread_id", "customer_id", "opened_at"), rows)
        connection.exec_driver_sql(
            "UPDATE thread SET message_count = (SELECT count(*) FROM message WHERE thread_id = thread.id)"
        )
