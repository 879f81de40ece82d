"""What each field finds, on both engines and in flight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from convo.model import tables
from convo.query.inflight import InFlight
from convo.query.parse import parse
from convo.query.predicate import matches
from convo.query.sql import MESSAGES, THREADS, customer_condition, message_condition, thread_condition
from convo.store.store import Store
from tests.query.few import keep
from tests.query.nasty import ME, NOW, context

WHEN = NOW - timedelta(hours=1)


def finds(store: Store, messages: list[dict[str, Any]], cases: dict[str, str]) -> None:
    """Each query finds the messages whose letters (a for the first, b for the second, ...) are given."""
    made = [
        replace(InFlight(sent_at=WHEN, message_id=n, thread_id=n, customer_id=n, channel="mail"), **facts)
        for n, facts in enumerate(messages, 1)
    ]
    noted = [replace(message, has_note=message.direction == "note") for message in made]
    keep(store, noted)
    asked = context(store)
    with store.read() as connection:
        for query, letters in cases.items():
            node = parse(query)
            statement = select(tables.message.c.id).select_from(MESSAGES).where(message_condition(node, asked))
            stored = "".join(sorted(chr(96 + number) for number in connection.execute(statement).scalars()))
            in_flight = "".join(chr(96 + (m.message_id or 0)) for m in noted if matches(node, m, asked))
            assert (query, stored, in_flight) == (query, letters, letters)


def test_words_are_found_whatever_their_case_and_accents_and_phrases_only_side_by_side(store: Store) -> None:
    finds(
        store,
        [
            {"body": "The Sample-Rate of Müller's radio"},
            {"subject": "rate sample", "body": "sample rate"},
            {"subject": "sample", "body": "rate"},
            {"body": "日本語の 東京都"},
            {"subject": "STRASSE in İstanbul"},
            {"body": "sampler rates"},
            {"body": "samp " + "rate " * 400 + "sample " * 400},
        ],
        {
            "": "abcdefg",
            "sample": "abcg",
            '"sample rate"': "ab",
            '"sample rat"*': "ab",
            "sample rate": "abcg",
            "sampl*": "abcfg",
            "muller MULLER müller": "a",
            "muller's": "a",
            "subject:sample": "bc",
            'subject:"sample rate"': "",
            'subject:"rate sample"': "b",
            "subject:rat*": "b",
            "日本": "d",
            "本語": "d",
            "東": "d",
            "都": "d",
            "京東": "",
            "straße istanbul": "e",
            "sample -rate": "",
            "-sample": "def",
            "sample OR straße": "abceg",
            "(日本 OR sampler) -rates": "d",
            '"rate sample"': "bg",
        },
    )


def test_a_thread_is_found_by_its_state(store: Store) -> None:
    finds(
        store,
        [
            {"status": "open", "priority": "low", "unread": True, "waiting_since": NOW - timedelta(days=2)},
            {"status": "pending", "priority": "normal", "assignee_id": ME, "assignee": "Özlem", "team": "Repairs"},
            {"status": "snoozed", "priority": "high", "assignee_id": 1, "assignee": "ana", "last_outbound_at": NOW},
            {"status": "resolved", "priority": "urgent", "last_outbound_at": NOW, "waiting_since": NOW},
            {"direction": "note", "channel": "Shop", "channel_kind": "whatsapp", "thread_tags": frozenset({"vip"})},
        ],
        {
            "is:open": "ae",
            "is:pending": "b",
            "is:snoozed": "c",
            "is:resolved": "d",
            "-is:open": "bcd",
            "status:open,pending": "abe",
            "priority:normal": "be",
            "priority:>normal": "cd",
            "priority:<=normal": "abe",
            "is:unread": "a",
            "unread:no": "bcde",
            "is:assigned": "bc",
            "is:unassigned": "ade",
            "assignee:none": "ade",
            "assignee:*": "bc",
            "assignee:me": "b",
            "assignee:ANA": "c",
            "assignee:ÖZLEM,ana": "bc",
            "-assignee:ana": "abde",
            "team:repairs": "b",
            "team:none": "acde",
            "channel:shop": "e",
            "-channel:shop": "abcd",
            "kind:WhatsApp": "e",
            "is:waiting": "ad",
            "is:answered": "c",
            "has:reply": "cd",
            "has:note": "e",
            "is:note": "e",
            "is:inbound": "abcd",
            "waiting:2d": "a",
            "waiting:>2d": "",
            "waiting:<=2d": "ad",
            "waiting:<1h": "d",
            "waiting:0h..1d": "d",
            "tag:VIP": "e",
            "tag:none": "abcd",
            "tag:*": "e",
            "id:1,3": "ac",
            "thread:2": "b",
            "message:#4": "d",
            "customer:5": "e",
        },
    )


def test_a_thread_is_found_by_its_promises_and_by_waiting_for_somebody(store: Store) -> None:
    finds(
        store,
        [
            {"sla": "Gold", "first_response_due": NOW + timedelta(hours=1), "resolution_due": NOW + timedelta(days=2)},
            {"sla": "Gold", "next_response_due": NOW - timedelta(minutes=1), "resolution_due": NOW + timedelta(days=2)},
            {"sla": "bronze", "resolution_due": NOW + timedelta(days=40)},
            {"sla": "bronze", "queued": True},
            {"resolution_due": NOW},
        ],
        {
            "is:queued": "d",
            "-is:queued": "abce",
            "is:breached": "b",
            "-is:breached": "acde",
            "due:<1h": "be",
            "due:1h": "abe",
            "due:<=1h": "abe",
            "due:>1h": "c",
            "due:>=1h": "ac",
            "due:0min..2d": "ae",
            "due:<2m": "abce",
            "due:none": "d",
            "-due:none": "abce",
            "due:*": "abce",
            "-due:<2h": "cd",
            "sla:gold": "ab",
            "sla:none": "e",
            "sla:*": "abcd",
            "sla:GOLD,bronze": "abcd",
        },
    )


def test_a_customer_is_found_by_name_identity_tag_attribute_and_spending(store: Store) -> None:
    finds(
        store,
        [
            {"customer_name": "Ana Ruiz", "identities": (("email", "ana@example.org"),), "blocked": True},
            {
                "customer_name": "Özil",
                "identities": (("phone", "+34600111222"),),
                "author": "Ana",
                "direction": "outbound",
            },
            {"customer_name": "100%_", "attributes": {"size": "42.5", "plan": "Gold"}, "spent": {"EUR": 500_000}},
            {
                "attributes": {"size": "1..2"},
                "spent": {"EUR": -20_000, "USD": 600_000},
                "customer_tags": frozenset({"vip"}),
            },
            {"attributes": {"size": "9" * 16}, "customer_name": "äNÖ"},
            {"attributes": {"size": "-3"}, "spent": {"JPY": 18 * 10**18}},
        ],
        {
            "from:ana": "ab",
            "from:ana@example.org": "a",
            "from:@EXAMPLE.org": "a",
            "from:600111222": "",
            "customer:ana": "a",
            "customer:ANA@example.org": "a",
            "customer:@example.org": "a",
            'customer:"+34 600 111-222"': "b",
            "from:+34600111222": "",
            "customer:ÖZIL": "b",
            "customer:zil": "b",
            'customer:"%"': "c",
            "customer:änö": "",
            "customer:ÄNÖ": "",
            "customer:äNÖ": "e",
            "is:blocked": "a",
            "-is:blocked": "bcdef",
            "tag:vip": "d",
            "tag:none": "abcef",
            "attr.PLAN:gold": "c",
            "attr.size:*": "cdef",
            "-attr.size:*": "ab",
            "attr.size:>42": "c",
            "attr.size:>=42.5": "c",
            "attr.size:<42": "f",
            "attr.size:-3..42.5": "cf",
            'attr.size:"1..2"': "d",
            "attr.size:1..2": "",
            "-attr.size:>0": "abdef",
            "spent:>500": "df",
            "spent:>=500": "cdf",
            "spent:500eur": "c",
            "spent:<0": "d",
            "spent:0": "abe",
            "spent:0USD": "abcef",
            "spent:>599USD": "d",
            "spent:-20..500EUR": "abcdef",
            "-spent:>=0": "",
        },
    )


def test_a_message_is_found_by_what_it_is(store: Store) -> None:
    finds(
        store,
        [
            {"language": "de", "sentiment": -0.3, "intent": "refund", "has_attachment": True, "automatic": True},
            {"language": "pt-BR", "sentiment": 0.1, "intent": "Spam", "has_html": True, "message_unverified": True},
            {"language": None, "sentiment": None, "intent": None, "direction": "outbound"},
            {"language": "PT", "sentiment": 0.30000000000000004},
        ],
        {
            "language:de": "a",
            "lang:DE": "a",
            "language:pt": "bd",
            "language:pt-br": "b",
            "language:unknown": "c",
            "language:*": "abd",
            "-language:de": "bcd",
            "sentiment:<0": "a",
            "sentiment:<=-0.3": "a",
            "sentiment:0.1": "b",
            "sentiment:>0.3": "d",
            "sentiment:-0.3..0.3": "ab",
            "sentiment:unknown": "c",
            "-sentiment:>0": "ac",
            "intent:REFUND": "a",
            "-intent:spam": "acd",
            "intent:unknown": "cd",
            "has:attachment": "a",
            "has:html": "b",
            "is:automatic": "a",
            "is:unverified": "b",
            "is:outbound": "c",
        },
    )


def test_a_message_is_found_by_when_it_was_sent_in_the_local_time_zone(store: Store) -> None:
    midnight = datetime(2026, 3, 30, 3, tzinfo=UTC)  # in São Paulo, where it was summer time in 2010
    moment = timedelta(microseconds=1)
    finds(
        store,
        [
            {"sent_at": midnight},
            {"sent_at": midnight - moment},
            {"sent_at": midnight + timedelta(days=1)},
            {"sent_at": datetime(2010, 1, 1, 1, 59, 59, 999_999, tzinfo=UTC)},
            {"sent_at": NOW - timedelta(days=3)},
            {"sent_at": NOW - timedelta(days=3) - moment},
            {"sent_at": NOW - timedelta(days=3) + moment},
        ],
        {
            "before:2026-03-30": "bdefg",
            "after:2026-03-30": "ac",
            "sent:2026-03-30": "a",
            "sent:yesterday": "a",
            "sent:today": "c",
            "after:today": "c",
            "before:yesterday": "bdefg",
            "sent:2009-12-31": "d",
            "sent:2009": "d",
            "before:2010": "d",
            "after:2010": "abcefg",
            "sent:2009..2026-02": "d",
            "newer:3d": "abceg",
            "older:3d": "df",
            "newer:1h": "",
            "older:1y": "d",
            "newer:1m": "abcefg",
        },
    )


def test_a_thread_that_an_operator_has_verified_is_no_more_unverified_though_its_message_is(store: Store) -> None:
    doubted = {"message_id": 1, "thread_id": 1, "customer_id": 1, "channel": "mail", "message_unverified": True}
    keep(store, [replace(InFlight(sent_at=WHEN), **doubted)])  # type: ignore[arg-type]
    asked, node = context(store), parse("is:unverified")
    threads = select(tables.thread.c.id).select_from(THREADS).where(thread_condition(node, asked))
    customers = select(tables.customer.c.id).where(customer_condition(node, asked))
    messages = select(tables.message.c.id).select_from(MESSAGES).where(message_condition(node, asked))
    with store.write() as connection:
        assert [connection.execute(asked_for).scalars().all() for asked_for in (threads, customers)] == [[1], [1]]
        connection.execute(update(tables.thread).values(unverified=False))
        assert [connection.execute(asked_for).scalars().all() for asked_for in (threads, customers)] == [[], []]
        assert connection.execute(messages).scalars().all() == [1]


def test_a_thread_is_found_by_any_of_its_messages_and_by_none_of_them(store: Store) -> None:
    facts = {"thread_id": 1, "customer_id": 1, "channel": "mail"}
    keep(store, [replace(InFlight(sent_at=WHEN, message_id=1, body="gain", language="de"), **facts)])  # type: ignore[arg-type]
    again = {"id": 2, "thread_id": 1, "customer_id": 1, "channel_id": 1, "direction": "note", "language": "it"}
    asked = context(store)
    with store.write() as connection:
        first = connection.execute(select(tables.message)).mappings().one()
        connection.execute(insert(tables.message), {**first, **again, "sort_key": first["sort_key"] + 1})
        for query, found in {
            "gain language:it": True,
            "is:note is:inbound": True,
            "language:de language:it": True,
            "-language:de": False,
            "-language:fr": True,
            "-gain": False,
        }.items():
            node = parse(query)
            threads = select(tables.thread.c.id).select_from(THREADS).where(thread_condition(node, asked))
            customers = select(tables.customer.c.id).where(customer_condition(node, asked))
            for statement in (threads, customers):
                assert (query, connection.execute(statement).scalars().all()) == (query, [1] if found else [])


def test_nobody_is_me_without_an_operator(store: Store) -> None:
    keep(store, [InFlight(sent_at=WHEN, message_id=1, thread_id=1, customer_id=1, channel="mail")])
    nobody = replace(context(store), me=None)
    statement = select(tables.message.c.id).select_from(MESSAGES)
    with store.read() as connection:
        assert connection.execute(statement.where(message_condition(parse("assignee:me"), nobody))).all() == []
        assert len(connection.execute(statement.where(message_condition(parse("-assignee:me"), nobody))).all()) == 1


@pytest.mark.parametrize(
    "hostile", ["' OR 1=1 --", "%", "_", "\\", "'; DROP TABLE message; --", "\x00", "\ud800", ":q"]
)
def test_what_is_asked_never_becomes_sql(store: Store, hostile: str) -> None:
    fields = ("from", "customer", "tag", "assignee", "team", "channel", "kind", "intent", "language", "attr.x")
    escaped = hostile.replace("\\", "\\\\").replace('"', '\\"')
    with store.read() as connection:
        for field in (*fields, f'attr."{escaped}"'):
            condition = message_condition(parse(f'{field}:"{escaped}"'), context(store))
            assert connection.execute(select(tables.message.c.id).select_from(MESSAGES).where(condition)).all() == []
