"""The header block of a mail or of one of its parts: read in linear time, within bounds, whatever is in it."""

import re
from collections.abc import Iterator

from convo.mail.encoded_words import decode_words

MAX_HEADER_BYTES = 1 << 20
MAX_HEADER_LINES = 10_000

_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:")
_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*+")
_FROM_LINE = re.compile(r">?From ")
_WELL_KNOWN = frozenset(
    (
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "reply-to",
        "sender",
        "received",
        "return-path",
        "delivered-to",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "in-reply-to",
        "references",
        "list-id",
        "precedence",
    )
)


class Overgrown(ValueError):
    """A mail that is larger, deeper or more numerous than any real one; its text says in which way."""


class Headers:
    """The fields of one header block; names are lower case, values unfolded and byte for character (latin-1)."""

    __slots__ = ("_fields", "charset", "from_line")

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}
        self.charset = ""
        self.from_line = ""

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def add(self, name: str, value: str) -> None:
        """Append one field; `name` in lower case."""
        self._fields.setdefault(name, []).append(value)

    def all(self, name: str) -> list[str]:
        """Every value of a field, topmost first, not decoded."""
        return self._fields.get(name, [])

    def first(self, name: str) -> str:
        """The topmost value of a field, not decoded; empty when there is none."""
        values = self._fields.get(name)
        return values[0] if values else ""

    def text(self, name: str) -> str:
        """The topmost value of a field, decoded and on one line; empty when there is none."""
        return " ".join(decode_words(self.first(name), self.charset).split())


def beginning(raw: bytes) -> int:
    """Where the header of a whole mail begins: after a byte order mark and blank lines."""
    found = _BLANK.match(raw)
    return found.end() if found else 0


def top_headers(raw: bytes) -> Headers:
    """The header of a whole mail; empty where there is none, or none that is safe to read. Never raises."""
    try:
        headers, _ = read_headers(raw, beginning(raw), len(raw))
    except Overgrown:
        return Headers()
    return headers


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header block at `start` and where the body after it begins; raises Overgrown.

    A line that is no field is taken as the torn end of the field above it when a well-known field follows, and
    otherwise as the beginning of a body whose blank line was lost. A boundary line always ends the block.
    """
    headers = Headers()
    name = ""
    values: list[str] = []
    limit = min(end, start + MAX_HEADER_BYTES)
    at = start
    count = 0
    while at < end:
        stop = raw.find(b"\n", at, limit)
        if stop < 0 and limit < end:
            raise Overgrown(f"its header is longer than {MAX_HEADER_BYTES:,} bytes")
        after = stop + 1 if stop >= 0 else end
        line = raw[at:after].decode("latin-1").rstrip("\r\n")
        count += 1
        if count > MAX_HEADER_LINES:
            raise Overgrown(f"its header has more than {MAX_HEADER_LINES:,} lines")
        if not line:
            at = after
            break
        field = _FIELD.match(line)
        if line.startswith("--"):
            break
        if line[0] in " \t":
            if not line.strip() and not _goes_on(raw, after, limit):
                at = after
                break
            if name:
                values.append(line.strip())
        elif field:
            if name:
                headers.add(name, " ".join(values))
            name = field[1].lower()
            values = [line[field.end() :].strip()]
        elif not name and _FROM_LINE.match(line):
            headers.from_line = line
        elif name and _field_follows(raw, after, limit):
            values.append(line.strip())
        else:
            break
        at = after
    if name:
        headers.add(name, " ".join(values))
    return headers, at


def _goes_on(raw: bytes, at: int, end: int) -> bool:
    return raw[at : min(at + 1, end)] in (b" ", b"\t") or _field_follows(raw, at, end)


def _field_follows(raw: bytes, at: int, end: int) -> bool:
    field = _FIELD.match(raw[at : min(at + 80, end)].decode("latin-1"))
    return field is not None and field[1].lower() in _WELL_KNOWN
