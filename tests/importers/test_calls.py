"""Call logs of any telephone: recognised by their headers in five languages."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.call_events import UnreadableDuration, call_title, seconds
from convo.importers.calls import IMPORTER
from convo.model.envelope import EventEnvelope, Item, Skipped, Unreadable
from tests.importers.mutations import DATA, damaged, survived

LOG = DATA / "calls_de.csv"


def read(path: Path, **options: Any) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions(**options)))


def log(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text(text)
    return path


def test_a_german_log_in_windows_letters_is_understood():
    first = read(LOG)[0]
    assert isinstance(first, EventEnvelope)
    assert (first.customer[0].value, first.customer[0].name) == ("+34 600 111 222", "Ana López")
    assert (first.title, first.duration, first.at.isoformat()) == ("call, 3 min", 185, "2023-07-20T10:00:00+00:00")
    assert first.data == {"direction": "inbound", "disposition": "ANSWERED", "note": "Laufrad R7"}


def test_directions_and_missed_calls_are_words_of_any_of_the_languages():
    calls = [item for item in read(LOG) if isinstance(item, EventEnvelope)]
    assert [(call.data["direction"], call.title) for call in calls] == [
        ("inbound", "call, 3 min"),
        ("inbound", "missed call"),
        ("outbound", "call, 1 h 2 min"),
    ]


def test_hidden_and_internal_numbers_are_skipped():
    assert [item.reason for item in read(LOG) if isinstance(item, Skipped)] == [
        "a call whose number was hidden",
        "an internal call with 101",
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Phone number,Start time,Duration,Direction",
        "Telefonnummer;Datum;Gesprächsdauer;Richtung",
        "Número de teléfono;Fecha y hora;Duración;Tipo",
        "Numéro de téléphone;Date et heure;Durée;Sens",
        "Numero di telefono;Data e ora;Durata (s);Direzione",
    ],
)
def test_a_log_is_recognised_in_each_language(tmp_path: Path, header: str):
    mark = ";" if ";" in header else ","
    path = log(tmp_path, f"{header}\n{mark.join(['+34600111222', '2023-07-20 10:00', '75', 'out'])}\n")
    assert IMPORTER.recognises(Source(path, path.read_bytes()))
    [call] = read(path)
    assert isinstance(call, EventEnvelope)
    assert (call.title, call.data["direction"]) == ("call, 1 min", "outbound")


def test_from_and_to_give_the_customer_by_direction_or_by_which_is_ours(tmp_path: Path):
    path = log(
        tmp_path,
        "From,To,Date,Duration,Type,Id\n"
        "+34600111222,+4989111111,2023-07-20 10:00,60,incoming,a\n"
        "+4989111111,+34600111333,2023-07-20 11:00,60,outgoing,b\n"
        "101,+34600111444,2023-07-20 12:00,60,,c\n"
        "+4989111111,+34600111555,2023-07-20 13:00,60,,d\n",
    )
    calls = [item for item in read(path, own=frozenset({"+4989111111"})) if isinstance(item, EventEnvelope)]
    assert [call.customer[0].value[-3:] for call in calls] == ["222", "333", "444", "555"]
    assert [call.data["direction"] for call in calls] == ["inbound", "outbound", "outbound", "outbound"]
    assert calls[0].external_id == "call:a"


def test_month_and_day_are_told_apart_over_the_whole_file(tmp_path: Path):
    path = log(tmp_path, "Number,Date,Duration\n+34600111222,3/4/2023 10:05 PM,10\n+34600111222,3/31/2023 9:00 AM,10\n")
    first = read(path)[0]
    assert isinstance(first, EventEnvelope)
    assert first.at.isoformat() == "2023-03-04T22:05:00+00:00"


def test_dates_that_can_be_read_both_ways_are_asked_about(tmp_path: Path):
    path = log(tmp_path, "Number,Date,Duration\n+34600111222,3/4/2023,10\n")
    with pytest.raises(BadInput, match="day or the month") as caught:
        read(path)
    assert "--date-order" in caught.value.hint
    [call] = read(path, date_order="dmy")
    assert isinstance(call, EventEnvelope)
    assert (call.at.month, call.at.day) == (4, 3)


def test_bad_rows_are_unreadable_with_their_line(tmp_path: Path):
    path = log(tmp_path, "Number,Date,Duration\n+34600111222,soon,10\n+34600111222,2023-07-20,long\n+34600111222\n")
    assert [item.reason for item in read(path) if isinstance(item, Unreadable)] == [
        "line 2 has a date that cannot be read: 'soon'",
        "line 3 has a duration that cannot be read: 'long'",
        "line 4 has 1 cell where the header has 3",
    ]


def test_a_table_that_is_no_call_log_is_refused_with_its_columns(tmp_path: Path):
    with pytest.raises(BadInput) as caught:
        read(log(tmp_path, "Colour,Size\nred,2\n"))
    assert "Colour, Size" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [("185", 185), ("3:05", 185), ("0:03:05", 185), ("1:00:00", 3600), ("3 min 5 s", 185), ("185 sec", 185), ("", 0),
     ("1h 2m", 3720), ("12.7", 12)],
)  # fmt: skip
def test_durations_are_read_as_telephones_write_them(text: str, expected: int):
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["long", "-5", "3:5", "999999999", "5 5", "1 year", "3:05 3:05"])
def test_other_durations_are_refused(text: str):
    with pytest.raises(UnreadableDuration):
        seconds(text)


def test_titles_say_how_long_a_call_was():
    assert [call_title("inbound", True, each) for each in (0, 59, 60, 3570, 3600, 3900)] == [
        "call, 0 s", "call, 59 s", "call, 1 min", "call, 1 h", "call, 1 h", "call, 1 h 5 min",
    ]  # fmt: skip


@given(data=damaged(LOG.read_bytes()) | st.binary(max_size=200))
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "calls.csv", data, ReadOptions())
