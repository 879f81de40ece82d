"""A query being typed is completed: fields with their meaning, then values from the language and from the store."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convo.desk.completing import MOST
from convo.desk.desk import Desk
from convo.query.parse import parse
from tests.intake.saying import mail, take


def offered(desk: Desk, typed: str) -> list[str]:
    """What is offered at the | in a query."""
    position = typed.index("|")
    return [item.text for item in desk.queries.complete(typed.replace("|", ""), position).items]


def taken(desk: Desk, typed: str) -> str:
    """The query once the first offer is taken."""
    position, text = typed.index("|"), typed.replace("|", "")
    found = desk.queries.complete(text, position)
    return text[: found.start] + found.items[0].text + text[found.end :]


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A desk with people, teams, channels, tags and attributes."""
    take(desk.store, mail("ana@x.example", 0), channel="email")
    desk.channels.add("email", "shop mail")
    desk.channels.add("email", "gone")
    desk.channels.remove("gone")
    for name, shown in (("ana", "Ana Ruiz"), ("ben", "Ben"), ("Zoë", "Zoë")):
        desk.operators.add(name, shown=shown)
    desk.operators.add("left")
    desk.operators.remove("left")
    desk.teams.add("repairs")
    desk.teams.add("7")
    desk.threads.tag(1, add=["refund", "vip", 'say "hi"'])
    desk.customers.tag(1, add=["vip", "wholesale"])
    desk.customers.set_attributes(1, {"plan": "gold", "shoe size": "42"})
    return desk


def test_nothing_typed_offers_the_fields_with_what_they_mean(desk: Desk) -> None:
    found = desk.queries.complete("", 0)
    assert (found.start, found.end, len(found.items)) == (0, 0, MOST)
    assert (found.items[0].text, found.items[0].detail) == ("is:", "what state it is in")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ass|", ["assignee:"]),
        ("is:open -ST|", ["status:"]),
        ("(un|", ["unread:"]),
        ("att|", ["attr."]),
        ("attr.p|", ["attr.plan:"]),
        ("attr.|", ["attr.plan:", "attr.shoe_size:"]),
        ("wheel|", []),
        ('"is|', []),
        ("nothing:x|", []),
        ("is:unr|", ["unread"]),
        ("status:open,p|", ["pending", "open"]),
        ("priority:>=hi|", ["high"]),
        ("assignee:|", ["me", "ana", "ben", "Zoë", "none", "*"]),
        ('assignee:"m|', []),
        ("assignee:rui|", ["ana"]),
        ("assignee:ANA|", ["ana"]),
        ("team:|", ['"7"', "repairs", "none", "*"]),
        ("channel:sh|", ['"shop mail"']),
        ('channel:"shop m|', ['"shop mail"']),
        ("kind:e|", ["email"]),
        ("tag:|", ["refund", '"say \\"hi\\""', "vip", "wholesale", "none", "*"]),
        ("tag:vip,who|", ["wholesale"]),
        ('tag:"say \\"h|', ['"say \\"hi\\""']),
        ("lang:germ|", ["de"]),
        ("sent:tod|", ["today"]),
        ("waiting:>3|", ["30min", "3d"]),
        ("spent:>5|", []),
    ],
)
def test_the_word_under_the_cursor_is_completed(shop: Desk, typed: str, expected: list[str]) -> None:
    assert offered(shop, typed) == expected


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("is:op|", "is:open"),
        ("is:open ass|", "is:open assignee:"),
        ("is:open -as| x", "is:open -assignee: x"),
        ("is:un|read x", "is:unread x"),
        ("status:o|,pending", "status:open,pending"),
        ('(channel:"sho|p x") y', '(channel:"shop mail") y'),
        ('channel:"sho| is:open', 'channel:"shop mail" is:open'),
        ("priority:>=ur|", "priority:>=urgent"),
    ],
)
def test_an_offer_takes_the_place_of_the_word_and_of_nothing_else(shop: Desk, typed: str, query: str) -> None:
    assert taken(shop, typed) == query


def test_every_value_that_is_offered_makes_a_query(shop: Desk) -> None:
    for field in ("is", "status", "assignee", "team", "channel", "kind", "tag", "language", "sent", "due", "sla"):
        for value in offered(shop, f"{field}:|"):
            parse(f"{field}:{value}")


@given(st.text(alphabet='is:open-tag,"\\() <>=a.ü\x00', max_size=40), st.integers(-5, 50))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_gets_an_answer_inside_it(shop: Desk, text: str, position: int) -> None:
    found = shop.queries.complete(text, position)
    assert 0 <= found.start <= found.end <= len(text)
    assert len(found.items) <= MOST
