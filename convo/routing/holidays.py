"""The days on which a shop is closed: dates, yearly dates and ranges of either, also as calendar files list them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from convo.errors import BadInput

_MOST = 2_000
_LONGEST_RANGE = 366
_HINT = "such as 2026-12-24, 12-25 for every year, or 2026-12-24..2027-01-02"
_DATE = re.compile(r"(?:([0-9]{4})-)?([0-9]{1,2})-([0-9]{1,2})\Z")
_FIELD = re.compile(r"(DTSTART|DTEND|RRULE)(?:;[^:]{0,200})?:(.{1,200})\Z", re.IGNORECASE | re.ASCII)
_FILE_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T[0-9]{6}Z?)?\Z", re.ASCII)
_LARGEST_FILE = 5_000_000

YearDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Holidays:
    """Closed days: single dates, and days of every year as (month, day)."""

    dates: frozenset[date] = frozenset()
    yearly: frozenset[YearDay] = frozenset()

    def __contains__(self, day: date) -> bool:
        """Whether a date is one of them."""
        return day in self.dates or (day.month, day.day) in self.yearly


NO_HOLIDAYS = Holidays()


def parse_holidays(texts: Sequence[str]) -> tuple[Holidays, tuple[str, ...]]:
    """The days that such texts mean, and the texts in their one form, sorted; raises BadInput naming a wrong one."""
    if len(texts) > _MOST:
        raise BadInput(f"a calendar has at most {_MOST:,} holidays, not {len(texts):,}")
    dates: set[date] = set()
    yearly: set[YearDay] = set()
    forms: set[str] = set()
    for text in texts:
        first, dots, last = text.strip().partition("..")
        start, end = _day(first, text), _day(last, text) if dots else _day(first, text)
        if start[1] != end[1]:
            raise BadInput(f"{text[:40]!r} begins in one year and ends in every year", hint=_HINT)
        days = _range(start[0], end[0], yearly=start[1], text=text)
        if start[1]:
            yearly.update((day.month, day.day) for day in days)
        else:
            dates.update(days)
        shown = [f"{day:%m-%d}" if start[1] else day.isoformat() for day in (days[0], days[-1])]
        forms.add(shown[0] if len(days) == 1 else "..".join(shown))
    return Holidays(frozenset(dates), frozenset(yearly)), tuple(sorted(forms))


def holidays_of_file(data: bytes) -> tuple[str, ...]:
    """The whole-day events of an iCalendar file (RFC 5545), as texts for `parse_holidays`.

    An event that recurs yearly is a yearly date; other recurrences count once. Raises BadInput when there are none.
    """
    if len(data) > _LARGEST_FILE:
        raise BadInput(f"a file of holidays has at most {_LARGEST_FILE // 1_000_000} MB")
    lines = re.sub(r"\r?\n[ \t]", "", data.decode("utf-8", "replace")).splitlines()
    found: list[str] = []
    event: dict[str, str] | None = None
    for line in lines:
        word = line.strip().upper()
        if word == "BEGIN:VEVENT":
            event = {}
        elif word == "END:VEVENT" and event is not None:
            found += _event(event)
            event = None
        elif event is not None and (field := _FIELD.match(line)):
            event[field[1].upper()] = field[2].strip()
    if not found:
        raise BadInput("the file lists no whole days", hint="an iCalendar file (.ics) with DTSTART;VALUE=DATE lines")
    return tuple(found)


def _event(event: dict[str, str]) -> list[str]:
    start = _file_date(event.get("DTSTART", ""))
    if start is None:
        return []
    after = _file_date(event.get("DTEND", ""))
    last = max(start, after - timedelta(days=1)) if after else start
    yearly = "FREQ=YEARLY" in event.get("RRULE", "").upper()
    ends = [f"{day:%m-%d}" if yearly else day.isoformat() for day in (start, last)]
    return [ends[0] if start == last else "..".join(ends)]


def _file_date(text: str) -> date | None:
    found = _FILE_DATE.match(text)
    try:
        return None if found is None else date(*map(int, found.groups()))
    except ValueError:
        return None


def _day(text: str, whole: str) -> tuple[date, bool]:
    """A date, and whether it is every year's (then it is of a leap year)."""
    found = _DATE.match(text.strip())
    try:
        if found is None:
            raise ValueError
        return date(int(found[1] or 2000), int(found[2]), int(found[3])), found[1] is None
    except ValueError:
        raise BadInput(f"{whole[:40]!r} is no holiday", hint=_HINT) from None


def _range(start: date, end: date, *, yearly: bool, text: str) -> list[date]:
    if yearly and end < start:
        end = end.replace(year=end.year + 1, day=min(end.day, 28 if end.month == 2 else end.day))
    length = (end - start).days + 1
    if not 0 < length <= _LONGEST_RANGE:
        raise BadInput(f"{text[:40]!r} is no range of 1 to {_LONGEST_RANGE} days", hint=_HINT)
    return [start + timedelta(days=step) for step in range(length)]
