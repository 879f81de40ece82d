"""Read the dates that logs write: ISO 8601, RFC 2822, epoch numbers, and day, month and year in any usual order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Literal, TypeAlias

from convo import clock
from convo.errors import BadInput
from convo.importers.base import ReadOptions

Order: TypeAlias = Literal["auto", "dmy", "mdy", "ymd"]

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 80
_UNDECIDED_AFTER = 1000

_TIME = (
    r"(?:[T ,]+(?:at |um |a las |à )?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)? ?(?P<half>[ap]\.? ?m\.?)?"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?\Z"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME, re.I)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.]) ?(?P<b>\d{1,2})(?P=mark) ?(?P<c>\d{4}|\d{2})" + _TIME, re.I)
_DAY_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?[ -](?:de )?(?P<name>[^\W\d_]{3,12})\.?[ -](?:de )?(?P<year>\d{4})" + _TIME,
    re.I,
)
_NAME_FIRST = re.compile(
    r"(?P<name>[^\W\d_]{3,12})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})" + _TIME, re.I
)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,9})?\Z", re.ASCII)
_SPACES = re.compile(r"[\s\u200e\u200f]+")
_ORDERED = re.compile(r"\s*(\d{1,2})([-/.]) ?(\d{1,2})\2 ?\d{2,4}\b")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero ene gennaio gen",
            "feb february februar fevrier fev février fév febrero febbraio",
            "mar march märz maerz mär mrz mars marzo",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august août aout agosto ago",
            "sep sept september septembre septiembre settembre set",
            "oct october oktober okt octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dezember dez décembre decembre déc diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}


class UnreadableDate(ValueError):
    """A date that cannot be read or believed; its text is a clause that completes a sentence about the item."""


def order_in(values: Iterable[str]) -> Order | None:
    """The day and month order that these dates prove: "dmy" or "mdy"; "auto" when open or contradictory; None when it
    does not matter because no date is of that shape (judged from the first thousand)."""
    proven: set[Order] = set()
    open_ones = False
    several = iter(values)
    for value in islice(several, _UNDECIDED_AFTER):
        open_ones |= _weigh(value, proven)
    if not proven and not open_ones:
        return None
    for value in several:
        open_ones |= _weigh(value, proven)
    if len(proven) == 1:
        return proven.pop()
    return "auto" if proven or open_ones else None


def _weigh(value: str, proven: set[Order]) -> bool:
    """Add what one date proves to `proven`; whether it can be read both ways."""
    found = _ORDERED.match(value[:_LONGEST])
    if not found:
        return False
    first, second = int(found[1]), int(found[3])
    if found[2] == "." or (first > 12 >= second):
        proven.add("dmy")
    elif second > 12 >= first:
        proven.add("mdy")
    return first != second and first <= 12 and second <= 12


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads one file's dates: naive ones are in `zone`, `order` decides 1/2/23, nothing is later than `latest`."""

    zone: tzinfo
    order: Order
    latest: datetime

    def read(self, value: object) -> datetime:
        """The instant, aware, in UTC; raises UnreadableDate when there is none or it lies outside 1970 to `latest`."""
        if isinstance(value, str):
            instant = self._from_text(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            instant = self._from_number(value)
        else:
            raise UnreadableDate("has no date" if value is None else f"has a date of the wrong kind: {_shown(value)}")
        if not 1969 <= instant.year <= 9000:
            raise UnreadableDate(f"has a date outside 1970 to today: {_shown(value)}")
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=self.zone)
        instant = instant.astimezone(UTC)
        if not EARLIEST <= instant <= self.latest:
            raise UnreadableDate(f"has a date outside 1970 to today: {_shown(value)}")
        return instant

    def _from_text(self, value: str) -> datetime:
        if (value[4:5] == "-" or value[8:9] == "T") and len(value) <= _LONGEST:
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        if len(value) > _LONGEST * 2:
            raise UnreadableDate(f"has a date that cannot be read: {_shown(value)}")
        text = _SPACES.sub(" ", value).strip()
        if not text:
            raise UnreadableDate("has no date")
        if _NUMBER.match(text):
            return self._from_digits(text)
        try:
            if found := _YEAR_FIRST.match(text):
                return _built(found, int(found["year"]), int(found["month"]), int(found["day"]))
            if found := _YEAR_LAST.match(text):
                return self._from_ordered(found)
            if (found := _DAY_NAMED.match(text) or _NAME_FIRST.match(text)) and (
                month := _MONTHS.get(found["name"].casefold())
            ):
                return _built(found, int(found["year"]), month, int(found["day"]))
            if len(text) <= _LONGEST:
                return _mail_date(text)
        except UnreadableDate:
            raise
        except (ValueError, OverflowError):
            pass
        raise UnreadableDate(f"has a date that cannot be read: {_shown(value)}")

    def _from_ordered(self, found: re.Match[str]) -> datetime:
        a, b, c = int(found["a"]), int(found["b"]), int(found["c"])
        if self.order == "ymd" and len(found["c"]) == 2:
            return _built(found, _century(a), b, c)
        year = c if len(found["c"]) == 4 else _century(c)
        if found["mark"] == "." or self.order == "dmy" or a == b:
            return _built(found, year, b, a)
        if self.order == "mdy":
            return _built(found, year, a, b)
        if a > 12 or b > 12:
            return _built(found, year, b, a) if a > 12 else _built(found, year, a, b)
        raise UnreadableDate(
            f"has a date whose day and month cannot be told apart: {_shown(found[0])}; say --date-order dmy or mdy"
        )

    def _from_digits(self, text: str) -> datetime:
        if len(text) in (8, 12, 14) and text[:2] in ("19", "20") and text.isdecimal():
            try:
                return datetime.strptime(text, "%Y%m%d%H%M%S"[: 6 + (len(text) - 8)])  # noqa: DTZ007 - zone follows
            except ValueError:
                pass
        return self._from_number(float(text))

    def _from_number(self, value: float) -> datetime:
        """Seconds, milli-, micro- or nanoseconds since 1970: the ranges do not overlap for dates after 1973."""
        size = abs(value)
        for limit, unit in ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)):
            if size < limit:
                try:
                    return EARLIEST + timedelta(seconds=value / unit)
                except OverflowError:
                    break
        raise UnreadableDate(f"has a date outside 1970 to today: {_shown(value)}")


def reader_from(options: ReadOptions, order: Order | None = None) -> DateReader:
    """A reader with these options; `order` is what the file itself proves, and goes before what the options say."""
    decided = order if order not in (None, "auto") else options.date_order
    return DateReader(options.time_zone, decided, clock.now() + timedelta(days=2))


def reader_for(values: Iterable[str], options: ReadOptions, source: str) -> DateReader:
    """A reader for a file with these dates; raises BadInput when neither they nor the options settle day and month."""
    order = order_in(values)
    if order == "auto" and options.date_order == "auto":
        raise BadInput(
            f"{source}: the dates do not say whether the day or the month comes first",
            hint="say which with --date-order dmy or --date-order mdy",
        )
    return reader_from(options, order)


def _built(found: re.Match[str], year: int, month: int, day: int) -> datetime:
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    zone: tzinfo | None = None
    if name := found["zone"]:
        zone = UTC
        if name[0] in "+-":
            digits = name.replace(":", "")
            minutes = int(digits[1:3]) * 60 + int(digits[3:5])
            zone = timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _mail_date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, IndexError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _century(year: int) -> int:
    return year + (1900 if year >= 70 else 2000)


def _shown(value: object) -> str:
    try:
        text = str(value)
    except ValueError:
        text = "a very long number"
    return repr(text if len(text) <= 40 else text[:39] + "…")
