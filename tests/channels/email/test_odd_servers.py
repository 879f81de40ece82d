"""Servers that speak IMAP in ways that Dovecot does not: lines that come together, short bodies, no folders told."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from typing import Any

import pytest

from convo.channels.email import listening, mailbox
from convo.channels.email.fetch_answer import read_fetch
from convo.channels.trouble import ChannelDown
from tests.channels.email.accounts import all_waiting, config_of, mail, with_channel
from tests.linear import takes_linear_time

Answer = Callable[[str, str], bytes | Iterable[bytes] | None]


class OddServer:
    """Answers each command of one connection after another by a function of its tag and words.

    None says nothing, several pieces go one after the other, and an error of a connection hangs up.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                with line, line.makefile("rb") as said, suppress(ConnectionError):
                    line.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] odd\r\n")
                    for command in said:
                        tag, _, words = command.decode().strip().partition(" ")
                        answer = self._answer(tag, words.upper())
                        for piece in [answer] if isinstance(answer, bytes) else answer or ():
                            line.sendall(piece)


class Box:
    """A mailbox with one mail, which is there once somebody has asked to be told of it."""

    def __init__(self) -> None:
        self.there = False
        self.idle_tag = ""

    def __call__(self, tag: str, words: str) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        if tag == "DONE":
            return f"{self.idle_tag} OK done\r\n".encode()
        if words == "IDLE":
            self.idle_tag, self.there = tag, True
            return b"+ idling\r\n* 1 EXISTS\r\n"
        if words == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 IDLE\r\n" + done
        if words.startswith("LIST"):
            return b"* LIST what is this\r\n" + done
        if words.startswith(("SELECT", "EXAMINE")):
            return b"* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 1] .\r\n" + done
        if words.startswith("UID SEARCH"):
            return (b"* SEARCH 1\r\n" if self.there else b"* SEARCH\r\n") + done
        if words.startswith("UID FETCH") and "BODY" in words:
            raw = mail(1)
            changed = b"* 1 FETCH (FLAGS (\\Recent) UID 1)\r\n"
            return b"* 1 FETCH (BODY[] {%d}\r\n%b UID 1)\r\n" % (len(raw), raw) + changed + done
        if words.startswith("UID FETCH"):
            return b'* 1 FETCH (UID 1 RFC822.SIZE 99 INTERNALDATE "28-Nov-2026 10:00:00 +0000" FLAGS ())\r\n' + done
        return done


@pytest.fixture
def odd_server() -> Iterator[OddServer]:
    server = OddServer(Box())
    yield server
    server.close()


def test_mail_that_is_told_of_in_one_breath_with_the_answer_to_idle_is_not_waited_for(odd_server: OddServer) -> None:
    async def work(channel):
        _, cursor, _ = await all_waiting(channel)
        began = time.monotonic()
        fetched = await channel.fetch(cursor, wait=5)
        return [item.subject for item in fetched.items], time.monotonic() - began

    subjects, took = with_channel(config_of("desk@example.org", odd_server.port), work)
    assert subjects == ["Question 1"]
    assert took < 2


def test_a_line_that_comes_in_pieces_while_we_listen_does_not_break_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, listens, says_something = Box(), threading.Event(), listening._says_something

    def told(client: Any, until: float) -> bool:
        listens.set()
        return says_something(client, until)

    def half_a_line() -> Iterator[bytes]:
        yield b"+ idling\r\n"
        assert listens.wait(20)
        yield b"* 1 EX"

    def in_pieces(tag: str, words: str) -> bytes | Iterable[bytes]:
        answer = box(tag, words)
        if words == "IDLE":
            return half_a_line()
        return b"ISTS\r\n" + answer if tag == "DONE" else answer

    monkeypatch.setattr(listening, "_says_something", told)

    async def work(channel):
        _, cursor, _ = await all_waiting(channel)
        return [item.subject for item in (await channel.fetch(cursor, wait=5)).items]

    server = OddServer(in_pieces)
    assert with_channel(config_of("desk@example.org", server.port), work) == ["Question 1"]
    server.close()


