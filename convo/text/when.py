"""Reads the times that people write: 3d, 90 min, tomorrow 9, monday 14:30, 2026-05-03, 2026-05-03T09:00Z."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from convo.errors import UsageError

_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
    "w": timedelta(weeks=1),
    "week": timedelta(weeks=1),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DISTANCE = re.compile(r"(\d{1,6})\s*([a-z]+)")
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_HINT = "such as 3d, 2h, tomorrow 9, monday 14:30, 2026-05-03 or 2026-05-03 09:00"
_MORNING = time(9)


def parse_when(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) that `text` names, seen from `now`; wall times are in `zone`, and days begin work at 9.

    A distance counts from now. An hour alone is its next occurrence, a weekday its next one after today. Raises
    UsageError for what is not understood and for dates beyond the calendar.
    """
    words = " ".join(text.strip().casefold().split())
    try:
        moment = _distance(words, now) or _stamp(words, zone) or _named(words, now, zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no time", hint=_HINT) from error
    if moment is None:
        raise UsageError(f"{text!r} is no time", hint=_HINT)
    return moment


def parse_past(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """Like `parse_when`, but a distance counts back, a date alone is its beginning, an hour alone when it last was."""
    words = " ".join(text.strip().casefold().split())
    if _distance(words, now) is not None:
        return now - (parse_when(text, now=now, zone=zone) - now)
    at, here = _clock(words), now.astimezone(zone)
    if at is not None:
        day = here.date() if at <= here.time() else here.date() - timedelta(days=1)
        return datetime.combine(day, at, zone).astimezone(UTC)
    try:
        return datetime.combine(date.fromisoformat(words), time(0), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return parse_when(text, now=now, zone=zone)


def _distance(words: str, now: datetime) -> datetime | None:
    match = _DISTANCE.fullmatch(words.removeprefix("in "))
    if match is None:
        return None
    name = match.group(2)
    unit = _UNITS.get(name) or _UNITS.get(name.removesuffix("s"))
    return None if unit is None else now + int(match.group(1)) * unit


def _stamp(words: str, zone: tzinfo) -> datetime | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        pass
    else:
        return datetime.combine(day, _MORNING, zone).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(words.upper())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _named(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A day by its name, a date, or today; then perhaps a time of day."""
    here = now.astimezone(zone)
    first, _, rest = words.partition(" ")
    if first == "next" and rest:
        first, _, rest = rest.partition(" ")
        if first == "week":
            first = "monday"
    day = _day(first, here.date())
    if day is None:
        at = _clock(words)
        if at is None:
            return None
        moment = datetime.combine(here.date(), at, zone)
        return (moment if moment > here else _following(moment, zone)).astimezone(UTC)
    at = _clock(rest) if rest else _MORNING
    return None if at is None else datetime.combine(day, at, zone).astimezone(UTC)


def _following(moment: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), moment.time(), zone)


def _day(word: str, today: date) -> date | None:
    if word == "today":
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    if word == "tomorrow":
        return today + timedelta(days=1)
    try:
        return date.fromisoformat(word)
    except ValueError:
        pass
    for number, name in enumerate(_DAYS):
        if word == name or (len(word) >= 3 and name.startswith(word)):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _clock(words: str) -> time | None:
    if words == "noon":
        return time(12)
    match = _CLOCK.fullmatch(words)
    if match is None:
        return None
    hour, half = int(match.group(1)), match.group(3)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(match.group(2) or 0))
