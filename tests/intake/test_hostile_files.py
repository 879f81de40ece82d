"""Whatever a file holds, an import ends in a sentence or in an account of every item, and sound items are stored."""

import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.importers import registry
from convo.intake import run as reading
from convo.model.views import ImportReport
from tests.intake.hostile import (
    EVIL,
    EVIL_BYTES,
    MAGICS,
    mbox,
    slack_zip,
    sound_log,
    sound_mail,
    whatsapp_zip,
)
from tests.intake.saying import rows

FORMATS = [name for name, _ in registry.IMPORTERS]


@pytest.fixture
def sqlite_desk(sqlite_store) -> Desk:
    from convo.config import Settings
    from convo.desk.desk import Actor
    from convo.model.words import Role

    return Desk(sqlite_store, Settings(store=str(sqlite_store.location.path)), Actor("tester", Role.ADMIN))


def bring_in(desk: Desk, path: Path, **options: object) -> ImportReport | BadInput:
    """Import one file: the account of it, checked against the ledger, or the refusal, checked to be one sentence."""
    try:
        (report,) = desk.imports.run([path], **options)  # type: ignore[arg-type]
    except BadInput as problem:
        report = problem
    if isinstance(report, BadInput):
        assert report.message
        assert "\n" not in report.message
        report.message.encode()
        assert len(report.message) < 1000
        assert all(row[0] == "done" for row in rows(desk.store, "import_run", "state"))
        return report
    assert report.fetched == report.stored + report.skipped + report.quarantined
    assert report.fetched == [row[0] for row in rows(desk.store, "ledger", "import_run_id")].count(report.run_id)
    assert report.state == "done"
    json.dumps(report.quarantined_because, ensure_ascii=False).encode()
    return report


def stored(desk: Desk, path: Path, **options: object) -> int:
    report = bring_in(desk, path, **options)
    return report.stored if isinstance(report, ImportReport) else 0


def account(desk: Desk, path: Path, **options: object) -> ImportReport:
    report = bring_in(desk, path, **options)
    assert isinstance(report, ImportReport), report.message
    return report


