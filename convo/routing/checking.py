"""Finds rules that can do nothing: unreachable, contradictory, never matching, doubled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from convo.query.context import QueryContext
from convo.query.letters import ascii_lower, spellings
from convo.query.op import Op
from convo.query.parse import parse
from convo.query.tree import And, Condition, Node, Not, Text, both, pushed, render
from convo.routing.consequences import CHANGED_FIELDS
from convo.routing.rules import Rule, RuleSet, fields_of
from convo.routing.samples import aspects
from convo.routing.satisfying import Clash, clash, implies, leaves
from convo.routing.triggers import Event

Known: TypeAlias = Mapping[str, frozenset[str] | None]
"""The values of a field that the store holds, in small letters; None where that was not looked up."""

_IMPLIED: Mapping[Event, str] = {
    Event.MESSAGE_RECEIVED: "is:inbound",
    Event.MESSAGE_SENT: "is:outbound",
    Event.THREAD_OPENED: "is:inbound",
    Event.THREAD_RESOLVED: "is:resolved",
    Event.DELIVERY_FAILED: "is:outbound",
    Event.WAITING: "is:waiting -is:resolved",
    Event.ABOUT_TO_BREACH: "-is:resolved",
    Event.BREACHED: "-is:resolved",
}
_NOUNS: Mapping[str, str] = {
    "assignee": "operator",
    "kind": "channel of the kind",
    "attr": "attribute",
    "sla": "SLA policy",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a rule; `clash` are the terms that contradict each other, `other` the rule in its way."""

    rule: Rule
    kind: str
    detail: str = ""
    other: Rule | None = None
    clash: Clash | None = None


def check(rules: RuleSet, context: QueryContext, known: Known, *, one_currency: bool) -> list[Found]:
    """What is wrong with each rule by itself, and with the rules together, in their order."""
    found: list[Found] = []
    sound: list[Rule] = []
    for rule in rules.rules:
        wrong = _alone(rule, context, known, one_currency=one_currency)
        if wrong is not None:
            found.append(wrong)
        else:
            sound.append(rule)
    live = [rule for rule in sound if rule.enabled]
    found += _doubled(live)
    found += _unreachable(live, context, one_currency=one_currency)
    places = {rule.id: place for place, rule in enumerate(rules.rules)}
    return sorted(found, key=lambda one: places[one.rule.id])


def _alone(rule: Rule, context: QueryContext, known: Known, *, one_currency: bool) -> Found | None:
    if rule.problem:
        return Found(rule, "broken", rule.problem)
    clashing = clash(rule.node, context, one_currency=one_currency)
    if clashing is not None:
        return Found(rule, "contradictory", clash=clashing)
    implied = _IMPLIED.get(rule.trigger.event)
    if implied is not None:
        clashing = clash(both([parse(implied), rule.node]), context, one_currency=one_currency)
        if clashing is not None:
            return Found(rule, "never matching", f"{rule.trigger} comes with {implied}", clash=clashing)
    unknown = missing(pushed(rule.node), known)
    return Found(rule, "never matching", "; ".join(dict.fromkeys(unknown))) if unknown else None


def missing(node: Node, known: Known) -> list[str]:
    """Why nothing in the store can match a pushed query: the names in it that are not there; empty where some can."""
    if isinstance(node, Not | Text):
        return []
    if isinstance(node, Condition):
        values = known.get(node.field)
        if values is None or (node.op is not Op.IS and node.field != "attr"):
            return []
        name = node.name if node.field == "attr" else str(node.value)
        if any(_named(node.field, form, values) for form in spellings(name)):
            return []
        return [f"there is no {_NOUNS.get(node.field, node.field)} {name!r}"]
    reasons = [missing(child, known) for child in node.children]
    if isinstance(node, And):
        return next((each for each in reasons if each), [])
    return [reason for each in reasons for reason in each] if all(reasons) else []


def _named(field: str, form: str, values: frozenset[str]) -> bool:
    if field == "language":
        return any(value == form or value.startswith(f"{form}-") for value in values)
    return form in values or (field in {"tag", "attr"} and form.casefold() in values)


def _doubled(rules: Sequence[Rule]) -> list[Found]:
    first: dict[tuple[str, str, tuple[str, ...]], Rule] = {}
    found = []
    for rule in rules:
        same = (str(rule.trigger), render(pushed(rule.node)), tuple(map(str, rule.actions)))
        earlier = first.setdefault(same, rule)
        if earlier is not rule:
            found.append(Found(rule, "duplicate", f"it says the same as {earlier.name}", earlier))
    return found


def _unreachable(rules: Sequence[Rule], context: QueryContext, *, one_currency: bool) -> list[Found]:
    """Rules before which another with `stop` matches whatever they match, with nothing between that changes that.

    Those that are run by hand are run alone.
    """
    found = []
    stopping: dict[str, list[tuple[int, Rule, frozenset[str]]]] = {}
    looks = [_Looks(rule.node) for rule in rules]
    for place, rule in enumerate(rules):
        for at, earlier, fields in stopping.get(str(rule.trigger), ()):
            if not looks[place].may_imply(looks[at]):
                continue
            between = rules[at + 1 : place]
            if any(
                other.trigger.event is rule.trigger.event and CHANGED_FIELDS.get(action.verb, frozenset()) & fields
                for other in between
                for action in other.actions
            ):
                continue
            if implies(rule.node, earlier.node, context, one_currency=one_currency):
                why = f"{earlier.name} matches whatever this matches, and lets no later rule run"
                found.append(Found(rule, "unreachable", why, earlier))
                break
        if rule.stops and rule.trigger.event is not Event.BY_HAND:
            stopping.setdefault(str(rule.trigger), []).append((place, rule, fields_of(rule.node)))
    return found


class _Looks:
    """What a query looks at, to see quickly that it cannot imply another."""

    def __init__(self, node: Node) -> None:
        self.words: set[str] = set()
        self.sights: set[str] = set()
        for leaf in leaves(node):
            if isinstance(leaf, Text):
                self.words.update(leaf.term.words)
            else:
                self.sights |= _sights(leaf)
        tree = pushed(node)
        self._wanted: tuple[Node, ...] = tree.children if isinstance(tree, And) else (tree,)

    def may_imply(self, other: "_Looks") -> bool:
        """Whether this query asks about everything that each term of the other does."""
        return all(self._covers(each) for each in other._wanted)

    def _covers(self, node: Node) -> bool:
        if isinstance(node, Text):
            whole = node.term.words[:-1] if node.term.prefix else node.term.words
            return bool(self.words) and self.words.issuperset(whole)
        if isinstance(node, Condition):
            return not self.sights.isdisjoint(_sights(node))
        return True


def _sights(condition: Condition) -> frozenset[str]:
    """What a condition looks at; any tag is the same here."""
    return frozenset({"tag"}) if condition.field == "tag" else aspects(condition, ()) or frozenset({condition.field})


def lowered(values: Sequence[str]) -> frozenset[str]:
    """The values as names are compared."""
    return frozenset(ascii_lower(value) for value in values)
