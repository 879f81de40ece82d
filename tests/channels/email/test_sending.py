"""Mail by SMTP to a far end that takes, refuses, puts off, drops and holds it."""

import asyncio
import email
import time
from dataclasses import replace
from typing import Any

import pytest

from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.mail.reply_token import read_token
from convo.model.envelope import Part
from tests.channels.email.accounts import KEY, config_of, new_user, outgoing, with_channel
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.far_end import FarEnd, far_end
from tests.servers.fault_proxy import fault_proxy

USER = "desk@example.org"


def send(port: int, *letters: Any, **changes: Any) -> list[Trouble | None]:
    """Send them by one channel; the trouble that each met."""

    async def work(channel: Any) -> list[Trouble | None]:
        met: list[Trouble | None] = []
        for letter in letters:
            try:
                await channel.send(letter)
                met.append(None)
            except Trouble as trouble:
                met.append(trouble)
        return met

    return with_channel(config_of(USER, 1, port, **changes), work)


def test_an_answer_is_a_mail_that_every_reader_threads(far_end_server: FarEnd) -> None:
    longest = "A" * 200 + "@exchange.example"
    letter = outgoing(
        1,
        references=("first@lima.example", longest),
        answers=longest,
        parts=(Part("Rechnung é.pdf", "application/pdf", b"%PDF"),),
    )
    assert send(far_end_server.port, letter, signature="The shop") == [None]
    [got] = far_end_server.received
    assert (got.sender, got.recipients) == (USER, ("ana@lima.example",))
    head = email.message_from_bytes(got.raw)
    assert head["Message-ID"] == "<out-1@example.org>"
    assert head["In-Reply-To"] == f"<{longest}>"
    assert head["References"].split() == ["<first@lima.example>", f"<{longest}>"]
    assert head["Subject"] == "Re: Question"
    assert head["From"] == f"Example Support <{USER}>"
    assert head["Auto-Submitted"] is None
    assert head["Reply-To"] is None
    assert b"The shop" in got.raw
    assert [part.get_filename() for part in head.walk() if part.get_filename()] == ["Rechnung é.pdf"]


def test_an_automatic_answer_says_so_and_answers_go_to_the_thread_where_the_setting_says_so(
    far_end_server: FarEnd,
) -> None:
    assert send(far_end_server.port, outgoing(1, automatic=True), plus_addresses=True) == [None]
    head = email.message_from_bytes(far_end_server.received[0].raw)
    assert head["Auto-Submitted"] == "auto-replied"
    token = head["Reply-To"].partition("+")[2].partition("@")[0]
    assert read_token(token, KEY.encode()) == 7


def test_many_mails_go_by_one_connection_and_a_refused_one_stops_no_other(far_end_server: FarEnd) -> None:
    far_end_server.answers("gone@lima.example", "550 5.1.1 No such user \x1b]0;x")
    far_end_server.answers("full@lima.example", "452 4.2.2 Mailbox full")
    letters = [outgoing(number) for number in range(5)]
    letters[1:1] = [outgoing(11, "gone@lima.example"), outgoing(12, "full@lima.example"), outgoing(13, "no address")]
    met = send(far_end_server.port, *letters)
    assert [type(each) for each in met[1:4]] == [SendRefused, SendLater, SendRefused]
    assert met[:1] + met[4:] == [None] * 5
    assert far_end_server.connections == 1
    assert "550 5.1.1 No such user" in met[1].reason
    assert "\x1b" not in met[1].reason
    assert not met[2].whole_channel


def test_a_server_that_closes_the_channel_rests_it_and_one_that_hung_up_meanwhile_is_called_again(
    far_end_server: FarEnd,
) -> None:
    far_end_server.answers("busy@lima.example", "421 4.3.2 Shutting down", times=1)

    async def work(channel: Any) -> Trouble:
        with pytest.raises(SendLater) as closed:
            await channel.send(outgoing(1, "busy@lima.example"))
        await channel.send(outgoing(2))
        for line in list(far_end_server.lines):
            line.abort()
        await channel.send(outgoing(3))
        return closed.value

    trouble = with_channel(config_of(USER, 1, far_end_server.port), work)
    assert trouble.whole_channel
    assert len(far_end_server.received) == 2


def test_nobody_knows_of_a_mail_whose_answer_never_came_and_it_goes_again_under_the_same_id(
    far_end_server: FarEnd,
) -> None:
    far_end_server.drops("ana@lima.example", times=1)
    met = send(far_end_server.port, outgoing(1), replace(outgoing(1), attempt=2))
    assert isinstance(met[0], SendUnsure)
    assert met[1] is None
    assert len({got.raw for got in far_end_server.received}) == 1
    assert len(far_end_server.received) == 2


