"""Cut a JSON file of any size into its objects by counting brackets, so that a broken one spoils no other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from convo.importers.base import HEAD_BYTES
from convo.importers.json_decoding import NotJson, decode
from convo.model.envelope import Unreadable

MAX_RECORD = 32 * 1024 * 1024
MAX_DEPTH = 200
_REMEMBERED = 1000
_CHUNK = 256 * 1024

_TOKEN = re.compile(rb'[{}\[\]]|"(?:[^"\\]++|\\.)*+"|"', re.S)
_NO_BRACKETS = re.compile(rb'(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*+', re.S)
_STRING_END = re.compile(rb'(?:[^"\\]++|\\.)*+(?P<end>")?', re.S)
_BLANK = b" \t\r\n,\xef\xbb\xbf\x1e"


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file: the key of the list it stood in ("" for none), where, and the object or what is wrong."""

    key: str
    place: str
    value: dict[str, Any] | None
    reason: str = ""
    raw: bytes = b""

    def unreadable(self, source: str, reason: str = "") -> Unreadable:
        """This record as something that could not be understood."""
        return Unreadable(f"{self.place} {reason or self.reason}", self.raw[:HEAD_BYTES], source, self.place)


def record_of(key: str, place: str, raw: bytes, too_long: bool, depth: int) -> Record:
    if too_long:
        return Record(key, place, None, f"is longer than {MAX_RECORD // 1024**2} MB", raw[:HEAD_BYTES])
    if depth > MAX_DEPTH:
        return Record(key, place, None, "is nested too deeply", raw[:HEAD_BYTES])
    try:
        value = decode(raw)
    except NotJson as error:
        return Record(key, place, None, str(error), raw[:HEAD_BYTES])
    if not isinstance(value, dict):
        return Record(key, place, None, "is no JSON object", raw[:HEAD_BYTES])
    return Record(key, place, value, "", raw[:HEAD_BYTES])


