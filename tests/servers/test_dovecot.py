"""Dovecot as the tests run it: mail goes in by LMTP and out by IMAP, with TLS too, and it comes back when stopped."""

import imaplib
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.dovecot import PASSWORD, Dovecot, dovecot

MAIL = b"From: ana@example.net\r\nSubject: Hello\r\n\r\nIs it in stock?\r\n"


def xoauth2(user: str, token: str) -> bytes:
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def test_a_mail_delivered_by_lmtp_is_read_by_imap(dovecot_server: Dovecot) -> None:
    dovecot_server.deliver("read@example.org", MAIL, sender="ana@example.net")
    [kept] = dovecot_server.mailbox("read@example.org")
    assert kept.raw.endswith(MAIL)
    assert b"Return-Path: <ana@example.net>" in kept.raw
    assert "\\Seen" not in kept.flags
    assert dovecot_server.mailbox("read@example.org") == [kept]


def test_a_plus_address_reaches_its_user(dovecot_server: Dovecot) -> None:
    dovecot_server.deliver("plus+token7@example.org", MAIL)
    [kept] = dovecot_server.mailbox("plus@example.org")
    assert b"Delivered-To: plus+token7@example.org" in kept.raw


def test_a_wrong_password_is_refused(dovecot_server: Dovecot) -> None:
    with imaplib.IMAP4("127.0.0.1", dovecot_server.imap_port) as imap, pytest.raises(imaplib.IMAP4.error, match="AUTH"):
        imap.login("read@example.org", "guess")


def test_it_speaks_tls_at_once_and_after_starttls(dovecot_server: Dovecot) -> None:
    context = dovecot_server.certificate.trusting()
    with imaplib.IMAP4_SSL("127.0.0.1", dovecot_server.imaps_port, ssl_context=context) as imap:
        assert imap.login("tls@example.org", PASSWORD)[0] == "OK"
    with imaplib.IMAP4("127.0.0.1", dovecot_server.imap_port) as imap:
        assert imap.starttls(context)[0] == "OK"
        assert imap.login("tls@example.org", PASSWORD)[0] == "OK"


def test_an_access_token_opens_the_mailbox_until_it_expires(dovecot_server: Dovecot) -> None:
    user = "token@example.org"
    with imaplib.IMAP4("127.0.0.1", dovecot_server.imap_port) as imap:
        assert imap.authenticate("XOAUTH2", lambda _: xoauth2(user, dovecot_server.token(user)))[0] == "OK"
    for worthless in (dovecot_server.token(user, seconds=-60), dovecot_server.token("other@example.org")):
        said = xoauth2(user, worthless)
        with imaplib.IMAP4("127.0.0.1", dovecot_server.imap_port) as imap, pytest.raises(imaplib.IMAP4.error):
            imap.authenticate("XOAUTH2", lambda _, said=said: said)  # type: ignore[misc]


def test_resetting_uidvalidity_numbers_the_mails_anew(dovecot_server: Dovecot) -> None:
    user = "restored@example.org"
    for _ in range(3):
        dovecot_server.deliver(user, MAIL)
    with dovecot_server.client(user) as imap:
        imap.select()
        imap.store("1", "+FLAGS", "\\Deleted")
        imap.expunge()
    before = dovecot_server.uidvalidity(user)
    assert [kept.uid for kept in dovecot_server.mailbox(user)] == [2, 3]
    dovecot_server.reset_uidvalidity(user)
    assert dovecot_server.uidvalidity(user) != before
    assert [kept.uid for kept in dovecot_server.mailbox(user)] == [1, 2]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_it_comes_back_on_the_same_ports_with_its_mail(dovecot_server: Dovecot, end: str) -> None:
    user = f"{end}@example.org"
    dovecot_server.deliver(user, MAIL)
    with dovecot_server.client(user) as imap:
        getattr(dovecot_server, end)()
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            imap.noop()
        with pytest.raises(ConnectionRefusedError):
            imaplib.IMAP4("127.0.0.1", dovecot_server.imap_port)
        dovecot_server.start()
    assert len(dovecot_server.mailbox(user)) == 1


def test_nothing_is_left_of_it_when_its_test_process_is_killed(dovecot_server: Dovecot) -> None:
    script = (
        "import sys\nfrom tests.servers.dovecot import Dovecot\n"
        "server = Dovecot(); server.start()\nprint(server.folder, flush=True); sys.stdin.read()"
    )
    run = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip())
    master = os.pidfd_open(int((folder / "run/master.pid").read_text()))
    keeper = os.pidfd_open(_parent((folder / "run/master.pid").read_text().strip()))
    run.kill()
    run.communicate()
    for gone in (master, keeper):
        with os.fdopen(gone):
            assert select.select([gone], [], [], 30)[0]
    assert not folder.exists()
    assert dovecot_server.mailbox("nobody@example.org") == []


def test_one_that_runs_for_a_test_alone_is_gone_afterwards() -> None:
    with dovecot() as server:
        assert server.mailbox("ana@example.org") == []
    assert not server.folder.exists()


def _parent(process: str) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
