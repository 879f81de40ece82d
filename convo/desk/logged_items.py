"""What a logged call or visit comes to as items for intake: its event, what waits for an answer, and its own note."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from convo.desk.logged_people import Who
from convo.intake.codes import Code
from convo.intake.topic import DECLARED_STATUS
from convo.model.envelope import Envelope, EventEnvelope
from convo.model.words import Direction, EventKind, ThreadStatus


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written down; `asks` is what the customer's message says, where one waits for an answer.

    With a `subject` it opens a thread; `unique` is what nothing else that was written down has.
    """

    kind: EventKind
    at: datetime
    title: str
    data: dict[str, str]
    duration: int | None = None
    asks: str = ""
    subject: str = ""
    note: str = ""
    thread: int | None = None
    code: Code | None = None
    missed: bool = False
    unique: str = field(default_factory=lambda: uuid4().hex)


def event(who: Who, entry: Entry, external_id: str) -> EventEnvelope:
    """The call or visit itself."""
    return EventEnvelope(
        entry.kind,
        who.handles,
        entry.at,
        title=entry.title,
        duration=entry.duration,
        external_id=external_id,
        data=entry.data,
    )


def message(who: Who, entry: Entry, thread: int | None) -> Envelope:
    """What waits for an answer, as if the customer had written it."""
    opens = bool(entry.subject.strip())
    return Envelope(
        Direction.INBOUND,
        who.handles,
        entry.at,
        entry.asks,
        subject=entry.subject if opens else "" if thread is not None else "Missed call",
        external_id=f"logged:{entry.unique}",
        thread_key=f"logged:{entry.unique}" if thread is None else None,
        answers_thread=thread,
        language=who.language,
    )


def own_note(who: Who, entry: Entry, author: str) -> Envelope:
    """A note in a thread of its own, in which nobody waits for anything."""
    return Envelope(
        Direction.NOTE,
        who.handles,
        entry.at,
        entry.note,
        subject=f"{entry.kind.value.capitalize()}, {entry.title}",
        author=author,
        external_id=f"logged:{entry.unique}",
        thread_key=f"logged:{entry.unique}",
        attributes={DECLARED_STATUS: ThreadStatus.RESOLVED.value},
    )
