"""Writes what a batch stores: messages with their words and attachments, and events."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from convo.intake.bounds import one_line
from convo.intake.line import Line
from convo.intake.people import Person
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Part
from convo.model.words import AttachmentRole, Direction
from convo.store import search_index
from convo.store.bulk import insert_rows
from convo.store.store import Store

_MESSAGE = (
    "id",
    "sort_key",
    "thread_id",
    "customer_id",
    "channel_id",
    "identity_id",
    "direction",
    "author",
    "subject",
    "body",
    "original",
    "external_id",
    "reference_ids",
    "sent_at",
    "received_at",
    "automatic",
    "unverified",
    "unanswerable",
    "has_attachment",
    "language",
    "sentiment",
    "intent",
    "intent_score",
    "import_run_id",
)
_ARRIVAL = ("message_id", "customer_id", "thread_id", "opening", "at")
_ATTACHMENT = ("message_id", "customer_id", "name", "media_type", "size", "sha256", "role")
_EVENT = (
    "id",
    "customer_id",
    "channel_id",
    "identity_id",
    "kind",
    "at",
    "title",
    "amount_milli",
    "currency",
    "duration",
    "external_id",
    "data",
    "import_run_id",
)


def write_messages(store: Store, connection: Connection, run_id: int | None, lines: Sequence[Line], now: int) -> None:
    """Number and write the messages of these lines with their words and attachments; `now` is in microseconds."""
    numbers = store.allocate(connection, "message", len(lines))
    rows, index, attachments = [], [], []
    for line, number in zip(lines, numbers, strict=True):
        prepared, item, person, account, topic = (
            line.prepared,
            line.prepared.item,
            line.person,
            line.account,
            line.topic,
        )
        assert isinstance(item, Envelope)
        assert person is not None
        assert account is not None
        assert topic is not None
        line.message_id, found = number, prepared.enrichment
        key = search_index.sort_key(item.sent_at, number)
        rows.append(
            (
                number,
                key,
                topic.id,
                person.id,
                line.channel_id,
                account.id,
                item.direction.value,
                _author(item, person, prepared.handles[0].shown),
                prepared.subject,
                prepared.body,
                prepared.original,
                item.external_id,
                json.dumps(item.references) if item.references else "[]",
                prepared.at,
                now,
                item.automatic,
                line.unverified,
                one_line(item.unanswerable) or None,
                bool(prepared.parts) and any(part.role == AttachmentRole.FILE for part in prepared.parts),
                item.language or (found.language if found else None),
                found.sentiment if found else None,
                found.intent if found else None,
                (found.intent_score or 0.0) if found else None,
                run_id,
            )
        )
        index.append((key, *prepared.words))
        attachments += [(number, person.id, *_attachment(store, part)) for part in prepared.parts]
    insert_rows(connection, tables.message, _MESSAGE, rows)
    search_index.add(connection, index)
    insert_rows(connection, tables.attachment, _ATTACHMENT, attachments)


def write_arrivals(connection: Connection, lines: Sequence[Line], now: int) -> None:
    """Note which of these messages wait to be routed: what customers who are not blocked wrote."""
    rows = []
    for line in lines:
        item, person, topic = line.prepared.item, line.person, line.topic
        assert isinstance(item, Envelope)
        assert person is not None
        assert topic is not None
        if item.direction == Direction.INBOUND and not person.blocked:
            rows.append((line.message_id, person.id, topic.id, line.opening.value, now))
    insert_rows(connection, tables.arrival, _ARRIVAL, rows)


def write_events(store: Store, connection: Connection, run_id: int | None, lines: Sequence[Line]) -> None:
    """Number and write the events of these lines."""
    numbers = store.allocate(connection, "event", len(lines))
    rows = []
    for line, number in zip(lines, numbers, strict=True):
        item, person, account = line.prepared.item, line.person, line.account
        assert isinstance(item, EventEnvelope)
        assert person is not None
        assert account is not None
        line.event_id = number
        rows.append(
            (
                number,
                person.id,
                line.channel_id,
                account.id,
                item.kind.value,
                line.at,
                line.prepared.subject,
                item.amount_milli,
                item.currency,
                item.duration,
                item.external_id,
                json.dumps(item.data),
                run_id,
            )
        )
    insert_rows(connection, tables.event, _EVENT, rows)


def _attachment(store: Store, part: Part) -> tuple[str, str, int | None, str | None, str]:
    if part.data is None:
        return part.name, part.media_type, None, None, part.role.value
    return part.name, part.media_type, len(part.data), store.blobs.put(part.data), part.role.value


def _author(envelope: Envelope, person: Person, handle: str) -> str:
    """Who wrote it, by name: the customer's where the log knows only a number or an address."""
    if envelope.direction == Direction.INBOUND and envelope.author in ("", handle):
        return person.name or handle
    return envelope.author
