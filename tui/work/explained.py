"""A decision of the rules as lines to read: for each rule why it fired or did not, and who got the thread and why."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text

from convo.text.times import minute

from ..shown import line

if TYPE_CHECKING:
    from convo.model.routing_views import AssignmentView, DecisionView, RuleOutcomeView

_FIRED = {"fired", "would fire"}


def decision_lines(view: "DecisionView", zone: ZoneInfo) -> Iterator[Text]:
    """A decision as lines: when and on what, each rule with its reasons, and who got the thread."""
    when = minute(view.at, zone) if view.id is not None else "never decided; this is how it would be now"
    yield line(f"{view.trigger} · {when}", "dim")
    yield Text("")
    if not view.rules:
        yield line("there are no rules")
    for rule in view.rules:
        yield from _rule(rule)
    if view.assignment is not None:
        yield Text("")
        yield from _assignment(view.assignment)


def _rule(rule: "RuleOutcomeView") -> Iterator[Text]:
    fired = rule.outcome in _FIRED
    head = line(f"{'✓' if fired else '·'} {rule.rule}", "bold" if fired else "")
    head.append_text(line(f"  {rule.outcome}", "" if fired else "dim"))
    yield head
    for reason in rule.reasons:
        yield line(f"    {reason}", "dim")
    for action in rule.actions:
        sign = "→" if action.done or not action.detail else "✗"
        yield line(f"    {sign} {action.action}{': ' if action.detail else ''}{action.detail}")


def _assignment(view: "AssignmentView") -> Iterator[Text]:
    chosen = f"assigned to {view.operator}" if view.operator else "it waits in the queue: nobody could take it"
    yield line(f"{view.wanted}: {chosen}" + (f" ({view.why})" if view.why else ""))
    for one in view.candidates:
        yield line(
            f"    {'not ' if one.why_not else ''}{one.operator}" + (f": {one.why_not}" if one.why_not else ""), "dim"
        )