def test_a_send_that_is_cancelled_leaves_the_channel_fit_for_the_next(far_end_server: FarEnd) -> None:
    hold = far_end_server.holds("ana@lima.example")

    async def work(channel: Any) -> float:
        sending = asyncio.create_task(channel.send(outgoing(1)))
        await asyncio.to_thread(hold.reached.wait, 10)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        began = time.monotonic()
        await channel.send(outgoing(2, "bo@lima.example"))
        return time.monotonic() - began

    assert with_channel(config_of(USER, 1, far_end_server.port, timeout=30), work) < 2
    hold.release()


@pytest.mark.parametrize("cut", [1, 30, 60, 100, 200, 600])
def test_a_line_that_breaks_while_the_mail_is_said_is_never_taken_for_sent(far_end_server: FarEnd, cut: int) -> None:
    with fault_proxy(far_end_server.port) as proxy:
        proxy.set(cut_upward_after=cut)
        [trouble] = send(proxy.port, outgoing(1))
        # What was cut before the mail was begun certainly did not go; of the rest the far side alone knows.
        assert isinstance(trouble, SendLater | ChannelDown if cut <= 60 else SendLater | SendUnsure)
        assert far_end_server.received == []


@pytest.mark.parametrize("after", [0, 20, 60, 120, 140, 170])
def test_answers_that_are_garbled_or_cut_are_never_taken_for_a_yes_or_a_no(far_end_server: FarEnd, after: int) -> None:
    for fault in ("garble_after", "cut_after", "stall_after"):
        with fault_proxy(far_end_server.port) as proxy:
            proxy.set(**{fault: after})
            [trouble] = send(proxy.port, outgoing(1), timeout=0.3)
            assert isinstance(trouble, SendLater | ChannelDown | SendUnsure)
            if far_end_server.received:
                assert isinstance(trouble, SendUnsure)
            far_end_server.forget()


def test_logins_and_tls(tmp_path: Any) -> None:
    certificate = make_certificate(tmp_path)
    trusted = str(certificate.certificate)
    login = {"smtp_user": "", "password": Secret("correct-horse"), "certificates": trusted}
    with far_end(certificate=certificate, login=(USER, "correct-horse")) as server:
        server.tokens[USER] = "a-token"
        assert send(server.port, outgoing(1), smtp_security="starttls", **login) == [None]
        wrong = login | {"password": Secret("wrong-horse")}
        [refused] = send(server.port, outgoing(1), smtp_security="starttls", **wrong)
        [in_clear] = send(server.port, outgoing(1), smtp_security="plain", **login)
        [untrusted] = send(server.port, outgoing(1), smtp_security="starttls", **(login | {"certificates": ""}))
        assert (server.received[0].encrypted, server.received[0].login) == (True, USER)
        assert len(server.received) == 1
    with far_end(certificate=certificate, implicit_tls=True, login=(USER, "correct-horse")) as server:
        assert send(server.port, outgoing(1), smtp_security="tls", **login) == [None]
        other = login | {"smtp_user": USER, "smtp_password": Secret("wrong-horse")}
        [refused_too] = send(server.port, outgoing(1), smtp_security="tls", **other)
    for trouble in (refused, in_clear, untrusted, refused_too):
        assert isinstance(trouble, ChannelRefused)
        assert "horse" not in trouble.reason
    assert "app password" in refused.reason
    assert "smtp_user=none" in in_clear.reason
    assert "certificates" in untrusted.reason


def test_nothing_goes_in_the_clear_to_another_machine() -> None:
    async def work(channel: Any) -> None:
        await channel.send(outgoing(1))

    config = replace(config_of(USER, 1, 25), smtp_host="192.0.2.1")
    with pytest.raises(ChannelRefused, match="tls or starttls"):
        with_channel(config, work)
    with pytest.raises(ChannelRefused, match=r"perhaps smtp_host=smtp.example.org"):
        with_channel(replace(config, smtp_host=""), work)


def test_a_mail_that_is_too_large_for_the_server_is_refused_before_it_is_said(far_end_server: FarEnd) -> None:
    far_end_server.max_bytes = 100_000
    try:
        [trouble] = send(far_end_server.port, outgoing(1, parts=(Part("a.bin", data=b"x" * 200_000),)))
    finally:
        far_end_server.max_bytes = 33_554_432
    assert isinstance(trouble, SendRefused)
    assert "0.1 MB" in trouble.reason


def test_a_copy_is_put_among_the_sent_mail_where_the_setting_says_so(
    dovecot_server: Dovecot, far_end_server: FarEnd
) -> None:
    user = new_user()
    with dovecot_server.client(user) as imap:
        imap.create("Sent")

    async def work(channel: Any) -> None:
        await channel.send(outgoing(1))

    with_channel(config_of(user, dovecot_server.imap_port, far_end_server.port, sent_folder="Sent"), work)
    [copy] = dovecot_server.mailbox(user, "Sent")
    assert copy.raw == far_end_server.received[0].raw
    assert "\\Seen" in copy.flags
    with_channel(config_of(user, dovecot_server.imap_port, far_end_server.port, sent_folder="Nowhere"), work)
    assert len(far_end_server.received) == 2
