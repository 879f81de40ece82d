"""A small shop full of awkward text, as rows for a store and as messages in flight, so that the two can be compared."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from convo.model import tables
from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.store import search_index
from convo.store.store import Store
from convo.text.words import index_words

NOW = datetime(2026, 3, 31, 10, 20, 30, 400_000, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
ME = 2

WORDS = (
    *("gain", "sample", "rate", "sample rate", "warranty", "don't", "it's 5 o'clock", "foo-bar_baz", "a", "i"),
    *("Müller", "MULLER", "Mu\u0308ller", "café", "Straße", "STRASSE", "İstanbul", "ISTANBUL", "ıstanbul", "ﬁne", "½"),
    *("日本語", "日本", "日", "東京都", "東京", "京都", "abc日本", "日本 語", "カタカナ", "ひらがな", "한국어", "한국"),
    *("שלום עולם", "مرحبا", "مَرْحَبًا", "สวัสดี", "नमस्ते", "नमस्", "привет", "ПРИВЕТ", "Ελλάς", "ΕΛΛΑΣ"),
    *("👍", "👨‍👩‍👧", "🇩🇪", "10:30", "http://x.example/a?b=c", "12.50", "1,000", "42", "007", "ana@example.org"),
    *("so\u00adft", "zero\u200bwidth", "joi\u200dned", "\u202eright", "\x07bell", "\ufffd", "x" * 63, "x" * 64),
    *("x" * 65, "y" * 300, "__init__", "C++", "NOT", "OR", "''", '"', "\\", "%", "_", "'; --", "e\u0301\u0327"),
)
NAMES = (
    "Ana Ruiz",
    "ANA",
    "ana-lu",
    "Özil",
    "özil",
    "O'Brien",
    "李明",
    "%_",
    "",
    "Jürgen",
    "JU\u0308RGEN",
    "me",
    "none",
)
TAGS = ("vip", "refund", "straße".casefold(), "日本", "none")
VALUES = (
    "gold",
    "GOLD",
    "42",
    "42.5",
    "-3",
    "1e9",
    "٣",
    "0042",
    "9" * 15,
    "9" * 16,
    "4.",
    ".5",
    "1..2",
    "",
    "Öl",
    "+1",
)
DUE = (None, None, NOW, NOW - timedelta(hours=3), NOW + timedelta(hours=2), NOW + timedelta(days=3))
LANGUAGES = (None, "de", "pt-BR", "PT", "en")
INTENTS = (None, "refund", "Spam", "größe")


@dataclass(frozen=True)
class Shop:
    """The messages in flight, in the order of their ids, and the rows that hold the same."""

    messages: tuple[InFlight, ...]
    thread_channels: dict[int, tuple[str, str]]
    thread_unverified: dict[int, bool]
    customer_languages: dict[int, str | None]
    rows: dict[str, list[dict[str, object]]]


def context(store: Store) -> QueryContext:
    """The context in which all queries of these tests are asked."""
    return QueryContext("sqlite" if store.is_sqlite else "postgresql", NOW, ZONE, ME)


def _text(chance: random.Random, most: int) -> str:
    text = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(most)))
    if chance.random() < 0.05:
        text += " again" * 400 + " sample" * 301 + " rate"
    return text.upper() if chance.random() < 0.1 else text


def build(seed: int = 1, *, customers: int = 14, threads: int = 30, messages: int = 140) -> Shop:
    """The same shop for the same seed."""
    chance = random.Random(seed)
    rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in tables.ORDER}
    channels = [("Mail", "email"), ("shop-WhatsApp", "whatsapp"), ("Ölkanal", "telegram")]
    for number, (name, kind) in enumerate(channels, 1):
        rows["channel"].append(
            {"id": number, "kind": kind, "name": name, "config": {}, "state": "active", "created_at": NOW}
        )
    operators = ["ana", "Ben", "Özlem", "none"]
    for number, name in enumerate(operators, 1):
        rows["operator"].append(
            {
                **{"id": number, "name": name, "shown": "", "role": "agent", "skills": [], "languages": []},
                **{"capacity": 1, "availability": "away", "created_at": NOW},
            }
        )
    teams = ["Repairs", "größe"]
    rows["team"] += [{"id": number, "name": name, "created_at": NOW} for number, name in enumerate(teams, 1)]

    policies = ["Gold", "größe"]
    rows["sla_policy"] += [{"id": number, "name": name, "created_at": NOW} for number, name in enumerate(policies, 1)]

    people: list[InFlight] = []
    languages: dict[int, str | None] = {}
    for number in range(1, customers + 1):
        languages[number] = chance.choice(LANGUAGES)
        person = InFlight(
            sent_at=NOW,
            customer_id=number,
            customer_name=chance.choice(NAMES),
            blocked=chance.random() < 0.2,
            customer_tags=frozenset(tag for tag in TAGS if chance.random() < 0.15),
            identities=tuple(_identities(chance, number)),
            attributes={
                name: chance.choice(VALUES) for name in ("size", "shoe size", "größe") if chance.random() < 0.7
            },
            spent=_purchases(chance, rows, number),
        )
        people.append(person)
        rows["customer"].append(
            {
                **{"id": number, "name": person.customer_name, "language": languages[number], "created_at": NOW},
                "blocked_at": NOW if person.blocked else None,
            }
        )
        rows["customer_tag"] += [{"customer_id": number, "tag": tag} for tag in person.customer_tags]
        rows["customer_attribute"] += [
            {"customer_id": number, "name": name, "value": value} for name, value in person.attributes.items()
        ]
        rows["identity"] += [
            {"customer_id": number, "kind": kind, "value": value, "shown": "", "shared": False, "created_at": NOW}
            for kind, value in person.identities
        ]

    topics: list[InFlight] = []
    thread_channels: dict[int, tuple[str, str]] = {}
    unverified: dict[int, bool] = {}
    for number in range(1, threads + 1):
        assignee = chance.choice([None, 1, 2, 3, 4])
        team = chance.choice([None, 1, 2])
        policy = chance.choice([None, 1, 2])
        due = {name: chance.choice(DUE) for name in ("first_response_due", "next_response_due", "resolution_due")}
        place = chance.randrange(len(channels))
        thread_channels[number] = channels[place]
        unverified[number] = chance.random() < 0.3
        topic = replace(
            chance.choice(people[:-2]),
            thread_id=number,
            status=chance.choice(("open", "pending", "snoozed", "resolved")),
            priority=chance.choice(("low", "normal", "high", "urgent")),
            assignee_id=assignee,
            assignee=None if assignee is None else operators[assignee - 1],
            team=None if team is None else teams[team - 1],
            unread=chance.random() < 0.5,
            waiting_since=chance.choice([None, NOW - timedelta(hours=2), NOW - timedelta(days=chance.randrange(9))]),
            last_outbound_at=chance.choice([None, NOW]),
            thread_tags=frozenset(tag for tag in TAGS if chance.random() < 0.2),
            queued=chance.random() < 0.3,
            sla=None if policy is None else policies[policy - 1],
            **due,
        )
        topics.append(topic)
        rows["thread"].append(
            {
                **{"id": number, "customer_id": topic.customer_id, "channel_id": place + 1, "status": topic.status},
                **{"priority": topic.priority, "assignee_id": assignee, "team_id": team, "unread": topic.unread},
                **{"unverified": unverified[number], "message_count": 0, "subject": "", "created_at": NOW},
                **{"last_message_at": NOW, "last_outbound_at": topic.last_outbound_at},
                **{"waiting_since": topic.waiting_since, "sla_policy_id": policy, **due},
                "queued_since": NOW if topic.queued else None,
            }
        )
        rows["thread_tag"] += [{"thread_id": number, "tag": tag} for tag in topic.thread_tags]

    made: list[InFlight] = []
    for number in range(1, messages + 1):
        place = chance.randrange(len(channels))
        topic = topics[number - 1] if number <= threads else chance.choice(topics)
        message = replace(
            topic,
            message_id=number,
            sent_at=_moment(chance),
            direction=chance.choice(("inbound", "inbound", "outbound", "note")),
            author=chance.choice(NAMES),
            subject=_text(chance, 5),
            body=_text(chance, 14),
            automatic=chance.random() < 0.2,
            message_unverified=chance.random() < 0.2,
            has_attachment=chance.random() < 0.3,
            has_html=chance.random() < 0.3,
            language=chance.choice(LANGUAGES),
            sentiment=chance.choice([None, -1.0, -0.3, 0.0, 0.1, 0.30000000000000004, 1.0]),
            intent=chance.choice(INTENTS),
            channel=channels[place][0],
            channel_kind=channels[place][1],
        )
        made.append(message)
        rows["message"].append(
            {
                **{"id": number, "sort_key": search_index.sort_key(message.sent_at, number)},
                **{"thread_id": message.thread_id, "customer_id": message.customer_id, "channel_id": place + 1},
                **{"direction": message.direction, "author": message.author, "subject": message.subject},
                **{"body": message.body, "reference_ids": [], "sent_at": message.sent_at, "received_at": NOW},
                **{"automatic": message.automatic, "unverified": message.message_unverified},
                **{"has_attachment": message.has_attachment, "language": message.language},
                **{"sentiment": message.sentiment, "intent": message.intent},
            }
        )
        if message.has_html:
            rows["attachment"].append(
                {
                    **{"message_id": number, "customer_id": message.customer_id, "name": "", "role": "html"},
                    "media_type": "text/html",
                }
            )
    with_note = {message.thread_id for message in made if message.direction == "note"}
    final = tuple(replace(message, has_note=message.thread_id in with_note) for message in made)
    return Shop(final, thread_channels, unverified, languages, rows)


def _identities(chance: random.Random, number: int) -> Sequence[tuple[str, str]]:
    known = [("email", f"ana{number}@example.org"), ("phone", f"+3460011122{number}"), ("slack", f"U0{number}ABC")]
    return [identity for identity in known if chance.random() < 0.6]


def _purchases(chance: random.Random, rows: dict[str, list[dict[str, object]]], customer: int) -> dict[str, int]:
    spent: dict[str, int] = {}
    for _ in range(chance.choice((0, 0, 1, 2, 5))):
        currency = chance.choice(("EUR", "USD", "JPY"))
        kind = chance.choice(("purchase", "purchase", "cart"))
        amount = chance.choice((100_000, 500_000, 99_990, -20_000, 0, 10**15, 9 * 10**18))
        if kind == "purchase":
            spent[currency] = spent.get(currency, 0) + amount
        rows["event"].append(
            {
                **{"customer_id": customer, "channel_id": 1, "kind": kind, "at": NOW, "title": "", "data": {}},
                **{"amount_milli": amount, "currency": currency},
            }
        )
    return spent


def _moment(chance: random.Random) -> datetime:
    day = datetime(2026, 3, 31, 3, tzinfo=UTC)  # midnight in São Paulo
    return chance.choice(
        [
            NOW - timedelta(seconds=chance.randrange(40_000_000)),
            NOW - timedelta(days=3),
            NOW - timedelta(days=3, microseconds=-1),
            NOW - timedelta(days=3, microseconds=1),
            day - timedelta(days=chance.randrange(60)),
            day - timedelta(days=chance.randrange(60), microseconds=1),
            datetime(2010, 1, 1, chance.randrange(1, 4), chance.choice((0, 59)), tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        ]
    )


def fill(store: Store, shop: Shop) -> None:
    """Put the shop's rows into an empty store and index its messages."""
    with store.write() as connection:
        for table in tables.ORDER:
            if shop.rows[table.name]:
                connection.execute(insert(table), shop.rows[table.name])
        search_index.add(
            connection,
            [
                (
                    search_index.sort_key(message.sent_at, message.message_id or 0),
                    index_words(message.subject),
                    index_words(message.body),
                )
                for message in shop.messages
            ],
        )
