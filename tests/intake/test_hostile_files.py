"""Whatever a file holds, an import ends in a sentence or in an account of every item, and sound items are stored."""

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.importers import registry
from convo.model.views import ImportReport
from tests.intake.bringing import account, bring_in, stored
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
