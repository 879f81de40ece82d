"""What one set of rules has and another has not."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convo.model.routing_views import RuleChangeView


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A rule by what it says, for comparing."""

    name: str
    trigger: str
    query: str
    actions: tuple[str, ...]
    enabled: bool
    comment: str = ""


def differences(before: Sequence[PlainRule], after: Sequence[PlainRule]) -> tuple[RuleChangeView, ...]:
    """The rules that were removed, added, changed or moved, in the order of `after`; the same name is the same rule.

    A rule moved when it stands elsewhere among those that both sets have; as few as possible are said to have.
    """
    known = {rule.name.casefold(): rule for rule in before}
    places = {rule.name.casefold(): place for place, rule in enumerate(before)}
    kept = [rule.name.casefold() for rule in after if rule.name.casefold() in known]
    still = {kept[n] for n in _longest_rise([places[name] for name in kept])}
    wanted = {rule.name.casefold() for rule in after}
    found = [
        RuleChangeView("removed", rule.name, before=shown(rule))
        for rule in before
        if rule.name.casefold() not in wanted
    ]
    for place, rule in enumerate(after, 1):
        name = rule.name.casefold()
        old = known.get(name)
        if old is None:
            found.append(RuleChangeView("added", rule.name, after=shown(rule)))
            continue
        if old != rule:
            found.append(RuleChangeView("changed", rule.name, shown(old), shown(rule)))
        if name not in still:
            found.append(RuleChangeView("moved", rule.name, f"place {places[name] + 1}", f"place {place}"))
    return tuple(found)


def shown(rule: PlainRule) -> str:
    """A rule in one line."""
    parts: list[Any] = [f"on {rule.trigger}", f"when {rule.query or 'anything'}", f"do {', '.join(rule.actions)}"]
    return "; ".join(
        [*parts, *([] if rule.enabled else ["disabled"]), *([f"# {rule.comment}"] if rule.comment else [])]
    ).replace("\n", " / ")


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """The places of a longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(at[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(number)
            at.append(place)
        else:
            tops[pile], at[pile] = number, place
    found = []
    place = at[-1] if at else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found
