"""`convo rule explain`: what the rules decided about a thread or a message, and why."""

import re
from collections.abc import Iterable
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from convo.errors import UsageError
from convo.model.routing_views import AssignmentView, DecisionView, RuleOutcomeView
from convo.text.times import minute

from . import live_names, output
from .arguments import zone
from .command import gives
from .lines import BLANK, Line, Span, Style, line, prose
from .session import session_of

_REFERENCE = re.compile(r"(?:(thread|message):)?#?([0-9]{1,18})", re.ASCII)
_MARKS: dict[str, tuple[str, Style]] = {
    "fired": ("✓", "good"),
    "would fire": ("✓", "good"),
    "no match": ("✗", "bad"),
    "broken": ("!", "warning"),
}


def explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="THREAD|MESSAGE", help="A thread's number, or message:NUMBER.", autocompletion=live_names.threads
        ),
    ],
    all: Annotated[bool, typer.Option("--all", help="All that was ever decided about the thread.")] = False,
) -> None:
    """Tell why each rule fired or did not.

    Where one did not, the condition that failed is named with what it found. Of a thread it tells the newest decision.
    What was never routed is explained as it would be decided now.
    """
    session = session_of(context)
    found = _REFERENCE.fullmatch(what.strip().lower())
    if found is None:
        raise UsageError(f"{what!r} is no thread and no message", hint="such as 12, thread:12 or message:40")
    number = int(found[2])
    with session.desk() as desk:
        if found[1] == "message":
            decisions = desk.routing.explain(message=number, all=all)
        else:
            decisions = desk.routing.explain(number, all=all)
    if session.json:
        output.stream(session, decisions)
        return
    here = zone(session)
    lines = [each for decision in decisions for each in (*_decision(decision, here), BLANK)]
    output.page(session, lines[:-1])


def _decision(view: DecisionView, here: ZoneInfo) -> Iterable[Line]:
    of = f", message {view.message_id}" if view.message_id is not None else ""
    when = minute(view.at, here) if view.id is not None else "never decided; this is how it would be now"
    yield Line((Span(f"thread {view.thread_id}{of}: {view.trigger}, {when}"),), rule=True)
    if not view.rules:
        yield line(Span("there are no rules", "faint"))
    for rule in view.rules:
        yield from _rule(rule)
    if view.assignment is not None:
        yield BLANK
        yield from _assignment(view.assignment)


def _rule(rule: RuleOutcomeView) -> Iterable[Line]:
    mark, style = _MARKS.get(rule.outcome, ("·", "faint"))
    head: Style = "strong" if rule.outcome in {"fired", "would fire"} else ""
    yield line(
        Span(rule.rule, head), Span(f"  {rule.outcome}", style), gutter=Span(f"{rule.position:>3} {mark} ", style)
    )
    for reason in rule.reasons:
        yield prose(reason, gutter="      ", style="faint" if style == "faint" else "")
    for action in rule.actions:
        sign = Span("    → ", "good") if action.done or not action.detail else Span("    ✗ ", "bad")
        yield prose(f"{action.action}{': ' if action.detail else ''}{action.detail}", gutter=sign)


def _assignment(view: AssignmentView) -> Iterable[Line]:
    chosen = f"assigned to {view.operator}" if view.operator else "it waits in the queue: nobody could take it"
    yield prose(f"{view.wanted}: {chosen}" + (f" ({view.why})" if view.why else ""))
    for one in view.candidates:
        count = f"{one.open_threads} open thread{'' if one.open_threads == 1 else 's'}"
        told = f"not {one.operator}: {one.why_not}, {count}" if one.why_not else f"{one.operator}: {count}"
        yield prose(told, gutter="    ")


def add_to(app: typer.Typer) -> None:
    """Put the verb under its noun."""
    app.command(cls=gives(DecisionView))(explain)
