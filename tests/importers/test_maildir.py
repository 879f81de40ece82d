"""Maildirs, alone and in folders, read the same way each time and never beyond themselves."""

import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from convo.errors import BadInput
from convo.importers import maildir
from convo.importers.base import Source
from convo.model.envelope import Envelope, Item, Skipped, Unreadable
from convo.model.words import Direction
from tests.importers.mail_options import OPTIONS
from tests.mail.mails import mail


def make(folder: Path, **files: bytes) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for place, raw in files.items():
        part, _, name = place.partition("__")
        (folder / part / name).write_bytes(raw)
    return folder


def read(folder: Path) -> list[Item]:
    return list(maildir.IMPORTER.read(Source(folder), OPTIONS))


def test_the_mails_of_new_and_cur_come_in_the_order_of_their_names(tmp_path):
    box = make(tmp_path / "box", cur__2=mail("two"), new__1=mail("one"), cur__3=mail("three"), tmp__0=mail("half"))
    assert maildir.IMPORTER.recognises(Source(box))
    items = read(box)
    assert [item.text for item in items if isinstance(item, Envelope)] == ["one", "two", "three"]
    assert [item.place for item in items] == ["new/1", "cur/2", "cur/3"]
    assert {item.source for item in items} == {"box"}


def test_reading_a_mail_elsewhere_does_not_change_the_order(tmp_path):
    box = make(tmp_path / "box", cur__2=mail("two"), new__1=mail("one"))
    (box / "new" / "1").rename(box / "cur" / "1:2,S")
    assert [item.text for item in read(box) if isinstance(item, Envelope)] == ["one", "two"]


def test_subfolders_are_read_too_and_sent_alone_makes_nothing_outbound(tmp_path):
    box = make(tmp_path / "box", new__1=mail("one"))
    make(box / ".Sent", cur__1=mail("two"))
    make(box / ".Work.2019", cur__1=mail("three"))
    items = read(box)
    assert [item.place for item in items] == ["new/1", ".Sent/cur/1", ".Work.2019/cur/1"]
    assert all(isinstance(item, Envelope) and item.direction is Direction.INBOUND for item in items)


def test_a_folder_of_maildirs_is_recognised_and_read(tmp_path):
    make(tmp_path / "INBOX", new__1=mail("one"))
    make(tmp_path / "Archive", new__1=mail("two"))
    assert maildir.IMPORTER.recognises(Source(tmp_path))
    assert [item.place for item in read(tmp_path)] == ["Archive/new/1", "INBOX/new/1"]


@pytest.mark.parametrize("name", [".Trash", ".Junk", ".Drafts", ".INBOX.Spam"])
def test_what_lies_in_the_trash_is_skipped_with_the_reason(tmp_path, name):
    box = make(tmp_path / "box")
    make(box / name, cur__1=mail())
    (item,) = read(box)
    assert isinstance(item, Skipped)
    assert "folder" in item.reason


@pytest.mark.parametrize(("flags", "reason"), [("D", "draft"), ("ST", "deleted")])
def test_drafts_and_deleted_mails_are_skipped(tmp_path, flags, reason):
    box = make(tmp_path / "box")
    (box / "cur" / f"1:2,{flags}").write_bytes(mail())
    (item,) = read(box)
    assert isinstance(item, Skipped)
    assert reason in item.reason


def test_the_delivery_time_dates_a_mail_without_a_date(tmp_path):
    box = make(tmp_path / "box")
    (box / "new" / "1204680122.27c448.host").write_bytes(mail(without="Date"))
    (item,) = read(box)
    assert isinstance(item, Envelope)
    assert item.sent_at == datetime.fromtimestamp(1204680122, UTC)


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(mail("secret"))
    box = make(tmp_path / "box", cur__3=mail("three"))
    (box / "cur" / "1").symlink_to(secret)
    (box / "cur" / "2").symlink_to(box / "cur" / "2")
    (box / "cur" / "4").symlink_to(box / "cur" / "3")
    (box / ".Linked").symlink_to(make(tmp_path / "other", cur__1=mail("other")), target_is_directory=True)
    items = read(box)
    assert isinstance(items[0], Skipped)
    assert not isinstance(items[1], Envelope)
    assert [item.text for item in items if isinstance(item, Envelope)] == ["three", "three"]


def test_a_pipe_or_a_folder_among_the_mails_is_skipped(tmp_path):
    box = make(tmp_path / "box", cur__3=mail("three"))
    os.mkfifo(box / "cur" / "1")
    (box / "cur" / "2").mkdir()
    assert [type(item) for item in read(box)] == [Skipped, Skipped, Envelope]


def test_one_broken_mail_stops_nothing(tmp_path):
    box = make(tmp_path / "box", cur__1=b"", cur__2=b"\x00garbage", cur__3=mail("three"))
    assert [type(item) for item in read(box)] == [Unreadable, Unreadable, Envelope]


def test_a_mail_beyond_the_cap_is_unreadable_and_not_held(tmp_path):
    box = make(tmp_path / "box")
    with (box / "cur" / "1").open("wb") as stream:
        stream.write(mail())
        stream.truncate(200 << 20)
    tracemalloc.start()
    (item,) = read(box)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150 << 20
    assert isinstance(item, Unreadable)
    assert "larger than 64 MB" in item.reason
    assert len(item.raw) == 1 << 20


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path):
    box = make(tmp_path / "box")
    with open(os.fsencode(box) + b"/cur/1\xff", "wb") as stream:  # noqa: PTH123 - a name in bytes
        stream.write(mail())
    (item,) = read(box)
    assert item.place == "cur/1\ufffd"


def test_what_is_no_maildir_is_neither_recognised_nor_read(tmp_path):
    (tmp_path / "cur").mkdir()
    (tmp_path / "note").write_text("x")
    for path in (tmp_path, tmp_path / "note"):
        assert not maildir.IMPORTER.recognises(Source(path))
        with pytest.raises(BadInput, match="no Maildir"):
            read(path)
