"""The operation behind a dashboard: how the last days went, what is open, and how it was before."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from convo import clock
from convo.desk.dashboard_figures import figures
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.dashboard_views import Count, DashboardView, Load
from convo.model.words import DeliveryStatus, Direction, Role, ThreadStatus
from convo.store.search_index import earliest_key

MOST_DAYS = 366
_TOP_INTENTS = 10
_UNRESOLVED = (ThreadStatus.OPEN, ThreadStatus.PENDING, ThreadStatus.SNOOZED)
_QUEUED = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
_FAILED = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)


class Dashboard(Operations):
    """The desk in figures."""

    @operation(Role.VIEWER)
    def show(self, days: int = 30) -> DashboardView:
        """The figures of the last `days` days (1 to 366) of the desk's time zone, today's so far among them.

        Raises BadInput for a number of days out of range.
        """
        if not 1 <= days <= MOST_DAYS:
            raise BadInput(f"a dashboard shows 1 to {MOST_DAYS} days, not {days}")
        zone = ZoneInfo(self.desk.settings.time_zone)
        now = clock.now().astimezone(zone)
        edges = [_midnight(now, ahead) for ahead in range(1 - days, 2)]
        same_time = (now.replace(tzinfo=None) - timedelta(days=days)).replace(microsecond=0, tzinfo=zone)
        each, total = figures(self.connection, edges)
        _, before = figures(self.connection, [_midnight(now, 1 - 2 * days), same_time + timedelta(seconds=1)])
        statuses, channels, loads = _threads(self.connection)
        deliveries = _deliveries(self.connection)
        return DashboardView(
            each,
            total,
            before,
            statuses,
            channels,
            loads,
            _intents(self.connection, edges[0], edges[-1]),
            queued=sum(deliveries[status.value] for status in _QUEUED),
            failed=sum(deliveries[status.value] for status in _FAILED),
        )


def _midnight(now: datetime, ahead: int) -> datetime:
    """The beginning of the day so many days from now, where now is."""
    return datetime.combine(now.date() + timedelta(days=ahead), time(), now.tzinfo)


def _threads(connection: Connection) -> tuple[tuple[Count, ...], tuple[Count, ...], tuple[Load, ...]]:
    """The threads that are not resolved by status, and the open ones by channel and by operator."""
    thread, channel, operator = tables.thread, tables.channel, tables.operator
    # By status the index tells it all; only the open threads themselves are looked at.
    number = func.count().label("number")
    unresolved = thread.c.status.in_([status.value for status in _UNRESOLVED])
    by_status = select(thread.c.status, number).where(unresolved).group_by(thread.c.status)
    statuses = {row.status: row.number for row in connection.execute(by_status)}
    by = (thread.c.channel_id, thread.c.assignee_id)
    open_ones = select(*by, number).where(thread.c.status == ThreadStatus.OPEN.value).group_by(*by)
    channels, owned = Counter[int](), Counter[int | None]()
    for row in connection.execute(open_ones):
        channels[row.channel_id] += row.number
        owned[row.assignee_id] += row.number
    names = {row.id: row.name for row in connection.execute(select(channel.c.id, channel.c.name))}
    people = connection.execute(
        select(operator.c.id, operator.c.name, operator.c.capacity, operator.c.removed_at)
    ).all()
    loads = [Load(None, owned[None], None)] if owned[None] else []
    loads += [Load(row.name, owned[row.id], row.capacity) for row in people if owned[row.id] or row.removed_at is None]
    return (
        tuple(Count(status.value, statuses.get(status.value, 0)) for status in _UNRESOLVED),
        tuple(Count(names[number], count) for number, count in channels.most_common()),
        tuple(sorted(loads, key=lambda load: (-load.count, load.name or ""))),
    )


def _intents(connection: Connection, since: datetime, until: datetime) -> tuple[Count, ...]:
    message = tables.message
    rows = connection.execute(
        select(message.c.intent, func.count().label("number"))
        .where(
            message.c.sort_key >= earliest_key(since),
            message.c.sort_key < earliest_key(until),
            message.c.direction == Direction.INBOUND.value,
            message.c.intent.is_not(None),
        )
        .group_by(message.c.intent)
        .order_by(func.count().desc(), message.c.intent)
        .limit(_TOP_INTENTS)
    )
    return tuple(Count(row.intent, row.number) for row in rows)


def _deliveries(connection: Connection) -> Counter[str]:
    delivery = tables.delivery
    wanted = select(delivery.c.status, func.count().label("number")).where(
        delivery.c.status.in_([status.value for status in (*_QUEUED, *_FAILED)])
    )
    return Counter({row.status: row.number for row in connection.execute(wanted.group_by(delivery.c.status))})
