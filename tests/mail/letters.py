"""What the tests of composed mail share: a small letter to change, and two independent readings of its bytes."""

import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import Message

from convo.mail.address import Address
from convo.mail.compose import compose
from convo.mail.decode import decode_mail
from convo.mail.letter import Letter
from convo.mail.ourselves import Ourselves
from convo.model.envelope import Envelope

WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
LETTER = Letter(
    sender=Address("support@bikes.example", "Bike shop"),
    recipient=Address("ana@lima.example", "Ana Lima"),
    subject="My chain",
    text="Put it back on.",
    message_id="two@bikes.example",
    date=WHEN,
)
OURSELVES = Ourselves(frozenset({"support@bikes.example"}))


def letter(**changed) -> Letter:
    """The usual letter with some fields changed."""
    return replace(LETTER, **changed)


def raw(**changed) -> bytes:
    """The bytes of the usual letter with some fields changed."""
    return compose(letter(**changed)).raw


def read(data: bytes) -> Envelope:
    """What our own decoder makes of the bytes; every line is as SMTP wants it."""
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    found = decode_mail(data, OURSELVES, source="outbox", place="1")
    assert isinstance(found, Envelope), found
    return found


def standard(data: bytes) -> Message:
    """What the standard library makes of the bytes."""
    return email.message_from_bytes(data, policy=email.policy.compat32)


def shown(message: Message, name: str) -> str:
    """A header of the standard library's reading, decoded and unfolded."""
    return str(make_header(decode_header("".join(message[name].splitlines()))))


def text_of(message: Message) -> str:
    """The plain text of the standard library's reading."""
    (part,) = (part for part in message.walk() if part.get_content_type() == "text/plain" and not part.get_filename())
    return part.get_payload(decode=True).decode().replace("\r\n", "\n").strip("\n")
