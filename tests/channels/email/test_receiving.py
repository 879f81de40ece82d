"""Mail by IMAP from a real Dovecot: all of it, once, in order, whatever happens to the line, the UIDs or one mail."""

import asyncio
import imaplib
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convo.channels.email.letters import composed
from convo.channels.email.reading import OWN_MARK
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.model.envelope import Unreadable
from convo.model.words import Authentication, Direction
from tests.channels.email.accounts import (
    KEY,
    all_waiting,
    channel_of,
    config_of,
    mail,
    new_user,
    outgoing,
    with_channel,
)
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.fault_proxy import fault_proxy


def subjects(items: list) -> list[str]:
    return [item.subject for item in items]


def fill(imap: imaplib.IMAP4, count: int) -> None:
    """Put so many mails, numbered from 0, into the inbox."""
    for number in range(count):
        imap.append("INBOX", None, None, mail(number))


def test_a_hundred_at_a_time_and_all_of_them(dovecot_server: Dovecot) -> None:
    user = new_user()
    with dovecot_server.client(user) as imap:
        fill(imap, 230)
    items, _, rounds = with_channel(config_of(user, dovecot_server.imap_port), all_waiting)
    assert subjects(items) == [f"Question {number}" for number in range(230)]
    assert max(len(each.items) for each in rounds) <= 100


def commands(heard: bytes) -> list[str]:
    """The names of what an IMAP client asked for, without logging in and out."""
    lines = [line.split() for line in heard.decode("ascii", "replace").splitlines()]
    named = [words[2] if words[1:2] == ["UID"] else words[1] for words in lines if len(words) > 1]
    return [name for name in named if name in ("SELECT", "EXAMINE", "NOOP", "SEARCH", "FETCH", "IDLE")]


