"""Cursors: opaque, and refused in one sentence when they are not the desk's own."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.desk import cursor
from convo.desk.desk import Desk
from convo.errors import BadInput

NUMBERS = st.integers(-(2**63), 2**63 - 1)


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(NUMBERS, st.datetimes(timezones=st.just(UTC)), NUMBERS)
def test_a_position_comes_back_as_it_went(first: int, at: datetime, last: int) -> None:
    assert cursor.decode(cursor.encode(first, at, last), int, datetime, int) == [first, at, last]


@given(st.text())
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for kinds in ((int,), (datetime, int)):
        with suppress(BadInput):
            cursor.decode(text, *kinds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "ä",
        "Wzdd!!",
        forged(7),
        forged([]),
        forged([7, 7]),
        forged(["7"]),
        forged([True]),
        forged([7.0]),
        forged([None]),
        forged([2**63]),
        forged({"0": 7}),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        forged([10**300]),
    ],
)
def test_what_is_no_cursor_of_this_list_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        cursor.decode(text, int)


def test_an_endless_one_is_not_even_read() -> None:
    with pytest.raises(BadInput, match="is no cursor") as caught:
        cursor.decode(forged([7] * 100_000), int)
    assert len(caught.value.message) < 100


def test_an_instant_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(BadInput, match="another list"):
        cursor.decode(forged([2**62]), datetime)


def test_lists_refuse_each_others_cursors_and_odd_page_sizes(desk: Desk) -> None:
    for after in (forged([2**62, 1]), forged(["a"]), "nonsense"):
        with pytest.raises(BadInput):
            desk.threads.list(after=after)
        with pytest.raises(BadInput):
            desk.search.messages("is:open", after=after)
        with pytest.raises(BadInput):
            desk.deliveries.list(after=after)
        with pytest.raises(BadInput):
            desk.audit.list(after=after)
    for limit in (0, -1, 1001):
        with pytest.raises(BadInput, match="a page holds 1 to 1000"):
            desk.threads.list(limit=limit)
