"""What the desk sends as a letter: who it is from, where answers go, what it answers, and the mark that it is ours."""

from dataclasses import replace

from convo.channels.base import Outgoing
from convo.channels.email.kind import EmailConfig
from convo.channels.email.reading import OWN_MARK, own_mark
from convo.channels.trouble import SendRefused
from convo.errors import BadInput
from convo.mail.address import Address
from convo.mail.compose import compose
from convo.mail.letter import Attachment, Composed, Letter
from convo.mail.reply_token import reply_address
from convo.model.words import AttachmentRole

_LEAST_KEY = 16
_LONGEST_MARKED = 200


def composed(outgoing: Outgoing, config: EmailConfig, key: bytes) -> Composed:
    """The mail as bytes, the same at each attempt; raises SendRefused where no mail can be made of it."""
    try:
        return compose(_letter(outgoing, config, key))
    except BadInput as error:
        raise SendRefused(f"no mail can be made of it: {error.message}") from error


def _letter(outgoing: Outgoing, config: EmailConfig, key: bytes) -> Letter:
    files = [part for part in outgoing.parts if part.data is not None and part.role == AttachmentRole.FILE]
    letter = Letter(
        sender=Address(config.address, config.name),
        recipient=Address(outgoing.recipient.value, outgoing.recipient.name),
        subject=outgoing.subject,
        text=outgoing.text,
        message_id=outgoing.key,
        date=outgoing.sent_at,
        references=outgoing.references,
        in_reply_to=outgoing.answers or "",
        attachments=tuple(Attachment(part.name, part.media_type, part.data or b"") for part in files),
        signature=config.signature.replace("\\n", "\n"),
        automatic=outgoing.automatic,
    )
    if len(key) < _LEAST_KEY:
        return letter
    if len(outgoing.key) <= _LONGEST_MARKED:
        letter = replace(letter, extra=((OWN_MARK, own_mark(outgoing.key, key)),))
    if config.plus_addresses and outgoing.thread:
        answers_to = reply_address(config.address, outgoing.thread, key)
        letter = replace(letter, reply_to=Address(answers_to, config.name))
    return letter
