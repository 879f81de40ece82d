"""Find out how a table was written: its encoding, its delimiter, its first rows."""

import csv
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from convo.importers.base import HEAD_BYTES

MAX_LINE = 8 * 1024 * 1024
MAX_RECORD = 8 * 1024 * 1024
_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 30


def allow_long_cells() -> None:
    """Let the csv module read cells as long as MAX_RECORD; its own limit is for the whole process."""
    csv.field_size_limit(MAX_RECORD + MAX_LINE + 2)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written; `declared` when its first line only names the delimiter ("sep=;")."""

    encoding: str
    delimiter: str
    declared: bool = False


def read_head(path: Path) -> bytes:
    """The first HEAD_BYTES of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def sample(head: bytes) -> list[list[str]]:
    """The first rows that `head` holds whole, blank ones left out; none when it is no text."""
    layout = sniff(head)
    if layout is None:
        return []
    return [cells for cells in _sample(_decoded(head, layout.encoding), layout.delimiter) if any(cells)]


def sniff(head: bytes) -> Layout | None:
    """Encoding and delimiter by the first bytes of a file; None when they are blank or no text."""
    encoding = _encoding(head)
    text = _decoded(head, encoding)
    if not text.strip() or _is_binary(text):
        return None
    start = text.lstrip("\r\n")[:6].lower()
    if start.startswith("sep=") and len(start) > 4 and start[4] in _DELIMITERS:
        return Layout(encoding, start[4], declared=True)
    return Layout(encoding, max(_DELIMITERS, key=lambda delimiter: _fitness(_sample(text, delimiter))))


def repaired(line: str) -> str:
    """A line whose bytes were no UTF-8, read as Windows-1252 instead."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return line


def _encoding(head: bytes) -> str:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(head) >= 4 and head[1:200:2].count(0) > len(head[1:200:2]) * 0.7:
        return "utf-16-le"
    if len(head) >= 4 and head[0:200:2].count(0) > len(head[0:200:2]) * 0.7:
        return "utf-16-be"
    return "utf-8"


def _decoded(head: bytes, encoding: str) -> str:
    if encoding.startswith("utf-8"):
        text = head.decode(encoding, "surrogateescape").replace("\0", "")
        return "".join(map(repaired, text.splitlines(keepends=True)))
    return head.decode(encoding, "replace")


def _is_binary(text: str) -> bool:
    start = text[:4096]
    return sum(char < " " and char not in "\t\r\n\f\x1b" for char in start) > len(start) * 0.05


def _sample(text: str, delimiter: str) -> list[list[str]]:
    """The first rows of a text, without the last when it may be cut off."""
    allow_long_cells()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    try:
        found.extend(islice(reader, _SAMPLE_ROWS + 1))
    except csv.Error:
        return found
    if len(found) > _SAMPLE_ROWS or (len(found) > 1 and len(text) >= HEAD_BYTES // 4 and text[-1] not in "\r\n"):
        found.pop()
    return found


def _fitness(sampled: list[list[str]]) -> tuple[float, int]:
    """How much rows look like a table: the share of rows as wide as the first, then the width."""
    filled = [row for row in sampled if any(row)]
    if not filled or len(filled[0]) < 2:
        return 0.0, 0
    width = len(filled[0])
    return sum(len(row) == width for row in filled) / len(filled), width
