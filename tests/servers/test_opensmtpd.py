"""OpenSMTPD between a customer's mail client, Dovecot and the far end: in, out, and a genuine bounce."""

import shutil
import smtplib
import subprocess

import pytest

from tests.servers.dovecot import Dovecot, Kept
from tests.servers.far_end import FarEnd
from tests.servers.opensmtpd import OpenSMTPD, opensmtpd
from tests.servers.process import wait_until

MAIL = b"From: ana@example.net\r\nSubject: Hello\r\nMessage-ID: <1@example.net>\r\n\r\nIs it in stock?\r\n"


def arrived(dovecot: Dovecot, user: str) -> Kept:
    """The first mail of a user, once it is there."""
    wait_until(lambda: dovecot.mailbox(user) != [])
    return dovecot.mailbox(user)[0]


def test_mail_for_its_domain_reaches_the_mailbox(opensmtpd_server: OpenSMTPD, dovecot_server: Dovecot) -> None:
    with smtplib.SMTP("127.0.0.1", opensmtpd_server.port) as smtp:
        smtp.sendmail("ana@example.net", ["arrives+token@example.org"], MAIL)
    kept = arrived(dovecot_server, "arrives@example.org")
    assert b"Message-ID: <1@example.net>" in kept.raw
    assert b"Return-Path: <ana@example.net>" in kept.raw


def test_mail_for_elsewhere_reaches_the_far_end(opensmtpd_server: OpenSMTPD, far_end_server: FarEnd) -> None:
    with smtplib.SMTP("127.0.0.1", opensmtpd_server.port) as smtp:
        smtp.sendmail("desk@example.org", ["ana@example.net"], MAIL)
    [mail] = far_end_server.wait_for(1, "ana@example.net")
    assert mail.sender == "desk@example.org"


def test_a_refusal_at_the_far_end_comes_back_as_a_bounce(
    opensmtpd_server: OpenSMTPD, dovecot_server: Dovecot, far_end_server: FarEnd
) -> None:
    far_end_server.answers("gone@example.net", "550 5.1.1 No such user")
    with smtplib.SMTP("127.0.0.1", opensmtpd_server.port) as smtp:
        smtp.sendmail("bounced@example.org", ["gone@example.net"], MAIL)
    bounce = arrived(dovecot_server, "bounced@example.org").raw
    assert b"Return-Path: <>" in bounce
    assert b"550 5.1.1 No such user" in bounce


@pytest.mark.skipif(shutil.which("swaks") is None, reason="swaks is not installed")
def test_a_real_mail_client_is_heard(opensmtpd_server: OpenSMTPD, dovecot_server: Dovecot) -> None:
    to = ["--to", "swaks@example.org", "--from", "ana@example.net", "--header"]
    command = ["swaks", "--server", f"127.0.0.1:{opensmtpd_server.port}", *to, "Subject: From a client"]
    subprocess.run(command, check=True, capture_output=True)
    assert b"Subject: From a client" in arrived(dovecot_server, "swaks@example.org").raw


def test_two_run_side_by_side(opensmtpd_server: OpenSMTPD, dovecot_server: Dovecot, far_end_server: FarEnd) -> None:
    with opensmtpd(dovecot_server.lmtp_port, far_end_server.port) as other:
        for port in (other.port, opensmtpd_server.port):
            with smtplib.SMTP("127.0.0.1", port) as smtp:
                assert smtp.noop()[0] == 250
