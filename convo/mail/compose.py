"""A letter to the bytes of a mail: the same letter gives the same bytes, however often it is composed."""

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime

from convo.errors import BadInput
from convo.mail.fields import (
    checked_id,
    extra_field,
    id_field,
    kept_references,
    mailbox_field,
    parameter,
    structured_field,
    text_field,
)
from convo.mail.html_form import html_form
from convo.mail.letter import Attachment, Composed, Letter
from convo.mail.part_name import part_name
from convo.mail.subject import reply_subject
from convo.mail.wire_address import wire_address
from convo.text import clean

_OURS = frozenset(
    (
        *("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to"),
        *("references", "mime-version", "auto-submitted", "x-auto-response-suppress", "return-path", "received"),
        *("dkim-signature", "authentication-results", "resent-to", "resent-cc", "resent-bcc", "resent-from"),
    )
)
_MEDIA_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_DELIMITER = "-- "


def compose(letter: Letter) -> Composed:
    """The letter ready for SMTP: plain text with its HTML form, and the attachments.

    A letter that answers another gets `Re: ` once before its subject. Raises BadInput for an address, a message id, a
    date without zone or a further field that no mail can carry.
    """
    mail_from = wire_address(letter.sender.address)
    rcpt_to = wire_address(letter.recipient.address)
    reply_to = wire_address(letter.reply_to.address) if letter.reply_to else ""
    head = _header(letter)
    fields, body = _content(letter)
    return Composed(
        raw=(head + fields + "\r\n").encode() + body,
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        needs_smtputf8=not (mail_from + rcpt_to + reply_to).isascii(),
    )


def whole_text(letter: Letter) -> str:
    """The plain text as it leaves: the signature below its line, without what no mail or terminal should carry."""
    text, signature = (_UNSENDABLE.sub("", clean(part)).strip("\n") for part in (letter.text, letter.signature))
    if signature.strip():
        text = f"{text}\n\n{_DELIMITER}\n{signature}".lstrip("\n")
    return text if text.strip() else ""


def _header(letter: Letter) -> str:
    message_id = checked_id(letter.message_id)
    in_reply_to = letter.in_reply_to or (letter.references[-1] if letter.references else "")
    references = kept_references([found for found in letter.references if found != message_id], in_reply_to)
    answers = bool(letter.references or letter.in_reply_to)
    shown = [
        mailbox_field("From", letter.sender),
        mailbox_field("To", letter.recipient),
        text_field("Subject", reply_subject(letter.subject) if answers else letter.subject),
        f"Date: {_date(letter.date)}\r\n",
        id_field("Message-ID", [message_id]),
    ]
    if letter.reply_to is not None:
        shown.append(mailbox_field("Reply-To", letter.reply_to))
    if references:
        shown.append(id_field("In-Reply-To", references[-1:]))
        shown.append(id_field("References", references))
    if letter.automatic:
        shown.append("Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n")
    shown += [extra_field(name, text, _OURS) for name, text in letter.extra]
    shown.append("MIME-Version: 1.0\r\n")
    return "".join(shown)


def _date(when: datetime) -> str:
    offset = when.utcoffset()
    if offset is None:
        raise BadInput("the date of a letter has no time zone", hint="give an aware date")
    return format_datetime(when.astimezone(UTC) if offset.total_seconds() % 60 else when)


def _content(letter: Letter) -> tuple[str, bytes]:
    """The content fields of the mail, and its body."""
    seed = hashlib.sha256(letter.message_id.encode("utf-8", "replace")).hexdigest()[:24]
    text = whole_text(letter)
    fields, body = _multipart("alternative", f"a{seed}", [_text("plain", text), _text("html", html_form(text))])
    if not letter.attachments:
        return fields, body
    files = [_file(attachment, number) for number, attachment in enumerate(letter.attachments, 1)]
    return _multipart("mixed", f"m{seed}", [(fields, body), *files])


def _multipart(subtype: str, seed: str, parts: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    # `=_` cannot stand in quoted-printable or base64, so that no content can hold the boundary, whoever wrote it.
    boundary = f"=_{seed}"
    edge = f"--{boundary}"
    pieces = [piece for fields, body in parts for piece in (f"{edge}\r\n{fields}\r\n".encode("ascii"), body, b"\r\n")]
    content = structured_field("Content-Type", f"multipart/{subtype}", parameter("boundary", boundary))
    return content, b"".join([*pieces, f"{edge}--\r\n".encode("ascii")])


def _text(subtype: str, text: str) -> tuple[str, bytes]:
    """A text part in whichever encoding is shorter; both keep every space and line, and are ASCII."""
    data = text.encode("utf-8").replace(b"\n", b"\r\n")
    if data and not data.endswith(b"\n"):
        data += b"\r\n"
    encoding = "quoted-printable"
    body = binascii.b2a_qp(data, istext=True)
    if len(body) * 3 > len(data) * 4 + 600:
        encoding = "base64"
        body = _base64(data)
    content = structured_field("Content-Type", f"text/{subtype}", ['charset="utf-8"'])
    return content + structured_field("Content-Transfer-Encoding", encoding), body


def _file(attachment: Attachment, number: int) -> tuple[str, bytes]:
    """An attached file, always in base64, which a part that is itself a mail or a multipart may not be."""
    kind = attachment.media_type.strip().lower()
    if not _MEDIA_TYPE.fullmatch(kind):
        kind = "application/octet-stream"
    name = part_name(clean(attachment.name), kind, number)
    fields = structured_field("Content-Type", kind) + structured_field("Content-Transfer-Encoding", "base64")
    disposition = structured_field("Content-Disposition", "attachment", parameter("filename", name))
    return fields + disposition, _base64(attachment.data)


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
