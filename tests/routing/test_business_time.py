"""Business hours: what is due when, and how much of them passed, exactly, on any night of the year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.routing.business_time import BusinessCalendar, add_business, business_between
from convo.routing.holidays import Holidays, parse_holidays
from convo.routing.week import parse_week

HOUR = 3600
ALWAYS = ["daily 00:00-24:00"]
OFFICE = ["mon-fri 09:00-18:00", "sat 10:00-14:00"]
NIGHT = ["daily 22:00-06:00"]


def calendar(lines: list[str], zone: str = "Europe/Madrid", *holidays: str) -> BusinessCalendar:
    return BusinessCalendar(ZoneInfo(zone), parse_week(lines), parse_holidays(holidays)[0])


def at(text: str, zone: str = "Europe/Madrid", fold: int = 0) -> datetime:
    """The instant at which clocks in the zone show this."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-17 10:00", 4, "2026-11-17 14:00"),  # a Tuesday
        ("2026-11-17 16:00", 4, "2026-11-18 11:00"),
        ("2026-11-17 16:00", 2, "2026-11-17 18:00"),
        ("2026-11-17 20:00", 1, "2026-11-18 10:00"),
        ("2026-11-20 17:00", 5, "2026-11-21 14:00"),
        ("2026-11-20 17:00", 6, "2026-11-23 10:00"),
        ("2026-11-22 12:00", 9, "2026-11-23 18:00"),
        ("2026-11-17 10:00", 49 * 52, "2027-11-16 10:00"),
    ],
)
def test_promised_time_runs_while_the_shop_is_open(start: str, hours: int, due: str) -> None:
    office = calendar(OFFICE)
    assert add_business(at(start), hours * HOUR, office) == at(due)
    assert business_between(at(start), at(due), office) == hours * HOUR


def test_holidays_are_closed_from_midnight_to_midnight() -> None:
    closed = calendar(OFFICE, "Europe/Madrid", "12-25", "2026-12-28..2026-12-30")
    assert add_business(at("2026-12-24 17:00"), 2 * HOUR, closed) == at("2026-12-26 11:00")
    assert add_business(at("2026-12-26 13:00"), 2 * HOUR, closed) == at("2026-12-31 10:00")
    assert business_between(at("2026-12-24 18:00"), at("2026-12-26 10:00"), closed) == 0
    night = calendar(NIGHT, "Europe/Madrid", "12-25")
    assert business_between(at("2026-12-24 20:00"), at("2026-12-25 12:00"), night) == 2 * HOUR


@pytest.mark.parametrize(
    ("zone", "lost", "gained"),
    [
        ("Europe/Madrid", "2026-03-28 20:00", "2026-10-24 20:00"),
        ("America/New_York", "2026-03-07 20:00", "2026-10-31 20:00"),
    ],
)
def test_a_night_is_an_hour_shorter_or_longer_when_clocks_change(zone: str, lost: str, gained: str) -> None:
    night = calendar(NIGHT, zone)
    for evening, hours in ((lost, 7), (gained, 9)):
        start = at(evening, zone)
        morning = at((datetime.fromisoformat(evening) + timedelta(hours=12)).isoformat(), zone)
        assert business_between(start, morning, night) == hours * HOUR
        six = (datetime.fromisoformat(evening) + timedelta(hours=10)).isoformat()
        assert add_business(start, hours * HOUR, night) == at(six, zone)
        next_evening = (datetime.fromisoformat(evening) + timedelta(hours=26)).isoformat()
        assert add_business(start, hours * HOUR + 60, night) == at(next_evening, zone) + timedelta(minutes=1)


@pytest.mark.parametrize(("zone", "day"), [("Europe/Madrid", "2026-03-29"), ("America/New_York", "2026-03-08")])
def test_hours_in_the_gap_do_not_pass(zone: str, day: str) -> None:
    early = calendar(["sun 02:15-04:00"], zone)
    opening = at(f"{day} 03:00", zone)
    assert add_business(at(f"{day} 00:00", zone), HOUR, early) == opening + timedelta(hours=1)
    assert business_between(at(f"{day} 00:00", zone), at(f"{day} 12:00", zone), early) == HOUR
    gone = calendar(["sun 02:00-03:00", "mon 09:00-10:00"], zone)
    assert add_business(at(f"{day} 00:00", zone), 60, gone) > at(f"{day} 23:59", zone)


@pytest.mark.parametrize(("zone", "day"), [("Europe/Madrid", "2026-10-25"), ("America/New_York", "2026-11-01")])
def test_the_repeated_hour_passes_twice_for_who_is_open_through_it(zone: str, day: str) -> None:
    hour = 2 if zone == "Europe/Madrid" else 1
    through = calendar([f"sun 0{hour}:00-0{hour + 2}:00"], zone)
    first = at(f"{day} 0{hour}:00", zone)
    assert business_between(first, at(f"{day} 12:00", zone), through) == 3 * HOUR
    assert add_business(first, 90 * 60, through) == at(f"{day} 0{hour}:30", zone, fold=1)
    within = calendar([f"sun 0{hour}:15-0{hour}:45"], zone)
    assert business_between(first, at(f"{day} 12:00", zone), within) == 30 * 60


