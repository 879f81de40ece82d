"""Whatever fails is named, with what was found instead, and nothing else is."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.parse import parse
from convo.query.predicate import matches
from convo.routing.explain import failures
from tests.query.nasty import NOW, ZONE, Shop, build
from tests.query.queries import queries

CONTEXT = QueryContext("sqlite", NOW, ZONE)
ANA = InFlight(
    sent_at=NOW,
    message_id=7,
    body="my true wheel is bent",
    subject="Help",
    author="Ana Ruiz",
    language="es",
    sentiment=-0.25,
    thread_id=3,
    waiting_since=NOW - timedelta(hours=27),
    thread_tags=frozenset({"wheels", "new"}),
    customer_id=5,
    customer_name="Ana Ruiz",
    identities=(("email", "ana@example.org"),),
    attributes={"plan": "silver"},
    spent={"EUR": 12_500},
    channel="shop-mail",
    channel_kind="email",
    first_response_due=NOW - timedelta(minutes=5),
)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return build(messages=60)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("language:de", "language:de failed: the message's language is es"),
        ("-language:es", "-language:es failed: the message's language is es"),
        ("intent:refund", "intent:refund failed: the message's intent is unknown"),
        ("sentiment:>0", "sentiment:>0 failed: the message's sentiment is -0.25"),
        ("tag:vip", "tag:vip failed: the thread's tags are new, wheels, the customer's none"),
        ("priority:high", "priority:high failed: the thread's priority is normal"),
        ("is:resolved", "is:resolved failed: the thread is open"),
        ("is:assigned", "is:assigned failed: the thread is assigned to nobody"),
        ("is:outbound", "is:outbound failed: the message is inbound"),
        ("is:automatic", "is:automatic failed: the message is not automatic"),
        ("-is:breached", "-is:breached failed: what was promised has been due for 5 min"),
        ("due:none", "due:none failed: what was promised has been due for 5 min"),
        ("has:attachment", "has:attachment failed: the message has no attachment"),
        ("waiting:>2d", "waiting:>2d failed: the customer has been waiting for 1 d 3 h"),
        ("team:repairs", "team:repairs failed: the thread's team is none"),
        ("channel:chat", "channel:chat failed: the message came by shop-mail"),
        ("from:ben", "from:ben failed: the message is from 'Ana Ruiz' (ana@example.org)"),
        ("customer:12", "customer:12 failed: the customer is 5, 'Ana Ruiz' (ana@example.org)"),
        ("attr.plan:gold", "attr.plan:gold failed: the customer's plan is 'silver'"),
        ("attr.size:*", "attr.size:* failed: the customer's size is not known"),
        ("spent:>500", "spent:>500 failed: the customer has spent 12.50 EUR"),
        ("before:2010", "before:2010 failed: the message was sent on 2026-03-31 at 07:20"),
        ("brake", "brake failed: the message does not say 'brake'"),
        ("-wheel", "-wheel failed: the message says 'wheel'"),
        ('"wheel true"', "\"wheel true\" failed: the message has the words 'wheel true', but not side by side"),
        ("subject:wheel", "subject:wheel failed: the subject does not say 'wheel'"),
        ("brake*", "brake* failed: the message does not say 'brake*'"),
        ("thread:9", "thread:9 failed: the thread is 3"),
        (
            "language:de OR brake",
            "language:de OR brake failed: the message's language is es; the message does not say 'brake'",
        ),
        ("language:de,fr", "language:de OR language:fr failed: the message's language is es"),
        (
            "-(wheel language:es)",
            "-wheel OR -language:es failed: the message says 'wheel'; the message's language is es",
        ),
    ],
)
def test_a_condition_that_failed_is_told_with_what_it_found(query: str, reason: str) -> None:
    assert failures(parse(query), ANA, CONTEXT) == (reason,)


def test_every_condition_that_failed_is_told_and_none_that_held() -> None:
    told = failures(parse("wheel language:de tag:vip is:open"), ANA, CONTEXT)
    assert [reason.split(" failed")[0] for reason in told] == ["language:de", "tag:vip"]


def test_every_query_is_explained_where_it_fails_and_only_there(shop: Shop) -> None:
    @settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=400)
    @given(queries)
    def told(text: str) -> None:
        node = parse(text)
        for message in shop.messages:
            reasons = failures(node, message, CONTEXT)
            assert bool(reasons) is not matches(node, message, CONTEXT)
            assert all(" failed: " in reason and "\n" not in reason.split(" failed: ")[0] for reason in reasons)

    told()
