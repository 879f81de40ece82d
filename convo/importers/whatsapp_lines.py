"""The lines of a WhatsApp log: which of them begin a message, and the messages of many lines that follow from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from convo.importers.whatsapp_words import MARKS, unmarked

LINE_BYTES = 1_048_576
MESSAGE_BYTES = 1_048_576
SENDER_LENGTH = 120

_M = f"[{MARKS}]*"
_DATE = rf"(?P<a>\d{{1,4}}){_M}(?P<sep>\s?[./-]\s?){_M}(?P<b>\d{{1,2}}){_M}\s?[./-]\s?{_M}(?P<c>\d{{1,4}})\.?"
_TIME = rf"(?P<hour>\d{{1,2}}){_M}(?::|：|\.|\s?h\s?){_M}(?P<minute>\d{{2}})(?:{_M}[:.]{_M}(?P<second>\d{{2}}))?"
_WORD = r"[^\d\[\]:\n]{0,24}?"
_END = rf"{_M}(?:(?P<bracket>\])(?:\s|$)|\s{_M}(?P<dash>[-–]){_M}(?:\s|$)|(?P<colon>:)\s)"
_HEADER = re.compile(rf"{_M}(?P<open>\[?){_M}{_DATE}(?P<before>{_WORD}){_TIME}(?P<after>{_WORD}){_END}")
_TIME_FIRST = re.compile(rf"{_M}(?P<open>\[?){_M}{_TIME}(?P<after>{_WORD})[,،]?\s{_M}{_DATE}{_END}")
_HEADER_LENGTH = 120

_CONNECTORS = {"", "klo", "kl", "às", "à", "at", "um", "alle", "a", "u", "uhr", "г", "ч", "г ч", "в", "о", "и"}
_MORNING = {
    "am", "πμ", "上午", "凌晨", "早上", "清晨", "오전", "午前", "ص", "قظ", "vorm", "fm", "sa", "öö", "dop", "pg",
    "paradite", "eparadites", "pd", "पूर्वाह्न", "मपू", "முற்பகல்", "قبلدوپہر",
}  # fmt: skip
_NOON = {"中午"}
_AFTERNOON = {
    "pm", "μμ", "下午", "晚上", "傍晚", "오후", "午後", "م", "بظ", "nachm", "em", "ch", "ös", "odp", "ptg",
    "pasdite", "epasdites", "md", "अपराह्न", "मनं", "பிற்பகல்", "بعددوپہر",
}  # fmt: skip
_PERIODS = _MORNING | _NOON | _AFTERNOON
_KNOWN = _PERIODS | _CONNECTORS
_DROPPED = re.compile(rf"[\s.,،、ـ{MARKS}]+")


class Shape(NamedTuple):
    """How a log writes its headers; one export has one shape, so a pasted line of another shape begins no message."""

    bracketed: bool
    time_first: bool
    end: str
    separator: str
    digits: tuple[bool, bool]
    seconds: bool
    period: str


@dataclass(frozen=True, slots=True)
class Header:
    """The date and time at the head of a message; `numbers` are the date's three as written, `hour` is of 24."""

    shape: Shape
    numbers: tuple[int, int, int]
    hour: int
    minute: int
    second: int
    capital_period: bool
    length: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One message or notice: its header, None for what stands before the first, and its lines as bytes.

    `line` counts from 1; `cut` says that the message was longer than MESSAGE_BYTES and the rest was dropped.
    """

    header: Header | None
    line: int
    raw: bytes
    cut: bool = False

    def said(self) -> tuple[str | None, str]:
        """The sender as written, None for a notice, and the text with its marks and its own line breaks."""
        text = self.raw.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\r\n")
        body = text[self.header.length if self.header else 0 :]
        first, newline, rest = body.partition("\n")
        sender, said = _split_sender(first)
        return sender, said + newline + rest


def parse_header(line: str) -> Header | None:
    """The header at the beginning of `line`, None when it has none; reads its first 120 characters only."""
    head = line[:_HEADER_LENGTH]
    found = _HEADER.match(head) or _TIME_FIRST.match(head)
    if found is None:
        return None
    bracketed = bool(found["open"])
    if bracketed != bool(found["bracket"]) or (found["colon"] and not found["second"]):
        return None
    before = _bare(found["before"]) if found.re is _HEADER else ""
    after = _bare(found["after"])
    around = (before.casefold(), after.casefold())
    period = next((word for word in around if word in _PERIODS), "")
    strange = [word for word in around if word not in _KNOWN]
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if strange or hour > 24 or minute > 59 or second > 60:
        return None
    shape = Shape(
        bracketed=bracketed,
        time_first=found.re is _TIME_FIRST,
        end=found["bracket"] or found["colon"] or "-",
        separator=found["sep"].strip(),
        digits=(len(found["a"]) == 4, len(found["c"]) == 4),
        seconds=found["second"] is not None,
        period=period and ("before" if period == around[0] else "after"),
    )
    return Header(
        shape=shape,
        numbers=(int(found["a"]), int(found["b"]), int(found["c"])),
        hour=_of_24(hour, period),
        minute=minute,
        second=min(second, 59),
        capital_period=after in ("AM", "PM"),
        length=found.end(),
    )


def entries(stream: BinaryIO, shape: Shape | None = None) -> Iterator[Entry]:
    """The messages and notices of a log, in order, one held at a time.

    `shape` is that of the headers; without it, the first header found decides.
    """
    header: Header | None = None
    begun, held, kept, cut = 1, bytearray(), False, False
    number, goes_on = 0, False
    while line := stream.readline(LINE_BYTES):
        number += not goes_on
        found = None if goes_on else _header_of(line)
        goes_on = not line.endswith(b"\n")
        if found is not None and (shape is None or found.shape == shape):
            shape = found.shape
            if kept:
                yield Entry(header, begun, bytes(held), cut)
            header, begun, held, cut = found, number, bytearray(line), False
            kept = True
        elif len(held) + len(line) <= MESSAGE_BYTES:
            held += line
            kept = kept or bool(line.strip(b" \t\r\n\xef\xbb\xbf"))
        else:
            kept = cut = True
    if kept:
        yield Entry(header, begun, bytes(held), cut)


def _header_of(line: bytes) -> Header | None:
    # Most lines of a long message begin with a letter, and this is the pass over a gigabyte.
    if not (line[0] in b"0123456789[" or line[0] >= 0x80):
        return None
    return parse_header(line[: 4 * _HEADER_LENGTH].decode("utf-8", "replace").rstrip("\r\n"))


def _split_sender(first: str) -> tuple[str | None, str]:
    at = first.find(": ", 0, SENDER_LENGTH + 2)
    if at < 0:
        bare = first.rstrip(f" {MARKS}")
        if not bare.endswith(":") or len(bare) > SENDER_LENGTH:
            return None, first
        at = len(bare) - 1
    sender = first[:at]
    return (sender, first[at + 1 :].removeprefix(" ")) if _is_name(sender) else (None, first)


@lru_cache(4096)
def _is_name(sender: str) -> bool:
    """Not so in `Ann changed the subject from "Bikes: new" to …`, where the colon stands inside quotation marks."""
    name = unmarked(sender)
    quotes = name.count('"') % 2 or any(name.count(a) != name.count(b) for a, b in ("“”", "«»", "「」"))
    return bool(name) and not quotes


@lru_cache(1024)
def _bare(word: str) -> str:
    return _DROPPED.sub("", word)


def _of_24(hour: int, period: str) -> int:
    if period in _NOON:
        return hour if hour >= 10 else hour + 12
    if period in _MORNING:
        return 0 if hour == 12 else hour
    if period in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if hour == 24 else hour
