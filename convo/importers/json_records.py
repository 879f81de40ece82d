"""Stream the objects of a JSON file of any size: a top-level list, a list under a known key, or one object a line."""

import codecs
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from convo.importers.base import HEAD_BYTES
from convo.importers.csv_layout import read_head
from convo.importers.json_decoding import NotJson, decode
from convo.importers.json_scanner import MAX_RECORD, Record, Scanner, record_of
from convo.importers.opened import open_log

_CHUNK = 256 * 1024
_BLANK = b" \t\r\n\xef\xbb\xbf\x1e"


def records(
    path: Path, keys: Collection[str], *, sides: Collection[str] = (), objects: Collection[str] = ()
) -> Iterator[Record]:
    """Every object of the file in order, with flat memory whatever its size.

    When the file is one object around lists, the elements of those under `keys` and `sides` (at most two levels down)
    are yielded, and the objects under `objects`; `sides` are lists that a lone record may also hold within itself.
    Elements beyond MAX_RECORD bytes or MAX_DEPTH levels, and whatever is no object, come as a Record with a reason.
    """
    head = as_utf8(read_head(path))
    lists = frozenset((*keys, *sides))
    with open_log(path) as file:
        stream = utf8_stream(file)
        if is_lines(head):
            yield from _by_line(stream, lists)
        else:
            wrapped = is_wrapper(head, {*keys, *objects}, sides)
            yield from Scanner(stream, lists, frozenset(objects), wrapped).elements()


def side_records(
    path: Path, keys: Collection[str], *, sides: Collection[str], objects: Collection[str] = ()
) -> Iterator[Record]:
    """The objects under `sides` that `records` finds beside the others, without decoding those."""
    head = as_utf8(read_head(path))
    with open_log(path) as file:
        stream = utf8_stream(file)
        if is_lines(head):
            yield from (found for found in _by_line(stream, frozenset((*keys, *sides))) if found.key in sides)
        elif is_wrapper(head, {*keys, *objects}, sides):
            yield from Scanner(stream, frozenset(sides), frozenset(), True).elements()


def is_wrapper(head: bytes, keys: Collection[str], sides: Collection[str] = ()) -> bool:
    """Whether a file that begins with `head` is one object around lists or objects under `keys`."""
    if first_byte(head) != b"{":
        return False
    found = {*Scanner(None, frozenset(), frozenset(), True).keys_in(head)}
    return bool(found & {*keys}) or (bool(found) and found <= {*sides} and len(head) >= HEAD_BYTES)


def bounded_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a stream, each at most MAX_RECORD + 1 bytes: a longer one comes cut off there, its rest dropped."""
    while line := stream.readline(MAX_RECORD + 1):
        yield line
        if len(line) > MAX_RECORD and line[-1:] != b"\n":
            while (rest := stream.readline(_CHUNK)) and rest[-1:] != b"\n":
                pass


def is_lines(head: bytes) -> bool:
    """Whether a file that begins with `head` holds one JSON object a line, two lines at least."""
    tried = 0
    for line in head.split(b"\n", 8)[:8]:
        if not (line := line.strip(b" \t\r\xef\xbb\xbf")):
            continue
        if line[:1] == b"{":
            try:
                decode(line)
                return tried > 0 or head.strip().count(b"\n") > 0
            except NotJson:
                pass
        elif tried == 0 and line[:1] == b"[":
            return False
        tried += 1
        if tried == 3:
            return False
    return False


def first_byte(head: bytes) -> bytes:
    """The first byte that is no white space or byte order mark."""
    return head.lstrip(_BLANK)[:1]


def as_utf8(head: bytes) -> bytes:
    """The first bytes of a file in UTF-8 where its mark says UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    return head.removeprefix(codecs.BOM_UTF8)


def utf8_stream(file: IO[bytes]) -> IO[bytes]:
    """The file from its start, without its byte order mark, in UTF-8 where its mark says UTF-16."""
    mark = file.read(3)
    file.seek(0)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.EncodedFile(file, "utf-8", "utf-16", "replace")
    if mark == codecs.BOM_UTF8:
        file.seek(3)
    return file


def _by_line(stream: IO[bytes], keys: Collection[str]) -> Iterator[Record]:
    for number, line in enumerate(bounded_lines(stream), start=1):
        if line.isspace():
            continue
        whole = record_of("", f"line {number}", line, len(line) > MAX_RECORD, 0)
        lists = [key for key in keys if isinstance((whole.value or {}).get(key), list)]
        if whole.value is None or not lists or "id" in whole.value:
            yield whole
            continue
        for key in lists:
            for position, value in enumerate(whole.value[key], start=1):
                place = f"{whole.place}, item {position}"
                if isinstance(value, dict):
                    yield Record(key, place, value, "", whole.raw)
                else:
                    yield Record(key, place, None, "is no JSON object", whole.raw)
