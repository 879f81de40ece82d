"""The instants that a query's dates and ages stand for."""

import calendar
from datetime import UTC, date, datetime, timedelta

from convo.query.context import QueryContext
from convo.query.tree import Age, Day

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_SECONDS = {"min": 60, "h": 3600, "d": 86_400, "w": 604_800}


def start(day: Day, context: QueryContext) -> datetime:
    """The first instant of a day, month or year, local to the context's time zone."""
    return _midnight(_first(day, context)[0], context)


def end(day: Day, context: QueryContext) -> datetime | None:
    """The first instant after a day, month or year; None where the calendar ends."""
    first, precision = _first(day, context)
    try:
        if precision == "day":
            return _midnight(first + timedelta(days=1), context)
        months = 1 if precision == "month" else 12
        return _midnight(_months_later(first, months), context)
    except (OverflowError, ValueError):
        return None


def ago(age: Age, context: QueryContext) -> datetime:
    """The instant so long before now, in UTC; months and years are the calendar's, to the same hour of the clock."""
    return _away(age, -1, context) or _EARLIEST


def ahead(age: Age, context: QueryContext) -> datetime:
    """The instant so long after now, in UTC; months and years as for `ago`."""
    return _away(age, 1, context) or _LATEST


def _away(age: Age, sign: int, context: QueryContext) -> datetime | None:
    """The instant so long after now, or before it where the sign says so; None beyond the calendar's ends."""
    count = sign * age.count
    try:
        if age.unit in _SECONDS:
            return (context.now + timedelta(seconds=count * _SECONDS[age.unit])).astimezone(UTC)
        local = context.now.astimezone(context.time_zone)
        day = _months_later(local.date(), count * (12 if age.unit == "y" else 1))
        return local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _first(day: Day, context: QueryContext) -> tuple[date, str]:
    if day.written in {"today", "yesterday"}:
        today = context.now.astimezone(context.time_zone).date()
        return (today if day.written == "today" else today - timedelta(days=1)), "day"
    numbers = [int(part) for part in day.written.split("-")]
    precision = ("year", "month", "day")[len(numbers) - 1]
    return date(*[*numbers, 1, 1][:3]), precision


def _midnight(day: date, context: QueryContext) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=context.time_zone)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
