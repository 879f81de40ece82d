"""Reads the panel of a customer: everything about them that is worth a glance, in one read."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from convo import clock
from convo.desk import journey, reading
from convo.desk.duplicates import duplicates_of
from convo.model import tables
from convo.model.customer_panel import CustomerPanel, Mood
from convo.model.views import CustomerView, EventView, ThreadRow
from convo.model.words import Direction, EventKind

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_MOODS = 24
_SHOWN = 10
_DUPLICATES = 3
_SURE = 0.6
_CAME = (EventKind.PAGE_VIEW, EventKind.CART, EventKind.VISIT)
_SPOKE = (EventKind.CALL, EventKind.VISIT, EventKind.SURVEY)


def panel(desk: "Desk", view: CustomerView) -> CustomerPanel:
    """The panel of a customer who stands for themselves."""
    connection, now = desk.store.current(), clock.now()
    moods = _moods(connection, view.id)
    feelings = [mood.sentiment for mood in moods]
    return CustomerPanel(
        customer=view,
        local_time=now.astimezone(ZoneInfo(view.time_zone)) if view.time_zone else None,
        stage=journey.stage(_traces(connection, view, feelings, now)).value,
        moods=moods,
        trend=journey.trend(feelings),
        purchases=_events(connection, view.id, [EventKind.PURCHASE]),
        visits=_events(connection, view.id, _CAME),
        threads=_threads(connection, view.id),
        duplicates=duplicates_of(connection, view.id, limit=_DUPLICATES, minimum=_SURE),
    )


def _moods(connection: Connection, customer: int) -> tuple[Mood, ...]:
    message = tables.message
    rows = connection.execute(
        select(message.c.sent_at, message.c.sentiment)
        .where(
            message.c.customer_id == customer,
            message.c.direction == Direction.INBOUND.value,
            message.c.sentiment.is_not(None),
        )
        .order_by(message.c.sort_key.desc())
        .limit(_MOODS)
    ).all()
    return tuple(Mood(row.sent_at, row.sentiment) for row in reversed(rows))


def _traces(connection: Connection, view: CustomerView, moods: Sequence[float], now: datetime) -> journey.Traces:
    event, thread = tables.event, tables.thread
    own = event.c.customer_id == view.id
    latest = connection.execute(
        select(event.c.kind, func.max(event.c.at).label("at")).where(own).group_by(event.c.kind)
    )
    newest = {row.kind: row.at for row in latest}
    pages = connection.execute(
        select(func.count())
        .select_from(event)
        .where(own, event.c.at >= now - journey.CONSIDERING_WITHIN, event.c.kind == EventKind.PAGE_VIEW.value)
    ).scalar_one()
    wrote = connection.execute(
        select(func.max(thread.c.last_inbound_at)).where(thread.c.customer_id == view.id)
    ).scalar()
    spoke = [at for at in (wrote, *(newest.get(kind.value) for kind in _SPOKE)) if at is not None]
    return journey.Traces(
        now,
        heard_at=max((at for at in (view.last_seen_at, wrote, *newest.values()) if at is not None), default=None),
        spoke_at=max(spoke, default=None),
        bought_at=newest.get(EventKind.PURCHASE.value),
        cart_at=newest.get(EventKind.CART.value),
        pages=pages,
        moods=moods,
    )


def _events(connection: Connection, customer: int, kinds: Sequence[EventKind]) -> tuple[EventView, ...]:
    event = tables.event
    rows = connection.execute(
        reading.event_rows()
        .where(event.c.customer_id == customer, event.c.kind.in_([kind.value for kind in kinds]))
        .order_by(event.c.at.desc(), event.c.id.desc())
        .limit(_SHOWN)
    )
    return tuple(reading.event(row) for row in rows)


def _threads(connection: Connection, customer: int) -> tuple[ThreadRow, ...]:
    thread = tables.thread
    rows = connection.execute(
        reading.thread_rows()
        .where(thread.c.customer_id == customer)
        .order_by(thread.c.last_message_at.desc(), thread.c.id.desc())
        .limit(_SHOWN)
    )
    return tuple(reading.thread_row(row) for row in rows)
