"""For every rule, whether it fired and, if not, which condition failed and on what."""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.predicate import matches
from convo.query.tree import And, Condition, Node, Not, Or, Text, pushed, render
from convo.routing.decide import steps
from convo.routing.rules import Rule, RuleSet
from convo.routing.triggers import Event
from convo.routing.wording import found


class Outcome(StrEnum):
    """What became of a rule."""

    FIRED = "fired"
    NO_MATCH = "no match"
    NOT_REACHED = "not reached"
    NOT_DUE = "not due"
    OTHER_TRIGGER = "other trigger"
    DISABLED = "disabled"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of one rule, and why."""

    rule: Rule
    outcome: Outcome
    reasons: tuple[str, ...] = ()


def explain(
    rules: RuleSet,
    event: Event,
    fired: Container[int],
    facts: InFlight,
    context: QueryContext,
    *,
    asked: Container[int] | None = None,
) -> list[Explained]:
    """What became of each rule, given the ids of those that fired and the facts before any did.

    `asked` are the rules that were asked, where time or an earlier firing left some out.
    """
    told: list[Explained] = []
    stopper: Rule | None = None
    for rule, then in steps(rules, fired, facts, context):
        if rule.id in fired:
            told.append(Explained(rule, Outcome.FIRED))
            stopper = rule if rule.stops else stopper
        elif rule.problem:
            told.append(Explained(rule, Outcome.BROKEN, (rule.problem,)))
        elif not rule.enabled:
            told.append(Explained(rule, Outcome.DISABLED, ("the rule is switched off",)))
        elif rule.trigger.event is not event:
            told.append(Explained(rule, Outcome.OTHER_TRIGGER, (f"it waits for: {rule.trigger}",)))
        elif event is Event.BY_HAND:
            told.append(Explained(rule, Outcome.NOT_REACHED, ("another was run by hand, and this was not",)))
        elif asked is not None and rule.id not in asked:
            why = f"{rule.trigger}: it was not due yet, or was done with in this episode"
            told.append(Explained(rule, Outcome.NOT_DUE, (why,)))
        elif stopper is not None:
            told.append(Explained(rule, Outcome.NOT_REACHED, (f"the rule {stopper.name} let no later rule run",)))
        else:
            told.append(Explained(rule, Outcome.NO_MATCH, failures(rule.node, then, context)))
    return told


def failures(node: Node, facts: InFlight, context: QueryContext) -> tuple[str, ...]:
    """Each condition that kept a query from matching, and what it found instead; empty for a query that matches."""
    node = pushed(node)
    if matches(node, facts, context):
        return ()
    if isinstance(node, And):
        return tuple(reason for child in node.children for reason in failures(child, facts, context))
    return (f"{render(node)} failed: {'; '.join(_values(node, facts, context))}",)


def _values(node: Node, facts: InFlight, context: QueryContext) -> list[str]:
    """What was found by the conditions of a query that did not match, each once."""
    if isinstance(node, Text | Condition):
        return [found(node, facts, context)]
    if isinstance(node, Not):
        assert isinstance(node.child, Text | Condition)
        return [found(node.child, facts, context)]
    if isinstance(node, Or):
        wanted = node.children
    else:
        wanted = tuple(child for child in node.children if not matches(child, facts, context))
    values = [value for child in wanted for value in _values(child, facts, context)]
    return list(dict.fromkeys(values))
