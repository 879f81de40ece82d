"""What a bounce carries back of our mail: its Message-ID, and whom it was for."""

import re
from dataclasses import dataclass

from convo.mail.address import parse_addresses
from convo.mail.bounce_diagnosis import RETURNED_BEGINS
from convo.mail.headers import Headers, Overgrown, read_headers
from convo.mail.ids import message_id_of, references_of
from convo.mail.mime import Leaf
from convo.mail.transfer import decode_transfer

RETURNED_TYPES = frozenset(
    (
        *("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "text/rfc822"),
        *("message/global", "message/global-headers", "message/partial"),
    )
)
_MAX_BYTES = 1 << 18
_MAX_LEAVES = 20
_MAX_RECIPIENTS = 10
_ID = re.compile(r"^[ \t>|]{0,8}Message-I[Dd]:[ \t]*(?:\n[ \t]{1,8})?<([^<>\s]{1,980})>", re.MULTILINE)
_TO = re.compile(r"^[ \t>|]{0,8}To:[ \t]*([^\n]{1,1000})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Original:
    """`message_id` is without brackets; `recipients` are those of its To; `returned` says that it came back at all."""

    message_id: str | None = None
    recipients: tuple[str, ...] = ()
    returned: bool = False


def read_original(raw: bytes, headers: Headers, leaves: list[Leaf], text: str) -> Original:
    """The mail that came back: from the part that holds it, else from `text`, else its id from In-Reply-To."""
    references = references_of(headers)
    answered = references[-1] if references else None
    for number, leaf in enumerate(leaves[:_MAX_LEAVES]):
        inner = _returned(raw, leaf) if number or leaf.media_type in RETURNED_TYPES else None
        if inner and (leaf.media_type in RETURNED_TYPES or "message-id" in inner):
            return Original(message_id_of(inner) or answered, _recipients(inner.first("to")), returned=True)
    begins = RETURNED_BEGINS.search(text)
    below = text[begins.start() :][:_MAX_BYTES] if begins else ""
    message_id, to = _ID.search(below), _TO.search(below)
    if not message_id and not to:
        return Original(answered)
    return Original(message_id[1] if message_id else answered, _recipients(to[1] if to else ""), returned=True)


def _returned(raw: bytes, leaf: Leaf) -> Headers | None:
    """The header of the mail that a part holds, or is: some systems forget the part's own."""
    if "message-id" in leaf.headers:
        return leaf.headers
    data = raw[leaf.start : min(leaf.end, leaf.start + _MAX_BYTES)]
    data = decode_transfer(data, leaf.headers.first("content-transfer-encoding")).lstrip(b" \t\r\n")
    try:
        headers, _ = read_headers(data, 0, len(data))
    except Overgrown:
        return None
    return headers


def _recipients(value: str) -> tuple[str, ...]:
    found = (address.address for address in parse_addresses(value.encode("latin-1", "replace").decode("latin-1")))
    return tuple(dict.fromkeys(address for address in found if "@" in address))[:_MAX_RECIPIENTS]
