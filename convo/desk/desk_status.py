"""How the desk is: what waits to leave, what could not, what its channels brought last and what went wrong there."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, true

from convo.desk.channel_health import channel_states, dead_letter
from convo.model import tables
from convo.model.inbox_views import ChannelHealth, DeskStatus
from convo.model.transport import ChannelStateView
from convo.model.words import ChannelState, Direction

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_NEWEST_REFUSALS = 1000
_NEWEST = 100
"""Among so many of a channel's newest messages the last that it brought is looked for."""


def desk_status(desk: "Desk", connection: Connection) -> DeskStatus:
    """The desk in one line, with its channels by name."""
    channels = _channels(connection)
    return DeskStatus(
        store=str(desk.store.location),
        engine=desk.store.location.engine,
        operator=desk.actor.name,
        queued=sum(each.queued for each in channels),
        failed=sum(each.failed for each in channels),
        notifications=_notifications(connection, desk.actor.operator_id),
        channels=channels,
    )


def _channels(connection: Connection) -> tuple[ChannelHealth, ...]:
    channel, message = tables.channel, tables.message
    newest = (
        select(message.c.direction, message.c.received_at)
        .where(message.c.channel_id == channel.c.id)
        .order_by(message.c.id.desc())
        .limit(_NEWEST)
        .correlate(channel)
        .subquery()
    )
    brought = select(func.max(newest.c.received_at)).where(newest.c.direction == Direction.INBOUND.value)
    here = channel.c.state != ChannelState.REMOVED.value
    rows = connection.execute(select(channel.c.id, brought.scalar_subquery().label("at")).where(here)).all()
    states, refusals = channel_states(connection, here), _refusals(connection)
    health = (_health(states[row.id], row.at, *refusals.get(row.id, ("", None))) for row in rows)
    return tuple(sorted(health, key=lambda each: each.name.casefold()))


def _health(
    state: ChannelStateView, brought: datetime | None, refusal: str, refused_at: datetime | None
) -> ChannelHealth:
    worked = [at for at in (state.succeeded_at, brought) if at is not None]
    return ChannelHealth(
        state.name,
        state.kind,
        state.state,
        max(worked, default=None),
        state.error or refusal,
        state.failed_at if state.error else refused_at,
        queued=state.queued,
        failed=state.failed,
        lag=state.lag,
        next_at=state.next_at if state.error else None,
    )


def _refusals(connection: Connection) -> dict[int, tuple[str, datetime]]:
    """Why the newest answer of each channel did not go that did not, and when."""
    delivery = tables.delivery
    rows = connection.execute(
        select(delivery.c.channel_id, delivery.c.error, delivery.c.updated_at)
        .where(dead_letter())
        .order_by(delivery.c.updated_at.desc(), delivery.c.id.desc())
        .limit(_NEWEST_REFUSALS)
    ).all()
    return {row.channel_id: (row.error, row.updated_at) for row in reversed(rows)}


def _notifications(connection: Connection, operator: int | None) -> int:
    """How many notifications the operator has not seen; whoever acts as no operator looks at all."""
    notification = tables.notification
    own = true() if operator is None else notification.c.operator_id == operator
    wanted = select(func.count()).select_from(notification).where(own, notification.c.seen_at.is_(None))
    return int(connection.execute(wanted).scalar_one())
