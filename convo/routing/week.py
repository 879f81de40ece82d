"""The times of a week in which somebody works or a shop is open, written `mon-fri 09:00-17:00`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property

from convo.errors import BadInput
from convo.routing.wall_time import MINUTES, instant_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MOST_LINES = 50
_LONGEST_LINE = 200
_TIMES = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?-([0-9]{1,2})(?:[:.]([0-9]{2}))?\Z")
_HINT = "such as 'mon-fri 09:00-17:00', 'sat 10:00-14:00' or 'fri 22:00-06:00'"

Span = tuple[int, int]
"""From one minute of a day to another; past 1440 it is the next day's."""


@dataclass(frozen=True)
class Week:
    """Spans of local time by weekday, Monday first; one that begins on a day may end on the next."""

    days: tuple[tuple[Span, ...], ...]

    @cached_property
    def open(self) -> tuple[tuple[Span, ...], ...]:
        """The spans by weekday with midnight between days, sorted, none overlapping another."""
        found: list[list[Span]] = [[] for _ in DAYS]
        for day, spans in enumerate(self.days):
            for start, end in spans:
                found[day].append((start, min(end, MINUTES)))
                if end > MINUTES:
                    found[(day + 1) % 7].append((0, end - MINUTES))
        return tuple(_joined(spans) for spans in found)

    @cached_property
    def minutes(self) -> tuple[int, ...]:
        """How many minutes of each weekday are open, on a day of 24 hours."""
        return tuple(sum(end - start for start, end in spans) for spans in self.open)

    @property
    def lines(self) -> tuple[str, ...]:
        """The text that `parse_week` reads, one line for each set of days with the same spans."""
        said: dict[tuple[Span, ...], list[int]] = {}
        for day, spans in enumerate(self.days):
            if spans:
                said.setdefault(spans, []).append(day)
        return tuple(f"{_days(days)} {','.join(_times(span) for span in spans)}" for spans, days in said.items())

    @property
    def by_weekday(self) -> dict[str, list[str]]:
        """The spans as the store holds them: by the names of DAYS, each written 09:00-17:00."""
        return {name: [_times(span) for span in spans] for name, spans in zip(DAYS, self.days, strict=True) if spans}

    def spells(self, first: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """The instants (UTC) from and to which it is open, from the start of a local date on, for ever.

        Days that touch make one spell only where midnight is not between them.
        """
        for day in days_from(first):
            for start, end in self.open[day.weekday()]:
                since, until = instant_of(day, start, zone), instant_of(day, end, zone)
                if since < until:
                    yield since, until

    def holds(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether an instant is in one of the spans."""
        day = moment.astimezone(zone).date()
        for since, until in self.spells(day - timedelta(days=1), zone):
            if since > moment:
                return False
            if moment < until:
                return True
        return False

    def next_start(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """When the first span after an instant begins (UTC); None where none does within two weeks."""
        day = moment.astimezone(zone).date()
        for since, _ in self.spells(day, zone):
            if since > moment:
                return since if since - moment < timedelta(days=15) else None
        return None

    def end(self, moment: datetime, zone: tzinfo) -> datetime:
        """When the span that holds an instant ends (UTC), midnights passed over; at most two weeks later."""
        ends = moment
        for since, until in self.spells(moment.astimezone(zone).date() - timedelta(days=1), zone):
            if since > ends or until - moment > timedelta(days=14):
                break
            ends = max(ends, until)
        return ends


def days_from(first: date) -> Iterator[date]:
    """A date and those after it, to the calendar's last but one."""
    day, last = first, date(9999, 12, 29)
    while day < last:
        yield day
        day += timedelta(days=1)


def parse_week(lines: Sequence[str]) -> Week:
    """The week that such lines mean together; raises BadInput for one that is not understood, and when none is given.

    Days are a range or a comma list (mon-fri, sat,sun) or `daily`; times are spans with commas between them. A span
    whose end is not after its start ends on the next day; 00:00-24:00 is the whole day.
    """
    if len(lines) > _MOST_LINES:
        raise BadInput(f"a week has at most {_MOST_LINES} lines, not {len(lines)}")
    days: list[list[Span]] = [[] for _ in DAYS]
    for line in lines:
        words = line.casefold().split()
        if len(line) > _LONGEST_LINE or len(words) < 2:
            raise BadInput(f"{line[:40]!r} is no time of the week", hint=_HINT)
        spans = [_span(part, line) for part in "".join(words[1:]).split(",") if part]
        for day in _weekdays(words[0], line):
            days[day] += spans
    week = Week(tuple(_joined(spans) for spans in days))
    if not any(week.days):
        raise BadInput("a week without any hours is never open", hint=_HINT)
    return week


def week_by_weekday(held: dict[str, list[str]]) -> Week:
    """The week that the store holds by weekday; raises BadInput for one that is not understood."""
    return parse_week([f"{day} {span}" for day, spans in held.items() for span in spans])


def said(moment: datetime, zone: tzinfo) -> str:
    """An instant of the coming days as people say it: Mon 09:00."""
    local = moment.astimezone(zone)
    return f"{DAYS[local.weekday()].capitalize()} {local:%H:%M}"


def _weekdays(words: str, line: str) -> list[int]:
    if words in {"daily", "every-day"}:
        return list(range(7))
    found: list[int] = []
    for part in words.split(","):
        first, dash, last = part.partition("-")
        start, end = _weekday(first, line), _weekday(last, line) if dash else _weekday(first, line)
        found += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return found


def _weekday(word: str, line: str) -> int:
    names = [number for number, name in enumerate(DAYS) if len(word) >= 2 and (word[:3] == name or name[:2] == word)]
    if not names or not _FULL[names[0]].startswith(word):
        raise BadInput(f"{line[:40]!r} names a day {word[:20]!r} that no week has", hint=_HINT)
    return names[0]


_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _span(text: str, line: str) -> Span:
    found = _TIMES.match(text)
    if found is None:
        raise BadInput(f"{line[:40]!r} has no times such as 09:00-17:00 but {text[:20]!r}", hint=_HINT)
    start, end = (int(found[place]) * 60 + int(found[place + 1] or 0) for place in (1, 3))
    if start >= MINUTES or end > MINUTES or int(found[2] or 0) > 59 or int(found[4] or 0) > 59:
        raise BadInput(f"{text[:20]!r} is not on any clock", hint=_HINT)
    if start == end:
        raise BadInput(f"{text[:20]!r} ends where it begins", hint="the whole day is 00:00-24:00")
    return start, end if end > start else end + MINUTES


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sorted, with those that overlap or touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _days(days: Sequence[int]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
    return ",".join(DAYS[day] for day in days)


def _times(span: Span) -> str:
    start, end = span
    end = end - MINUTES if end > MINUTES else end
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
