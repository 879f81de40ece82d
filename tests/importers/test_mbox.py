"""mbox files of every make, streamed."""

import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers import mbox
from convo.importers.base import HEAD_BYTES, Source
from convo.mail.mbox_split import split_mbox
from convo.model.envelope import Envelope, Item, Skipped, Unreadable
from convo.model.words import Direction
from tests.importers.mail_options import OPTIONS
from tests.mail.mails import OWN, mail
from tests.shared_data import shared

FROM = b"From ana@lima.example Mon Apr 29 00:01:27 2019\n"


def source(path: Path, data: bytes | None = None) -> Source:
    if data is not None:
        path.write_bytes(data)
    with path.open("rb") as stream:
        return Source(path, stream.read(HEAD_BYTES))


def read(tmp_path: Path, data: bytes) -> list[Item]:
    return list(mbox.IMPORTER.read(source(tmp_path / "inbox", data), OPTIONS))


def texts(items: list[Item]) -> list[str]:
    assert all(isinstance(item, Envelope) for item in items), items
    return [item.text for item in items if isinstance(item, Envelope)]


def box(*bodies: str, start: bytes = FROM) -> bytes:
    return b"".join(start + mail(body.rstrip("\n") + "\n") + b"\n" for body in bodies)


def test_a_real_list_archive_has_its_three_hundred_mails():
    archive = source(shared("mail/lists/usrp-users.mbox"))
    assert mbox.IMPORTER.recognises(archive)
    items = list(mbox.IMPORTER.read(archive, OPTIONS))
    assert len(items) == 300
    envelopes = [item for item in items if isinstance(item, Envelope)]
    assert len(envelopes) == 300
    assert [item.place for item in envelopes[:2]] == ["message 1", "message 2"]
    assert not any(item.automatic for item in envelopes)
    assert all(item.text.strip() for item in envelopes)
    # The list rewrote every sender to its own address; the people behind it are the customers.
    assert not any("lists.ettus.com" in item.customer[0].value for item in envelopes)
    assert any("\nFrom here I'm a bit stumped" in item.text for item in envelopes)
    assert sum(bool(item.references) for item in envelopes) > 200


@pytest.mark.parametrize(
    "line",
    [
        b"From ana@lima.example Mon Apr 29 00:01:27 2019",
        b"From ana@lima.example Mon Apr 29 00:01:27 2019 +0200",
        b"From ana@lima.example Mon Apr 29 00:01:27 CEST 2019",
        b"From - Mon Apr 29 00:01:27 2019",
        b"From ana at lima.example  Mon Apr 29 00:01:27 2019",
        b"From 1632345@xxx Mon Apr 29 00:01:27 +0000 2019",
        b"From MAILER-DAEMON Thu Jan  1 00:00:00 2015",
        b"From ana@lima.example Mon Apr 29 2019",
    ],
)
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_every_make_of_from_line_begins_a_mail(tmp_path, line, ending):
    data = box("one", "two", start=line + b"\n").replace(b"\n", ending)
    assert mbox.IMPORTER.recognises(source(tmp_path / "box", data))
    assert texts(read(tmp_path, data)) == ["one", "two"]


def test_a_byte_order_mark_and_blank_lines_before_the_first_mail_do_no_harm(tmp_path):
    data = b"\xef\xbb\xbf\r\n\n" + box("one")
    assert mbox.IMPORTER.recognises(source(tmp_path / "box", data))
    assert texts(read(tmp_path, data)) == ["one"]


@pytest.mark.parametrize(
    "body",
    [
        "above\nFrom ana@lima.example Mon Apr 29 00:01:27 2019\nno blank line before it",
        "above\n\nFrom here on it is all downhill\n",
        "above\n\nFrom January to March 2019 it was\nquiet",
    ],
)
def test_a_line_of_the_body_that_begins_with_from_splits_no_mail(tmp_path, body):
    assert texts(read(tmp_path, box(body, "two"))) == [body.strip("\n"), "two"]


