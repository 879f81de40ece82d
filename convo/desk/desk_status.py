"""How the desk is: what waits to leave, what could not, what its channels brought last and what went wrong there."""

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, true

from convo.model import tables
from convo.model.inbox_views import ChannelHealth, DeskStatus
from convo.model.words import ChannelState, DeliveryStatus, Direction

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_WAITING = (DeliveryStatus.QUEUED.value, DeliveryStatus.SENDING.value)
_FAILED = (DeliveryStatus.FAILED.value, DeliveryStatus.UNKNOWN.value)
_NEWEST = 100
"""Among so many of a channel's newest messages the last that it brought is looked for."""


def desk_status(desk: "Desk", connection: Connection) -> DeskStatus:
    """The desk in one line, with its channels by name."""
    counts = _deliveries(connection)
    channels = _channels(connection, counts)
    return DeskStatus(
        store=str(desk.store.location),
        engine=desk.store.location.engine,
        operator=desk.actor.name,
        queued=sum(count for (_, status), count in counts.items() if status in _WAITING),
        failed=sum(count for (_, status), count in counts.items() if status in _FAILED),
        notifications=_notifications(connection, desk.actor.operator_id),
        channels=channels,
    )


def _deliveries(connection: Connection) -> dict[tuple[int, str], int]:
    """How many deliveries have not left, by channel and status."""
    delivery = tables.delivery
    wanted = (
        select(delivery.c.channel_id, delivery.c.status, func.count())
        .where(delivery.c.status.in_([*_WAITING, *_FAILED]))
        .group_by(delivery.c.channel_id, delivery.c.status)
    )
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for channel, status, count in connection.execute(wanted):
        counts[channel, status] += count
    return counts


def _channels(connection: Connection, counts: dict[tuple[int, str], int]) -> tuple[ChannelHealth, ...]:
    channel, message, delivery = tables.channel, tables.message, tables.delivery
    newest = (
        select(message.c.direction, message.c.received_at)
        .where(message.c.channel_id == channel.c.id)
        .order_by(message.c.id.desc())
        .limit(_NEWEST)
        .correlate(channel)
        .subquery()
    )
    brought = select(func.max(newest.c.received_at)).where(newest.c.direction == Direction.INBOUND.value)
    failures = {
        row.channel_id: (row.error, row.updated_at)
        for row in connection.execute(
            select(delivery.c.channel_id, delivery.c.error, delivery.c.updated_at)
            .where(delivery.c.status.in_(_FAILED))
            .order_by(delivery.c.updated_at.desc(), delivery.c.id.desc())
            .limit(1000)
        ).all()[::-1]
    }
    rows = connection.execute(
        select(channel.c.id, channel.c.name, channel.c.kind, channel.c.state, brought.scalar_subquery().label("at"))
        .where(channel.c.state != ChannelState.REMOVED.value)
        .select_from(channel)
    ).all()
    health = (
        ChannelHealth(
            row.name,
            row.kind,
            row.state,
            row.at,
            *failures.get(row.id, ("", None)),
            queued=sum(counts.get((row.id, status), 0) for status in _WAITING),
            failed=sum(counts.get((row.id, status), 0) for status in _FAILED),
        )
        for row in rows
    )
    return tuple(sorted(health, key=lambda each: each.name.casefold()))


def _notifications(connection: Connection, operator: int | None) -> int:
    """How many notifications the operator has not seen; whoever acts as no operator looks at all."""
    notification = tables.notification
    own = true() if operator is None else notification.c.operator_id == operator
    wanted = select(func.count()).select_from(notification).where(own, notification.c.seen_at.is_(None))
    return int(connection.execute(wanted).scalar_one())
