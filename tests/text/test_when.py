"""The times that people write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import UsageError
from convo.text.when import parse_past, parse_when

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 25, 10, 30, tzinfo=UTC)  # a Wednesday, 11:30 in Madrid; summer time begins on the 29th


def madrid(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MADRID)


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        ("3d", datetime(2026, 3, 28, 10, 30, tzinfo=UTC)),
        ("90 min", datetime(2026, 3, 25, 12, 0, tzinfo=UTC)),
        ("in 2 hours", datetime(2026, 3, 25, 12, 30, tzinfo=UTC)),
        ("1w", datetime(2026, 4, 1, 10, 30, tzinfo=UTC)),
        ("tomorrow", madrid(2026, 3, 26, 9)),
        ("tomorrow 14:30", madrid(2026, 3, 26, 14, 30)),
        ("Tomorrow at 9", madrid(2026, 3, 26, 9)),
        ("today 5pm", madrid(2026, 3, 25, 17)),
        ("12am", madrid(2026, 3, 26, 0)),
        ("noon", madrid(2026, 3, 25, 12)),
        ("17", madrid(2026, 3, 25, 17)),
        ("8:15", madrid(2026, 3, 26, 8, 15)),
        ("monday", madrid(2026, 3, 30, 9)),
        ("wed", madrid(2026, 4, 1, 9)),
        ("next week", madrid(2026, 3, 30, 9)),
        ("next fri 16", madrid(2026, 3, 27, 16)),
        ("2026-05-03", madrid(2026, 5, 3, 9)),
        ("2026-05-03 14:00", madrid(2026, 5, 3, 14)),
        ("2026-05-03T14:00Z", datetime(2026, 5, 3, 14, tzinfo=UTC)),
        ("2026-05-03t14:00+02:00", datetime(2026, 5, 3, 12, tzinfo=UTC)),
    ],
)
def test_a_time_is_understood_as_written(words: str, instant: datetime) -> None:
    assert parse_when(words, now=NOW, zone=MADRID) == instant


@pytest.mark.parametrize(
    "words", ["", "soon", "25:00", "tomorrow 25", "13pm", "0am", "2026-02-30", "3 parsecs", "999999w", "-3d"]
)
def test_what_is_no_time_is_refused_with_examples(words: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_when(words, now=NOW, zone=MADRID)
    assert "tomorrow 9" in refused.value.hint


def test_a_distance_into_the_past_counts_back() -> None:
    assert parse_past("3d", now=NOW, zone=MADRID) == datetime(2026, 3, 22, 10, 30, tzinfo=UTC)


def test_an_hour_in_the_past_is_when_it_last_was() -> None:
    assert parse_past("11:00", now=NOW, zone=MADRID) == madrid(2026, 3, 25, 11)
    assert parse_past("14:30", now=NOW, zone=MADRID) == madrid(2026, 3, 24, 14, 30)
    assert parse_past("yesterday 9", now=NOW, zone=MADRID) == madrid(2026, 3, 24, 9)


def test_a_date_in_the_past_is_its_beginning() -> None:
    assert parse_past("2010-01-01", now=NOW, zone=MADRID) == madrid(2010, 1, 1)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_usage_error(words: str) -> None:
    try:
        moment = parse_when(words, now=NOW, zone=MADRID)
    except UsageError:
        return
    assert moment.utcoffset() is not None