def test_a_zone_with_a_half_hour_offset_and_one_whose_clocks_change_by_half_an_hour() -> None:
    office = calendar(["mon-fri 09:00-17:30"], "Asia/Kolkata")
    assert add_business(datetime(2026, 7, 6, 3, tzinfo=UTC), HOUR, office) == datetime(2026, 7, 6, 4, 30, tzinfo=UTC)
    island = calendar(ALWAYS, "Australia/Lord_Howe")
    start = at("2026-10-03 12:00", "Australia/Lord_Howe")
    assert business_between(start, at("2026-10-04 12:00", "Australia/Lord_Howe"), island) == 23.5 * HOUR
    nights = calendar(["sun 01:00-04:00"], "Australia/Lord_Howe")
    for day, hours in (("2026-10-04", 2.5), ("2026-04-05", 3.5)):
        start = at(f"{day} 00:00", "Australia/Lord_Howe")
        assert business_between(start, start + timedelta(hours=12), nights) == hours * HOUR


_starts = st.timedeltas(timedelta(days=7_305), timedelta(days=33_000)).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + since
)
_changing = st.sampled_from(
    [at("2026-03-28 23:00"), at("2026-10-24 23:30"), at("2026-03-08 00:30", "America/New_York")]
)
_minutes = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
_lines = st.lists(
    st.tuples(st.sampled_from(["mon", "sun", "sat-sun", "mon-fri", "daily"]), _minutes, _minutes)
    .filter(lambda parts: parts[1] != parts[2])
    .map(lambda parts: "{} {}-{}".format(*parts)),
    min_size=1,
    max_size=4,
)
_zones = st.sampled_from(
    [
        "Europe/Madrid",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    ]
)
_holidays = st.lists(st.sampled_from(["12-25", "2026-03-29", "2026-10-25", "06-01..06-20", "02-29"]), max_size=4)


@given(start=_starts | _changing, seconds=st.integers(0, 30 * 86_400), lines=_lines, zone=_zones, holidays=_holidays)
@example(start=at("2026-10-24 23:30"), seconds=3 * HOUR, lines=NIGHT, zone="Europe/Madrid", holidays=[])
def test_as_much_time_passes_until_it_is_due_as_was_promised(
    start: datetime, seconds: int, lines: list[str], zone: str, holidays: list[str]
) -> None:
    hours = calendar(lines, zone, *holidays)
    try:
        due = add_business(start, seconds, hours)
    except BadInput:
        assert seconds > 0
        return
    assert due >= start
    assert business_between(start, due, hours) == seconds
    assert add_business(start, seconds, None) == start + timedelta(seconds=seconds)
    half = seconds // 2
    middle = add_business(start, half, hours)
    assert add_business(middle, seconds - half, hours) == due
    if seconds:
        assert business_between(start, due - timedelta(seconds=1), hours) == seconds - 1


@given(start=_starts | _changing, long=st.integers(0, 20 * 86_400), lines=_lines, zone=_zones)
def test_the_minutes_that_a_calendar_is_open_are_those_that_its_week_holds(
    start: datetime, long: int, lines: list[str], zone: str
) -> None:
    """Counted minute by minute on the wall clock, where no clock is changed; the repeated hour counts as it is said."""
    hours, tz = calendar(lines, zone), ZoneInfo(zone)
    start = start.replace(second=0, microsecond=0)
    minutes = [start + timedelta(minutes=step) for step in range(0, long // 60 + 1, 1)][:2000]
    end = minutes[-1]
    if start.astimezone(tz).utcoffset() != end.astimezone(tz).utcoffset():
        return
    if {one.astimezone(tz).utcoffset() for one in minutes} != {start.astimezone(tz).utcoffset()}:
        return
    if (start.astimezone(tz).utcoffset() or timedelta()).total_seconds() % 60:
        return
    counted = sum(hours.week.holds(one, tz) for one in minutes[:-1:97]) if len(minutes) > 1 else 0
    passed = sum(business_between(one, one + timedelta(minutes=1), hours) == 60 for one in minutes[:-1:97])
    assert counted == passed


def test_a_calendar_that_never_opens_again_is_refused_and_not_looked_at_for_ever() -> None:
    closed = BusinessCalendar(
        ZoneInfo("Europe/Madrid"), parse_week(OFFICE), Holidays(yearly=parse_holidays(["01-01..12-31"])[0].yearly)
    )
    with pytest.raises(BadInput, match="not open long enough"):
        add_business(at("2026-11-17 10:00"), 1, closed)
    assert business_between(at("2026-11-17 10:00"), at("2027-11-17 10:00"), closed) == 0


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        add_business(datetime(2026, 11, 17), 1, None)  # noqa: DTZ001


def test_time_that_is_over_before_it_begins_is_none() -> None:
    office = calendar(OFFICE)
    assert business_between(at("2026-11-17 12:00"), at("2026-11-17 10:00"), office) == 0
    assert business_between(at("2026-11-17 12:00"), at("2026-11-17 10:00"), None) == 0
    assert add_business(at("2026-11-22 12:00"), 0, office) == at("2026-11-22 12:00")
