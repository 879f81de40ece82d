"""A large JSON file read value by value, in memory that depends on the largest value and not on the file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from convo.errors import BadInput
from convo.importers.json_extent import WORD_END, Extent
from convo.importers.opened import open_log

CHUNK = 65_536
VALUE_BYTES = 16 * 1024 * 1024
RAW_BYTES = 1_048_576

_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")


class BrokenJson(Exception):
    """What cannot be read: the reason, for a person, and its bytes, at most RAW_BYTES of them."""

    def __init__(self, reason: str, raw: bytes = b"") -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw


class BrokenValue(BrokenJson):
    """One value that cannot be read; the cursor has moved past it."""


class BrokenDocument(BrokenJson):
    """The text stops being JSON here, so nothing after this place can be read; `raw` is how the rest begins."""


def open_file(path: Path) -> BinaryIO:
    """The file opened for reading bytes; raises BadInput when it cannot be."""
    try:
        return open_log(path)
    except OSError as problem:
        raise BadInput(f"{path.name} cannot be opened: {problem.strerror or problem}") from problem


def decode(raw: bytes) -> object:
    """The one JSON value in `raw`, its bytes taken as UTF-8; raises BrokenValue."""
    try:
        found: object = _DECODER.decode(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as problem:
        raise BrokenValue(_reason(problem), raw[:RAW_BYTES]) from None
    return found


class JsonCursor:
    """A place in a JSON text of bytes.

    `members` and `elements` walk an object or a list; what is not consumed by `value`, or by walking deeper, before the
    next step is passed over. Bytes are held as Latin-1 characters, one each, so that offsets are those of the file and
    a broken UTF-8 sequence spoils one value only; values that are not ASCII are decoded again as UTF-8.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._base = 0
        self._ended = False
        self._last = (0, 0)
        if self.peek() == "\xef":
            self._need(3)
            if self._text.startswith("\xef\xbb\xbf", self._at):
                self._at += 3

    @property
    def offset(self) -> int:
        """How many bytes stand before the cursor."""
        return self._base + self._at

    @property
    def raw(self) -> bytes:
        """The bytes of the value that `value` returned last, at most RAW_BYTES of them."""
        start, end = self._last
        return self._text[start : min(end, start + RAW_BYTES)].encode("latin-1")

    def seek(self, offset: int) -> None:
        """Move to a byte offset seen before; the stream has to be seekable."""
        if self._base <= offset <= self._base + len(self._text):
            self._at = offset - self._base
            return
        self._stream.seek(offset)
        self._text, self._at, self._base, self._ended = "", 0, offset, False

    def peek(self) -> str:
        """The next character that is no space, without moving past it; empty at the end of the text."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here, the cursor standing before each one's value."""
        for _ in self._steps("{", "}"):
            if self.peek() != '"':
                raise self._broken("a member of an object has no name")
            try:
                key = self.value()
            except BrokenValue as problem:
                raise BrokenDocument(problem.reason, problem.raw) from None
            self._take(":")
            self.peek()
            before = self.offset
            yield str(key)
            if self.offset == before:
                self.skip()

    def elements(self) -> Iterator[None]:
        """One step for each element of the list that begins here, the cursor standing before it."""
        for _ in self._steps("[", "]"):
            before = self.offset
            yield
            if self.offset == before:
                self.skip()

    def value(self) -> object:
        """The whole value that begins here.

        Raises BrokenValue, having moved past it, when it is no JSON, nested too deeply or larger than VALUE_BYTES.
        """
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
                if self._text[self._at] not in '"[{' and (end := self._end_of_word()) < 0:
                    continue
                piece = self._text[self._at : end]
                if piece[0] not in '"[{':
                    found = _DECODER.decode(piece)
                elif not piece.isascii():
                    found, _ = _DECODER.raw_decode(piece.encode("latin-1").decode("utf-8", "replace"))
            except RecursionError as problem:
                self._pass_over(_reason(problem))
            except ValueError as problem:
                held = len(self._text) - self._at
                if held >= VALUE_BYTES:
                    self._pass_over(f"it is larger than {VALUE_BYTES // 1_048_576} MB or no JSON")
                if Extent().end(self._text, self._at) < 0 and self._fill():
                    continue
                self._pass_over(_reason(problem, self._at))
            self._last = (self._at, end)
            self._at = end
            return found

    def skip(self) -> None:
        """Move past the value that begins here without reading it."""
        self._past()

    def finish(self) -> None:
        """Make sure that nothing follows; raises BrokenDocument when something does."""
        if self.peek():
            raise self._broken("something follows the end of the JSON")

    def _end_of_word(self) -> int:
        """Where the number or bare word here ends; -1 when that is seen only now that more has been read."""
        stop = WORD_END.search(self._text, self._at)
        if stop is None:
            return -1 if self._fill() else len(self._text)
        return stop.start()

    def _steps(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        while self.peek() != closing:
            yield
            if self.peek() != closing:
                self._take(",")
        self._at += 1

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise self._broken(f"the JSON is broken: {character!r} is missing")
        self._at += 1

    def _broken(self, reason: str) -> BrokenDocument:
        if not self.peek():
            reason = "the file ends in the middle of its JSON: it is incomplete"
        return BrokenDocument(reason, self._text[self._at : self._at + RAW_BYTES].encode("latin-1"))

    def _pass_over(self, reason: str) -> NoReturn:
        raise BrokenValue(reason, self._past()) from None

    def _past(self) -> bytes:
        """Move past the value that begins here and return how it begins; raises BrokenDocument when it has no end."""
        self.peek()
        extent = Extent()
        kept: list[str] = []
        room = RAW_BYTES
        while True:
            end = extent.end(self._text, self._at)
            stop = len(self._text) if end < 0 else end
            kept.append(self._text[self._at : min(stop, self._at + room)])
            room -= len(kept[-1])
            if end == self._at and extent.empty:
                raise self._broken("the JSON is broken: a value is missing")
            self._at = stop
            if end >= 0 or not self._fill():
                break
        raw = "".join(kept).encode("latin-1")
        if end < 0 and not extent.may_end:
            raise BrokenDocument("the file ends in the middle of its JSON: it is incomplete", raw)
        return raw

    def _need(self, count: int) -> None:
        while len(self._text) - self._at < count and self._fill():
            pass

    def _fill(self) -> bool:
        """Read on, at least as much as is held, so that retrying a value costs no more than twice its size."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        chunk = self._stream.read(max(CHUNK, len(rest)))
        self._base += self._at
        self._text, self._at = rest + chunk.decode("latin-1"), 0
        self._ended = not chunk
        return bool(chunk)


def _reason(problem: Exception, start: int = 0) -> str:
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    if isinstance(problem, json.JSONDecodeError):
        return f"it is no JSON: {problem.msg} at its byte {max(problem.pos - start, 0) + 1}"
    return "it holds a number that is too long"
