"""What is called impossible or implied is so for every message; what is obvious is found."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convo.query.context import QueryContext
from convo.query.parse import parse
from convo.query.predicate import matches
from convo.query.tree import render
from convo.routing.satisfying import clash, implies
from tests.query.nasty import NOW, ZONE, Shop, build
from tests.query.queries import queries

CONTEXT = QueryContext("sqlite", NOW, ZONE)
_many = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def shop() -> Shop:
    return build(messages=90)


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("is:open is:resolved", "is:open", "is:resolved"),
        ("status:open is:snoozed", "status:open", "is:snoozed"),
        ("tag:vip -tag:VIP", "tag:vip", "-tag:vip"),
        ("tag:none tag:vip", "tag:none", "tag:vip"),
        ("wheel -wheel", "wheel", "-wheel"),
        ('"true wheel" -wheel', '"true wheel"', "-wheel"),
        ("subject:wheel -wheel", "subject:wheel", "-wheel"),
        ("language:de language:es", "language:de", "language:es"),
        ("language:unknown language:de", "language:unknown", "language:de"),
        ("sentiment:>0.3 sentiment:<-0.2", "sentiment:>0.3", "sentiment:<-0.2"),
        ("sentiment:>0.3 -sentiment:>0.2", "sentiment:>0.3", "-sentiment:>0.2"),
        ("spent:>500EUR spent:<100EUR", "spent:>500EUR", "spent:<100EUR"),
        ("waiting:>2d waiting:<1h", "waiting:>2d", "waiting:<1h"),
        ("waiting:>1h -is:waiting", "waiting:>1h", "-is:waiting"),
        ("is:answered is:waiting", "is:answered", "is:waiting"),
        ("is:answered -has:reply", "is:answered", "-has:reply"),
        ("assignee:none is:assigned", "assignee:none", "is:assigned"),
        ("team:a -team:A", "team:a", "-team:A"),
        ("channel:a channel:b", "channel:a", "channel:b"),
        ("attr.size:>42 attr.size:<40", "attr.size:>42", "attr.size:<40"),
        ("after:2020 before:2010", "after:2020", "before:2010"),
        ("newer:1d older:2d", "newer:1d", "older:2d"),
        ("priority:>=high priority:low", "priority:>=high", "priority:low"),
        ("(is:open OR is:pending) is:resolved", "is:open", "is:resolved"),
        ("is:inbound is:note", "is:inbound", "is:note"),
        ("assignee:me", "assignee:me", "assignee:me"),
    ],
)
def test_a_contradiction_is_found_and_the_two_terms_are_named(query: str, first: str, second: str) -> None:
    found = clash(parse(query), CONTEXT)
    assert found is not None
    assert (render(found.first), render(found.second)) == (first, second)


@pytest.mark.parametrize(
    "query",
    [
        *("", "wheel", "wheel -brake", 'wheel -"true wheel"', "wheel* -wheel", "tag:a tag:b", "tag:* -tag:a"),
        *(
            "language:pt -language:pt-br",
            "language:pt-br language:pt",
            "spent:>500 spent:<100",
            "is:open OR is:resolved",
        ),
        *("waiting:>31d waiting:<1m", "newer:1d after:2030", "after:today newer:2h", "attr.size:42 attr.size:>41"),
        *("sentiment:0.3..0.5 sentiment:0.5..0.7", "from:ana from:ruiz", "team:Özil team:özil", "is:unread -is:open"),
        *("-(wheel brake) wheel", "attr.size:>41 attr.size:<41.000001", "has:note is:inbound", "subject:a -b"),
    ],
)
def test_what_some_message_may_match_is_no_contradiction(query: str) -> None:
    assert clash(parse(query), CONTEXT) is None


def test_in_a_shop_of_one_currency_sums_without_one_are_of_that() -> None:
    node = parse("spent:>500 spent:<100")
    assert clash(node, CONTEXT, one_currency=True) is not None
    assert clash(parse("spent:>500EUR spent:<100USD"), CONTEXT, one_currency=True) is None


@pytest.mark.parametrize(
    ("query", "other", "so"),
    [
        ("language:de wheel", "wheel", True),
        ("wheel", "wheel brake", False),
        ("wheel", "wheel OR brake", True),
        ("wheel", "whe*", True),
        ("whe*", "wheel", False),
        ("", "wheel", False),
        ("wheel", "", True),
        ("spent:>500EUR", "spent:>100", True),
        ("spent:>500", "spent:>100EUR", False),
        ("is:open", "-is:resolved", True),
        ("tag:vip", "tag:*", True),
        ("tag:*", "tag:vip", False),
        ("-tag:a", "tag:none", False),
        ("language:pt-br", "language:pt", True),
        ("language:pt", "language:pt-br", False),
        ('"true wheel"', "wheel true", True),
        ("wheel true", '"true wheel"', False),
        ("priority:urgent", "priority:>=high", True),
        ("waiting:>2d", "waiting:>1d", True),
        ("waiting:>1d", "waiting:>2d", False),
        ("attr.plan:gold", "attr.plan:*", True),
    ],
)
def test_one_query_implies_another(query: str, other: str, so: bool) -> None:
    assert implies(parse(query), parse(other), CONTEXT) is so


def test_what_is_called_impossible_no_message_matches(shop: Shop) -> None:
    impossible = 0

    @settings(_many, max_examples=1500)
    @given(queries)
    def sound(text: str) -> None:
        nonlocal impossible
        node = parse(text)
        if clash(node, CONTEXT) is not None:
            impossible += 1
            assert not any(matches(node, message, CONTEXT) for message in shop.messages)

    sound()
    assert impossible > 10


def test_what_is_called_implied_every_message_that_matches_matches(shop: Shop) -> None:
    implied = 0

    @settings(_many, max_examples=700)
    @given(st.lists(queries, min_size=1, max_size=2), queries, st.booleans())
    def sound(drawn: list[str], other: str, related: bool) -> None:
        nonlocal implied
        node = parse(" ".join(f"({text})" for text in [*drawn, *([other] if related else [])]))
        wanted = parse(other)
        if implies(node, wanted, CONTEXT):
            implied += 1
            for message in shop.messages:
                assert matches(wanted, message, CONTEXT) or not matches(node, message, CONTEXT)

    sound()
    assert implied > 100
