"""What a channel or an importer hands over before it is anyone's: messages, events, and what could not be read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from convo.model.words import AttachmentRole, Authentication, Direction, EventKind


@dataclass(frozen=True, slots=True)
class Handle:
    """A name by which a channel knows somebody: `kind` is an IdentityKind's value, `value` is as written there."""

    kind: str
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A file that came with a message; `data` is None when the log names it without holding it."""

    name: str
    media_type: str = "application/octet-stream"
    data: bytes | None = None
    role: AttachmentRole = AttachmentRole.FILE


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way in.

    `customer` holds every handle of the customer whose conversation it belongs to, the surest first, whatever the
    direction. `text` is the whole plain text, quotes included: intake folds them. `sent_at` is aware. `thread_key` is
    the channel's own id of the thread or chat; `references` are message ids, oldest first. `answers_thread` is the
    desk's number of the thread that it answers, where a token of ours in it proves that. `unanswerable` says why
    nothing automatic may answer it, in words that follow "because". `place` says where in `source` it stood, in words
    a person can use to find it ("message 12", "line 40"). `opened_with` is what a link that opened the chat brought
    along beside the text: Telegram's start payload, Messenger's ref.
    """

    direction: Direction
    customer: tuple[Handle, ...]
    sent_at: datetime
    text: str
    subject: str = ""
    author: str = ""
    external_id: str | None = None
    thread_key: str | None = None
    references: tuple[str, ...] = ()
    answers_thread: int | None = None
    recipients: tuple[Handle, ...] = ()
    parts: tuple[Part, ...] = ()
    automatic: bool = False
    unanswerable: str = ""
    authentication: Authentication = Authentication.NONE
    language: str | None = None
    tags: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    channel: str | None = None
    source: str = ""
    place: str = ""
    opened_with: str = ""


@dataclass(frozen=True, slots=True)
class EventEnvelope:
    """One event on its way in; `amount_milli` is in thousandths of the currency's unit, `currency` is ISO 4217.

    `duration` is in seconds, for calls and visits.
    """

    kind: EventKind
    customer: tuple[Handle, ...]
    at: datetime
    title: str = ""
    amount_milli: int | None = None
    currency: str | None = None
    duration: int | None = None
    external_id: str | None = None
    data: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    channel: str | None = None
    source: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something read that is no message and is not wanted, and why: a system line, a deleted message."""

    reason: str
    source: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be understood: the reason, for a person, and the bytes as they were (capped)."""

    reason: str
    raw: bytes = b""
    source: str = ""
    place: str = ""


Item: TypeAlias = Envelope | EventEnvelope | Skipped | Unreadable
