"""The far end as smtplib meets it: it keeps mail, refuses, postpones, hangs up, waits, and speaks TLS with a login."""

import base64
import smtplib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import certificate
from tests.servers.certificate import make_certificate
from tests.servers.far_end import FarEnd, far_end
from tests.servers.needs import needs

MAIL = b"From: desk@example.org\r\nSubject: Answer\r\n\r\nIt is in stock.\r\n.dot\r\n"
LOGIN = ("desk@example.org", "correct-horse")


@pytest.fixture
def far() -> Iterator[FarEnd]:
    with far_end() as server:
        yield server


def send(far: FarEnd, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", far.port, timeout=10) as smtp:
        return smtp.sendmail("desk@example.org", recipients, MAIL)


def test_it_keeps_a_mail_with_its_envelope(far: FarEnd) -> None:
    assert send(far, "ana@example.net", "ben@example.net") == {}
    [mail] = far.wait_for(1, "ben@example.net")
    assert (mail.sender, mail.recipients) == ("desk@example.org", ("ana@example.net", "ben@example.net"))
    assert (mail.raw, mail.answered, mail.encrypted, mail.login) == (MAIL, True, False, None)
    assert far.connections == 1


def test_it_refuses_one_recipient_and_serves_the_other(far: FarEnd) -> None:
    far.answers("gone@example.net", "550 5.1.1 No such user")
    assert send(far, "gone@example.net", "ana@example.net") == {"gone@example.net": (550, b"5.1.1 No such user")}
    assert far.received[0].recipients == ("ana@example.net",)


def test_it_postpones_as_often_as_it_was_told(far: FarEnd) -> None:
    far.answers("busy@example.net", "451 4.3.0 Try later", times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(far, "busy@example.net")
    assert send(far, "busy@example.net") == {}


def test_a_421_ends_the_connection(far: FarEnd) -> None:
    far.answers("shut@example.net", "421 4.3.2 Shutting down")
    with smtplib.SMTP("127.0.0.1", far.port, timeout=10) as smtp:
        smtp.ehlo()
        smtp.mail("desk@example.org")
        assert smtp.rcpt("shut@example.net")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()


def test_it_can_keep_a_mail_and_hang_up_without_a_word(far: FarEnd) -> None:
    far.drops("unsure@example.net", times=1)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(far, "unsure@example.net")
    assert send(far, "unsure@example.net") == {}
    assert [mail.answered for mail in far.received] == [False, True]


def test_it_holds_an_answer_until_released(far: FarEnd) -> None:
    hold = far.holds("slow@example.net")
    sending = threading.Thread(target=send, args=(far, "slow@example.net"))
    sending.start()
    assert hold.reached.wait(10)
    assert far.received == []
    hold.release()
    sending.join(10)
    assert len(far.received) == 1


def test_stopped_it_refuses_callers_until_it_is_back_on_its_port(far: FarEnd) -> None:
    with smtplib.SMTP("127.0.0.1", far.port, timeout=10) as smtp:
        smtp.ehlo()
        far.stop()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()
    with pytest.raises(ConnectionRefusedError):
        send(far, "ana@example.net")
    far.start()
    assert send(far, "ana@example.net") == {}


@pytest.mark.parametrize("implicit_tls", [False, True])
def test_with_tls_and_a_login_it_hears_only_who_has_both(tmp_path: Path, implicit_tls: bool) -> None:
    needs(certificate)
    made = make_certificate(tmp_path)
    with far_end(certificate=made, implicit_tls=implicit_tls, login=LOGIN) as far:
        context = made.trusting()

        def call() -> smtplib.SMTP:
            if implicit_tls:
                return smtplib.SMTP_SSL("127.0.0.1", far.port, timeout=10, context=context)
            smtp = smtplib.SMTP("127.0.0.1", far.port, timeout=10)
            assert not smtp.has_extn("auth")
            smtp.starttls(context=context)
            return smtp

        with call() as smtp, pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail("desk@example.org", ["ana@example.net"], MAIL)
        with call() as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(LOGIN[0], "guess")
        with call() as smtp:
            smtp.login(*LOGIN)
            smtp.sendmail("desk@example.org", ["ana@example.net"], MAIL)
        assert (far.received[0].encrypted, far.received[0].login) == (True, LOGIN[0])
        assert far.connections == 3


def test_an_access_token_is_a_login_too() -> None:
    with far_end(login=LOGIN) as far:
        far.tokens["desk@example.org"] = "t0ken"

        def authenticate(token: str) -> int:
            with smtplib.SMTP("127.0.0.1", far.port, timeout=10) as smtp:
                smtp.ehlo()
                given = base64.b64encode(f"user=desk@example.org\x01auth=Bearer {token}\x01\x01".encode()).decode()
                code, said = smtp.docmd("AUTH", f"XOAUTH2 {given}")
                if code == 334:
                    assert b'"401"' in base64.b64decode(said)
                    code, _ = smtp.docmd("")
                return code

        assert (authenticate("t0ken"), authenticate("other")) == (235, 535)
