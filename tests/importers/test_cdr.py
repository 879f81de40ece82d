"""Asterisk call records: one event a call, whoever it was passed on to."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from convo.importers.base import ReadOptions, Source
from convo.importers.cdr import IMPORTER
from convo.model.envelope import EventEnvelope, Handle, Item, Skipped, Unreadable
from tests.importers.mutations import DATA, damaged, survived

LOG = DATA / "cdr.csv"


def read(path: Path, **options: Any) -> list[Item]:
    return list(IMPORTER.read(Source(path), ReadOptions(**options)))


def row(src: str, dst: str, **other: str) -> str:
    cells = {
        "accountcode": "", "src": src, "dst": dst, "dcontext": "default", "clid": f"<{src}>", "channel": "SIP/trunk-1",
        "dstchannel": "", "lastapp": "Dial", "lastdata": "", "start": "2023-07-20 10:00:00", "answer": "", "end": "",
        "duration": "70", "billsec": "60", "disposition": "ANSWERED", "amaflags": "DOCUMENTATION", "uniqueid": "1.1",
    } | other  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells.values()) + "\n"


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "Master.csv"
    path.write_text("".join(lines))
    return path


def test_an_answered_call_is_titled_by_its_talking_time():
    call = read(LOG)[0]
    assert isinstance(call, EventEnvelope)
    assert (call.title, call.duration, call.external_id) == ("call, 3 min", 180, "cdr:1689847200.100")
    assert call.customer == (Handle("phone", "+34600111222", "Ana Lopez"),)
    assert call.data == {"direction": "inbound", "disposition": "ANSWERED", "extension": "101"}
    assert call.channel == "phone"


def test_the_customer_is_the_outside_number_whichever_side_it_is():
    outgoing = read(LOG)[1]
    assert isinstance(outgoing, EventEnvelope)
    assert outgoing.customer == (Handle("phone", "+4930123456"),)
    assert (outgoing.data["direction"], outgoing.title) == ("outbound", "call, not answered")


def test_rows_of_one_call_are_one_event_with_their_seconds_together():
    passed_on = read(LOG)[2]
    assert isinstance(passed_on, EventEnvelope)
    assert (passed_on.duration, passed_on.data["legs"], passed_on.data["extension"]) == (180, "2", "103")
    assert (passed_on.at.minute, passed_on.place) == (0, "line 3")


def test_internal_and_hidden_callers_are_skipped_and_voicemail_and_missed_calls_are_named():
    items = read(LOG)[3:]
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "an internal call from 101 to 102",
        "a call whose number was hidden",
    ]
    assert [item.title for item in items if isinstance(item, EventEnvelope)] == ["voicemail, 20 s", "missed call"]


def test_times_are_those_of_the_log_s_time_zone():
    call = read(LOG, time_zone=ZoneInfo("Europe/Madrid"))[0]
    assert isinstance(call, EventEnvelope)
    assert call.at.isoformat() == "2023-07-20T08:00:00+00:00"


def test_our_own_long_number_is_not_the_customer_however_it_is_written(tmp_path: Path):
    path = written(
        tmp_path, row("089 123456", "030 123456", uniqueid="1.1"), row("0301234567", "089 123456", uniqueid="1.2")
    )
    calls = read(path, own=frozenset({"+49 89 123456"}), home_region="DE")
    assert [(call.customer[0].value, call.data["direction"]) for call in calls if isinstance(call, EventEnvelope)] == [
        ("030 123456", "outbound"),
        ("0301234567", "inbound"),
    ]


def test_two_long_numbers_are_told_apart_by_our_extension_s_channel(tmp_path: Path):
    path = written(
        tmp_path,
        row("+4989111111", "+34600111222", channel="PJSIP/101-00000012", uniqueid="1.1"),
        row("+34600111222", "+4989111111", dstchannel="PJSIP/101-00000013", uniqueid="1.2"),
    )
    calls = [item for item in read(path) if isinstance(item, EventEnvelope)]
    assert {call.customer[0].value for call in calls} == {"+34600111222"}
    assert [call.data["direction"] for call in calls] == ["outbound", "inbound"]


def test_a_log_without_unique_ids_has_an_event_a_row(tmp_path: Path):
    line = row("+34600111222", "101").rpartition(",")[0] + "\n"
    calls = read(written(tmp_path, line, line))
    assert [call.external_id for call in calls if isinstance(call, EventEnvelope)] == [None, None]


def test_a_table_with_the_columns_names_is_grouped_by_linkedid(tmp_path: Path):
    header = "calldate,clid,src,dst,billsec,disposition,uniqueid,linkedid\n"
    path = written(
        tmp_path,
        header,
        "2023-07-20 10:00:00,<+34600111222>,+34600111222,200,10,ANSWERED,1.1,1.1\n",
        "2023-07-20 10:00:10,<+34600111222>,+34600111222,101,50,ANSWERED,1.2,1.1\n",
    )
    assert IMPORTER.recognises(Source(path, path.read_bytes()))
    [call] = read(path)
    assert isinstance(call, EventEnvelope)
    assert (call.duration, call.external_id) == (60, "cdr:1.1")


def test_a_bad_row_or_date_is_unreadable_and_the_rest_is_read(tmp_path: Path):
    path = written(
        tmp_path,
        row("+34600111222", "101", uniqueid="1.1", start="0000-00-00 00:00:00"),
        "only,three,cells\n",
        row("+34600111222", "101", uniqueid="1.3"),
    )
    short, bad, good = read(path)
    assert isinstance(bad, Unreadable)
    assert bad.reason == "line 1 has a date that cannot be read: '0000-00-00 00:00:00'"
    assert isinstance(short, Unreadable)
    assert short.reason == "line 2 has 3 cells, which is no call record"
    assert isinstance(good, EventEnvelope)


@given(data=damaged(LOG.read_bytes()) | st.binary(max_size=200))
def test_no_damage_stops_it(tmp_path_factory, data: bytes):
    survived(IMPORTER, tmp_path_factory.getbasetemp() / "cdr.csv", data, ReadOptions())