@pytest.mark.parametrize("format", [None, *(name for name in FORMATS if name != "maildir")])
def test_garbage_of_every_beginning_is_refused_or_accounted_for_by_every_reader(
    sqlite_desk: Desk, tmp_path: Path, format: str | None
) -> None:
    dice = random.Random(1)
    tails = (b"", b"\x00" * 3000, dice.randbytes(3000), EVIL_BYTES * 20)
    shift = FORMATS.index(format) if format else 0
    for number, magic in enumerate(MAGICS):
        path = tmp_path / f"garbage-{number}"
        path.write_bytes(magic + tails[(number + shift) % len(tails)])
        bring_in(sqlite_desk, path, format=format)
    assert stored(sqlite_desk, sound_log(tmp_path / "sound.jsonl")) == 5


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
@pytest.mark.parametrize(("make", "whole"), [(slack_zip, 60), (whatsapp_zip, 20)], ids=["slack", "whatsapp"])
def test_an_archive_cut_anywhere_is_refused_or_accounted_for_and_imports_whole_later(
    sqlite_desk: Desk, tmp_path: Path, make: Callable[[int], bytes], whole: int, method: int
) -> None:
    data = make(method)
    path = tmp_path / "WhatsApp Chat with Ana Ruiz.zip"
    for cut in range(0, len(data), max(1, len(data) // 25)):
        path.write_bytes(data[:cut])
        bring_in(sqlite_desk, path)
    path.write_bytes(data)
    account(sqlite_desk, path)
    assert len(rows(sqlite_desk.store, "message", "id")) == whole


@pytest.mark.parametrize("make", [slack_zip, whatsapp_zip], ids=["slack", "whatsapp"])
def test_an_archive_with_flipped_bytes_is_refused_or_accounted_for(
    sqlite_desk: Desk, tmp_path: Path, make: Callable[[], bytes]
) -> None:
    dice = random.Random(2)
    for number in range(30):
        data = bytearray(make())
        for _ in range(dice.randint(1, 5)):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path = tmp_path / f"WhatsApp Chat {number}.zip"
        path.write_bytes(data)
        bring_in(sqlite_desk, path)


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(sqlite_desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("users.json", "[]")
        archive.writestr("channels.json", '[{"id": "C1", "name": "general"}]')
        with archive.open("general/2026-11-02.json", "w", force_zip64=True) as member:
            member.write(b"[")
            for _ in range(300):
                member.write(b" " * 1_000_000)
    report = account(sqlite_desk, path)
    assert report.quarantined == 1
    assert "times its size" in next(iter(report.quarantined_because))


ENDLESS = {
    "log.txt": (b"02/11/2026, 09:00 - Ana: hi\n02/11/2026, 09:01 - Ben: ", b"a", b"\n02/11/2026, 09:02 - Ana: bye\n"),
    "log.jsonl": (
        b'{"from":"a@example.org","date":1760000000,"text":"hi","id":"1"}\n{"from":"a@example.org","text":"',
        b"a",
        b'"}\n{"from":"a@example.org","date":1760000001,"text":"bye","id":"2"}\n',
    ),
    "log.csv": (
        b"Email,Date,Text\na@example.org,2026-11-02 09:00,hi\na@example.org,2026-11-02 09:01,",
        b"a",
        b"\na@example.org,2026-11-02 09:02,bye\n",
    ),
    "log.mbox": (
        b"From a Mon Nov  2 09:00:00 2026\n" + sound_mail(1) + b"\nFrom a Mon Nov  2 09:00:00 2026\nSubject: ",
        b"a",
        b"\n\nFrom a Mon Nov  2 09:00:00 2026\n" + sound_mail(2),
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_line_of_100_mb_stops_neither_what_stands_before_it_nor_after_it(
    sqlite_desk: Desk, tmp_path: Path, name: str
) -> None:
    before, one, after = ENDLESS[name]
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(before)
        for _ in range(100):
            file.write(one * 1_000_000)
        file.write(after)
    report = account(sqlite_desk, path)
    assert (report.stored, report.quarantined) == (2, 1)
    path.unlink()


@pytest.mark.parametrize("only", [b"a", b"\x00", b"{", b"[", b'"', b",", b" ", b"\xff"])
def test_a_file_that_is_one_line_of_2_mb_is_refused_or_accounted_for(
    sqlite_desk: Desk, tmp_path: Path, only: bytes
) -> None:
    path = tmp_path / "line"
    path.write_bytes(only * 2_000_000)
    bring_in(sqlite_desk, path)
    for format in ("mbox", "eml", "jsonl", "csv", "whatsapp", "telegram"):
        bring_in(sqlite_desk, path, format=format)


HOSTILE_MAILS = {
    "10,000-deep MIME": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(10_000)
    )
    + b"\nat the bottom\n",
    "10,000 attached mails in each other": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    + b"Content-Type: message/rfc822\n\n" * 10_000,
    "100,000 parts": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    + b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\n" * 100_000,
    "a header of 40,000 lines": b"From: a@example.org\n" + b"X-Spam: yes\n" * 40_000 + b"\nbody\n",
    "a header folded 40,000 times": b"From: a@example.org\nSubject: a\n" + b" b\n" * 40_000 + b"\nbody\n",
    "header lines of white space": b"From: a@example.org\nSubject: a\n" + b" \n" * 9_000 + b"Date: no\n\nbody\n",
    "a field without an end": b"From: a@example.org\nSubject: " + b"a" * 3_000_000,
    "a smuggled header": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    b"Subject: =?utf-8?q?hi=0D=0ABcc:_all@example.org=0D=0A=0D=0Abody?=\n\nbody\n",
    "escape sequences everywhere": b"From: =?utf-8?b?" + b"G103MTtjO2NtMD0H" + b"?= <a@example.org>\n"
    b"Date: Mon, 2 Nov 2026 09:00:00 +0000\nSubject: " + EVIL_BYTES.replace(b"\r\n", b"")
    + b"\n\n" + EVIL_BYTES + b"\n",
    "a name of 1 MB": b'From: "' + b"N" * 1_000_000 + b'" <a@example.org>\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\nx\n',
    "a boundary of 100 KB": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    b'Content-Type: multipart/mixed; boundary="' + b"b" * 100_000 + b'"\n\n--' + b"b" * 100_000 + b"\n\nx\n",
    "names of parts that lead out": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Disposition: attachment; '
    b'filename="../../etc/passwd"\n\na\n--x\nContent-Disposition: attachment; filename="' + b"f" * 4_000
    + b'.pdf"\n\nb\n--x--\n',
    "an address of 100 KB": b"From: " + b"a" * 100_000 + b"@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\nx\n",
    "100,000 recipients": b"From: shop@example.net\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nTo: "
    + b", ".join(b"a%d@example.org" % n for n in range(50_000)) + b"\n\nx\n",
    "100,000 references": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nReferences: "
    + b"<a@b> " * 100_000 + b"\n\nx\n",
    "an id of 100 KB": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nMessage-ID: <"
    + b"i" * 100_000 + b"@x>\n\nx\n",
    "ids with NULs": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nMessage-ID: <i\0d@x>\n"
    b"References: <r\0r@x> <\xff\xfe@x>\n\nx\n",
    "base64 of nothing": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    b"Content-Transfer-Encoding: base64\n\n" + b"=" * 500_000,
    "encoded words in encoded words": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nSubject: "
    + b"=?utf-8?q?" * 20_000 + b"?=" * 20_000 + b"\n\nx\n",
    "html nested 100,000 deep": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    b"Content-Type: text/html\n\n" + b"<div><table><tr><td>" * 25_000,
    "quotes nested 100,000 deep": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\n"
    + b"".join(b">" * (n % 1000) + b" x\n" for n in range(4_000)),
    "a charset of nowhere": b"From: a@example.org\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n"
    b"Content-Type: text/plain; charset=\"" + b"x" * 10_000 + b"\"\n\n\xff\xfe\xfd\n",
    "year 0": b"From: a@example.org\nDate: Mon, 2 Nov 0000 09:00:00 +0000\n\nx\n",
    "year 9999": b"From: a@example.org\nDate: Fri, 31 Dec 9999 23:59:59 -1200\n\nx\n",
    "year 99999": b"From: a@example.org\nDate: Mon, 2 Nov 99999 09:00:00 +9999\n\nx\n",
    "year -5": b"From: a@example.org\nDate: Mon, 2 Nov -5 09:00:00 +0000\n\nx\n",
    "garbage": bytes(range(256)) * 40,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_MAILS)
def test_a_mail_that_means_harm_stops_none_of_its_neighbours(desk: Desk, tmp_path: Path, name: str) -> None:
    mail = HOSTILE_MAILS[name].replace(b"\nFrom ", b"\n>From ")
    path = mbox(tmp_path / "log.mbox", [sound_mail(1), sound_mail(2), mail, sound_mail(3)])
    report = account(desk, path, own=["shop@example.net"])
    assert report.fetched == 4
    assert report.stored >= 3
    assert len([row for row in rows(desk.store, "message", "subject") if row[0].startswith("About ")]) == 3
    for row in desk.imports.quarantine().items:
        assert row.reason.isprintable()
    for (kept,) in rows(desk.store, "attachment", "name"):
        assert "/" not in kept
        assert 0 < len(kept) <= 200
    path.write_bytes(mail)
    bring_in(desk, path, format="eml")


def test_a_mail_that_breaks_every_reader_is_quarantined_with_its_bytes(desk: Desk, tmp_path: Path) -> None:
    worst = b"X" * 10 + b"\x00\xff" * 500 + b"\n" + bytes(range(256)) * 100
    path = mbox(tmp_path / "log.mbox", [sound_mail(1), worst, sound_mail(2)])
    report = account(desk, path)
    assert (report.stored, report.quarantined) == (2, 1)
    (row,) = desk.imports.quarantine().items
    assert row.place == "message 2"
    assert desk.imports.quarantined(row.id)[1].startswith(b"X" * 10 + b"\x00\xff")


DATES = [
    0, 1, -5, 1e300, -1e300, 10**30, 253402300799, 253402300800, "0000-00-00", "0001-01-01T00:00:00+14:00", "NaN",
    "9999-12-31T23:59:59-12:00", "10000-01-01", "-5", "1e300", "Infinity", "", None, [], {}, True, EVIL,
    "2026-02-30", "24:61", "2026-11-02T09:00:00+99:99",
]  # fmt: skip


def test_impossible_dates_are_quarantined_or_stored_and_never_an_error(desk: Desk, tmp_path: Path) -> None:
    lines = [
        json.dumps({"from": "a@example.org", "date": date, "text": "x", "id": f"d{n}"}) for n, date in enumerate(DATES)
    ]
    lines += [
        f'{{"from": "a@example.org", "date": {bare}, "text": "x"}}' for bare in ("NaN", "-Infinity", "1e999", "00")
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(lines) + "\n")
    report = account(desk, log)
    assert report.fetched == len(lines)
    assert report.quarantined >= 20
    table = tmp_path / "log.csv"
    table.write_text("Email,Date,Text\n" + "".join(f'a@example.org,"{str(d)[:30]}",x\n' for d in DATES if d != EVIL))
    bring_in(desk, table, date_order="ymd")
    messages = [
        {"id": n, "type": "message", "date": said, "date_unixtime": said, "from": "Ana", "from_id": "u7", "text": "x"}
        for n, said in enumerate(str(date)[:30] for date in DATES)
    ]
    telegram = tmp_path / "result.json"
    telegram.write_text(json.dumps({"name": "Ana", "type": "personal_chat", "id": 7, "messages": messages}))
    assert account(desk, telegram, own=["Ben"]).fetched == len(DATES)
    chat = tmp_path / "chat.txt"
    chat.write_text(
        "".join(f"{d}, 09:00 - Ana: x\n" for d in ("00/00/0000", "99/99/99", "31/02/2026", "01/01/9999", "02/11/2026"))
    )
    assert account(desk, chat, format="whatsapp").fetched >= 4


DEEP = 10_000
NESTED = {
    "log.jsonl": '{"from":"a@example.org","date":1760000000,"text":"hi"}\n{"from":"a@example.org","date":1,"data":%s}\n'
    '{"from":"a@example.org","date":1760000001,"text":"bye"}\n',
    "result.json": '{"name":"Ana","type":"personal_chat","id":7,"messages":['
    '{"id":1,"type":"message","date_unixtime":"1760000000","from":"Ana","from_id":"user7","text":"hi"},'
    '{"id":2,"type":"message","date_unixtime":"1760000000","from":"Ana","from_id":"user7","text":%s},'
    '{"id":3,"type":"message","date_unixtime":"1760000001","from":"Ana","from_id":"user7","text":"bye"}]}',
    "message_1.json": '{"participants":[{"name":"Ana"},{"name":"Ben"}],"messages":['
    '{"sender_name":"Ana","timestamp_ms":1760000000000,"content":"hi"},'
    '{"sender_name":"Ana","timestamp_ms":1760000000000,"content":"x","photos":%s},'
    '{"sender_name":"Ana","timestamp_ms":1760000001000,"content":"bye"}],"title":"Ana","thread_path":"inbox/ana_1"}',
}


@pytest.mark.parametrize(
    "brackets", [("[", "]"), ('{"a":', "}"), ("[", ""), ("", "]")], ids=["lists", "objects", "open", "stray"]
)
@pytest.mark.parametrize("name", NESTED)
def test_json_nested_10_000_deep_spoils_its_own_item_only(
    sqlite_desk: Desk, tmp_path: Path, name: str, brackets: tuple[str, str]
) -> None:
    opening, closing = brackets
    path = tmp_path / name
    path.write_text(NESTED[name] % (opening * DEEP + "1" + closing * DEEP))
    report = bring_in(sqlite_desk, path, own=["Ben"])
    if closing and opening:
        assert isinstance(report, ImportReport)
        assert report.stored >= 2
        assert report.fetched == 3


def test_lone_surrogates_nuls_and_escape_sequences_in_every_field_are_stored_harmless(
    desk: Desk, tmp_path: Path
) -> None:
    fields = ("author", "subject", "thread", "id", "language", "channel")
    records = [
        {"from": "a@example.org", "date": 1760000000 + n, "text": EVIL, field: EVIL} for n, field in enumerate(fields)
    ]
    records.append(
        {
            "customer": {"email": "b@example.org", "name": EVIL, "attributes": {EVIL: EVIL, "\ud800": "\x00"}},
            "date": 1760000100, "text": "x", "tags": [EVIL, "\x00", "", "a,b"], "references": [EVIL, "\udfff"],
            "attachments": [{"name": "../../etc/passwd\x00\ud800", "type": EVIL, "base64": "QQ=="}],
        }
    )  # fmt: skip
    records.append({"from": "a@example.org", "date": 1760000200, "event": "purchase", "title": EVIL, "amount": 1,
                    "currency": "EUR", "data": {EVIL: EVIL}, "id": EVIL})  # fmt: skip
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(record) + "\n" for record in records))
    report = account(desk, log)
    assert (report.fetched, report.stored) == (len(records), len(records))
    assert "passwd" in rows(desk.store, "attachment", "name")[0][0]
    assert account(desk, log).skipped == len(records)


def test_a_dry_run_of_hostile_items_foretells_what_the_import_does(desk: Desk, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    values = [EVIL, "\x00", "\ud800", "x" * 3_000, "", "erased:x", "content:x", "a b", 7, None, [], {}]
    records = [
        {"from": "a@example.org", "date": 1760000000 + n, "text": "x", field: value}
        for field in ("id", "thread", "channel", "from", "date", "event", "tags")
        for n, value in enumerate(values)
    ]
    log.write_text("".join(json.dumps(record) + "\n" for record in records))
    (foretold,) = desk.imports.run([log], dry_run=True)
    assert rows(desk.store, "ledger", "id") == []
    done = account(desk, log)
    assert (foretold.stored, foretold.skipped, foretold.quarantined) == (done.stored, done.skipped, done.quarantined)
    assert foretold.quarantined_because == done.quarantined_because


LONG = 1_000_000
TOO_LONG = {
    "id": "i" * LONG, "thread": "t" * LONG, "author": "a" * LONG, "subject": "s" * LONG, "language": "l" * LONG,
    "channel": "c" * LONG, "tags": ["t" * LONG], "references": ["r" * LONG], "text": "x " * LONG,
    "customer": {"external": "e" * LONG}, "from": "f" * LONG + "@example.org",
    "attachments": [{"name": "n" * LONG, "type": "t" * LONG, "base64": "QQ=="}],
}  # fmt: skip


@pytest.mark.parametrize("field", TOO_LONG)
@pytest.mark.parametrize("letter", ["", "\U0001f980"], ids=["ascii", "four bytes a letter"])
def test_a_field_of_a_megabyte_is_cut_or_quarantined(desk: Desk, tmp_path: Path, field: str, letter: str) -> None:
    value = TOO_LONG[field]
    if letter and isinstance(value, str):
        value = letter * (LONG // 4)
    sound = {"from": "a@example.org", "date": 1760000000, "text": "hi"}
    record = {key: value for key, value in sound.items() if not (field == "customer" and key == "from")} | {
        field: value
    }
    log = tmp_path / "log.jsonl"
    log.write_text(
        "\n".join(
            json.dumps(each, ensure_ascii=False)
            for each in (sound, record | {"date": 1760000001}, sound | {"date": 1760000002})
        )
    )
    report = account(desk, log)
    assert report.fetched == 3
    assert report.stored >= 2


def test_a_table_with_100_000_columns_or_a_million_quotes_is_refused_or_accounted_for(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    for number, text in enumerate(
        (
            "Email,Date,Text" + ",x" * 100_000 + "\na@example.org,2026-11-02 09:00,hi\n",
            "Email,Date,Text\n" + 'a@example.org,2026-11-02 09:00,"hi\n' * 5_000,
            "Email,Date,Text\n" + '"' * 1_000_001 + "\n",
            "Email,Email,Email\n" * 10,
        )
    ):
        path = tmp_path / f"{number}.csv"
        path.write_text(text)
        bring_in(sqlite_desk, path)
        bring_in(sqlite_desk, path, format="csv")


# Files and folders that change, hide or are none.


def test_a_file_that_vanishes_before_its_turn_costs_a_sentence_and_can_be_taken_up_again(
    desk: Desk, tmp_path: Path
) -> None:
    first, second, third = (sound_log(tmp_path / f"{n}.jsonl", 5, n * 5) for n in range(3))
    kept = second.read_bytes()
    reports = desk.imports.run([first, second, third], progress=lambda told: second.unlink(missing_ok=True))
    assert [report.stored for report in reports] == [5, 0, 5]
    assert reports[1].state == "not read: there is no file '1.jsonl'"
    second.write_bytes(kept)
    assert stored(desk, second) == 5
    assert [row[0] for row in rows(desk.store, "import_run", "state")] == ["done"] * 3


def _make_unreadable(path: Path) -> None:
    """Reading it fails with an error of the system, for the superuser too."""
    path.unlink()
    path.symlink_to("/proc/self/mem")


def test_a_file_that_cannot_be_read_any_more_costs_a_sentence_and_stops_no_other(desk: Desk, tmp_path: Path) -> None:
    first, second, third = (sound_log(tmp_path / f"{n}.jsonl", 5, n * 5) for n in range(3))
    reports = desk.imports.run([first, second, third], progress=lambda told: _make_unreadable(second))
    assert [report.stored for report in reports] == [5, 0, 5]
    assert "cannot be read: Input/output error" in reports[1].state
    with pytest.raises(BadInput, match="Input/output error"):
        desk.imports.run([second])
    second.unlink()
    assert stored(desk, sound_log(second, 5, 5)) == 5


def test_a_run_whose_file_breaks_off_midway_is_taken_up_where_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 10)
    log = tmp_path / "log.jsonl"
    sound_log(log, 50)
    importer = registry.by_name("jsonl")
    real = type(importer).read

    def breaks(self, source, options):
        for number, item in enumerate(real(self, source, options)):
            if number == 25:
                raise OSError(5, "Input/output error")
            yield item

    with monkeypatch.context() as patch:
        patch.setattr(type(importer), "read", breaks)
        with pytest.raises(BadInput, match="cannot be read: Input/output error"):
            desk.imports.run([log])
    assert rows(desk.store, "import_run", "state") == [("running",)]
    assert len(rows(desk.store, "message", "id")) == 20
    report = account(desk, log)
    assert (report.run_id, report.fetched, report.stored) == (1, 50, 50)


@pytest.mark.parametrize("change", ["grows", "shrinks", "is emptied", "is replaced"])
def test_a_file_that_changes_while_it_is_read_loses_nothing_in_the_end(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(reading, "BATCH", 500)
    log, told = sound_log(tmp_path / "log.jsonl", 5_000), []

    def disturb(progress: object) -> None:
        if told:
            return
        told.append(progress)
        if change == "grows":
            with log.open("ab") as file:
                file.write(sound_log(tmp_path / "more.jsonl", 100, 5_000).read_bytes())
        elif change == "shrinks":
            os.truncate(log, log.stat().st_size // 2 + 7)
        elif change == "is emptied":
            os.truncate(log, 0)
        else:
            sound_log(tmp_path / "other.jsonl", 100, 9_000).replace(log)

    (report,) = desk.imports.run([log], progress=disturb)
    assert report.fetched == report.stored + report.skipped + report.quarantined
    account(desk, sound_log(log, 5_100))
    assert {row[0] for row in rows(desk.store, "message", "body")} == {f"sound {n}" for n in range(5_100)}
    assert len(rows(desk.store, "message", "id")) == 5_100


def test_a_folder_with_loops_pipes_and_devices_is_walked_and_nothing_hangs(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    sound_log(folder / "deep" / "log.jsonl")
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    (folder / "empty").touch()
    found = {str(Path(report.path).relative_to(folder)): report for report in desk.imports.run([folder])}
    assert found["deep/log.jsonl"].stored == 5
    assert {name: report.state for name, report in found.items()} == {
        "deep/log.jsonl": "done",
        "deep/loop": "not read: it is a link",
        "empty": "not recognised",
        "gone": "not read: it is a link",
        "pipe": "not read: it is no regular file",
        "self": "not read: it is a link",
        "zero": "not read: it is a link",
    }


def test_a_pipe_a_device_or_a_broken_link_named_itself_is_refused(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    names = (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null"), tmp_path / "self", tmp_path / "gone",
             tmp_path / ("n" * 300), tmp_path / "a\0b", tmp_path / "pipe" / "inside")  # fmt: skip
    for path in names:
        assert isinstance(bring_in(desk, path), BadInput)


def test_a_maildir_with_pipes_links_and_mails_that_vanish_is_read_to_its_end(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for n in range(6):
        (folder / "cur" / f"176000000{n}.x:2,S").write_bytes(sound_mail(n))
    os.mkfifo(folder / "cur" / "1760000006.pipe:2,S")
    (folder / "new" / "1760000007.out").symlink_to("/etc/passwd")
    (folder / "new" / "1760000008.loop").symlink_to(folder / "new" / "1760000008.loop")
    (folder / "cur" / "1760000009.\udcff\udcfe:2,S").write_bytes(sound_mail(9))
    report = account(desk, folder)
    assert (report.fetched, report.stored) == (10, 7)


def test_folders_nested_a_thousand_deep_are_walked(desk: Desk, tmp_path: Path) -> None:
    top = here = tmp_path / "deep"
    top.mkdir()
    for _ in range(1_200):
        here = here / "d"
        here.mkdir()
    try:
        sound_log(here / "log.jsonl")
        (report,) = desk.imports.run([top])
        assert report.stored == 5
    finally:
        (here / "log.jsonl").unlink()
        while here != tmp_path:  # pytest's own cleaning recurses
            here.rmdir()
            here = here.parent


NAMES = (b"caf\xe9.jsonl", b"\xff\xfe\xfd.jsonl", b"-x.jsonl", b"--help", b"a\nb\t\x1b]52;c;eA==\x07.jsonl",
         b"\xe2\x80\xaetxt.jsonl", b"[bold].jsonl", b" .jsonl", b"%s%n.jsonl", b"C:\\x.jsonl", b"n" * 255)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_imported_reported_and_found_again(desk: Desk, tmp_path: Path, name: bytes) -> None:
    path = tmp_path / "logs" / os.fsdecode(name)
    path.parent.mkdir()
    sound_log(path)
    with path.open("ab") as file:
        file.write(b"{broken\n")
    told: list[str] = []
    report = desk.imports.run([path], progress=lambda progress: told.append(progress.path))[0]
    assert (report.stored, report.quarantined) == (5, 1)
    for text in (report.path, *told, *(row.path for row in desk.imports.quarantine().items)):
        text.encode()
    sound_log(path, 6)
    (again,) = desk.imports.retry()
    assert (again.stored, again.quarantined) == (6, 0)
    (whole,) = desk.imports.run([path.parent])
    assert whole.skipped == 6
    path.write_bytes(b"")
    refusal = bring_in(desk, path)
    assert isinstance(refusal, BadInput)


def test_a_file_named_from_its_own_folder_is_found_again_from_another(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.jsonl").write_text("{broken\n")
    assert account(desk, Path("log.jsonl"), format="jsonl").path == "log.jsonl"
    sound_log(Path("log.jsonl"), 1)
    monkeypatch.chdir("/")
    (again,) = desk.imports.retry()
    assert (again.stored, again.quarantined) == (1, 0)


def test_a_file_that_is_gone_stops_no_retry_of_the_others(desk: Desk, tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.jsonl").write_text("{broken\n")
        account(desk, tmp_path / f"{n}.jsonl", format="jsonl")
        sound_log(tmp_path / f"{n}.jsonl", 1, n)
    (tmp_path / "1.jsonl").unlink()
    reports = desk.imports.retry()
    assert [report.stored for report in reports] == [1, 0, 1]
    assert reports[1].state.startswith("not read: ")
    assert "is gone" in reports[1].state


def test_a_chat_whose_file_name_is_in_an_old_encoding_still_tells_whom_it_is_with(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("WhatsApp Chat mit Jürgen.txt".encode("cp1252"))
    path.write_text("02.11.26, 09:00 - Jürgen: hallo\n02.11.26, 09:01 - Laden: guten Tag\n", "utf-8")
    assert account(desk, path).stored == 2
    assert rows(desk.store, "customer", "name") == [("Jürgen",)]
    assert sorted(rows(desk.store, "message", "direction")) == [("inbound",), ("outbound",)]


def test_300_files_at_once_are_each_accounted_for(sqlite_desk: Desk, tmp_path: Path) -> None:
    paths = [sound_log(tmp_path / f"{n:03d}.jsonl", 2, 2 * n) for n in range(300)]
    paths[150].write_bytes(b"")
    with pytest.raises(BadInput, match=r"150\.jsonl"):
        sqlite_desk.imports.run(paths)
    assert rows(sqlite_desk.store, "message", "id") == []
    reports = sqlite_desk.imports.run(
        [tmp_path / "shop.convo", *paths] if False else [p for p in paths if p != paths[150]]
    )
    assert len(reports) == 299
    assert sum(report.stored for report in reports) == 598
