"""Which instant a time on the wall means, on the nights when clocks are put forward and back too."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)
MINUTES = 1440
"""The minutes of a day on the wall, from 00:00 to 24:00."""


def instant_of(day: date, minute: int, zone: tzinfo) -> datetime:
    """The instant (UTC) at which the zone's clock first shows, or has passed, so many minutes after 00:00 of `day`.

    A time that the night skips begins when the clock jumps; one that the night repeats, the first time it is shown. So
    later times on the wall never mean earlier instants, and spans that meet on the wall meet in time.
    """
    more, minute = divmod(minute, MINUTES)
    wall = datetime.combine(day + more * _DAY if more else day, time(minute // 60, minute % 60), zone)
    first = wall.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return first
    return _jump(wall.replace(fold=1).astimezone(UTC), first, zone)


def in_utc(moment: datetime) -> datetime:
    """The instant in UTC; raises ValueError for one without a time zone, which could mean anything."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} is in no time zone")
    return moment.astimezone(UTC)


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second, after the first instant and up to the second, at which the zone's clock is put forward."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        jumped = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (low, middle) if jumped else (middle, high)
    return before + timedelta(seconds=high)