def test_between_batches_nothing_is_asked_but_the_mails(
    dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convo.channels.email.folders.MOST_MAILS", 2)
    user = new_user()
    with dovecot_server.client(user) as imap, fault_proxy(dovecot_server.imap_port) as proxy:
        fill(imap, 5)

        async def work(channel):
            first = await channel.fetch({}, wait=0)
            before = len(proxy.heard)
            imap.select("INBOX")
            imap.uid("STORE", "3", "+FLAGS", "(\\Deleted)")
            imap.expunge()
            rest, cursor, _ = await all_waiting(channel, first.cursor)
            asked = commands(proxy.heard[before:])
            before = len(proxy.heard)
            imap.append("INBOX", None, None, mail(9))
            later, _, _ = await all_waiting(channel, cursor)
            return first.items, asked, rest, commands(proxy.heard[before:]), later

        first, asked, rest, anew, later = with_channel(config_of(user, proxy.port), work)
    assert asked == ["FETCH", "FETCH"] * 2 + ["NOOP", "SEARCH"]
    assert subjects([*first, *rest]) == ["Question 0", "Question 1", "Question 3", "Question 4"]
    assert (anew[:2], subjects(later)) == (["NOOP", "SEARCH"], ["Question 9"])


@pytest.mark.parametrize(("renumbered", "mark_read"), [(False, False), (True, True)])
def test_a_line_that_breaks_between_batches_costs_no_mail(
    dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch, renumbered: bool, mark_read: bool
) -> None:
    monkeypatch.setattr("convo.channels.email.folders.MOST_MAILS", 2)
    user = new_user()
    with dovecot_server.client(user) as imap, fault_proxy(dovecot_server.imap_port) as proxy:
        fill(imap, 7)
        imap.select("INBOX")
        imap.uid("STORE", "1:3", "+FLAGS", "(\\Deleted)")
        imap.expunge()

        async def work(channel):
            first = await channel.fetch({}, wait=0)
            proxy.cut_all()
            if renumbered:
                dovecot_server.reset_uidvalidity(user)
            with pytest.raises(ChannelDown):
                await channel.fetch(first.cursor, wait=0)
            return first.items, (await all_waiting(channel, first.cursor))[0]

        first, rest = with_channel(config_of(user, proxy.port, mark_read=mark_read), work)
    assert subjects(first) == ["Question 3", "Question 4"]
    assert {*subjects(first), *subjects(rest)} == {f"Question {number}" for number in range(3, 7)}


def test_what_the_server_tells_is_fetched_without_asking_for_news_again(dovecot_server: Dovecot) -> None:
    user = new_user()
    with dovecot_server.client(user) as imap, fault_proxy(dovecot_server.imap_port) as proxy:

        async def work(channel):
            _, cursor, _ = await all_waiting(channel)
            waiting = asyncio.create_task(channel.fetch(cursor, wait=30))
            async with asyncio.timeout(10):
                while commands(proxy.heard)[-1:] != ["IDLE"]:
                    await asyncio.sleep(0.01)
            imap.append("INBOX", None, None, mail(1))
            return await waiting

        fetched = with_channel(config_of(user, proxy.port), work)
    asked = commands(proxy.heard)
    assert asked[asked.index("IDLE") + 1] == "SEARCH"
    assert subjects(fetched.items) == ["Question 1"]


def test_it_begins_with_what_came_today_and_nobody_has_answered(dovecot_server: Dovecot) -> None:
    user = new_user()
    now = datetime.now(UTC)
    with dovecot_server.client(user) as imap:
        imap.append("INBOX", None, now - timedelta(days=3), mail(1))
        imap.append("INBOX", "(\\Answered)", now, mail(2))
        imap.append("INBOX", "(\\Seen)", now, mail(3))
    port = dovecot_server.imap_port
    items, cursor, _ = with_channel(config_of(user, port), all_waiting)
    assert subjects(items) == ["Question 3"]
    day = (now - timedelta(days=4)).date().isoformat()
    assert len(with_channel(config_of(user, port, since=day), all_waiting)[0]) == 3
    assert len(with_channel(config_of(user, port, since="all"), all_waiting)[0]) == 3
    assert with_channel(config_of(user, port, since="now"), all_waiting)[0] == []
    with dovecot_server.client(user) as imap:  # what comes later is news, whatever date it bears
        imap.append("INBOX", "(\\Seen)", now - timedelta(days=30), mail(4))
    later, _, _ = with_channel(config_of(user, port), lambda channel: all_waiting(channel, cursor))
    assert subjects(later) == ["Question 4"]


def test_what_came_long_ago_is_brought_when_it_is_asked_for(dovecot_server: Dovecot) -> None:
    user, port = new_user(), dovecot_server.imap_port
    now = datetime.now(UTC)
    with dovecot_server.client(user) as imap:
        imap.append("INBOX", None, now - timedelta(days=40), mail(1))
        imap.append("INBOX", "(\\Answered)", now - timedelta(days=20), mail(2))
        imap.append("INBOX", None, now, mail(3))
    long_ago = now - timedelta(days=30)

    async def work(channel):
        _, cursor, _ = await all_waiting(channel)
        back, after, _ = await all_waiting(channel, await channel.since(cursor, long_ago))
        dovecot_server.deliver(user, mail(4))
        later, _, _ = await all_waiting(channel, after)
        never_fetched, _, _ = await all_waiting(channel, await channel.since({}, long_ago))
        return back, later, never_fetched

    back, later, never_fetched = with_channel(config_of(user, port), work)
    assert subjects(back) == ["Question 2", "Question 3"]
    assert subjects(later) == ["Question 4"]
    assert subjects(never_fetched) == ["Question 2", "Question 3", "Question 4"]


def test_folders_that_are_numbered_anew_are_read_again(dovecot_server: Dovecot) -> None:
    user, port = new_user(), dovecot_server.imap_port
    dovecot_server.deliver(user, mail(1))
    dovecot_server.deliver(user, mail(2))
    _, cursor, _ = with_channel(config_of(user, port), all_waiting)
    dovecot_server.reset_uidvalidity(user)
    dovecot_server.deliver(user, mail(3))
    items, cursor, _ = with_channel(config_of(user, port), lambda channel: all_waiting(channel, cursor))
    assert sorted(subjects(items)) == ["Question 1", "Question 2", "Question 3"]
    assert with_channel(config_of(user, port), lambda channel: all_waiting(channel, cursor))[0] == []


def test_every_folder_of_the_list_is_read_and_junk_is_left_alone(dovecot_server: Dovecot) -> None:
    user, port = new_user(), dovecot_server.imap_port
    with dovecot_server.client(user) as imap:
        for folder in ("Bestellungen &- mehr", "Junk"):
            imap.create(f'"{folder}"')
            imap.append(f'"{folder}"', None, None, mail(5, extra=f"X-Folder: {folder}"))
    dovecot_server.deliver(user, mail(1))
    config = config_of(user, port, folders=("INBOX", "Bestellungen & mehr"))
    items, cursor, _ = with_channel(config, all_waiting)
    assert sorted(subjects(items)) == ["Question 1", "Question 5"]
    assert set(cursor["folders"]) == {"INBOX", "Bestellungen & mehr"}


def test_a_mail_that_nobody_can_read_stops_no_other(dovecot_server: Dovecot) -> None:
    user = new_user()
    poison = [
        b"\x00\xff\xfe no header at all\r\n",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: multipart/mixed\r\n\r\n" * 3000,
        b"Subject: =?utf-9?q?=ff?=\r\nDate: never\r\n\r\n\xff\x00",
        b"Subject: " + b"x" * 2_000_000 + b"\r\n\r\n",
    ]
    dovecot_server.deliver(user, mail(1))
    with dovecot_server.client(user) as imap:
        for raw in poison:
            imap.append("INBOX", None, None, raw)
    dovecot_server.deliver(user, mail(2))
    items, _, _ = with_channel(config_of(user, dovecot_server.imap_port), all_waiting)
    assert len(items) == 6
    assert (items[0].subject, items[-1].subject) == ("Question 1", "Question 2")
    assert [type(item) for item in items[1:5]] == [Unreadable] * 4
    assert all(item.reason and item.raw for item in items[1:5])
    flags = [kept.flags for kept in dovecot_server.mailbox(user)]
    assert ["\\Seen" in each for each in flags] == [True, False, False, False, False, True]


def test_a_mail_that_is_too_large_is_told_of_by_its_header(dovecot_server: Dovecot) -> None:
    user = new_user()
    dovecot_server.deliver(user, mail(1, "x" * 70 + "\r\n" + ("y" * 76 + "\r\n") * 30_000))
    dovecot_server.deliver(user, mail(2))
    items, _, _ = with_channel(config_of(user, dovecot_server.imap_port, largest_mail=1), all_waiting)
    assert isinstance(items[0], Unreadable)
    assert "largest_mail is 1" in items[0].reason
    assert b"Message-ID: <in-1@lima.example>" in items[0].raw
    assert len(items[0].raw) <= 64_000
    assert items[1].subject == "Question 2"


def test_spam_is_left_alone_and_our_own_copies_are_no_messages(dovecot_server: Dovecot) -> None:
    user = new_user()
    dovecot_server.deliver(user, mail(1, extra="X-Spam-Flag: YES"))
    ours = composed(outgoing(3), config_of(user, 0), KEY.encode()).raw
    dovecot_server.deliver(user, ours.replace(b"<out-3@example.org>", b"<renamed@relay.example>", 1))
    dovecot_server.deliver(user, mail(4, sender=user, extra="Cc: ana@lima.example"))
    dovecot_server.deliver(user, mail(5, sender=user, extra=f"Cc: ana@lima.example\r\n{OWN_MARK}: x 0123"))
    items, _, _ = with_channel(config_of(user, dovecot_server.imap_port), all_waiting)
    assert items[0].reason == "our server takes it for spam"
    assert items[1].reason == "sent from here"
    assert [item.direction for item in items[2:]] == [Direction.OUTBOUND, Direction.OUTBOUND]
    flags = [kept.flags for kept in dovecot_server.mailbox(user)]
    assert ["\\Seen" in each for each in flags] == [False, True, True, True]


def test_only_our_own_servers_verdict_counts(dovecot_server: Dovecot) -> None:
    user = new_user()
    for number, server in enumerate(("mx.example.org", "mx.evil.example")):
        verdict = f"Authentication-Results: {server}; dmarc=pass header.from=lima.example"
        dovecot_server.deliver(user, mail(number, extra=verdict))
    config = config_of(user, dovecot_server.imap_port)
    items, _, _ = with_channel(config, all_waiting, authserv_id="mx.example.org")
    assert [item.authentication for item in items] == [Authentication.PASS, Authentication.NONE]
    items, _, _ = with_channel(replace(config, authserv_id="mx.evil.example"), all_waiting, authserv_id="x")
    assert [item.authentication for item in items] == [Authentication.NONE, Authentication.PASS]


def test_new_mail_is_heard_of_at_once_and_waiting_can_be_cancelled(dovecot_server: Dovecot) -> None:
    user = new_user()

    async def work(channel):
        _, cursor, _ = await all_waiting(channel)
        waiting = asyncio.create_task(channel.fetch(cursor, wait=30))
        await asyncio.sleep(0.05)  # so that the server is asked to tell, and has not told by itself
        began = time.monotonic()
        await asyncio.to_thread(dovecot_server.deliver, user, mail(1))
        fetched = await waiting
        took = time.monotonic() - began
        waiting = asyncio.create_task(channel.fetch(fetched.cursor, wait=30))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        dovecot_server.deliver(user, mail(2))
        return fetched, took, await channel.fetch(fetched.cursor, wait=5)

    fetched, took, after = with_channel(config_of(user, dovecot_server.imap_port), work)
    assert subjects(fetched.items) == ["Question 1"]
    assert took < 2  # Dovecot itself waits half a second
    assert subjects(after.items) == ["Question 2"]


def test_closing_never_waits_for_a_server_that_says_nothing(dovecot_server: Dovecot) -> None:
    user = new_user()
    with fault_proxy(dovecot_server.imap_port) as proxy:

        async def run() -> float:
            channel = channel_of(config_of(user, proxy.port, timeout=30))
            _, cursor, _ = await all_waiting(channel)
            proxy.set(stall_after=0)
            hanging = asyncio.create_task(channel.fetch(cursor, wait=0))
            await asyncio.sleep(0.05)
            began = time.monotonic()
            await channel.close()
            with pytest.raises(ChannelDown):
                await hanging
            return time.monotonic() - began

        assert asyncio.run(run()) < 1


@pytest.mark.parametrize(
    "changes",
    [
        {"imap_security": "tls"},
        {"imap_security": "starttls"},
        {"imap_security": "tls", "certificates": ""},
        {"password": Secret("wrong-horse")},
        {"imap_host": ""},
        {"imap_host": "192.0.2.1"},
        {"folders": ("Nowhere",)},
    ],
)
def test_each_way_to_call_works_or_says_what_to_do(dovecot_server: Dovecot, changes: dict[str, Any]) -> None:
    user = new_user()
    dovecot_server.deliver(user, mail(1))
    ports = {"tls": dovecot_server.imaps_port}
    security = changes.get("imap_security", "plain")
    trusted = {"certificates": str(dovecot_server.certificate.certificate)}
    config = config_of(user, ports.get(security, dovecot_server.imap_port), **(trusted | changes))
    if security != "plain" and config.certificates:
        assert len(with_channel(config, all_waiting)[0]) == 1
        return
    with pytest.raises(ChannelRefused) as refusal:
        with_channel(config, all_waiting)
    said = refusal.value.reason
    assert any(
        hint in said
        for hint in ("set certificates", "password", "imap_host=imap.example.org", "set it to tls", "no folder")
    )
    assert PASSWORD not in said
    assert "wrong-horse" not in said
