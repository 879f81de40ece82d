"""Rows of the store as the frozen views that leave the desk."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, select

from convo.model import tables
from convo.model.views import AttachmentView, EventView, MessageView, Money, ThreadRow

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Rows: TypeAlias = Select[*tuple[Any, ...]]

_thread, _message, _event = tables.thread, tables.message, tables.event
_customer, _channel, _operator, _team = tables.customer, tables.channel, tables.operator, tables.team
_policy = tables.sla_policy


@cache
def thread_rows() -> Rows:
    """A query for what `thread_row` needs, from thread with its customer, channel, assignee, team and SLA policy."""
    return (
        select(
            _thread.c.id,
            _thread.c.subject,
            _thread.c.customer_id,
            _customer.c.name.label("customer"),
            _channel.c.name.label("channel"),
            _channel.c.kind.label("channel_kind"),
            _thread.c.status,
            _thread.c.priority,
            _operator.c.name.label("assignee"),
            _team.c.name.label("team"),
            _thread.c.unread,
            _thread.c.unverified,
            _thread.c.message_count,
            _thread.c.created_at,
            _thread.c.last_message_at,
            _thread.c.waiting_since,
            _thread.c.snoozed_until,
            _policy.c.name.label("sla"),
            _thread.c.queued_since,
            _thread.c.first_response_due,
            _thread.c.next_response_due,
            _thread.c.resolution_due,
        )
        .join(_customer, _customer.c.id == _thread.c.customer_id)
        .join(_channel, _channel.c.id == _thread.c.channel_id)
        .outerjoin(_operator, _operator.c.id == _thread.c.assignee_id)
        .outerjoin(_team, _team.c.id == _thread.c.team_id)
        .outerjoin(_policy, _policy.c.id == _thread.c.sla_policy_id)
    )


def thread_row(row: AnyRow) -> ThreadRow:
    """The view of one row of `thread_rows`."""
    promised = (row.first_response_due, row.next_response_due, row.resolution_due)
    due = min((at for at in promised if at is not None), default=None)
    return ThreadRow(*row[:17], due=due, sla=row.sla, queued_since=row.queued_since)  # type: ignore[misc]


@cache
def message_rows() -> Rows:
    """A query for messages with their channel, to be given to `messages`."""
    return select(
        _message.c.id,
        _message.c.thread_id,
        _message.c.customer_id,
        _channel.c.name.label("channel"),
        _channel.c.kind.label("channel_kind"),
        _message.c.direction,
        _message.c.author,
        _message.c.subject,
        _message.c.body,
        _message.c.original,
        _message.c.sent_at,
        _message.c.automatic,
        _message.c.unverified,
        _message.c.language,
        _message.c.sentiment,
        _message.c.intent,
        _message.c.has_attachment,
        _message.c.sort_key,
    ).join(_channel, _channel.c.id == _message.c.channel_id)


def messages(connection: Connection, rows: Sequence[AnyRow]) -> list[MessageView]:
    """The views of rows of `message_rows`, with their attachments and deliveries."""
    ids = [row.id for row in rows]
    attached: dict[int, list[AttachmentView]] = {}
    sent: dict[int, tuple[str, str]] = {}
    outgoing = [row.id for row in rows if row.direction == "outbound"]
    attachment, delivery = tables.attachment, tables.delivery
    for chunk in _chunks(ids):
        for message_id, *rest in connection.execute(
            select(
                attachment.c.message_id,
                attachment.c.id,
                attachment.c.name,
                attachment.c.media_type,
                attachment.c.size,
                attachment.c.sha256,
                attachment.c.role,
            )
            .where(attachment.c.message_id.in_(chunk))
            .order_by(attachment.c.id)
        ):
            attached.setdefault(message_id, []).append(AttachmentView(*rest))
    for chunk in _chunks(outgoing):
        for message_id, status, error in connection.execute(
            select(delivery.c.message_id, delivery.c.status, delivery.c.error)
            .where(delivery.c.message_id.in_(chunk))
            .order_by(delivery.c.id)
        ):
            # Of a message that was sent another way, too, the newest delivery counts.
            sent[message_id] = (status, error)
    return [
        MessageView(*[*row][:16], tuple(attached.get(row.id, ())), *sent.get(row.id, (None, "")))  # type: ignore[call-arg]
        for row in rows
    ]


@cache
def event_rows() -> Rows:
    """A query for events with their channel, to be given to `event`."""
    return select(
        _event.c.id,
        _event.c.customer_id,
        _event.c.kind,
        _channel.c.name.label("channel"),
        _event.c.at,
        _event.c.title,
        _event.c.amount_milli,
        _event.c.currency,
        _event.c.duration,
        _event.c.data,
    ).join(_channel, _channel.c.id == _event.c.channel_id)


def event(row: AnyRow) -> EventView:
    """The view of one row of `event_rows`."""
    amount = None if row.amount_milli is None else Money(row.amount_milli, row.currency)
    return EventView(
        row.id, row.customer_id, row.kind, row.channel, row.at, row.title, amount, row.duration, dict(row.data)
    )


def _chunks(ids: Sequence[int], size: int = 1000) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
