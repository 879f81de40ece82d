"""Messages made up to try conditions on: enough values of each thing asked about that one of them fits if any can.

Whether conditions on one thing hold changes only at the values that they name, so those, what lies next to them and
something else altogether stand for everything there may be.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from convo.model.words import Direction, Priority, ThreadStatus
from convo.query.context import QueryContext
from convo.query.inflight import InFlight
from convo.query.letters import spellings
from convo.query.moments import ago, ahead
from convo.query.of_message import window
from convo.query.op import Op
from convo.query.tree import Age, Amount, Condition, Day, Span, plain
from convo.routing.consequences import SOMEBODY

_OTHER = "\x00other"
_INSTANT = timedelta(microseconds=1)
_LONGEST_DIGITS = 12
_NULLABLE = frozenset({"assignee", "team", "language", "intent", "sla"})
_FLAG_ASPECTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(ThreadStatus, frozenset({"status"})),
    **dict.fromkeys(Direction, frozenset({"direction"})),
    "assigned": frozenset({"assignee"}),
    "unassigned": frozenset({"assignee"}),
    "answered": frozenset({"waiting", "reply"}),
    "breached": frozenset({"due"}),
}
_HAVING_ASPECTS: Mapping[str, frozenset[str]] = {"note": frozenset({"note", "direction"})}
_FIELD_ASPECTS: Mapping[str, str] = {
    **dict.fromkeys(("before", "after", "sent", "newer", "older"), "sent"),
    "id": "message_id",
    "message": "message_id",
    "thread": "thread_id",
    "customer": "customer_id",
}
_YES_NO: Mapping[str, str] = {
    "unread": "unread",
    "automatic": "automatic",
    "unverified": "message_unverified",
    "blocked": "blocked",
    "queued": "queued",
    "attachment": "has_attachment",
    "html": "has_html",
    "note": "has_note",
}
_NAMES: Mapping[str, str] = {
    "team": "team",
    "channel": "channel",
    "kind": "channel_kind",
    "language": "language",
    "intent": "intent",
    "sla": "sla",
}
_OTHER_TAG = "tag:"


def aspects(condition: Condition, tags: Iterable[str]) -> frozenset[str]:
    """What a condition looks at; empty for what cannot be made up. `tags` are all that are named beside it."""
    value = condition.value
    if condition.field == "is":
        return _FLAG_ASPECTS.get(str(value), frozenset({str(value)}))
    if condition.field == "has":
        return _HAVING_ASPECTS.get(str(value), frozenset({str(value)}))
    if condition.field == "tag":
        if condition.op is Op.IS:
            return frozenset({f"tag:{value}"})
        return frozenset({_OTHER_TAG, *(f"tag:{tag}" for tag in tags)})
    if condition.field == "from" or (condition.field == "customer" and not isinstance(value, int)):
        return frozenset()
    if condition.field == "attr":
        return frozenset() if _long(condition) else frozenset({f"attr:{condition.name}"})
    return frozenset({_FIELD_ASPECTS.get(condition.field, condition.field)})


def comparable(conditions: Sequence[Condition]) -> bool:
    """Whether what conditions on time say about each other is the same on every day."""
    kinds = {kind for condition in conditions for kind in _kinds(condition)}
    return len(kinds) < 2


def values(aspect: str, conditions: Sequence[Condition], context: QueryContext, *, one_currency: bool) -> list[Any]:
    """The values of an aspect to try; `conditions` are those that look at it."""
    if aspect.startswith("tag:") or aspect in _YES_NO or aspect == "reply":
        return [True, False]
    if aspect.startswith("attr:"):
        texts = [form for each in conditions if each.op is Op.IS for form in spellings(str(each.value))]
        return [None, _OTHER, *texts, *(plain(number) for number in _between(_numbers(conditions)))]
    if aspect in _NAMES or aspect == "assignee":
        names = [form for each in conditions if isinstance(each.value, str) for form in spellings(each.value)]
        if aspect == "language":
            names += [f"{name}-x" for name in names]
        return [*names, _OTHER, *([None] if aspect in _NULLABLE else [])]
    if aspect == "sentiment":
        numbers = _between([*_numbers(conditions), Decimal(-1), Decimal(1)])
        return [None, *(float(number) for number in numbers if abs(number) <= 1)]
    if aspect == "waiting":
        ages = [age for each in conditions for age in _scalars(each) if isinstance(age, Age)]
        return [None, context.now, *(moment for age in ages for moment in _around(ago(age, context)))]
    if aspect == "due":
        ages = [age for each in conditions for age in _scalars(each) if isinstance(age, Age)]
        bounds = [context.now, *(ahead(age, context) for age in ages)]
        return [None, *(moment for bound in bounds for moment in _around(bound))]
    if aspect == "sent":
        bounds = [bound for each in conditions for bound in window(each, context) if bound is not None]
        return [context.now, *(moment for bound in bounds for moment in _around(bound))]
    if aspect == "spent":
        return _sums(conditions, one_currency=one_currency)
    fixed: Mapping[str, Sequence[Any]] = {
        "status": list(ThreadStatus),
        "priority": list(Priority),
        "direction": list(Direction),
    }
    return list(fixed.get(aspect) or [*(each.value for each in conditions), -1])


def made_up(chosen: Mapping[str, Any], context: QueryContext) -> InFlight:
    """A message with these values of its aspects."""
    fields: dict[str, Any] = {"sent_at": chosen.get("sent", context.now)}
    tags = set()
    for aspect, value in chosen.items():
        if aspect.startswith("tag:"):
            tags |= {aspect.removeprefix("tag:") or _OTHER} if value else set()
        elif aspect.startswith("attr:"):
            fields["attributes"] = fields.get("attributes", {}) | (
                {aspect.removeprefix("attr:"): value} if value is not None else {}
            )
        elif aspect == "assignee":
            fields |= {"assignee": value, "assignee_id": None if value is None else SOMEBODY}
        elif aspect == "waiting":
            fields["waiting_since"] = value
        elif aspect == "due":
            fields["first_response_due"] = value
        elif aspect == "reply":
            fields["last_outbound_at"] = context.now if value else None
        elif aspect != "sent":
            fields[_YES_NO.get(aspect) or _NAMES.get(aspect) or aspect] = value
    return InFlight(thread_tags=frozenset(tags), **fields)


def _around(moment: datetime) -> Iterable[datetime]:
    """A moment and its neighbours, where the calendar has them."""
    for step in (-_INSTANT, timedelta(0), _INSTANT):
        try:
            yield moment + step
        except OverflowError:
            continue


def _kinds(condition: Condition) -> Iterable[str]:
    for value in _scalars(condition):
        if isinstance(value, Age):
            yield f"calendar {value.unit}" if value.unit in {"m", "y"} else "age"
        elif isinstance(value, Day):
            yield value.written if value.written.isalpha() else "date"


def _scalars(condition: Condition) -> list[Any]:
    value = condition.value
    return [value.low, value.high] if isinstance(value, Span) else [value]


def _long(condition: Condition) -> bool:
    return any(isinstance(each, Decimal) and len(plain(each)) > _LONGEST_DIGITS for each in _scalars(condition))


def _numbers(conditions: Iterable[Condition]) -> list[Decimal]:
    return [value for each in conditions for value in _scalars(each) if isinstance(value, Decimal)]


def _between(numbers: Iterable[Decimal]) -> list[Decimal]:
    """The numbers, one below all, one above all, and one between each two neighbours."""
    known = sorted(set(numbers))
    if not known:
        return []
    middles = [(low + high) / 2 for low, high in pairwise(known)]
    return [known[0] - 1, *known, *middles, known[-1] + 1]


def _sums(conditions: Iterable[Condition], *, one_currency: bool) -> list[dict[str, int]]:
    amounts = [value for each in conditions for value in _scalars(each) if isinstance(value, Amount)]
    currencies = sorted({amount.currency for amount in amounts} - {""})
    tried = sorted({0, *(amount.milli + step for amount in amounts for step in (-1, 0, 1))})
    if one_currency and len(currencies) < 2:
        return [{}, *({(currencies or ["EUR"])[0]: total} for total in tried)]
    known = [*currencies, "\x00A", "\x00B"][: max(2, len(currencies) + 1)]
    found: list[dict[str, int]] = [{}]
    for currency in known:
        found += [{**each, currency: total} for each in found for total in tried if len(each) < 2]
    return found
