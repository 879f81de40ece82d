"""Prepared queries give the answers of the predicate, and the narrowed choice loses none of them."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from convo.query.context import QueryContext
from convo.query.parse import parse
from convo.query.predicate import matches
from convo.routing.decide import decide, done
from convo.routing.matching import Words, compiled
from convo.routing.narrowing import Narrowing
from convo.routing.rules import RuleSet, read_rule
from convo.routing.triggers import Event
from tests.query.nasty import ME, NOW, ZONE, Shop, build
from tests.query.queries import queries

_many = settings(deadline=None, suppress_health_check=list(HealthCheck))
CONTEXT = QueryContext("sqlite", NOW, ZONE, ME)
RULES = QueryContext("sqlite", NOW, ZONE)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return build(messages=90)


@pytest.fixture(scope="module")
def words(shop: Shop) -> list[Words]:
    return [Words(message) for message in shop.messages]


def test_a_prepared_query_matches_what_the_predicate_says(shop: Shop, words: list[Words]) -> None:
    found_by: list[int] = []

    @settings(_many, max_examples=1500)
    @example('"sample rate" -"rate sample"')
    @example("日")
    @example("subject:sample*")
    @given(queries)
    def agree(text: str) -> None:
        node = parse(text)
        test = compiled(node)
        wanted = [matches(node, message, CONTEXT) for message in shop.messages]
        assert [test(m, w, CONTEXT) for m, w in zip(shop.messages, words, strict=True)] == wanted
        found_by.append(sum(wanted))

    agree()
    assert sum(0 < count < len(shop.messages) for count in found_by) > len(found_by) // 3


def test_narrowing_loses_no_query_that_a_message_matches(shop: Shop, words: list[Words]) -> None:
    left_out = 0

    @settings(_many, max_examples=300)
    @example(["language:pt", "language:pt-br", "日", "sample*", "GAIN OR language:de", "channel:mail is:open"])
    @given(st.lists(queries, min_size=1, max_size=12))
    def none_lost(texts: list[str]) -> None:
        nonlocal left_out
        nodes = [parse(text) for text in texts]
        narrowing = Narrowing(nodes)
        for message, known in zip(shop.messages, words, strict=True):
            candidates = narrowing.candidates(message, known)
            assert candidates == sorted(set(candidates))
            wanted = {place for place, node in enumerate(nodes) if matches(node, message, CONTEXT)}
            assert wanted <= set(candidates)
            left_out += len(nodes) - len(candidates)

    none_lost()
    assert left_out > 1000, "and it does narrow"


_ACTIONS = st.lists(
    st.sampled_from(
        [
            *("tag vip", "untag vip", "priority urgent", "team repairs", "assign ana", "close", "snooze 2h", "block"),
            *("assign round-robin repairs language", "note x", "reply hello", "stop"),
        ]
    ),
    min_size=1,
    max_size=3,
)


def test_rules_are_decided_as_if_each_were_asked_in_its_turn(shop: Shop, words: list[Words]) -> None:
    fired_rules = 0

    @settings(_many, max_examples=300)
    @given(st.lists(st.tuples(queries, _ACTIONS), min_size=1, max_size=8))
    def agree(drawn: list[tuple[str, list[str]]]) -> None:
        nonlocal fired_rules
        rules = RuleSet(
            [
                read_rule(number, f"r{number}", "message received", query, actions, enabled=True)
                for number, (query, actions) in enumerate(drawn, 1)
            ]
        )
        for message, known in zip(shop.messages[:30], words, strict=False):
            facts, wanted = message, []
            for rule in rules.rules:
                if matches(rule.node, facts, RULES):
                    wanted.append(rule)
                    facts = done(rule, facts, RULES)
                    if rule.stops:
                        break
            decision = decide(rules, Event.MESSAGE_RECEIVED, message, RULES, words=known)
            assert list(decision.fired) == wanted
            assert decision.facts == facts
            fired_rules += len(wanted)

    agree()
    assert fired_rules > 1000
