"""Dates in logs: every usual way to write one, the order of day and month, and what cannot be believed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo import clock
from convo.errors import BadInput
from convo.importers.base import ReadOptions
from convo.importers.dates import UnreadableDate, order_in, reader_for, reader_from

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def read(value: object, **options: Any) -> datetime:
    with clock.fixed(NOON):
        return reader_from(ReadOptions(**options)).read(value)


@pytest.mark.parametrize(
    "written",
    [
        "2023-12-31T22:05:11Z", "2023-12-31T22:05:11+00:00", "2023-12-31 22:05:11", "2023-12-31 23:05:11 +0100",
        "2023-12-31 22:05:11 UTC", "2023/12/31 22:05:11", "20231231T220511", "20231231220511", "31.12.2023 22:05:11",
        "31.12.23, 22:05:11", "12/31/2023 10:05:11 PM", "12/31/2023 10:05:11 p. m.", "31-12-2023 22:05:11",
        "31/12/2023 22.05.11",
        "Sun, 31 Dec 2023 22:05:11 +0000", "31 Dec 2023 17:05:11 -0500", "Dec 31, 2023 10:05:11 PM",
        "December 31st, 2023 at 22:05:11", "31. Dezember 2023 22:05:11", "31 de diciembre de 2023 22:05:11",
        "31 décembre 2023 à 22:05:11", "31 dicembre 2023 22:05:11", " 2023-12-31\u202f22:05:11 ", "1704060311",
        "1704060311.0", "1704060311000", 1704060311, 1704060311000, 1704060311000000, 1704060311.0,
    ],
)  # fmt: skip
def test_one_instant_is_read_however_it_is_written(written: object):
    assert read(written) == datetime(2023, 12, 31, 22, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2023-12-31", "20231231", "31.12.2023", "12/31/23", "31 Dec 2023"])
def test_a_date_without_a_time_is_midnight_in_the_log_s_zone(written: str):
    assert read(written, time_zone=ZoneInfo("Europe/Madrid")) == datetime(2023, 12, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "0000-01-01", "2023-13-01", "2023-02-30", "31.02.2023", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "2024-01-03T12:00:01Z",
        "yesterday", "", "   ", "2023-12-31T25:00",
        "13:00 2023", "12/31/2023 13:00 PM", "1e400", "NaN", -1, float("nan"), float("inf"), 10**400,
        True, None, [], "9" * 20,
        "2023-12-31 " + "x" * 200, "Mon, 31 Foo 2023 22:05:11 +9999", "1.1.1.1",
        "31 Foober 2023", "2023-12-31T10:00+99:99",
    ],
)  # fmt: skip
def test_what_is_no_believable_date_is_refused(written: object):
    with pytest.raises(UnreadableDate):
        read(written)


def test_two_days_ahead_are_believed_for_clocks_go_wrong():
    assert read("2024-01-03T11:59:59Z") - NOON < timedelta(days=2)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["1/2/23", "13/2/23"], "dmy"), (["1/2/23", "2/13/23"], "mdy"), (["1.2.23"], "dmy"), (["1/2/23"], "auto"),
        (["13/2/23", "2/13/23"], "auto"), (["2023-01-02"], None), (["5/5/23"], None), ([], None),
        (["2023-01-02"] * 999 + ["3/4/23", "13/4/23"], "dmy"),
    ],
)  # fmt: skip
def test_the_whole_file_decides_whether_the_day_comes_first(dates: list[str], order: str | None):
    assert order_in(dates) == order


def test_what_the_file_proves_goes_before_the_option_and_the_option_before_asking():
    proven = reader_for(["1/2/23", "13/2/23"], ReadOptions(date_order="mdy"), "x.csv")
    assert proven.read("1/2/23") == datetime(2023, 2, 1, tzinfo=UTC)
    told = reader_for(["1/2/23"], ReadOptions(date_order="mdy"), "x.csv")
    assert told.read("1/2/23") == datetime(2023, 1, 2, tzinfo=UTC)
    with pytest.raises(BadInput, match=r"x\.csv: the dates do not say"):
        reader_for(["1/2/23"], ReadOptions(), "x.csv")


def test_a_short_year_may_come_first_when_told():
    assert read("21/02/03", date_order="ymd") == datetime(2021, 2, 3, tzinfo=UTC)


def test_without_an_order_a_lone_ambiguous_date_is_refused_and_a_plain_one_read():
    with pytest.raises(UnreadableDate, match="cannot be told apart"):
        read("1/2/23")
    assert read("13/2/23") == datetime(2023, 2, 13, tzinfo=UTC)


@given(st.datetimes(datetime(1975, 1, 2), datetime(2023, 12, 31)))  # noqa: DTZ001 - Hypothesis takes naive bounds
def test_iso_and_epoch_agree_on_every_instant(moment: datetime):
    aware = moment.replace(tzinfo=UTC)
    assert read(aware.isoformat()) == aware
    whole = aware.replace(microsecond=0)
    assert read(whole.isoformat(" ").replace("+00:00", " UTC")) == whole
    assert read(int(whole.timestamp())) == read(int(whole.timestamp()) * 1000) == whole


@given(st.text(max_size=120) | st.integers() | st.floats() | st.text("0123456789/.-: TZ+APMapm", max_size=40))
def test_nothing_makes_it_raise_anything_else(value: object):
    try:
        told = str(read(value).tzinfo)
    except UnreadableDate as error:
        told = str(error)
    assert told == "UTC" or told.startswith("has ")
    assert "\n" not in told
