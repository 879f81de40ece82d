"""What sets rules off: something that happens, or time that has passed."""

import difflib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from convo.errors import BadInput
from convo.text.spans import parse_span


class Event(StrEnum):
    """What can happen, or that somebody runs the rule; the last three are a matter of time."""

    MESSAGE_RECEIVED = "message received"
    MESSAGE_SENT = "message sent"
    THREAD_OPENED = "thread opened"
    THREAD_REOPENED = "thread reopened"
    THREAD_RESOLVED = "thread resolved"
    DELIVERY_FAILED = "delivery failed"
    BY_HAND = "by hand"
    WAITING = "waiting"
    ABOUT_TO_BREACH = "sla about to breach"
    BREACHED = "sla breached"

    @property
    def timed(self) -> bool:
        """Whether time alone brings it about."""
        return self in _TIMED

    @property
    def has_span(self) -> bool:
        """Whether a length of time follows it."""
        return self in _WITH_SPAN


_WITH_SPAN = frozenset({Event.WAITING, Event.ABOUT_TO_BREACH})
_TIMED = frozenset({*_WITH_SPAN, Event.BREACHED})

TRIGGERS = tuple(f"{event} SPAN" if event.has_span else event.value for event in Event)
"""The triggers as they are written, with SPAN for a length of time such as 2h."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a rule off: an event, and how long the customer has waited or how soon a promised time passes."""

    event: Event
    span: timedelta | None = None
    written: str = ""

    def __str__(self) -> str:
        """The text that `parse_trigger` reads, in its one form."""
        return f"{self.event} {self.written}" if self.event.has_span else self.event.value


def parse_trigger(text: str) -> Trigger:
    """The trigger that a text means; raises BadInput for one that is none, saying what would be."""
    form = " ".join(text.casefold().split())
    for event in Event:
        if form == event and not event.has_span:
            return Trigger(event)
        if event.has_span and (form == event or form.startswith(f"{event} ")):
            return _with_span(event, form.removeprefix(event).strip())
    near = difflib.get_close_matches(form[:40], list(Event), n=1)
    raise BadInput(
        f"{text[:40]!r} triggers no rule",
        hint=f"did you mean {near[0]!r}?" if near else "one of: " + ", ".join(TRIGGERS),
    )


def _with_span(event: Event, written: str) -> Trigger:
    if not written:
        raise BadInput(f"{event.value!r} needs a length of time after it", hint=f"{event} 2h")
    try:
        span = parse_span(written)
    except BadInput as error:
        raise BadInput(f"{event}: {error.message}", hint=f"such as {event} 90m, {event} 2h or {event} 3d") from None
    if not span:
        raise BadInput(f"{event}: {written!r} is no time at all", hint=f"{event} 1m is the shortest")
    return Trigger(event, span, "".join(written.split()))
