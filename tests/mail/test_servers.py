"""Composed mail, tokens and bounces through a real OpenSMTPD and Dovecot."""

import smtplib

from convo.mail.address import Address
from convo.mail.bounce import read_bounce
from convo.mail.bounce_outcome import Fate, Outcome
from convo.mail.compose import compose
from convo.mail.headers import top_headers
from convo.mail.letter import Attachment
from convo.mail.reply_token import find_thread, reply_address
from tests.mail.letters import letter, read
from tests.mail.mails import mail
from tests.servers.dovecot import Dovecot
from tests.servers.far_end import FarEnd
from tests.servers.opensmtpd import OpenSMTPD
from tests.servers.process import wait_until

KEY = b"0123456789abcdef"


def send(server: OpenSMTPD, sender: str, recipient: str, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", server.port) as smtp:
        smtp.sendmail(sender, [recipient], raw)


def arrived(dovecot: Dovecot, user: str) -> bytes:
    wait_until(lambda: dovecot.mailbox(user) != [])
    return dovecot.mailbox(user)[0].raw


def test_a_composed_letter_travels_without_one_changed_byte(
    opensmtpd_server: OpenSMTPD, far_end_server: FarEnd
) -> None:
    text = "From the start\n.\n..\n  trailing  \n\n漢字 und Grüße\n" + "x" * 3_000
    composed = compose(
        letter(
            text=text,
            subject="Grüße " * 30,
            references=tuple("x" * 400 + f"{number}@prod.exchange.example" for number in range(4)),
            attachments=(Attachment("März.pdf", "application/pdf", bytes(range(256)) * 20),),
            recipient=Address("travels@example.net", "Lima, Ana"),
        )
    )
    send(opensmtpd_server, composed.mail_from, composed.rcpt_to, composed.raw)
    (came,) = far_end_server.wait_for(1, "travels@example.net")
    assert came.raw.endswith(composed.raw)
    assert came.raw.startswith(b"Received:")
    found = read(came.raw)
    assert found.text == text
    assert len(found.references) == 4


def test_a_genuine_bounce_names_the_letter_and_the_reason(
    opensmtpd_server: OpenSMTPD, dovecot_server: Dovecot, far_end_server: FarEnd
) -> None:
    far_end_server.answers("left@example.net", "550 5.1.1 No such user here")
    composed = compose(
        letter(
            sender=Address("bounces@example.org"), recipient=Address("left@example.net"), message_id="lost@example.org"
        )
    )
    send(opensmtpd_server, composed.mail_from, composed.rcpt_to, composed.raw)
    found = read_bounce(arrived(dovecot_server, "bounces@example.org"))
    assert found is not None
    assert found.message_id == "lost@example.org"
    assert found.outcomes == (Outcome("left@example.net", Fate.PERMANENT, "5.1.1", "550 5.1.1 No such user here"),)


def test_an_answer_without_references_finds_its_thread_by_its_address(
    opensmtpd_server: OpenSMTPD, dovecot_server: Dovecot
) -> None:
    address = reply_address("tokened@example.org", 4_711, KEY)
    answer = mail(To=address.upper().replace("EXAMPLE.ORG", "example.org")).replace(b"\n", b"\r\n")
    send(opensmtpd_server, "ana@lima.example", address, answer)
    assert find_thread(top_headers(arrived(dovecot_server, "tokened@example.org")), KEY) == 4_711
    hidden = mail(To="undisclosed-recipients:;").replace(b"\n", b"\r\n")
    send(opensmtpd_server, "ana@lima.example", address, hidden)
    wait_until(lambda: len(dovecot_server.mailbox("tokened@example.org")) == 2)
    assert find_thread(top_headers(dovecot_server.mailbox("tokened@example.org")[1].raw), KEY) == 4_711
