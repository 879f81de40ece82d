"""Checks the desk's rules against each other, against what the desk has, and against what came in."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, select

from convo.desk.rule_form import Checker, said
from convo.desk.rule_loading import current_rules
from convo.desk.rule_replaying import replayed
from convo.model import tables
from convo.model.routing_views import RuleFindingView
from convo.routing.checking import Found, Known, check, lowered
from convo.routing.consequences import SPAM
from convo.routing.rules import RuleSet
from convo.routing.triggers import Event

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_REPLAYED = frozenset({Event.MESSAGE_RECEIVED, Event.THREAD_OPENED, Event.THREAD_REOPENED})


def check_rules(desk: "Desk", checker: Checker, since: datetime | None) -> tuple[RuleFindingView, ...]:
    """What is wrong with the rules, in their order; see `Rules.check`."""
    connection = desk.store.current()
    rules = current_rules(connection)
    positions = {rule.id: place for place, rule in enumerate(rules.rules, 1)}
    known = _known(connection, rules, checker)
    views = [
        _view(found, positions) for found in check(rules, checker.context, known, one_currency=checker.one_currency)
    ]
    for rule in rules.rules:
        told = [f"{each.action}: {each.problem}" for each in checker.names.missing(rule.actions)]
        told += [f"no operator has the skill {skill!r}" for skill in checker.names.unskilled(rule.actions)]
        views += [RuleFindingView(rule.name, positions[rule.id], "names nothing", detail) for detail in told]
    if since is not None:
        wrong = {view.rule for view in views}
        report = replayed(desk, None, since=since, query="", examples=0)
        quiet = {told.rule for told in report.firings if not told.before}
        for rule in rules.rules:
            if rule.enabled and rule.name in quiet - wrong and rule.trigger.event in _REPLAYED:
                detail = f"it fired on none of {report.messages:,} messages since {since:%Y-%m-%d}"
                views.append(RuleFindingView(rule.name, positions[rule.id], "never matching", detail))
    return tuple(sorted(views, key=lambda view: view.position))


def _view(found: Found, positions: dict[int, int]) -> RuleFindingView:
    detail = "; ".join(part for part in (found.detail, said(found.clash) if found.clash else "") if part)
    other = found.other.name if found.other else None
    return RuleFindingView(found.rule.name, positions[found.rule.id], found.kind, detail, other)


def _known(connection: Connection, rules: RuleSet, checker: Checker) -> Known:
    """What the store holds of the fields that the rules ask for by name."""
    message, attribute = tables.message, tables.customer_attribute
    columns: dict[str, Sequence[ColumnElement[str]]] = {
        "channel": [tables.channel.c.name],
        "kind": [tables.channel.c.kind],
        "tag": [tables.thread_tag.c.tag, tables.customer_tag.c.tag],
        "attr": [attribute.c.name],
        "language": [message.c.language],
        "intent": [message.c.intent, tables.intent_label.c.intent, tables.intent_example.c.intent],
    }
    known: dict[str, frozenset[str] | None] = {
        "assignee": lowered(checker.names.by_noun["operator"]),
        "team": lowered(checker.names.by_noun["team"]),
        "sla": lowered(checker.names.by_noun["SLA policy"]),
    }
    for field, sources in columns.items():
        if field in rules.fields:
            values = [
                value
                for column in sources
                for value in connection.execute(select(column).where(column.is_not(None)).distinct()).scalars()
            ]
            known[field] = lowered(values) if values or field not in {"language", "intent"} else None
    tags = [action.what for rule in rules.rules for action in rule.actions if action.verb == "tag"]
    if known.get("tag") is not None:
        blocks = any(action.verb == "block" for rule in rules.rules for action in rule.actions)
        known["tag"] = frozenset({*(known["tag"] or ()), *tags, *([SPAM] if blocks else [])})
    return known
