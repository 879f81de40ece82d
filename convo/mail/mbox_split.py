"""An mbox file cut into its mails as it streams by, holding one mail at most and never more than its cap."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

_CHUNK = 1 << 20
_MAX_LINE = 1_000
_LOOK_AHEAD = 2 * _MAX_LINE
_START = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*+")
_FROM_LINE = re.compile(rb"From +\S+ ")
_YEAR = re.compile(rb"\d{4}")
_TIME = re.compile(rb"\d{1,2}:\d{2}")
_FIELD = re.compile(rb"(?:[!-9;-~]+[ \t]*:|>From )")
_ESCAPED = re.compile(rb"^>+From ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One mail: `raw` without its `From ` line and unescaped; `from_line` is empty for what stood before the first.

    `whole` is False where the mail was larger than the cap: `raw` is then its beginning, escapes and all. `end` is
    where the next one begins, in bytes from where the stream was when it was taken up.
    """

    from_line: str
    raw: bytes
    whole: bool = True
    end: int = 0


def starts_mail(data: bytes | bytearray, at: int = 0, *, strict: bool = False) -> bool:
    """Whether a `From ` line stands at `at`: with a year, and with a time of day or followed by a header field.

    With `strict` it must be followed by one. Data that ends right after the line is given the benefit of the doubt.
    """
    sender = _FROM_LINE.match(data, at, at + _MAX_LINE)
    if not sender:
        return False
    stop = data.find(b"\n", at, at + _MAX_LINE)
    end = stop + 1 if stop >= 0 else min(at + _MAX_LINE, len(data))
    date = bytes(data[sender.end() : end])
    if b"\0" in sender[0] + date or not _YEAR.search(date):
        return False
    return (not strict and bool(_TIME.search(date))) or end >= len(data) or bool(_FIELD.match(data, end))


def first_mail(data: bytes | bytearray) -> int:
    """Where the first line stands, after a byte order mark and blank lines."""
    blank = _START.match(data)
    return blank.end() if blank else 0


def split_mbox(stream: BinaryIO, *, largest: int, kept: int) -> Iterator[Piece]:
    """The mails of an mbox of any variant, in order; `largest` and `kept` are in bytes.

    A mail begins at a `From ` line after a blank line. Content-Length is not believed: the sender may have written it.
    """
    buffer = bytearray(stream.read(_CHUNK))
    start = first_mail(buffer)
    scan = start
    over: bytes | None = None
    ended = False
    gone = 0
    while True:
        found = buffer.find(b"\nFrom ", scan)
        if found >= 0 and (ended or len(buffer) - found > _LOOK_AHEAD):
            scan = found + 1
            if _blank_before(buffer, found, start) and starts_mail(buffer, scan):
                piece = replace(_piece(buffer, start, scan, over), end=gone + scan)
                start, over = scan, None
                if start > _CHUNK:
                    del buffer[:start]
                    gone += start
                    start = scan = 0
                piece = _unescaped(piece)
                yield piece
                del piece  # or a large mail stays in memory while the next one is read
            continue
        if ended:
            break
        # Three bytes stay before the place of the search: they tell whether a blank line comes before it.
        scan = found if found >= 0 else max(start, len(buffer) - len(b"\nFrom "))
        if over is None and len(buffer) - start > largest:
            over = bytes(buffer[start : start + kept])
        if over is not None:
            start = max(start, scan - 3)
        del buffer[:start]
        gone += start
        scan -= start
        start = 0
        chunk = stream.read(_CHUNK)
        ended = not chunk
        buffer += chunk
    if len(buffer) > start or over is not None:
        piece = replace(_piece(buffer, start, len(buffer), over), end=gone + len(buffer))
        buffer.clear()
        yield _unescaped(piece)


def _blank_before(buffer: bytearray, newline: int, start: int) -> bool:
    """Whether the line that ends at `newline` is blank."""
    before = newline - 1
    if before >= 0 and buffer[before] == 13:
        before -= 1
    return before >= start and buffer[before] == 10


def _piece(buffer: bytearray, start: int, end: int, over: bytes | None) -> Piece:
    if over is not None:
        return Piece(_from_line(over), over, whole=False)
    from_line = _from_line(buffer[start : start + _MAX_LINE])
    if from_line:
        start = min(buffer.find(b"\n", start, end) + 1 or end, end)
    # The blank line before the next mail belongs to the file and not to the mail.
    if buffer.endswith(b"\n\n", start, end):
        end -= 1
    elif buffer.endswith(b"\n\r\n", start, end):
        end -= 2
    with memoryview(buffer) as view:
        return Piece(from_line, bytes(view[start:end]))


def _unescaped(piece: Piece) -> Piece:
    """The piece with one sign fewer before every escaped From (mboxrd); views save a third copy of a large mail."""
    raw = piece.raw
    if not piece.whole or b">From " not in raw:
        return piece
    view = memoryview(raw)
    kept: list[memoryview] = []
    at = 0
    for escaped in _ESCAPED.finditer(raw):
        kept.append(view[at : escaped.start()])
        at = escaped.start() + 1
    kept.append(view[at:])
    return replace(piece, raw=b"".join(kept))


def _from_line(data: bytes | bytearray) -> str:
    """The `From ` line that `data` begins with, empty when it begins otherwise."""
    return bytes(data).partition(b"\n")[0].decode("latin-1").strip() if starts_mail(data) else ""
