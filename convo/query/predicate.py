"""A query as a test of one message in flight, with the same answers as `convo.query.sql.message_condition`."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from convo.model.words import Direction
from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.letters import ascii_lower, identity_values, spellings
from convo.query.moments import ago, ahead
from convo.query.of_customer import currency_of, spent_within
from convo.query.of_message import window
from convo.query.of_thread import priorities
from convo.query.op import Op
from convo.query.tree import Age, And, Condition, Node, Not, Span, Text
from convo.query.values import LONGEST_NUMBER
from convo.store.search_index import TextTerm

Check: TypeAlias = Callable[[Condition, InFlight, QueryContext], bool]

_NUMBER = re.compile(r"-?([0-9]+(?:\.[0-9]+)?)\Z")
_COMPARISONS: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.IS: operator.eq,
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.MORE: operator.gt,
    Op.AT_LEAST: operator.ge,
}


def matches(node: Node, subject: InFlight, context: QueryContext) -> bool:
    """Whether the query matches the message."""
    if isinstance(node, Text):
        return has_words(node.term, subject)
    if isinstance(node, Condition):
        return _CHECKS[node.field](node, subject, context)
    if isinstance(node, Not):
        return not matches(node.child, subject, context)
    outcomes = (matches(child, subject, context) for child in node.children)
    return all(outcomes) if isinstance(node, And) else any(outcomes)


def check_of(condition: Condition) -> Check:
    """The check that a condition asks for, to be given the condition itself again."""
    return _CHECKS[condition.field]


def has_words(term: TextTerm, subject: InFlight) -> bool:
    """Whether the words stand side by side in the subject or, unless it is asked for alone, in the body."""
    return term.run in subject.subject_words or (not term.subject_only and term.run in subject.body_words)


def _named(name: str | None, condition: Condition) -> bool:
    if condition.op is Op.ANY:
        return name is not None
    if condition.op is Op.NONE:
        return name is None
    return name is not None and ascii_lower(name) in spellings(str(condition.value))


def _called(name: str, subject: InFlight) -> bool:
    """Whether the customer is called so, or has such an identity."""
    values = [ascii_lower(value) for _, value in subject.identities]
    if name.startswith("@"):
        known = any(value.endswith(ending) for value in values for ending in spellings(name))
    else:
        known = not set(identity_values(name)).isdisjoint(values)
    return known or _holds(subject.customer_name, name)


def _holds(text: str, name: str) -> bool:
    lowered = ascii_lower(text)
    return any(spelling in lowered for spelling in spellings(name))


def _is(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    if condition.value == "breached":
        return subject.due is not None and subject.due < context.now
    return FLAGS[str(condition.value)](subject)


FLAGS: Mapping[str, Callable[[InFlight], bool]] = {
    "open": lambda subject: subject.status == "open",
    "pending": lambda subject: subject.status == "pending",
    "snoozed": lambda subject: subject.status == "snoozed",
    "resolved": lambda subject: subject.status == "resolved",
    "unread": lambda subject: subject.unread,
    "assigned": lambda subject: subject.assignee_id is not None,
    "unassigned": lambda subject: subject.assignee_id is None,
    "inbound": lambda subject: subject.direction == "inbound",
    "outbound": lambda subject: subject.direction == "outbound",
    "note": lambda subject: subject.direction == "note",
    "automatic": lambda subject: subject.automatic,
    "unverified": lambda subject: subject.message_unverified,
    "blocked": lambda subject: subject.blocked,
    "waiting": lambda subject: subject.waiting_since is not None,
    "queued": lambda subject: subject.queued,
    "answered": lambda subject: subject.last_outbound_at is not None and subject.waiting_since is None,
}

HAVING: Mapping[str, Callable[[InFlight], bool]] = {
    "attachment": lambda subject: subject.has_attachment,
    "html": lambda subject: subject.has_html,
    "reply": lambda subject: subject.last_outbound_at is not None,
    "note": lambda subject: subject.has_note or subject.direction == "note",
}


def _assignee(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    if condition.op is Op.ME:
        return context.me is not None and subject.assignee_id == context.me
    if condition.op in {Op.ANY, Op.NONE}:
        return (subject.assignee_id is None) is (condition.op is Op.NONE)
    return _named(subject.assignee, condition)


def _from(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    name = str(condition.value)
    return _holds(subject.author, name) or (subject.direction == Direction.INBOUND and _called(name, subject))


def _customer(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    if isinstance(condition.value, int):
        return subject.customer_id == condition.value
    return _called(str(condition.value), subject)


def _tag(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    tags = subject.thread_tags | subject.customer_tags
    if condition.op in {Op.ANY, Op.NONE}:
        return bool(tags) is (condition.op is Op.ANY)
    return condition.value in tags


def _attribute(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    value = subject.attributes.get(condition.name)
    if value is None or condition.op in {Op.ANY, Op.IS}:
        return value is not None and _named(value, condition)
    number = _NUMBER.match(value)
    if number is None or len(number[1]) > LONGEST_NUMBER:
        return False
    return _number(condition, float(value))


def _number(condition: Condition, number: float) -> bool:
    value = condition.value
    if isinstance(value, Span):
        assert isinstance(value.low, Decimal)
        assert isinstance(value.high, Decimal)
        return float(value.low) <= number <= float(value.high)
    assert isinstance(value, Decimal)
    return _COMPARISONS[condition.op](number, float(value))


def _spent(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    currency = currency_of(condition)
    sums = [subject.spent[currency]] if currency in subject.spent else [] if currency else [*subject.spent.values()]
    return any(spent_within(total, condition) for total in sums or [0])


def _language(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    if condition.op is not Op.IS or subject.language is None:
        return _named(subject.language, condition)
    spoken = ascii_lower(subject.language)
    return any(spoken == code or spoken.startswith(f"{code}-") for code in spellings(str(condition.value)))


def _sentiment(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    if condition.op in {Op.ANY, Op.NONE}:
        return (subject.sentiment is None) is (condition.op is Op.NONE)
    return subject.sentiment is not None and _number(condition, subject.sentiment)


def _sent(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    since, until = window(condition, context)
    return (since is None or subject.sent_at >= since) and (until is None or subject.sent_at < until)


def _waiting(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    since = subject.waiting_since
    return since is not None and _long_enough(since, condition, context)


def _long_enough(since: datetime, condition: Condition, context: QueryContext) -> bool:
    value = condition.value
    if isinstance(value, Span):
        assert isinstance(value.low, Age)
        assert isinstance(value.high, Age)
        return ago(value.high, context) <= since <= ago(value.low, context)
    assert isinstance(value, Age)
    # Who has waited longer has waited since an earlier moment.
    return _COMPARISONS[condition.op](ago(value, context), since)


def _due(condition: Condition, subject: InFlight, context: QueryContext) -> bool:
    value, due = condition.value, subject.due
    if condition.op in {Op.ANY, Op.NONE} or due is None:
        return (due is None) is (condition.op is Op.NONE)
    if isinstance(value, Span):
        assert isinstance(value.low, Age)
        assert isinstance(value.high, Age)
        return ahead(value.low, context) <= due <= ahead(value.high, context)
    assert isinstance(value, Age)
    return _COMPARISONS[condition.op](due, ahead(value, context))


def _same(name: str) -> Check:
    return lambda condition, subject, _context: getattr(subject, name) == condition.value


_CHECKS: Mapping[str, Check] = {
    "is": _is,
    "has": lambda condition, subject, _context: HAVING[str(condition.value)](subject),
    "status": _same("status"),
    "priority": lambda condition, subject, _context: subject.priority in priorities(condition),
    "assignee": _assignee,
    "team": lambda condition, subject, _context: _named(subject.team, condition),
    "channel": lambda condition, subject, _context: _named(subject.channel, condition),
    "kind": lambda condition, subject, _context: _named(subject.channel_kind, condition),
    "from": _from,
    "customer": _customer,
    "tag": _tag,
    "attr": _attribute,
    "spent": _spent,
    "language": _language,
    "sentiment": _sentiment,
    "intent": lambda condition, subject, _context: _named(subject.intent, condition),
    "before": _sent,
    "after": _sent,
    "sent": _sent,
    "newer": _sent,
    "older": _sent,
    "waiting": _waiting,
    "due": _due,
    "sla": lambda condition, subject, _context: _named(subject.sla, condition),
    "id": _same("message_id"),
    "message": _same("message_id"),
    "thread": _same("thread_id"),
}
