"""The times of a week: how they are written, whom they hold, and what the nights do to them that change the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.routing.wall_time import instant_of
from convo.routing.week import DAYS, parse_week, week_by_weekday

MADRID, NEW_YORK = ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York")
LORD_HOWE, KOLKATA, APIA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (["mon-fri 09:00-17:00"], ("mon-fri 09:00-17:00",)),
        (["Monday-Friday 9-17", "SAT 10.00-14.00"], ("mon-fri 09:00-17:00", "sat 10:00-14:00")),
        (["fri 22:00-06:00"], ("fri 22:00-06:00",)),
        (["sat-mon 10:00-12:00"], ("mon,sat,sun 10:00-12:00",)),
        (["daily 00:00-24:00"], ("mon-sun 00:00-24:00",)),
        (["mon 9-12,14-18", "mon 11-15"], ("mon 09:00-18:00",)),
        (["mon,wed 9-12, 13-17"], ("mon,wed 09:00-12:00,13:00-17:00",)),
        (["tue 9-12", "tue 13-17"], ("tue 09:00-12:00,13:00-17:00",)),
    ],
)
def test_a_week_is_read_and_said_in_one_form(written: list[str], lines: tuple[str, ...]) -> None:
    week = parse_week(written)
    assert week.lines == lines
    assert parse_week(week.lines) == week
    assert week_by_weekday(week.by_weekday) == week


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "mon",
            "09:00-17:00",
            "mon 09:00",
            "mon 25:00-26:00",
            "mon 09:60-10:00",
            "mon 09:00-09:00",
            "mon 9-17-18",
        ),
        *(
            "monkey 9-17",
            "mon-xyz 9-17",
            "m 9-17",
            "mon 9-17 tue 9-17",
            "mon -1-5",
            "mon 9:0-17",
            "١-٢ 9-17",
            "mon ٩-17",
        ),
        *("x" * 10_000, "mon " + "9-10," * 100, "mon\u202e 9-17", "24:00-24:00"),
    ],
)
def test_a_line_that_is_no_time_of_the_week_is_refused(line: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_week([line])
    assert len(caught.value.message) < 200
    with pytest.raises(BadInput):
        parse_week(["mon 9-17"] * 51)


def test_no_hours_at_all_are_refused() -> None:
    with pytest.raises(BadInput, match="never open"):
        parse_week([])


def test_who_works_is_on_shift_from_the_first_instant_to_before_the_last() -> None:
    week = parse_week(["mon-fri 09:00-17:00"])
    for moment, holds in (
        (utc(2026, 11, 16, 7, 59, 59), False),
        (utc(2026, 11, 16, 8), True),
        (utc(2026, 11, 16, 15, 59, 59), True),
        (utc(2026, 11, 16, 16), False),
        (utc(2026, 11, 15, 10), False),
    ):
        assert week.holds(moment, MADRID) is holds
    assert week.next_start(utc(2026, 11, 20, 12), MADRID) == utc(2026, 11, 23, 8)
    assert week.end(utc(2026, 11, 20, 12), MADRID) == utc(2026, 11, 20, 16)


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    week = parse_week(["fri 22:00-06:00"])
    assert week.holds(utc(2026, 11, 20, 21), MADRID)
    assert week.holds(utc(2026, 11, 21, 4, 59), MADRID)
    assert not week.holds(utc(2026, 11, 21, 5), MADRID)
    assert not week.holds(utc(2026, 11, 20, 4), MADRID)
    assert week.end(utc(2026, 11, 20, 21, 30), MADRID) == utc(2026, 11, 21, 5)
    sunday = parse_week(["sun 23:00-01:00"])
    assert sunday.holds(utc(2026, 11, 22, 23, 30), MADRID)


def test_a_shift_that_begins_in_the_hour_that_is_skipped_begins_when_the_clock_jumps() -> None:
    week = parse_week(["sun 02:30-05:00"])
    jump = utc(2026, 3, 29, 1)  # 02:00 becomes 03:00 in Madrid
    assert week.next_start(jump - timedelta(hours=1), MADRID) == jump
    assert week.holds(jump, MADRID)
    assert not week.holds(jump - timedelta(microseconds=1), MADRID)
    assert week.end(jump, MADRID) == utc(2026, 3, 29, 3)
    gone = parse_week(["sun 02:10-02:50"])
    assert not gone.holds(jump, MADRID)
    assert gone.next_start(jump - timedelta(hours=1), MADRID) == utc(2026, 4, 5, 0, 10)


def test_a_shift_in_the_hour_that_is_repeated_is_worked_once() -> None:
    week = parse_week(["sun 02:15-02:45"])
    first = utc(2026, 10, 25, 0, 15)  # 02:15 summer time in Madrid; an hour later it is 02:15 again
    assert week.next_start(utc(2026, 10, 24, 12), MADRID) == first
    assert week.holds(first, MADRID)
    assert not week.holds(first + timedelta(hours=1), MADRID)
    assert week.next_start(first, MADRID) == utc(2026, 11, 1, 1, 15)
    across = parse_week(["sun 01:00-04:00"])
    assert across.end(utc(2026, 10, 25, 0), MADRID) - utc(2026, 10, 24, 23) == timedelta(hours=4)


def test_clocks_that_jump_by_half_an_hour_or_by_a_day_are_followed() -> None:
    assert instant_of(date(2026, 10, 4), 120, LORD_HOWE) == utc(2026, 10, 3, 15, 30)
    assert instant_of(date(2026, 10, 4), 135, LORD_HOWE) == utc(2026, 10, 3, 15, 30)
    assert instant_of(date(2026, 10, 4), 150, LORD_HOWE) == utc(2026, 10, 3, 15, 30)
    assert instant_of(date(2026, 4, 5), 105, LORD_HOWE) == utc(2026, 4, 4, 14, 45)
    assert instant_of(date(2026, 7, 1), 540, KOLKATA) == utc(2026, 7, 1, 3, 30)
    skipped = utc(2011, 12, 30, 10)  # Samoa had no 30 December in 2011
    assert instant_of(date(2011, 12, 30), 0, APIA) == instant_of(date(2011, 12, 30), 1440, APIA) == skipped


@given(
    day=st.dates(date(1950, 1, 1), date(2090, 1, 1)) | st.sampled_from([date(2026, 3, 29), date(2026, 10, 25)]),
    minutes=st.lists(st.integers(0, 2880), min_size=2, max_size=2).map(sorted),
    zone=st.sampled_from([MADRID, NEW_YORK, LORD_HOWE, KOLKATA, APIA]),
)
def test_a_later_time_on_the_wall_is_never_an_earlier_instant(day: date, minutes: list[int], zone: ZoneInfo) -> None:
    assert instant_of(day, minutes[0], zone) <= instant_of(day, minutes[1], zone)


@given(
    st.text(max_size=60) | st.builds("{} {}-{}".format, st.sampled_from(DAYS), st.text(max_size=9), st.text(max_size=9))
)
def test_whatever_is_written_is_read_or_refused(line: str) -> None:
    try:
        week = parse_week([line])
    except BadInput:
        return
    assert parse_week(week.lines) == week
