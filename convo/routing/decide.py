"""Which rules of an event fire on a message, in their order; nothing is done here."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.routing.consequences import after
from convo.routing.matching import Words
from convo.routing.rules import Rule, RuleSet
from convo.routing.triggers import Event


@dataclass(frozen=True, slots=True)
class Decision:
    """The rules that fire, in order, the one of them that lets no later rule run, and the facts when all is done."""

    event: Event
    fired: tuple[Rule, ...]
    stopped_by: Rule | None
    facts: InFlight


def decide(
    rules: RuleSet,
    event: Event,
    facts: InFlight,
    context: QueryContext,
    *,
    asked: Container[int] | None = None,
    words: Words | None = None,
) -> Decision:
    """Ask the rules of an event in order: one that fired changes the facts for those after it, `stop` ends.

    `asked` are the ids of the rules that may fire, where not all of the event's may; `words` are the message's, where
    they are known already.
    """
    ready = rules.ready(event)
    known = Words(facts) if words is None else words
    fired: list[Rule] = []
    for place in ready.narrowing.candidates(facts, known):
        rule = ready.rules[place]
        if asked is not None and rule.id not in asked:
            continue
        if not ready.narrowing.tests[place](facts, known, context):
            continue
        fired.append(rule)
        facts = done(rule, facts, context)
        if rule.stops:
            return Decision(event, tuple(fired), rule, facts)
    return Decision(event, tuple(fired), None, facts)


def done(rule: Rule, facts: InFlight, context: QueryContext) -> InFlight:
    """The facts when a rule has done its actions."""
    for action in rule.actions:
        facts = after(action, facts, context.now)
    return facts


def steps(
    rules: RuleSet, fired: Container[int], facts: InFlight, context: QueryContext
) -> Iterator[tuple[Rule, InFlight]]:
    """Every rule in order with the facts as they stood when it was its turn, given the ids of those that fired."""
    for rule in rules.rules:
        yield rule, facts
        if rule.id in fired:
            facts = done(rule, facts, context)
