"""Arithmetic of business hours: when so many open seconds will have passed, and how many passed between two instants.

Open spans are wall times of the calendar's zone, turned into instants one day at a time, and what lies between two
instants is counted in seconds that really passed: a night shift is an hour shorter when clocks are put forward and an
hour longer when they are put back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from convo.errors import BadInput
from convo.routing.holidays import NO_HOLIDAYS, Holidays
from convo.routing.wall_time import in_utc, instant_of
from convo.routing.week import Week, days_from

HORIZON_DAYS = 40 * 366
"""How many days ahead an open hour is looked for."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When a shop is open: hours of the week in a time zone, and the dates on which they do not hold."""

    zone: tzinfo
    week: Week
    holidays: Holidays = NO_HOLIDAYS

    def spells(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The instants (UTC) from and to which it is open, from an instant on, for as long as HORIZON_DAYS."""
        first = start.astimezone(self.zone).date()
        for number, day in enumerate(days_from(first)):
            if number > HORIZON_DAYS:
                return
            if day in self.holidays:
                continue
            for begins, ends in self.week.open[day.weekday()]:
                until = instant_of(day, ends, self.zone)
                if until > start:
                    since = max(start, instant_of(day, begins, self.zone))
                    if since < until:
                        yield since, until


def add_business(start: datetime, seconds: int, calendar: BusinessCalendar | None) -> datetime:
    """The first instant (UTC) by which so many open seconds have passed since `start` (aware).

    Without a calendar all hours are open. Raises BadInput when the calendar does not open for so long.
    """
    left, since = timedelta(seconds=seconds), in_utc(start)
    if calendar is None or left <= timedelta(0):
        return since + left if calendar is None else since
    for begins, ends in calendar.spells(since):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    raise BadInput("the calendar is not open long enough to keep the promise", hint="convo sla calendar show NAME")


def business_between(start: datetime, end: datetime, calendar: BusinessCalendar | None) -> int:
    """How many whole open seconds lie between two instants (aware); 0 when the end is not after the start."""
    since, until = in_utc(start), in_utc(end)
    if calendar is None or until <= since:
        return max(0, (until - since) // _SECOND)
    passed = timedelta(0)
    for begins, ends in calendar.spells(since):
        if begins >= until:
            break
        passed += min(ends, until) - begins
    return passed // _SECOND
