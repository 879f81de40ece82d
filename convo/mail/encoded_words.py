"""RFC 2047 encoded words and raw 8-bit text in header values."""

import binascii
import re

from convo.mail.charset import codec_of, decode_text
from convo.mail.transfer import decode_base64

# Both counts are bounded, so that the search stays linear.
_OPENING = re.compile(r"=\?([^?\s=]{1,64})\?([qQbB])\?")


def decode_raw(value: str, charset: str = "") -> str:
    """The text of a header value that is kept byte for character (latin-1): UTF-8, else `charset`, else Western."""
    if value.isascii():
        return value
    data = value.encode("latin-1")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode_text(data, charset)


def decode_words(value: str, charset: str = "") -> str:
    """The text of a header value that is kept byte for character, its encoded words decoded (RFC 2047); never raises.

    Words are decoded wherever they stand, in quoted strings too, since mailers put them there. Neighbours in one
    charset are joined as bytes first, since mailers cut characters in two.
    """
    if "=?" not in value:
        return decode_raw(value, charset)
    shown: list[str] = []
    pending: list[bytes] = []
    label = ""

    def flush() -> None:
        if pending:
            shown.append(decode_text(b"".join(pending), label))
            pending.clear()

    at = 0
    while opening := _OPENING.search(value, at):
        end = value.find("?=", opening.end())
        if end < 0:
            break
        between = value[at : opening.start()]
        if between and not (pending and between.isspace()):
            flush()
            shown.append(decode_raw(between, charset))
        named = opening[1].partition("*")[0]
        if codec_of(named) != codec_of(label):
            flush()
        label = named
        pending.append(_payload(opening[2], value[opening.end() : end]))
        at = end + 2
    flush()
    shown.append(decode_raw(value[at:], charset))
    return "".join(shown)


def _payload(encoding: str, text: str) -> bytes:
    data = text.encode("latin-1")
    if encoding in "bB":
        return decode_base64(data)
    return binascii.a2b_qp(data, header=True)
