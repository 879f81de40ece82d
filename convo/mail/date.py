"""When a mail was sent: its Date where that can be believed, else when it was received."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from convo import clock
from convo.mail.headers import Headers

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_LEEWAY = timedelta(days=2)
_MAX_LENGTH = 200
_DAY = 86_400
_COMMENT = re.compile(r"\([^()]*\)")
_COLON = re.compile(r"\s*:\s*")
_YEAR_ZERO = re.compile(r"(?<![+\-\d:])00\d\d(?![\d:])")  # which the standard library takes for 2000
_WEEKDAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")


def sent_at(headers: Headers, fallback: datetime | None = None) -> datetime | None:
    """The instant in UTC: the Date, else the topmost Received date, else `fallback` (aware); None when none will do.

    A date before 1980 or more than two days ahead of the clock is not believed.
    """
    for value in headers.all("date"):
        if (when := plausible(parse_date(value))) is not None:
            return when
    for value in headers.all("received"):
        if (when := plausible(parse_date(value.rpartition(";")[2]))) is not None:
            return when
    if (when := plausible(fallback)) is not None:
        return when
    return plausible(envelope_date(headers.from_line)) if headers.from_line else None


def plausible(when: datetime | None) -> datetime | None:
    """`when`, unless it lies before 1980 or more than two days ahead of the clock."""
    return when if when is not None and _EARLIEST <= when <= clock.now() + _LEEWAY else None


def parse_date(text: str) -> datetime | None:
    """The instant in UTC that an RFC 5322, asctime or ISO 8601 date means; a missing zone is UTC; None for others."""
    text = _COLON.sub(":", _COMMENT.sub("", text.strip()[:_MAX_LENGTH]))
    try:
        fields = parsedate_tz(text)
        if fields is not None and not _YEAR_ZERO.search(text):
            offset = fields[9] or 0
            zone = timezone(timedelta(seconds=offset if abs(offset) < _DAY else 0))
            return datetime(*fields[:5], min(fields[5], 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        pass
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def envelope_date(line: str) -> datetime | None:
    """The date of an mbox `From ` line, in UTC; None when it gives none."""
    line = line[:_MAX_LENGTH]
    weekday = _WEEKDAY.search(line)
    if weekday:
        return parse_date(line[weekday.start() :])
    return parse_date(" ".join(line.split()[2:]))