@pytest.mark.parametrize("quiet", [0.0, 10.0])
def test_a_server_that_hangs_up_while_we_listen_is_trouble_only_when_it_does_so_soon(
    quiet: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()

    def hanging_up(tag: str, words: str) -> bytes | None:
        if words == "IDLE":
            box.there = True
            raise ConnectionAbortedError
        return box(tag, words)

    async def work(channel):
        _, cursor, _ = await all_waiting(channel)
        return [item.subject for item in (await channel.fetch(cursor, wait=5)).items]

    monkeypatch.setattr(mailbox, "_QUIET", quiet)
    server = OddServer(hanging_up)
    expected = pytest.raises(ChannelDown, match="broke") if quiet else nullcontext()
    with expected:
        assert with_channel(config_of("desk@example.org", server.port), work) == ["Question 1"]
    server.close()


def test_a_search_that_is_answered_with_garbage_is_trouble_and_not_an_empty_mailbox() -> None:
    box = Box()

    def garbled(tag: str, words: str) -> bytes:
        return (
            b"* SEARCH one two\r\n" + f"{tag} OK done\r\n".encode()
            if words.startswith("UID SEARCH")
            else box(tag, words)
        )

    server = OddServer(garbled)
    with pytest.raises(ChannelDown, match="cannot be understood"):
        with_channel(config_of("desk@example.org", server.port), all_waiting)
    server.close()


def test_answers_to_fetch_are_understood_in_every_order() -> None:
    given = read_fetch(
        [
            (b"1 (UID 5 BODY[] {3}", b"abc"),
            b")",
            (b"2 (BODY[] {3}", b"def"),
            b" UID 6 FLAGS (\\Seen))",
            b'3 (UID 7 BODY[] "gh\\"i")',
            b"4 (UID 8 BODY[] NIL)",
            b"5 (UID 9 FLAGS (\\Answered \\Seen))",
            b"6 (FLAGS (\\Seen))",
            b"1 (UID 5 FLAGS (\\Seen))",
            (b"7 (UID 10 BODY[]<0> {2}", b"jk"),
            b")",
            None,
        ]
    )
    assert {uid: each.raw for uid, each in given.items()} == {
        5: b"abc",
        6: b"def",
        7: b'gh"i',
        8: b"",
        9: None,
        10: b"jk",
    }
    assert given[6].flags == {"\\seen"}
    assert given[5].flags == {"\\seen"}


def test_a_mail_that_holds_what_looks_like_an_answer_is_only_a_mail() -> None:
    raw = b"UID 99 BODY[] {3}\r\nabc)\r\n"
    given = read_fetch([(b"1 (UID 5 BODY[] {%d}" % len(raw), raw), b")"])
    assert list(given) == [5]
    assert given[5].raw == raw


def test_a_long_line_of_an_answer_is_read_in_linear_time() -> None:
    takes_linear_time(
        lambda size: read_fetch([b'1 (UID 5 BODY[] "' + b"\\a" * size, b"(" * size, b"UID " * (size // 2)]), 200_000
    )


def test_where_mail_is_copied_and_deleted_for_want_of_move_it_is_not_copied_twice() -> None:
    box, asked, deleted = Box(), list[str](), threading.Event()
    box.there = True

    def without_move(tag: str, words: str) -> bytes | Iterable[bytes] | None:
        asked.append(words)
        if "\\DELETED" in words:
            deleted.set()
        if deleted.is_set() and "UNDELETED" in words:
            return f"* SEARCH\r\n{tag} OK done\r\n".encode()
        return box(tag, words)

    server = OddServer(without_move)

    async def work(channel):
        fetched = await channel.fetch({}, wait=0)
        await channel.stored(fetched)
        await channel.stored(fetched)  # as the next worker does, when this one ends before it has written so down
        return fetched.cursor

    with_channel(config_of("desk@example.org", server.port, move_to="Done"), work)
    server.close()
    assert [words for words in asked if words.startswith("UID COPY")] == ['UID COPY 1 "DONE"']