def test_escaped_from_lines_lose_one_sign(tmp_path):
    (text,) = texts(read(tmp_path, box(">From a\n>>From b\n> From c\nx >From d")))
    assert text == "From a\n>From b\n> From c\nx >From d"


def test_a_content_length_is_not_believed(tmp_path):
    data = FROM + mail("one", extra="Content-Length: 999999\n") + b"\n\n" + box("two")
    assert texts(read(tmp_path, data)) == ["one", "two"]


def test_the_from_line_dates_a_mail_that_has_no_date(tmp_path):
    (item,) = read(tmp_path, FROM + mail(without="Date"))
    assert isinstance(item, Envelope)
    assert item.sent_at == datetime(2019, 4, 29, 0, 1, 27, tzinfo=UTC)


def takeout(labels: str, **fields: str) -> bytes:
    return b"From 1@xxx Mon Apr 29 00:01:27 +0000 2019\r\n" + (
        f"X-GM-THRID: 1\nX-Gmail-Labels: {labels}\n".encode() + mail(**fields) + b"\n"
    ).replace(b"\n", b"\r\n")


def test_gmail_labels_become_tags_without_those_that_are_states(tmp_path):
    (item,) = read(tmp_path, takeout('Inbox,Opened,Kunden,"a, b",=?UTF-8?Q?M=C3=A4ngel?='))
    assert isinstance(item, Envelope)
    assert item.tags == ("Kunden", "a, b", "Mängel")


@pytest.mark.parametrize("label", ["Spam", "Trash", "Drafts"])
def test_what_gmail_put_away_is_skipped_with_the_reason(tmp_path, label):
    (item,) = read(tmp_path, takeout(f"{label},Opened"))
    assert isinstance(item, Skipped)
    assert "Gmail" in item.reason


def test_what_gmail_sent_is_outbound_whichever_address_it_came_from(tmp_path):
    (item,) = read(tmp_path, takeout("Sent", From="alias@bikes.example", To="ana@lima.example"))
    assert isinstance(item, Envelope)
    assert item.direction is Direction.OUTBOUND
    assert item.customer[0].value == "ana@lima.example"


@pytest.mark.parametrize("label", ["Sent", "Spam"])
def test_labels_that_a_sender_wrote_count_for_nothing(tmp_path, label):
    (item,) = read(tmp_path, FROM + b"Delivered-To: x\n" + mail(X_Gmail_Labels=label))
    assert isinstance(item, Envelope)
    assert item.direction is Direction.INBOUND
    assert item.tags == ()


def test_one_broken_mail_stops_nothing_and_keeps_its_number(tmp_path):
    items = read(tmp_path, box("one") + FROM + b"\x00\xff no mail\n\n" + box("three"))
    assert [type(item) for item in items] == [Envelope, Unreadable, Envelope]
    assert [item.place for item in items] == ["message 1", "message 2", "message 3"]


def test_what_stands_before_the_first_mail_is_kept_as_unreadable(tmp_path):
    items = read(tmp_path, b"some notes\n\n" + box("one"))
    assert [type(item) for item in items] == [Unreadable, Envelope]
    assert (items[0].place, items[1].place) == ("before message 1", "message 1")


def test_a_mail_beyond_the_cap_is_passed_over_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(mbox, "MAX_MAIL_BYTES", 2 << 20)
    data = (
        box("one")
        + FROM
        + mail(b"x" * (5 << 20))
        + b"\n\n"
        + FROM
        + mail((b"y" * 99 + b"\n") * 80_000)
        + b"\n"
        + box("four")
    )
    items = read(tmp_path, data)
    assert [type(item) for item in items] == [Envelope, Unreadable, Unreadable, Envelope]
    large = items[1]
    assert isinstance(large, Unreadable)
    assert "larger than 2 MB" in large.reason
    assert large.raw.startswith(FROM)
    assert len(large.raw) <= 1 << 20
    assert items[3].place == "message 4"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\x00\xff\x80" * 100, b"From here on", b"hello\n", b"a" * (3 << 20)])
