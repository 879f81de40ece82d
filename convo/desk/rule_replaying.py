"""Compares what candidate rules would have done with past messages with what the rules of now would have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from convo.desk.rule_decisions import rule_context
from convo.desk.rule_files import read_rules
from convo.desk.rule_form import Checker, RuleForm
from convo.desk.rule_importing import plain_rules
from convo.desk.rule_loading import current_rules
from convo.errors import BadInput
from convo.intake.topic import excerpt
from convo.model.routing_views import (
    ReplayCountView,
    ReplayExampleView,
    ReplayFiringView,
    ReplayView,
    RuleChangeView,
)
from convo.model.words import Direction
from convo.query.inflight import InFlight
from convo.query.parse import parse
from convo.routing.differences import PlainRule, differences
from convo.routing.history import history
from convo.routing.matching import Words, compiled
from convo.routing.replay import Fate, Simulation, Taken, at_that_time, managed_tags
from convo.routing.rules import RuleSet, fields_of, read_rule

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_MOST_EXAMPLES = 1_000
_KINDS_KEPT = 1_000
_EXAMPLES_KEPT = 5


def replayed(desk: "Desk", text: str | None, *, since: datetime | None, query: str, examples: int) -> ReplayView:
    """What the rules of a TOML (or those of now, without one) would have done with past messages; see `Routing.replay`.

    A thread's assignee, team, priority and the tags that rules manage begin empty; what is known of a customer, and the
    other tags, are as they are today. Rules on messages sent and on time passing are left out.
    """
    if not 0 <= examples <= _MOST_EXAMPLES:
        raise BadInput(f"{examples} examples cannot be shown", hint=f"0 to {_MOST_EXAMPLES:,}")
    if since is not None and since.tzinfo is None:
        raise BadInput(f"{since:%Y-%m-%d %H:%M} is in no time zone", hint="give an aware datetime")
    connection, context = desk.store.current(), rule_context(desk)
    now = current_rules(connection)
    then = now if text is None else _candidates(text, Checker(connection, context))
    wanted = parse(query)
    chosen = compiled(wanted)
    managed = managed_tags(now, then)
    before = Simulation(now, managed)
    after = before if text is None else Simulation(then, managed)
    told = _Comparison()
    for past in history(connection, since, now.fields | then.fields | fields_of(wanted)):
        inbound = past.facts.direction == Direction.INBOUND
        words = Words(past.facts) if inbound else None
        moment = at_that_time(context, past.facts)
        first = before.take(past, words, moment)
        second = first if after is before else after.take(past, words, moment)
        if words is None or (since is not None and past.facts.sent_at < since):
            continue
        if chosen(past.facts if first is None else first.facts, words, moment):
            told.add(past.facts, first, second)
    forms = [] if text is None else _forms(text, Checker(connection, context))
    changes = () if text is None else differences(plain_rules(connection), [_plain(form) for form in forms])
    names = [rule.name for rule in now.rules], None if text is None else [rule.name for rule in then.rules]
    return told.view(changes, *names, examples)


def _forms(text: str, checker: Checker) -> list[RuleForm]:
    return [rule.checked(checker) for rule in read_rules(text).rules]


def _candidates(text: str, checker: Checker) -> RuleSet:
    return RuleSet(
        [
            read_rule(number, form.name, form.trigger, form.query, form.actions, enabled=form.enabled)
            for number, form in enumerate(_forms(text, checker), 1)
        ]
    )


def _plain(form: RuleForm) -> PlainRule:
    return PlainRule(form.name, form.trigger, form.query, form.actions, form.enabled, form.comment)


@dataclass(slots=True)
class _Comparison:
    """What the two sets of rules did, counted; a few examples of each kind of difference are kept."""

    messages: int = 0
    changed: int = 0
    threads: int = 0
    changed_threads: int = 0
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    _examples: dict[tuple[str, str, str], list[ReplayExampleView]] = field(default_factory=dict)
    _thread: int | None = None
    _changed_thread: int | None = None

    def add(self, facts: InFlight, before: Taken | None, after: Taken | None) -> None:
        """Count a message in."""
        self.messages += 1
        if facts.thread_id != self._thread:
            self.threads, self._thread = self.threads + 1, facts.thread_id
        self.before.update(rule.name for rule in (before.fired if before else ()))
        self.after.update(rule.name for rule in (after.fired if after else ()))
        first, second = _fate(before), _fate(after)
        if first == second:
            return
        self.changed += 1
        if facts.thread_id != self._changed_thread:
            self.changed_threads, self._changed_thread = self.changed_threads + 1, facts.thread_id
        kinds = _kinds(first, second)
        self.counts.update(kinds)
        known = self._examples.get(kinds[0])
        if known is None and len(self._examples) < _KINDS_KEPT:
            known = self._examples[kinds[0]] = []
        if known is not None and len(known) < _EXAMPLES_KEPT:
            known.append(_example(facts, first, second))

    def view(
        self, changes: tuple[RuleChangeView, ...], now: Sequence[str], then: Sequence[str] | None, examples: int
    ) -> ReplayView:
        """All of it; the examples are of the most frequent kinds of difference, one of each kind first."""
        kinds = sorted(self._examples, key=lambda kind: (-self.counts[kind], kind))
        lined_up = [
            self._examples[kind][place]
            for place in range(_EXAMPLES_KEPT)
            for kind in kinds
            if place < len(self._examples[kind])
        ]
        return ReplayView(
            self.messages,
            self.threads,
            self.changed,
            self.changed_threads,
            changes,
            tuple(
                ReplayCountView(*kind, count)
                for kind, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
            ),
            tuple(
                ReplayFiringView(
                    name,
                    self.before[name] if name in now else None,
                    None if then is None or name not in then else self.after[name],
                )
                for name in dict.fromkeys([*now, *(then or ())])
            ),
            tuple(lined_up[:examples]),
        )


def _fate(taken: Taken | None) -> Fate:
    return Fate("nobody", "normal", frozenset()) if taken is None else taken.fate


def _kinds(before: Fate, after: Fate) -> list[tuple[str, str, str]]:
    """What differs: (destination, priority, tag or action; before; after)."""
    found = []
    if before.destination != after.destination:
        found.append(("destination", before.destination, after.destination))
    if before.priority != after.priority:
        found.append(("priority", before.priority, after.priority))
    for what, old, new in (("tag", before.tags, after.tags), ("action", {*before.actions}, {*after.actions})):
        found += [(what, value, "") for value in sorted(old - new)] + [(what, "", value) for value in sorted(new - old)]
    return found or [("action", ", ".join(before.actions), ", ".join(after.actions))]


def _example(facts: InFlight, before: Fate, after: Fate) -> ReplayExampleView:
    assert facts.message_id is not None
    assert facts.thread_id is not None
    text = excerpt(facts.body) or facts.subject[:60]
    return ReplayExampleView(
        facts.message_id, facts.thread_id, facts.sent_at, text, _told(before, after), _told(after, before)
    )


def _told(fate: Fate, other: Fate) -> tuple[str, ...]:
    """Of a fate what is not as in the other."""
    return (
        *([f"to {fate.destination}"] if fate.destination != other.destination else []),
        *([f"priority {fate.priority}"] if fate.priority != other.priority else []),
        *(f"tag {tag}" for tag in sorted(fate.tags - other.tags)),
        *(action for action in fate.actions if action not in other.actions),
    )
