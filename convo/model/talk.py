"""Tables of what was said and what happened: channels, threads, messages, attachments, events."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from convo.model.table import Table, instant, json, key, number, one_of, reference, text, word
from convo.model.words import AttachmentRole, ChannelState, Direction, EventKind, Priority, ThreadStatus


class Channel(Table, table=True):
    """An account through which messages travel; `config` holds no secrets, only where they are."""

    __table_args__ = (one_of("state", ChannelState),)

    id: int | None = key()
    kind: str = text(index=True)
    name: str = text(unique=True)
    config: dict[str, Any] = json(dict)
    state: str = word(ChannelState.ACTIVE.value)
    created_at: datetime = instant()


class Thread(Table, table=True):
    """One topic inside a customer's conversation; `waiting_since` is when the customer began to wait for us."""

    __table_args__ = (
        one_of("status", ThreadStatus),
        one_of("priority", Priority),
        Index(None, "status", "last_message_at", "id"),
        Index(None, "last_message_at", "id"),
        Index(None, "assignee_id", "last_message_at", "id"),
        Index(None, "customer_id", "last_message_at", "id"),
        Index(None, "channel_id", "external_id"),
    )

    id: int | None = key()
    customer_id: int = reference("customer.id")
    channel_id: int = reference("channel.id")
    external_id: str | None = text(None, null=True)
    subject: str = text("")
    status: str = word(ThreadStatus.OPEN.value)
    priority: str = word(Priority.NORMAL.value)
    assignee_id: int | None = reference("operator.id", null=True)
    team_id: int | None = reference("team.id", null=True, index=True)
    sla_policy_id: int | None = reference("sla_policy.id", null=True)
    unread: bool = False
    unverified: bool = False
    message_count: int = number(0)
    created_at: datetime = instant()
    last_message_at: datetime = instant()
    last_inbound_at: datetime | None = instant(null=True)
    last_outbound_at: datetime | None = instant(null=True)
    waiting_since: datetime | None = instant(null=True, index=True)
    snoozed_until: datetime | None = instant(null=True)
    resolved_at: datetime | None = instant(null=True)
    first_response_due: datetime | None = instant(null=True)
    next_response_due: datetime | None = instant(null=True)
    resolution_due: datetime | None = instant(null=True)
    import_run_id: int | None = reference("import_run.id", null=True, index=True)


class ThreadTag(Table, table=True):
    """A tag on a thread."""

    __table_args__ = (Index(None, "tag", "thread_id"),)

    thread_id: int = reference("thread.id", primary=True)
    tag: str = text(primary=True)


class Episode(Table, table=True):
    """From a thread's opening or reopening by the customer to its resolution; what times are measured on."""

    id: int | None = key()
    thread_id: int = reference("thread.id", index=True)
    customer_id: int = reference("customer.id", index=True)
    opened_at: datetime = instant(index=True)
    first_response_at: datetime | None = instant(null=True)
    resolved_at: datetime | None = instant(null=True)


class Message(Table, table=True):
    """One utterance; `body` is what is new in it, `original` the whole text where quotes were folded away from it.

    `sort_key` orders all messages by time and is the row number of the search index.
    """

    __table_args__ = (
        one_of("direction", Direction),
        CheckConstraint("sentiment BETWEEN -1 AND 1", name="sentiment"),
        Index(None, "thread_id", "sort_key"),
        Index(None, "customer_id", "sort_key"),
    )

    id: int | None = key()
    sort_key: int = number(unique=True)
    thread_id: int = reference("thread.id")
    customer_id: int = reference("customer.id")
    channel_id: int = reference("channel.id", index=True)
    identity_id: int | None = reference("identity.id", null=True, index=True)
    direction: str = word()
    author: str = text("")
    operator_id: int | None = reference("operator.id", null=True)
    subject: str = text("")
    body: str = text("")
    original: str | None = text(None, null=True)
    external_id: str | None = text(None, null=True, index=True)
    reference_ids: list[str] = json(list)
    sent_at: datetime = instant()
    received_at: datetime = instant()
    automatic: bool = False
    unverified: bool = False
    has_attachment: bool = False
    language: str | None = text(None, null=True)
    sentiment: float | None = None
    intent: str | None = text(None, null=True)
    import_run_id: int | None = reference("import_run.id", null=True, index=True)


class Attachment(Table, table=True):
    """A part of a message, held by its content's hash; `sha256` is None when the log named it without holding it."""

    __table_args__ = (one_of("role", AttachmentRole),)

    id: int | None = key()
    message_id: int = reference("message.id", index=True)
    customer_id: int = reference("customer.id", index=True)
    name: str = text()
    media_type: str = text()
    size: int | None = number(None, null=True)
    sha256: str | None = text(None, null=True, index=True)
    role: str = word(AttachmentRole.FILE.value)


class Event(Table, table=True):
    """Something that happened and is not a message; amounts are thousandths of the currency's unit."""

    __table_args__ = (
        one_of("kind", EventKind),
        CheckConstraint("(amount_milli IS NULL) = (currency IS NULL)", name="amount_has_currency"),
        Index(None, "customer_id", "at"),
        Index(None, "kind", "at"),
    )

    id: int | None = key()
    customer_id: int = reference("customer.id")
    channel_id: int = reference("channel.id", index=True)
    identity_id: int | None = reference("identity.id", null=True, index=True)
    kind: str = word()
    at: datetime = instant()
    title: str = text("")
    amount_milli: int | None = number(None, null=True)
    currency: str | None = text(None, null=True)
    duration: int | None = number(None, null=True)
    external_id: str | None = text(None, null=True, index=True)
    data: dict[str, Any] = json(dict)
    import_run_id: int | None = reference("import_run.id", null=True, index=True)


class Blob(Table, table=True):
    """An attachment's bytes, for a store that several machines share; a file store keeps them beside it instead."""

    __table_args__ = (UniqueConstraint("sha256"),)

    id: int | None = key()
    sha256: str = text()
    data: bytes
