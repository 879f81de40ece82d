"""Policies and calendars as the store holds them, and the targets that people write for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from convo.errors import BadInput
from convo.intake.policy import parse_span
from convo.model import tables
from convo.routing.business_time import BusinessCalendar, add_business
from convo.routing.due import Promises
from convo.routing.holidays import parse_holidays
from convo.routing.week import week_by_weekday

_MOST_SECONDS = 366 * 86_400
_NOTHING = frozenset({"", "none", "never"})


def parse_target(text: str, calendar: BusinessCalendar | None) -> int | None:
    """The open seconds that `90m`, `4h`, `1d` or `1w` means; None for `none` or an empty text; raises BadInput.

    With a calendar a day is the open time of its longest day and a week that of its whole week, so that what is
    promised in `1d` on a Tuesday at 11:00 is due on Wednesday at 11:00; without one they have 24 hours and 7 days.
    """
    word = text.strip().casefold()
    if word in _NOTHING:
        return None
    if not word.isascii():
        raise BadInput(f"{text[:40]!r} is no time to promise", hint="such as 90m, 4h, 1d or 1w")
    seconds = int(parse_span(word).total_seconds())
    if calendar is not None and word[-1] in "dw":
        minutes = calendar.week.minutes
        unit = max(minutes) if word[-1] == "d" else sum(minutes)
        seconds = int(word[:-1]) * unit * 60
    if not 0 < seconds <= _MOST_SECONDS:
        raise BadInput(f"{text[:40]!r} is no time to promise", hint="from 1m to 52w, such as 90m, 4h, 1d or 1w")
    return seconds


def calendar_of(row: Any) -> BusinessCalendar:
    """The calendar of a row."""
    return BusinessCalendar(ZoneInfo(row.time_zone), week_by_weekday(row.hours), parse_holidays(row.holidays)[0])


def check_open(calendar: BusinessCalendar, now: datetime) -> None:
    """Raises BadInput for a calendar that is closed all the coming year."""
    first = next(calendar.spells(now), None)
    if first is None or (first[0] - now).days > 366:
        raise BadInput("the calendar is closed on every day of the coming year", hint="take some holidays out")


def check_kept(name: str, promises: Promises, now: datetime) -> None:
    """Raises BadInput for a policy that could never be kept, by name."""
    targets = [promises.first_response, promises.next_response, promises.resolution]
    given = [target for target in targets if target is not None]
    if not given:
        raise BadInput(f"the SLA policy {name!r} promises nothing", hint="such as --first 4h --resolution 2d")
    add_business(now, max(given), promises.calendar)


def load_promises(connection: Connection, policies: Collection[int] | None = None) -> dict[int, Promises]:
    """The policies of these ids, or all, by id."""
    policy, calendar = tables.sla_policy, tables.calendar
    columns = (policy.c.id, policy.c.first_response, policy.c.next_response, policy.c.resolution, policy.c.calendar_id)
    wanted = select(*columns, calendar.c.time_zone, calendar.c.hours, calendar.c.holidays).outerjoin(
        calendar, calendar.c.id == policy.c.calendar_id
    )
    if policies is not None:
        wanted = wanted.where(policy.c.id.in_(policies))
    return {
        row.id: Promises(
            row.first_response,
            row.next_response,
            row.resolution,
            None if row.calendar_id is None else calendar_of(row),
        )
        for row in connection.execute(wanted)
    }
