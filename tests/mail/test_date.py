"""When a mail was sent, when its Date can and cannot be believed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo import clock
from convo.mail.date import envelope_date, parse_date
from convo.mail.decode import decode_mail
from convo.model.envelope import Envelope, Unreadable
from tests.mail.mails import OURSELVES, mail

NOW = datetime(2020, 1, 1, tzinfo=UTC)
RECEIVED = "Received: from a; by b; Tue, 30 Apr 2019 10:00:00 +0000\nReceived: x; Wed, 1 May 2019 10:00:00 +0000\n"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Mon, 29 Apr 2019 02:01:27 +0200", (2019, 4, 29, 0, 1, 27)),
        ("29 Apr 2019 02:01 GMT", (2019, 4, 29, 2, 1, 0)),
        ("Mon, 29 Apr 19 02:01:27 EST", (2019, 4, 29, 7, 1, 27)),
        ("Mon Apr 29 02:01:27 2019", (2019, 4, 29, 2, 1, 27)),
        ("Mon Apr 29 02:01:27 +0200 2019", (2019, 4, 29, 0, 1, 27)),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", (1997, 11, 21, 15, 55, 6)),
        ("2019-04-29T02:01:27+02:00", (2019, 4, 29, 0, 1, 27)),
        ("Mon, 29 Apr 2019 02:01:60 +0000", (2019, 4, 29, 2, 1, 59)),
        ("Mon, 29 Apr 2019 02:01:27 +9900", (2019, 4, 29, 2, 1, 27)),
    ],
)
def test_dates_are_read_in_many_forms(text, when):
    found = parse_date(text)
    assert found is not None
    assert (*found.timetuple()[:6], found.tzinfo) == (*when, UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "Mon, 31 Feb 2019 00:00:00 +0000", "9" * 5000, "Wed, 15 Dec 2010    59:10 -0500 x"]
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "From ana@lima.example Mon Apr 29 02:01:27 2019",
        "From ana at lima.example  Mon Apr 29 02:01:27 2019",
        "From - Mon Apr 29 02:01:27 2019",
        "From 1632@xxx Mon Apr 29 02:01:27 +0000 2019",
        "From x Mon Apr 29 02:01:27 GMT 2019",
        "From x Mon, 29 Apr 2019 04:01:27 +0200",
        "From x 2019-04-29T02:01:27Z",
    ],
)
def test_the_date_of_a_from_line_is_read_in_every_variant(line):
    assert envelope_date(line) == datetime(2019, 4, 29, 2, 1, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Sat, 4 Jan 2020 00:00:00 +0000",
        "Mon, 1 Jan 0000 00:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 -1200",
    ],
)
def test_a_date_that_cannot_be_gives_way_to_the_topmost_received(date):
    with clock.fixed(NOW):
        found = decode_mail(mail(Date=date, extra=RECEIVED), OURSELVES, source="s", place="p", fallback_date=NOW)
    assert isinstance(found, Envelope)
    assert found.sent_at == datetime(2019, 4, 30, 10, tzinfo=UTC)


def test_a_clock_two_days_ahead_is_forgiven():
    with clock.fixed(NOW):
        found = decode_mail(mail(Date="Thu, 2 Jan 2020 23:00:00 +0000"), OURSELVES, source="s", place="p")
    assert isinstance(found, Envelope)
    assert found.sent_at == datetime(2020, 1, 2, 23, tzinfo=UTC)


def test_the_given_date_counts_when_the_mail_has_none():
    with clock.fixed(NOW):
        found = decode_mail(mail(without="Date"), OURSELVES, source="s", place="p", fallback_date=NOW)
        refused = decode_mail(
            mail(without="Date"), OURSELVES, source="s", place="p", fallback_date=datetime(1970, 1, 1, tzinfo=UTC)
        )
    assert isinstance(found, Envelope)
    assert found.sent_at == NOW
    assert isinstance(refused, Unreadable)


@given(st.text(max_size=60) | st.text("0123456789 :+-,()JanMonGMT", max_size=60))
def test_no_text_breaks_the_date_parser(text):
    for found in (parse_date(text), envelope_date(f"From x {text}")):
        assert found is None or found.utcoffset() == datetime.now(UTC).utcoffset()
