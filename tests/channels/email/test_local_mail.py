"""Mail from a Maildir and from an mbox: noticed at once, each once, with the files left as they were."""

import asyncio
import fcntl
import mailbox
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from convo.channels.email.kind import EmailConfig
from convo.channels.trouble import ChannelRefused
from tests.channels.email.accounts import all_waiting, config_of, mail, with_channel


def account(source: str, path: Path, **changes: Any) -> EmailConfig:
    return config_of("desk@example.org", 1, source=source, path=str(path), since="all", **changes)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return Path(mailbox.Maildir(tmp_path / "Maildir", create=True)._path)  # type: ignore[attr-defined]


def deliver(maildir: Path, raw: bytes) -> str:
    """Deliver as servers do; the file's name."""
    return mailbox.Maildir(maildir).add(raw)


def append(path: Path, raw: bytes) -> None:
    """Append as a server does."""
    with path.open("ab") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        file.write(b"From ana@lima.example Sat Nov 28 10:00:00 2026\n" + raw.replace(b"\r\n", b"\n") + b"\n")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def subjects(items: list[Any]) -> list[str]:
    return sorted(item.subject for item in items)


def heard_while_waiting(config: EmailConfig, deliver: Callable[[], Any]) -> float:
    """How many seconds a delivery takes to be fetched by one who waits."""

    async def work(channel: Any) -> float:
        _, cursor, _ = await all_waiting(channel)
        waiting = asyncio.create_task(channel.fetch(cursor, wait=20))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        deliver()
        fetched = await waiting
        assert len(fetched.items) == 1
        return time.monotonic() - began

    return with_channel(config, work)


def test_a_maildir_gives_each_mail_once_wherever_a_mail_program_moves_it(maildir: Path) -> None:
    for number in range(3):
        deliver(maildir, mail(number))
    read = deliver(maildir, mail(3))
    (maildir / "new" / read).rename(maildir / "cur" / f"{read}:2,S")
    config = account("maildir", maildir, mark_read=False)
    items, cursor, _ = with_channel(config, all_waiting)
    assert subjects(items) == [f"Question {number}" for number in range(4)]
    assert len(names(maildir / "new")) == 3
    for name in names(maildir / "new"):
        (maildir / "new" / name).rename(maildir / "cur" / f"{name}:2,RS")
    deliver(maildir, mail(4))
    items, _, _ = with_channel(config, lambda channel: all_waiting(channel, cursor))
    assert subjects(items) == ["Question 4"]


def test_what_of_a_maildir_was_stored_but_not_marked_when_the_worker_ended_is_marked_by_the_next(maildir: Path) -> None:
    name, config = deliver(maildir, mail(1)), account("maildir", maildir)
    fetched = with_channel(config, lambda channel: channel.fetch({}, wait=0))
    assert names(maildir / "new") == [name]
    again = with_channel(config, lambda channel: channel.fetch(fetched.cursor, wait=30))
    assert names(maildir / "cur") == [f"{name}:2,S"]
    assert again.items == ()


def test_a_maildir_is_marked_as_read_once_stored_and_its_files_are_not_changed(maildir: Path) -> None:
    name = deliver(maildir, mail(1))
    before = (maildir / "new" / name).read_bytes()

    async def work(channel: Any) -> list[str]:
        fetched = await channel.fetch({}, wait=0)
        there = names(maildir / "new")
        await channel.stored(fetched)
        return there

    assert with_channel(account("maildir", maildir), work) == [name]
    assert names(maildir / "new") == []
    assert (maildir / "cur" / f"{name}:2,S").read_bytes() == before


def test_a_maildir_is_read_in_parts_and_one_bad_file_stops_no_other(maildir: Path) -> None:
    for number in range(130):
        deliver(maildir, mail(number))
    deliver(maildir, b"\0\xff")
    (maildir / "new" / "1.link").symlink_to("/etc/hostname")
    items, _, rounds = with_channel(account("maildir", maildir), all_waiting)
    assert len(items) == 131
    assert max(len(each.items) for each in rounds) <= 100


@pytest.mark.parametrize("source", ["maildir", "mbox"])
def test_new_mail_is_noticed_at_once(source: str, maildir: Path, tmp_path: Path) -> None:
    path = maildir if source == "maildir" else tmp_path / "mbox"
    if source == "mbox":
        append(path, mail(0))
    put = deliver if source == "maildir" else append
    assert heard_while_waiting(account(source, path), lambda: put(path, mail(1))) < 2


def test_an_mbox_is_read_from_where_it_was_left_and_never_changed(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    for number in range(120):
        append(path, mail(number, text="one\r\n\r\n>From here on\r\n"))
    config, before = account("mbox", path), path.read_bytes()
    items, cursor, rounds = with_channel(config, all_waiting)
    assert subjects(items) == sorted(f"Question {number}" for number in range(120))
    assert max(len(each.items) for each in rounds) <= 100
    assert path.read_bytes() == before
    append(path, mail(500))
    items, cursor, _ = with_channel(config, lambda channel: all_waiting(channel, cursor))
    assert subjects(items) == ["Question 500"]
    assert with_channel(config, lambda channel: all_waiting(channel, cursor))[0] == []


def test_an_mbox_that_was_written_anew_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    append(path, mail(1))
    append(path, mail(2, text="long " * 500))
    config = account("mbox", path)
    _, cursor, _ = with_channel(config, all_waiting)
    path.write_bytes(b"")
    for number in (2, 3):
        append(path, mail(number, text="longer " * 500))
    items, cursor, _ = with_channel(config, lambda channel: all_waiting(channel, cursor))
    assert subjects(items) == ["Question 2", "Question 3"]
    other = tmp_path / "other"
    append(other, mail(4))
    other.replace(path)
    items, _, _ = with_channel(config, lambda channel: all_waiting(channel, cursor))
    assert subjects(items) == ["Question 4"]


def test_an_mbox_that_is_being_written_is_left_until_it_is_not(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    append(path, mail(1))
    (tmp_path / "mbox.lock").touch()
    assert with_channel(account("mbox", path), all_waiting)[0] == []
    (tmp_path / "mbox.lock").unlink()
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert with_channel(account("mbox", path), all_waiting)[0] == []
    assert len(with_channel(account("mbox", path), all_waiting)[0]) == 1


@pytest.mark.parametrize("source", ["maildir", "mbox"])
def test_what_came_before_is_brought_when_it_is_asked_for(source: str, maildir: Path, tmp_path: Path) -> None:
    path = maildir if source == "maildir" else tmp_path / "mbox"
    put = deliver if source == "maildir" else append
    put(path, mail(1))
    config = replace(account(source, path, mark_read=False), since="2030-01-01")

    async def work(channel: Any) -> list[list[Any]]:
        first, cursor, _ = await all_waiting(channel)
        put(path, mail(2))
        back, cursor, _ = await all_waiting(channel, await channel.since(cursor, datetime(2020, 1, 1, tzinfo=UTC)))
        again, _, _ = await all_waiting(channel, cursor)
        return [first, back, again]

    first, back, again = with_channel(config, work)
    assert (first, subjects(back), again) == ([], ["Question 1", "Question 2"], [])


@pytest.mark.parametrize("source", ["maildir", "mbox"])
def test_a_path_that_is_not_there_is_told_in_words(source: str, tmp_path: Path) -> None:
    with pytest.raises(ChannelRefused, match="the setting path"):
        with_channel(account(source, tmp_path / "nowhere"), all_waiting)
