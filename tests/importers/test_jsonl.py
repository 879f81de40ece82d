"""The format for scripts: every field, every way to get one wrong, and other people's lines through a mapping."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.json_records import bounded_lines
from convo.importers.jsonl import IMPORTER, read_lines
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.words import Direction, EventKind
from tests.importers.mutations import DATA, damaged, reshaped, survived

SCRIPT = DATA / "script.jsonl"
GOOD = {"from": "ana@example.org", "date": "2023-07-20T10:00:00Z", "text": "Hi"}


def read(path: Path, **options: Any) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions(**options)))


def of(*records: Any, **options: Any) -> list[Item]:
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
    return list(read_lines(lines, ReadOptions(**options), "stdin"))


def reason_of(record: Any, **options: Any) -> str:
    [item] = of(record, **options)
    assert isinstance(item, Unreadable), item
    return item.reason


def test_a_message_with_every_field_keeps_them_all():
    first, reply, _ = read(SCRIPT)
    assert isinstance(first, Envelope)
    assert first == Envelope(
        direction=Direction.INBOUND,
        customer=(
            Handle("email", "ana@example.org", "Ana"),
            Handle("phone", "+34 600 111 222", "Ana"),
            Handle("external", "C-17", "Ana"),
        ),
        sent_at=datetime(2023, 7, 20, 8, tzinfo=UTC),
        text="Is the R7 in stock?\nAna",
        subject="R7",
        external_id="m1",
        thread_key="t1",
        language="en",
        tags=("wheel",),
        attributes={"city": "Sevilla"},
        source="script.jsonl",
        place="line 1",
    )
    assert isinstance(reply, Envelope)
    assert (reply.direction, reply.author, reply.references) == (Direction.OUTBOUND, "Bo", ("<a@b>",))
    assert reply.parts == (Part("list.txt", "text/plain", b"hello"),)


def test_an_event_has_kind_amount_currency_and_data():
    event = read(SCRIPT)[2]
    assert isinstance(event, EventEnvelope)
    assert (event.kind, event.title, event.amount_milli, event.currency) == (
        EventKind.PURCHASE,
        "Order 7",
        79_900,
        "EUR",
    )
    assert event.data == {"items": "2"}
    assert event.customer == (Handle("phone", "+34 600 111 222"),)
    assert event.at.microsecond == 123_000


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ana@example.org", Handle("email", "ana@example.org")), ("+34 600", Handle("phone", "+34 600")),
        ('"Ana L." <ana@example.org>', Handle("email", "ana@example.org", "Ana L.")),
        ("0049 30 1", Handle("phone", "0049 30 1")),
        ("C-17", Handle("external", "C-17")), ("4711", Handle("external", "4711")),
    ],
)  # fmt: skip
def test_the_kind_of_a_plain_from_is_guessed(written: str, expected: Handle):
    [item] = of(GOOD | {"from": written})
    assert isinstance(item, Envelope)
    assert item.customer == (expected,)


def test_a_date_without_offset_is_in_the_time_zone_told():
    [item] = of(GOOD | {"date": "2023-07-20 10:00"}, time_zone=ZoneInfo("America/New_York"))
    assert isinstance(item, Envelope)
    assert item.sent_at == datetime(2023, 7, 20, 14, tzinfo=UTC)


def test_what_one_of_us_wrote_is_outbound_unless_said_otherwise():
    [ours, told] = of(GOOD | {"author": "Bo"}, GOOD | {"author": "Bo", "direction": "note"}, own=frozenset({"bo"}))
    assert isinstance(ours, Envelope)
    assert isinstance(told, Envelope)
    assert (ours.direction, told.direction) == (Direction.OUTBOUND, Direction.NOTE)


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"date": None}, "line 1 has no date"),
        ({"date": "0000-01-01"}, "line 1 has a date that cannot be read: '0000-01-01'"),
        ({"date": "9999-12-31T23:59:59Z"}, "line 1 has a date outside 1970 to today: '9999-12-31T23:59:59Z'"),
        ({"date": "1969-12-31T23:59:59Z"}, "line 1 has a date outside 1970 to today: '1969-12-31T23:59:59Z'"),
        ({"date": float("nan")}, "line 1 has a date outside 1970 to today: 'nan'"),
        ({"date": 10**30}, "line 1 has a date outside 1970 to today: '1" + "0" * 30 + "'"),
        ({"date": True}, "line 1 has a date of the wrong kind: 'True'"),
        ({"from": None}, "line 1 has no customer"),
        ({"customer": {"name": "Ana"}}, "line 1 has a customer without any of email, phone"),
        ({"customer": ["a"]}, "line 1 has a customer that is no object: \"['a']\""),
        ({"text": {"a": 1}}, "line 1 has a text that is no text: \"{'a': 1}\""),
        ({"text": None}, ""),
        ({"direction": "up"}, "line 1 has an unknown direction 'up'; say in, out or note"),
        ({"direction": 1}, "line 1 has an unknown direction '1'; say in, out or note"),
        (
            {"event": "dance"},
            "line 1 has an unknown event 'dance'; say one of page_view, cart, purchase, call, visit, survey",
        ),
        ({"event": "cart", "amount": "lots"}, "line 1 has an amount that cannot be read: 'lots'"),
        (
            {"event": "cart", "currency": "gold"},
            "line 1 has an unknown currency 'gold'; say its three letters, as in EUR",
        ),
        ({"event": "call", "duration": -1}, "line 1 has a duration that is no number of seconds: '-1'"),
        ({"event": "call", "data": []}, "line 1 has data that is no object"),
        ({"attachments": [{"name": "x", "base64": "!"}]}, "line 1 has an attachment 'x' that is not base64"),
        ({"attachments": "x"}, "line 1 has attachments that are no list of objects"),
        ({"tags": 5}, "line 1 has tags that are no list"),
        ({"id": "x" * 1001}, "line 1 has more than 1000 characters in its id"),
    ],
)
def test_each_mistake_is_one_clear_sentence(changes: dict[str, Any], clause: str):
    if clause:
        assert reason_of(GOOD | changes).startswith(clause)
    else:
        assert isinstance(of(GOOD | changes)[0], Skipped)


@pytest.mark.parametrize(
    ("line", "clause"),
    [
        (b'{"text": "x"', "line 1 is not JSON: Expecting ',' delimiter at column 13"),
        (b"hello", "line 1 is not JSON: Expecting value at column 1"),
        (b'{"from": "a"} {"from": "b"}', "line 1 is not JSON: Extra data at column 14"),
        (b"[1]", "line 1 is no JSON object"),
        (b"\xff{}", "line 1 is not UTF-8 text: byte 1 is wrong"),
        (b'{"a":' * 100_000, "line 1 is nested too deeply"),
        (b'{"date": ' + b"9" * 5000 + b"}", "line 1 holds a number that is too long"),
    ],
)
def test_a_line_that_is_no_object_says_why(line: bytes, clause: str):
    assert reason_of(line) == clause


def test_a_line_without_text_is_not_a_message():
    assert reason_of({key: GOOD[key] for key in ("from", "date")}) == "line 1 has no text"


def test_lone_surrogates_and_nuls_become_replacement_characters():
    [item] = of(b'{"from": "a@b.example", "date": 1690000000, "text": "x\\ud800y\\u0000z \\ud83d\\ude00"}')
    assert isinstance(item, Envelope)
    assert item.text == "x\ufffdy\ufffdz \U0001f600"


def test_a_bad_line_keeps_its_bytes_and_its_number_and_stops_nothing():
    items = of(b"\n", GOOD, b"{broken", b"   \n", GOOD)
    assert [type(item) for item in items] == [Envelope, Unreadable, Envelope]
    assert [item.place for item in items] == ["line 2", "line 3", "line 5"]
    assert isinstance(items[1], Unreadable)
    assert items[1].raw == b"{broken"


def test_other_people_s_lines_are_read_through_dotted_paths():
    record = {"user": {"mail": "ana@example.org", "plan": "gold"}, "at": 1690000000, "parts": [{"body": "Hi"}]}
    mapping = {"customer.email": "user.mail", "customer.attr.plan": "user.plan", "date": "at", "text": "parts.0.body"}
    [item] = of(record, mapping=mapping)
    assert isinstance(item, Envelope)
    assert (item.customer[0].value, item.text, item.attributes) == ("ana@example.org", "Hi", {"plan": "gold"})


def test_a_mapping_that_cannot_make_a_message_is_refused_before_anything_is_read():
    with pytest.raises(BadInput, match="no column is plainly the date or the text") as caught:
        of(GOOD, mapping={"customer.email": "mail"})
    assert "--map customer.email=mail --map date=COLUMN" in caught.value.hint
    with pytest.raises(BadInput, match="is no field"):
        of(GOOD, mapping={"customer.mail": "mail"})


def test_a_file_in_another_format_is_refused_with_the_flags_to_use(tmp_path: Path):
    path = tmp_path / "other.jsonl"
    path.write_text('{"email": "a@b.example", "date": 1690000000, "message": "x"}\n' * 2)
    with pytest.raises(BadInput) as caught:
        read(path)
    assert caught.value.hint == "if this is right, add --map customer.email=email --map date=date --map text=message"
    path.write_text('{"wer": {"adresse": "a@b.example"}, "wann": 1690000000}\n' * 2)
    with pytest.raises(BadInput, match=r"the columns are wer\.adresse, wann"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("shape", ["lines", "list", "pretty list"])
def test_lists_and_marks_of_byte_order_are_understood(tmp_path: Path, shape: str, encoding: str):
    records = [GOOD | {"text": f"Grüße {n}"} for n in range(3)]
    path = tmp_path / "script.json"
    text = "".join(json.dumps(each) + "\n" for each in records)
    if shape != "lines":
        text = json.dumps(records, indent=2 if shape == "pretty list" else None, ensure_ascii=False)
    path.write_text(text, encoding=encoding)
    assert [item.text for item in read(path) if isinstance(item, Envelope)] == ["Grüße 0", "Grüße 1", "Grüße 2"]
    assert IMPORTER.recognises(Source(path, path.read_bytes()))


@pytest.mark.parametrize("content", [b"", b" \n ", b"hello\nworld\n", b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_a_file_without_any_json_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        read(path)


class Endless(io.RawIOBase):
    """A line of a hundred million bytes that never stands in memory as a whole."""

    def __init__(self) -> None:
        self.left = 100_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.left:
            return 0
        count = min(len(buffer), self.left)
        buffer[:count] = b"x" * count
        self.left -= count
        if not self.left:
            buffer[count - 1 : count] = b"\n"
        return count


def test_a_line_of_a_hundred_megabytes_is_one_unreadable_item():
    items = list(read_lines(bounded_lines(io.BufferedReader(Endless())), ReadOptions(), "stdin"))
    assert [(type(item), item.place) for item in items] == [(Unreadable, "line 1")]
    assert isinstance(items[0], Unreadable)
    assert items[0].reason == "line 1 is longer than 32 MB"
    assert len(items[0].raw) <= 65_536


def test_lines_are_read_one_by_one_as_they_come():
    taken: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            taken.append(number)
            yield json.dumps(GOOD).encode()

    items = read_lines(lines(), ReadOptions(), "stdin")
    next(items)
    assert taken == [0]


ANY = [json.loads(line) for line in SCRIPT.read_text().splitlines()]


@given(data=damaged(SCRIPT.read_bytes()) | reshaped(ANY) | st.binary(max_size=200))
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "script.jsonl", data, ReadOptions())


@given(reshaped(ANY))
def test_every_line_gives_exactly_one_item(data: bytes):
    records = json.loads(data)
    lines = [json.dumps(each).encode() for each in (records if isinstance(records, list) else [records])]
    assert len(list(read_lines(lines, ReadOptions(), "stdin"))) == len(lines)
