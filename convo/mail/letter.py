"""One mail of ours before it is bytes."""

from dataclasses import dataclass
from datetime import datetime

from convo.mail.address import Address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter; of `name` only the base name leaves the house."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person.

    Ids stand without their brackets. `references` are oldest first; `in_reply_to` is the last of them when it is empty.
    `date` is aware. `automatic` says that a machine wrote it, which the mail then says too. `extra` are further header
    fields as (name, text).
    """

    sender: Address
    recipient: Address
    subject: str
    text: str
    message_id: str
    date: datetime
    references: tuple[str, ...] = ()
    in_reply_to: str = ""
    reply_to: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    signature: str = ""
    automatic: bool = False
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready for SMTP: `raw` has CRLF line ends, lines of at most 998 octets and no dot stuffing.

    `mail_from` and `rcpt_to` are the envelope's addresses, their domains in ASCII. Where `needs_smtputf8`, an address
    or two of the header is UTF-8, and the server must offer SMTPUTF8; every other letter is ASCII to the last byte.
    """

    raw: bytes
    mail_from: str
    rcpt_to: str
    needs_smtputf8: bool
