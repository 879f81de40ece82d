"""How each channel does: when it last worked, what went wrong and when it is tried again, and what waits to leave."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from convo import clock
from convo.channels.registry import has_kind, kind_of
from convo.channels.secrets import Secrets
from convo.channels.settings import REFERENCE, missing
from convo.model import tables
from convo.model.transport import ChannelStateView
from convo.model.words import ChannelState, DeliveryStatus

if TYPE_CHECKING:
    from convo.desk.reading import AnyRow

WAITING = (DeliveryStatus.QUEUED.value, DeliveryStatus.SENDING.value)
DEAD = (DeliveryStatus.FAILED.value, DeliveryStatus.UNKNOWN.value)


def dead_letter() -> ColumnElement[bool]:
    """Whether a delivery did not go, or nobody knows, and its message has not been sent another way since."""
    return tables.delivery.c.status.in_(DEAD) & ~sent_again()


def sent_again() -> ColumnElement[bool]:
    """Whether the message of a delivery has a later one."""
    delivery = tables.delivery
    later = delivery.alias("later")
    return (
        select(later.c.id)
        .where(later.c.message_id == delivery.c.message_id, later.c.id > delivery.c.id)
        .correlate(delivery)
        .exists()
    )


def channel_states(connection: Connection, *conditions: Any) -> dict[int, ChannelStateView]:
    """How the channels do by their ids, removed ones included; what they lack is not looked for."""
    channel, state = tables.channel, tables.channel_state
    counted = _counts(connection)
    columns = [state.c[name] for name in ("succeeded_at", "lag", "failed_at", "error", "failures", "next_at")]
    rows = connection.execute(
        select(channel.c.id, channel.c.name, channel.c.kind, channel.c.state, channel.c.config, *columns)
        .outerjoin(state, state.c.channel_id == channel.c.id)
        .where(*conditions)
    )
    return {row.id: _state(row, counted.get(row.id)) for row in rows}


def with_missing(health: ChannelStateView, config: dict[str, Any]) -> ChannelStateView:
    """The same with the settings and secrets that are missing on this machine."""
    if not health.travels or health.state == ChannelState.REMOVED:
        return health
    return replace(health, missing=lacking(health.name, health.kind, config))


def lacking(name: str, kind: str, config: dict[str, Any]) -> tuple[str, ...]:
    """The settings and secrets without which nothing travels by a channel; none for a kind by which nothing can."""
    if not has_kind(kind):
        return ()
    kept = Secrets(str(config.get(REFERENCE, "")), name)
    return missing(kind_of(kind).config, config, kept.has)


def _state(row: "AnyRow", counts: "AnyRow | None") -> ChannelStateView:
    travels = bool(row.config) and has_kind(row.kind)
    return ChannelStateView(
        row.name,
        row.kind,
        row.state,
        row.succeeded_at,
        None if row.lag is None else row.lag / 1000,
        row.failed_at,
        row.error or "",
        row.failures or 0,
        row.next_at,
        queued=counts.queued if counts else 0,
        failed=counts.dead if counts else 0,
        oldest_queued=_first(counts.oldest, counts.oldest_due) if counts else None,
        stuck=counts.stuck if counts else 0,
        travels=travels,
        fetches=travels and kind_of(row.kind).can.fetches,
    )


def _first(made: datetime | None, due: datetime | None) -> datetime | None:
    """Since when the oldest waits: it was written then, but may be held back until it is due."""
    return made if due is None or made is None else max(made, due)


def _counts(connection: Connection) -> "dict[int, AnyRow]":
    """What has not left, by channel; an index finds it, as most of what there is has left."""
    delivery = tables.delivery
    queued, sending = (delivery.c.status == status for status in WAITING)
    ran_out = sending & or_(delivery.c.claimed_until.is_(None), delivery.c.claimed_until <= clock.now())
    rows = connection.execute(
        select(
            delivery.c.channel_id,
            func.count().filter(queued | sending).label("queued"),
            func.count().filter(dead_letter()).label("dead"),
            func.count().filter(ran_out).label("stuck"),
            func.min(delivery.c.created_at).filter(queued).label("oldest"),
            func.min(delivery.c.next_at).filter(queued, delivery.c.attempts == 0).label("oldest_due"),
        )
        .where(delivery.c.status.in_([*WAITING, *DEAD]))
        .group_by(delivery.c.channel_id)
    )
    return {row.channel_id: row for row in rows}