class Scanner:
    """Finds where each element begins and ends by counting brackets outside strings; looks at each byte twice at most.

    `inside` is the depth at which an element's own bracket opens: 0 for objects one after the other, 1 within a
    top-level list, the list's depth within a wrapper; None while in the wrapper but in no wanted list.
    """

    def __init__(self, stream: IO[bytes] | None, keys: frozenset[str], objects: frozenset[str], wrapped: bool) -> None:
        self.stream = stream
        self.keys = keys
        self.objects = objects
        self.wrapped = wrapped
        self.open = bytearray()
        self.depth = 0
        self.inside: int | None = None if wrapped else 0
        self.key = ""
        self.last_string = b""
        self.begun_string = b""
        self.in_string = False
        self.taking = False
        self.single = False
        self.deepest = 0
        self.taken: list[bytes] = []
        self.size = 0
        self.count = 0

    def elements(self) -> Iterator[Record]:
        """The records of the stream."""
        assert self.stream is not None
        rest = b""
        while chunk := self.stream.read(_CHUNK):
            chunk = rest + chunk
            rest = b""
            if chunk.endswith(b"\\"):
                # An escape is never parted from what it escapes.
                cut = len(chunk) - 1 if (len(chunk) - len(chunk.rstrip(b"\\"))) % 2 else len(chunk)
                chunk, rest = chunk[:cut], chunk[cut:]
            yield from self._scan(chunk)
        if rest:
            yield from self._scan(rest)
        yield from self._finish()

    def keys_in(self, head: bytes) -> Iterator[str]:
        """The keys of lists and objects at most two levels down in these bytes."""
        for found in _TOKEN.finditer(head):
            token = found[0]
            if token in b"{[":
                if 1 <= self.depth <= 2:
                    yield self._name()
                self._opened(token)
            elif token in b"}]":
                self._closed(token)
            elif self.depth <= 2:
                self.last_string = token[:200]

    def _scan(self, chunk: bytes) -> Iterator[Record]:
        start = 0
        for bracket, at in self._brackets(chunk):
            if bracket in b"{[":
                if self.inside == self.depth and not self.taking:
                    yield from self._gap(chunk[start:at])
                    start = at
                    if bracket == b"[" and self.depth == 0:
                        self.inside, start = 1, at + 1
                    else:
                        self.taking, self.deepest = True, 0
                elif self.inside is None and 1 <= self.depth <= 2:
                    name = self._name()
                    if bracket == b"[" and name in self.keys:
                        self.inside, self.key, self.count, start = self.depth + 1, name, 0, at + 1
                    elif bracket == b"{" and name in self.objects:
                        self.inside, self.key, self.count, start = self.depth, name, 0, at
                        self.taking, self.single, self.deepest = True, True, 0
                self._opened(bracket)
                continue
            self._closed(bracket)
            if self.taking and self.depth <= (self.inside or 0):
                yield self._element(chunk[start : at + 1])
                start = at + 1
                if self.single:
                    self.single, self.inside = False, None
            if self.inside is not None and not self.taking and self.depth < self.inside:
                yield from self._gap(chunk[start:at])
                start = at + 1
                self.inside = None if self.wrapped else 0
        if self.inside is not None:
            self._take(chunk[start:])

    def _brackets(self, chunk: bytes) -> Iterator[tuple[bytes, int]]:
        """Each bracket outside of strings and where it stands; the last string is noted where it can be a key."""
        at, end = 0, len(chunk)
        while at < end:
            keys_matter = self.inside is None and self.depth <= 2
            if self.in_string:
                closed = _STRING_END.match(chunk, at)
                if closed is None or closed["end"] is None:
                    self.begun_string = (self.begun_string + chunk[at : at + 200])[:200]
                    return
                self.in_string = False
                if keys_matter:
                    self.last_string = (self.begun_string + closed[0])[:200]
                at = closed.end()
            elif keys_matter:
                found = _TOKEN.search(chunk, at)
                if found is None:
                    return
                at = found.end()
                if len(found[0]) > 1:
                    self.last_string = found[0][:200]
                elif found[0] == b'"':
                    self.in_string, self.begun_string = True, b'"'
                else:
                    yield found[0], at - 1
            else:
                passed = _NO_BRACKETS.match(chunk, at)
                at = passed.end() + 1 if passed else end
                if at > end:
                    return
                if chunk[at - 1 : at] == b'"':
                    self.in_string, self.begun_string = True, b'"'
                else:
                    yield chunk[at - 1 : at], at - 1

    def _opened(self, bracket: bytes) -> None:
        if len(self.open) < _REMEMBERED:
            self.open += bracket
        self.depth += 1
        if self.depth > self.deepest:
            self.deepest = self.depth

    def _closed(self, bracket: bytes) -> None:
        """Close what this bracket closes, and with it whatever was left open within; a stray one closes nothing."""
        if self.depth > _REMEMBERED:
            self.depth -= 1
        elif (at := self.open.rfind(b"{" if bracket == b"}" else b"[")) >= 0:
            del self.open[at:]
            self.depth = at

    def _take(self, piece: bytes) -> None:
        room = (MAX_RECORD if self.taking else HEAD_BYTES) + 1 - self.size
        if room > 0:
            self.taken.append(piece[:room])
        self.size += len(piece)

    def _element(self, piece: bytes) -> Record:
        self._take(piece)
        self.count += 1
        raw, size = b"".join(self.taken), self.size
        depth = self.deepest - (self.inside or 0)
        self.taken, self.size, self.taking = [], 0, False
        return record_of(self.key, f"item {self.count}", raw, size > MAX_RECORD, depth)

    def _gap(self, piece: bytes) -> Iterator[Record]:
        """What stands between two elements: nothing but commas and white space, or else something that is no object."""
        self._take(piece)
        raw = b"".join(self.taken).strip(_BLANK)
        self.taken, self.size = [], 0
        if raw:
            self.count += 1
            yield Record(self.key, f"item {self.count}", None, "is no JSON object", raw[:HEAD_BYTES])

    def _finish(self) -> Iterator[Record]:
        if self.taking:
            raw = b"".join(self.taken)[:HEAD_BYTES]
            reason = "is cut off: the file ends in the middle of it"
            yield Record(self.key, f"item {self.count + 1}", None, reason, raw)
        elif self.inside is not None:
            yield from self._gap(b"")

    def _name(self) -> str:
        return self.last_string[1:-1].decode("utf-8", "replace")
