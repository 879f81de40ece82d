"""Holidays: single days, days of every year, ranges, and calendar files."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.routing.holidays import holidays_of_file, parse_holidays

FILE = b"""BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
SUMMARY:Closed for the move, DTSTART;VALUE=DATE:20260101 in a text\r
DTSTART;VALUE=DATE:20261224\r
DTEND;VALUE=DATE:20261227\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DA\r
 TE:20200106\r
RRULE:FREQ=YEARLY;INTERVAL=1\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20270101T000000Z\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20269999\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_days_are_told_by_date_by_year_and_by_range() -> None:
    days, forms = parse_holidays(["2026-12-24", "1-6", "12-30..01-02", "2026-08-01..2026-08-15", "2026-12-24"])
    assert forms == ("01-06", "12-30..01-02", "2026-08-01..2026-08-15", "2026-12-24")
    assert all(day in days for day in (date(2026, 12, 24), date(2031, 1, 6), date(2026, 8, 15), date(2029, 1, 1)))
    assert not any(day in days for day in (date(2027, 12, 24), date(2026, 8, 16), date(2026, 1, 3)))
    assert parse_holidays(forms) == (days, forms)
    assert date(2028, 2, 29) in parse_holidays(["02-29"])[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "13-40",
        "x",
        "2026-12-24..2026-12-01",
        "2020-01-01..2026-01-01",
        "12-24..2026-12-26",
        "..",
        "١٢-٢٥",
    ],
)
def test_what_is_no_day_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match=r"holiday|range|begins"):
        parse_holidays([text])


def test_too_many_holidays_are_refused() -> None:
    with pytest.raises(BadInput, match="at most"):
        parse_holidays(["12-25"] * 2001)


def test_whole_days_of_a_calendar_file_are_read() -> None:
    assert holidays_of_file(FILE) == ("2026-12-24..2026-12-26", "01-06", "2027-01-01")
    assert parse_holidays(holidays_of_file(FILE))[1] == ("01-06", "2026-12-24..2026-12-26", "2027-01-01")


@pytest.mark.parametrize("data", [b"", b"hello", b"BEGIN:VEVENT\nDTSTART:nonsense\nEND:VEVENT", b"\xff\xfe\x00" * 1000])
def test_a_file_without_days_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="no whole days"):
        holidays_of_file(data)


@given(st.binary(max_size=400) | st.lists(st.sampled_from(FILE.splitlines(keepends=True))).map(b"".join))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    try:
        found = holidays_of_file(data)
    except BadInput:
        return
    with suppress(BadInput):  # a range may be too long
        parse_holidays(found)
