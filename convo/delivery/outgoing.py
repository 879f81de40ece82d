"""What is needed to send a claimed delivery: the message with its files, whom it goes to, and what it answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from convo.channels.base import Outgoing, Template
from convo.channels.registry import capabilities_of
from convo.model import tables
from convo.model.envelope import Handle, Part
from convo.model.words import AttachmentRole, Direction


def outgoing(
    connection: Connection, numbers: Sequence[int], bytes_of: Callable[[str], bytes | None]
) -> Iterator[Outgoing]:
    """Each of the claimed deliveries, in order; `bytes_of` gives a file's content by its hash, None when it is gone."""
    delivery, message, thread, identity = tables.delivery, tables.message, tables.thread, tables.identity
    answered = answered_in(message.c.thread_id, delivery.c.channel_id, message.c.sort_key).scalar_subquery()
    rows = connection.execute(
        select(
            delivery.c.id,
            delivery.c.message_id,
            delivery.c.customer_id,
            delivery.c.idempotency_key,
            delivery.c.recipient,
            delivery.c.channel_id,
            delivery.c.attempts,
            delivery.c.template,
            message.c.thread_id,
            message.c.subject,
            message.c.body,
            message.c.channel_id.label("written_for"),
            message.c.author,
            message.c.automatic,
            message.c.sent_at,
            message.c.reference_ids,
            message.c.has_attachment,
            thread.c.external_id.label("thread_key"),
            thread.c.channel_id.label("thread_channel"),
            tables.customer.c.name.label("customer"),
            identity.c.kind.label("identity_kind"),
            answered.label("answers"),
        )
        .join(message, message.c.id == delivery.c.message_id)
        .join(thread, thread.c.id == message.c.thread_id)
        .join(tables.customer, tables.customer.c.id == delivery.c.customer_id)
        .outerjoin(identity, identity.c.id == message.c.identity_id)
        .where(delivery.c.id.in_(numbers))
        .order_by(delivery.c.id)
    )
    for row in rows.all():
        template = None
        if row.template:
            held = dict(row.template)
            template = Template(held["name"], held.get("language", ""), tuple(held.get("values", ())))
        yield Outgoing(
            delivery=row.id,
            key=row.idempotency_key,
            recipient=Handle(_kind(connection, row), row.recipient, row.customer),
            text=row.body,
            sent_at=row.sent_at,
            subject=row.subject,
            author=row.author,
            thread=row.thread_id,
            thread_key=row.thread_key if row.thread_channel == row.channel_id else None,
            references=tuple(row.reference_ids) if row.written_for == row.channel_id else (),
            answers=row.answers,
            parts=tuple(_parts(connection, row, bytes_of)) if row.has_attachment else (),
            automatic=row.automatic,
            template=template,
            attempt=row.attempts,
        )


def answered_in(thread: Any, channel: Any, before: Any = None) -> Select[str | None]:
    """The id of the message that an answer in a thread by a channel answers: the customer's newest, or that `before`.

    All three are numbers, or columns of the query that this is part of.
    """
    said = tables.message.alias("before")
    wanted = select(said.c.external_id).where(
        said.c.thread_id == thread, said.c.channel_id == channel, said.c.direction == Direction.INBOUND.value
    )
    if before is not None:
        wanted = wanted.where(said.c.sort_key < before)
    return wanted.order_by(said.c.sort_key.desc()).limit(1)


def _kind(connection: Connection, row: Any) -> str:
    """The kind of the recipient's identity; an answer that goes another way than it was written for has another one."""
    if row.written_for == row.channel_id:
        return row.identity_kind or ""
    identity = tables.identity
    held = connection.execute(
        select(identity.c.kind).where(
            identity.c.customer_id == row.customer_id,
            identity.c.value == row.recipient,
            identity.c.kind.in_(_reached_as(connection, row.channel_id)),
        )
    ).scalar()
    return held or ""


def _reached_as(connection: Connection, number: int) -> tuple[str, ...]:
    channel = tables.channel
    row = connection.execute(select(channel.c.kind, channel.c.config).where(channel.c.id == number)).one()
    facts = capabilities_of(row.kind, row.config)
    return facts.reached_as if facts is not None else (row.kind,)


def _parts(connection: Connection, row: Any, bytes_of: Callable[[str], bytes | None]) -> Iterator[Part]:
    attachment = tables.attachment
    found = connection.execute(
        select(attachment.c.name, attachment.c.media_type, attachment.c.sha256, attachment.c.role)
        .where(attachment.c.message_id == row.message_id)
        .order_by(attachment.c.id)
    )
    for each in found:
        if each.sha256 is not None:
            yield Part(each.name, each.media_type, bytes_of(each.sha256), AttachmentRole(each.role))
