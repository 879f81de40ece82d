"""Dates and ages in a query stand for the instants that people mean."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from convo.query.context import QueryContext
from convo.query.moments import ago, end, start
from convo.query.tree import Age, Day

MADRID = ZoneInfo("Europe/Madrid")


def context(now: datetime = datetime(2026, 3, 31, 22, 30, tzinfo=UTC), zone: tzinfo = MADRID) -> QueryContext:
    return QueryContext("sqlite", now, zone)


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [
        ("2010-07-01", datetime(2010, 6, 30, 22, tzinfo=UTC), datetime(2010, 7, 1, 22, tzinfo=UTC)),
        ("2010-01", datetime(2009, 12, 31, 23, tzinfo=UTC), datetime(2010, 1, 31, 23, tzinfo=UTC)),
        ("2010", datetime(2009, 12, 31, 23, tzinfo=UTC), datetime(2010, 12, 31, 23, tzinfo=UTC)),
        # It is already the first of April in Madrid.
        ("today", datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 1, 22, tzinfo=UTC)),
        ("yesterday", datetime(2026, 3, 30, 22, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)),
        # The clocks go forward: a day of 23 hours.
        ("2026-03-29", datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_a_day_a_month_or_a_year_begins_and_ends_at_local_midnight(day: str, first: datetime, after: datetime) -> None:
    assert start(Day(day), context()) == first
    assert end(Day(day), context()) == after


def test_nothing_comes_after_the_last_year() -> None:
    assert end(Day("9999"), context()) is None
    assert end(Day("9999-12-31"), context()) is None
    assert start(Day("0001"), context()) < datetime(1, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "moment"),
    [
        (Age(30, "min"), datetime(2026, 3, 31, 22, tzinfo=UTC)),
        (Age(2, "h"), datetime(2026, 3, 31, 20, 30, tzinfo=UTC)),
        (Age(3, "d"), datetime(2026, 3, 28, 22, 30, tzinfo=UTC)),
        (Age(1, "w"), datetime(2026, 3, 24, 22, 30, tzinfo=UTC)),
        # One month before 1 April 00:30 in Madrid, where it was winter time.
        (Age(1, "m"), datetime(2026, 2, 28, 23, 30, tzinfo=UTC)),
        (Age(1, "y"), datetime(2025, 3, 31, 22, 30, tzinfo=UTC)),
        (Age(999_999, "y"), datetime(1, 1, 1, tzinfo=UTC)),
        (Age(999_999, "w"), datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_age_is_so_long_before_now(age: Age, moment: datetime) -> None:
    assert ago(age, context()) == moment


def test_a_month_before_the_last_of_a_month_is_the_last_of_a_shorter_one() -> None:
    assert ago(Age(1, "m"), context(datetime(2026, 3, 31, 12, tzinfo=UTC), UTC)) == datetime(
        2026, 2, 28, 12, tzinfo=UTC
    )
