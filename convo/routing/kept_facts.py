"""Facts as JSON, kept with a decision so that it can be explained when they have changed since.

What the message itself says is not kept a second time: it stays in the message, which does not change.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from convo.query.inflight import InFlight

_OF_MESSAGE = frozenset({"author", "subject", "body", "sent_at", "message_id", "thread_id", "customer_id"})
_KEPT = tuple(each.name for each in fields(InFlight) if each.name not in _OF_MESSAGE)
_INSTANTS = frozenset(
    {"waiting_since", "last_outbound_at", "first_response_due", "next_response_due", "resolution_due"}
)
_SETS = frozenset({"thread_tags", "customer_tags"})
_BLANK = InFlight(sent_at=datetime(1970, 1, 1, tzinfo=UTC))


def kept(facts: InFlight) -> dict[str, Any]:
    """What of the facts is not the message's own; what is as for a blank message is left out."""
    found: dict[str, Any] = {}
    for name in _KEPT:
        value = getattr(facts, name)
        if value == getattr(_BLANK, name):
            continue
        if name in _INSTANTS:
            value = value.isoformat()
        elif name in _SETS:
            value = sorted(value)
        elif name == "identities":
            value = [list(pair) for pair in value]
        elif name in {"attributes", "spent"}:
            value = dict(value)
        found[name] = value
    return found


def restored(facts: Mapping[str, Any], message: InFlight) -> InFlight:
    """The facts as they were, around the message that they were of."""
    values: dict[str, Any] = {}
    for name in _KEPT:
        value = facts.get(name, getattr(_BLANK, name))
        if name in _INSTANTS and value is not None:
            value = datetime.fromisoformat(value)
        elif name in _SETS:
            value = frozenset(value)
        elif name == "identities":
            value = tuple((kind, handle) for kind, handle in value)
        values[name] = value
    return replace(message, **values)