def test_what_is_no_mbox_is_neither_recognised_nor_read(tmp_path, data):
    assert not mbox.IMPORTER.recognises(source(tmp_path / "box", data))
    with pytest.raises(BadInput, match="no mbox"):
        read(tmp_path, data)


def test_a_text_that_begins_with_from_and_a_date_is_not_recognised(tmp_path):
    text = b"From Monday 12:30 until 1 May 2019 the shop is closed.\nWe are sorry.\n"
    assert not mbox.IMPORTER.recognises(source(tmp_path / "notice.txt", text))


def test_a_file_that_is_gone_is_bad_input(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        list(mbox.IMPORTER.read(Source(tmp_path / "gone"), OPTIONS))


def test_a_mail_of_ours_in_an_mbox_is_outbound(tmp_path):
    (item,) = read(tmp_path, FROM + mail(From=OWN, To="ana@lima.example"))
    assert isinstance(item, Envelope)
    assert item.direction is Direction.OUTBOUND


def test_mails_are_cut_alike_wherever_the_reads_fall(monkeypatch, tmp_path):
    data = box(*(f"mail {number}\n>From x\n" + "line\n" * (number * 37 % 211) for number in range(60)))
    whole = read(tmp_path, data)
    for size in (2_001, 4_096, 10_007):
        monkeypatch.setattr("convo.mail.mbox_split._CHUNK", size)
        assert read(tmp_path, data) == whole


@given(
    st.lists(
        st.sampled_from([FROM, b"From x 2019\n", b"\n", b"\r\n", b"From: a@b\n", b">From \n", b"text\n", b"\xff\0"]),
        max_size=40,
    )
)
def test_no_mixture_of_lines_breaks_the_splitter_or_loses_a_body_line(lines):
    class Stream:
        def __init__(self) -> None:
            self.rest = iter([b"".join(lines), b""])

        def read(self, _size: int) -> bytes:
            return next(self.rest)

    pieces = list(split_mbox(Stream(), largest=1 << 20, kept=1 << 10))  # type: ignore[arg-type]
    assert sum(piece.raw.count(b"text") for piece in pieces) == b"".join(lines).count(b"text")


def test_one_large_mail_is_let_go_before_the_next_is_read(tmp_path):
    path = tmp_path / "large.mbox"
    with path.open("wb") as stream:
        for _ in range(3):
            stream.write(FROM + mail("", Content_Type="application/pdf", Content_Transfer_Encoding="base64"))
            stream.write((b"QUJD" * 19 + b"\n") * 400_000 + b"\n")
    size = path.stat().st_size // 3
    tracemalloc.start()
    assert sum(isinstance(item, Envelope) for item in mbox.IMPORTER.read(Source(path), OPTIONS)) == 3
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The buffer with its room to grow, its copy, and what the caller still holds of the mail before.
    assert peak < 3.2 * size


_MEASURE = """
import sys
import tracemalloc
from pathlib import Path
from convo.importers import mbox
from convo.importers.base import ReadOptions, Source
count = sum(1 for _ in mbox.IMPORTER.read(Source(Path(sys.argv[1])), ReadOptions()))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(count, int(status["VmHWM"].split()[0]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_memory_stays_flat_over_a_large_file_with_a_huge_mail(tmp_path):
    path = tmp_path / "large.mbox"
    chunk = box(*(f"mail {number} " + "words " * 600 for number in range(250)))
    with path.open("wb") as stream:
        for _ in range(40):
            stream.write(chunk)
        stream.write(FROM + mail(""))
        for _ in range(120):
            stream.write(b"x" * (1 << 20))
        stream.write(b"\n\n" + box("last"))
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], cwd=root, capture_output=True, text=True, check=True, timeout=120
    )
    path.unlink()
    count, kilobytes = map(int, ran.stdout.split())
    assert count == 40 * 250 + 2
    assert kilobytes < 200_000
