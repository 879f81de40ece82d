"""`convo rule check` and `replay`: whether rules can do anything at all, and what others would have done."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from convo import clock
from convo.errors import ConvoError
from convo.model.routing_views import ReplayCountView, ReplayExampleView, ReplayView, RuleFindingView
from convo.text.times import minute
from convo.text.when import parse_past

from . import output
from .arguments import Query, query_text, zone
from .command import gives
from .composing import composed_text
from .lines import BLANK, Column, Line, Span, line, prose
from .rule_files import change_lines
from .session import session_of

COLUMNS = (
    Column("#", lambda row: row.position, right=True),
    Column("rule", lambda row: row.rule, style="strong"),
    Column("is", lambda row: Span(row.kind, "warning")),
    Column("because", lambda row: row.detail, elastic=True),
)
_MOST_COUNTS = 20

Since = Annotated[str | None, typer.Option("--since", metavar="WHEN", help="Such as 90d or 2026-01-31.")]


def check(context: typer.Context, since: Since = None) -> None:
    """Find rules that can do nothing.

    They are unreachable, contradictory, doubled, never match, or name what is not there. With --since also those that
    fired on no message of that time. Exit 1 when something is found.
    """
    session = session_of(context)
    start = None if since is None else parse_past(since, now=clock.now(), zone=zone(session))
    with session.desk() as desk:
        found = desk.rules.check(since=start)
    output.rows(session, found, COLUMNS, none="nothing is wrong with the rules")
    if found:
        count = len({finding.rule for finding in found})
        raise ConvoError(
            f"something is wrong with {count:,} rule{'' if count == 1 else 's'}", hint="convo rule edit NAME mends one"
        )


def replay(
    context: typer.Context,
    query: Query = None,
    rule: Annotated[
        Path | None,
        typer.Option("--rule", metavar="FILE", help="Candidate rules, as export writes them; - for standard input."),
    ] = None,
    since: Since = None,
    examples: Annotated[int, typer.Option("--examples", metavar="COUNT", help="Show so many.", min=0, max=1000)] = 5,
) -> None:
    """Tell what other rules would have done with past messages.

    They are compared with the rules of now, and nothing is changed. Without --rule it tells how often each rule of now
    would have fired. A query narrows the messages down.
    """
    session = session_of(context)
    start = None if since is None else parse_past(since, now=clock.now(), zone=zone(session))
    words = query_text(query)
    if rule is None:
        with session.desk() as desk:
            view = desk.routing.replay(since=start, query=words, examples=examples)
    else:
        with composed_text(None, rule) as text, session.desk() as desk:
            view = desk.routing.replay(rules=text, since=start, query=words, examples=examples)
    if session.json:
        output.record(session, view)
    else:
        output.page(session, _told(view, zone(session), compared=rule is not None))


def _told(view: ReplayView, here: ZoneInfo, *, compared: bool) -> Iterable[Line]:
    asked = f"{view.messages:,} messages in {view.threads:,} threads"
    if compared:
        other = f"{view.changed_messages:,} of them in {view.changed_threads:,} threads would have gone elsewhere"
        yield prose(f"{asked}; {other}")
    else:
        yield prose(f"{asked}; the rules of now would have fired so often:")
    if view.changes:
        yield from (BLANK, line(Span("rules", "faint")), *change_lines(view.changes))
    if view.counts:
        yield from (BLANK, line(Span("messages  what would change", "faint")))
        yield from (_count(count) for count in view.counts[:_MOST_COUNTS])
        if len(view.counts) > _MOST_COUNTS:
            yield line(Span(f"{len(view.counts) - _MOST_COUNTS:,} more: --json tells all", "faint"))
    if view.examples:
        yield from (BLANK, line(Span("examples", "faint")))
        for example in view.examples:
            yield from _example(example, here)
    if view.firings:
        yield from (BLANK, line(Span("     now    then  fired on so many messages", "faint")))
        for firing in view.firings:
            then = firing.after if compared else None
            yield line(Span(f"{_number(firing.before)}{_number(then)}  "), Span(firing.rule, "strong"))


def _count(count: ReplayCountView) -> Line:
    before, after = count.before or "without", count.after or "without"
    return prose(f"{count.what}: {before} → {after}", gutter=f"{count.messages:>8,}  ")


def _example(example: ReplayExampleView, here: ZoneInfo) -> Iterable[Line]:
    head = f"message {example.message_id} in thread {example.thread_id}, {minute(example.at, here)}: "
    yield prose(f"{head}{example.text}")
    for told, sign in ((example.before, "    - "), (example.after, "    + ")):
        if told:
            yield prose("; ".join(told), gutter=sign, style="bad" if "-" in sign else "good")


def _number(count: int | None) -> str:
    return f"{'' if count is None else f'{count:,}':>8}"


def add_to(app: typer.Typer) -> None:
    """Put the verbs under their noun."""
    app.command(cls=gives(RuleFindingView))(check)
    app.command(cls=gives(ReplayView, query=True))(replay)
