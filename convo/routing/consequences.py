"""What the later rules see of what an earlier one did, before anything is done."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from convo.model.words import ThreadStatus
from convo.query.inflight import InFlight
from convo.routing.rules import Action
from convo.routing.wanted import Strategy, parse_wanted

SOMEBODY = -1
"""The assignee's id while it is not settled who that is; no operator has it."""

SPAM = "spam"
"""The tag of threads whose customer a rule blocked."""


def changed(facts: InFlight, **values: Any) -> InFlight:
    """The facts with some of them changed, but not what the message says.

    Copied as they are, with the words that were found in it: `dataclasses.replace` takes thirty times as long.
    """
    made = object.__new__(InFlight)
    made.__dict__.update(facts.__dict__)
    made.__dict__.update(values)
    return made


def after(action: Action, facts: InFlight, now: datetime) -> InFlight:
    """The facts as they are when an action is done; actions that no query can ask about change nothing."""
    change = _CHANGES.get(action.verb)
    values = change(action.what, facts, now) if change is not None else {}
    return changed(facts, **values) if values else facts


def _assign(what: str, facts: InFlight, now: datetime) -> dict[str, Any]:
    wanted = parse_wanted(what)
    known = wanted.operator if wanted.strategy is Strategy.NAMED else ""
    return {"assignee_id": SOMEBODY, "assignee": known, "queued": False} | (
        {"team": wanted.team} if wanted.team else {}
    )


def _close(what: str, facts: InFlight, now: datetime) -> dict[str, Any]:
    return {"status": ThreadStatus.RESOLVED.value, "waiting_since": None, "unread": False, "queued": False}


def _block(what: str, facts: InFlight, now: datetime) -> dict[str, Any]:
    return _close(what, facts, now) | {"blocked": True, "thread_tags": facts.thread_tags | {SPAM}}


_CHANGES: Mapping[str, Callable[[str, InFlight, datetime], dict[str, Any]]] = {
    "assign": _assign,
    "team": lambda what, facts, now: {"team": what},
    "priority": lambda what, facts, now: {"priority": what},
    "tag": lambda what, facts, now: {"thread_tags": facts.thread_tags | {what}},
    "untag": lambda what, facts, now: {"thread_tags": facts.thread_tags - {what}},
    "sla": lambda what, facts, now: {"sla": what},
    "reply": lambda what, facts, now: {"last_outbound_at": now},
    "note": lambda what, facts, now: {"has_note": True},
    "snooze": lambda what, facts, now: {"status": ThreadStatus.SNOOZED.value},
    "close": _close,
    "block": _block,
}

CHANGED_FIELDS: Mapping[str, frozenset[str]] = {
    "assign": frozenset({"assignee", "team", "is"}),
    "team": frozenset({"team"}),
    "priority": frozenset({"priority"}),
    "tag": frozenset({"tag"}),
    "untag": frozenset({"tag"}),
    "sla": frozenset({"sla", "due", "is"}),
    "reply": frozenset({"has", "is"}),
    "note": frozenset({"has"}),
    "snooze": frozenset({"is", "status", "due"}),
    "close": frozenset({"is", "status", "waiting", "due"}),
    "block": frozenset({"is", "status", "waiting", "due", "tag"}),
}
"""The fields of the query language of which each verb may change the answer."""
