"""Where a quoted mail begins: 'On … wrote:' lines, header blocks and 'Original Message' rulers, in many languages.

Every look is at a few lines of bounded length, so that a mail costs time in proportion to its lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from convo.text.replywords import BARE_MARKERS, LABELS, MARKERS, OPENINGS, VERBS

LONGEST_LINE = 300
_LONGEST_HEAD = 500
_MOST_LINES = 4
_MOST_BLOCK_LINES = 40


_Label: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """The lines [start, end) that introduce a quoted mail.

    `certain` is False where only quoted lines below make it one ("Jane wrote:").
    """

    start: int
    end: int
    certain: bool


_MARKERS = frozenset(MARKERS.split("|"))
_BARE_MARKERS = frozenset(BARE_MARKERS.split("|"))
_LABELS = {label: kind for kind, labels in LABELS.items() for label in labels.split("|")}
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d\b|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d年")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_ISO_HEAD = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:?\d\d \S")
_LABEL_LINE = re.compile(
    r"[ \t]{0,8}[*_]{0,2}([^\W\d_][^:：*_<>@]{0,24}?)[*_]{0,2}[  ]?[:：][*_]{0,2}(?=\s|$|[^/\s])(.*)"
)
_DECORATION = "-_=*—–~ \t>:"
_UNSEEN = dict.fromkeys(
    map(ord, "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_SPACES = {0xA0: " ", 0x202F: " ", 0x2009: " "}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Verb, opening and name-and-address patterns; compiled when the first reply is folded, not at start-up."""
    verb = re.compile(rf"(?<!\w)(?:{VERBS})(?:\(?[аa]\)?|ła|\(ła\)|/a)?(?!\w)|写道|寫道|のメール|작성|님이")
    opening = re.compile(rf"(?:\W{{0,4}}(?:{OPENINGS})(?!\w)\.?[^\d]{{0,40}}\d|\W{{0,3}}\d)")
    named = re.compile(r"[^<>\n]{0,120}<[^<>\s]+@[^<>\s]+>")
    return verb, opening, named


def find_heads(lines: Sequence[str], quoted: Sequence[bool]) -> list[Head]:
    """Every introduction of a quoted mail among the lines that are not quoted themselves, in order, not overlapping."""
    heads: list[Head] = []
    labels = [None if hidden else _label(line) for line, hidden in zip(lines, quoted, strict=True)]
    free = 0
    for number, line in enumerate(lines):
        if number < free or quoted[number] or not line or len(line) > LONGEST_LINE:
            continue
        head = (
            _marker(lines, quoted, labels, number)
            or _block(lines, quoted, labels, number)
            or _attribution(lines, quoted, number, free)
        )
        if head is None:
            continue
        if heads and not any(line.strip() for line in lines[free : head.start]):
            above = heads.pop()
            head = Head(above.start, head.end, above.certain or head.certain)
        heads.append(head)
        free = head.end
    return heads


def _marker(lines: Sequence[str], quoted: Sequence[bool], labels: Sequence[_Label | None], number: int) -> Head | None:
    """A head that begins with a ruler line such as '-----Original Message-----', and any header block below it."""
    line = lines[number]
    words = line.strip(_DECORATION)
    if not 4 <= len(words) <= 60:
        return None
    words = seen(words).casefold()
    ruled = any(ruler in line for ruler in ("--", "__", "==", "**", "——"))
    if not (words in _BARE_MARKERS or (ruled and (words in _MARKERS or words.startswith("forwarded by ")))):
        return None
    after = number + 1
    while after < len(lines) and after <= number + 2 and not lines[after].strip():
        after += 1
    block = _block(lines, quoted, labels, after, announced=True) if after < len(lines) else None
    return Head(number, block.end if block else number + 1, True)


def _block(
    lines: Sequence[str],
    quoted: Sequence[bool],
    labels: Sequence[_Label | None],
    number: int,
    *,
    announced: bool = False,
) -> Head | None:
    """A head that is a block of header lines (From:, Sent:, To:, Subject:), single or double spaced, values folded.

    Where a ruler has `announced` it, the sender alone is enough.
    """
    first = labels[number]
    if first is None or first[0] == "other":
        return None
    kinds: dict[str, str] = {}
    last = number
    unlabelled = 0
    for at in range(number, min(number + _MOST_BLOCK_LINES, len(lines))):
        line = lines[at]
        if quoted[at] or len(line) > 8 * LONGEST_LINE:
            break
        label = labels[at]
        if label is not None:
            kind, value = label
            if kind != "other" and kind in kinds:
                break
            kinds[kind] = value
            last, unlabelled = at, 0
        else:
            unlabelled += 1
            if unlabelled > 2 or (not line.strip() and "subject" in kinds and len(kinds) > 2):
                break
    addressed = "@" in kinds.get("from", "")
    enough = "from" in kinds and (
        announced or (("date" in kinds or "to" in kinds) and ("subject" in kinds or addressed))
    )
    return Head(number, last + 1, True) if enough else None


def _label(line: str) -> _Label | None:
    """Which header a line is and its value, or None."""
    colon = line.find(":", 0, 40)
    if colon < 0 and line.find("：", 0, 40) < 0:
        return None
    match = _LABEL_LINE.match(line[: 2 * LONGEST_LINE])
    if match is None:
        return None
    kind = _LABELS.get(seen(match[1]).strip().casefold())
    return (kind, match[2]) if kind else None


def _attribution(lines: Sequence[str], quoted: Sequence[bool], number: int, free: int) -> Head | None:
    """A head that ends on this line and is a sentence such as 'On 3 May 2024, Jane <jane@example.org> wrote:'."""
    line = seen(lines[number]).strip(" \t*_")
    if not line.endswith((":", "：")):
        return (
            Head(number, number + 1, True)
            if line[:1].isdigit() and _ISO_HEAD.match(line) and _stands_alone(lines, number)
            else None
        )
    verb, opening, named = _patterns()
    joined = ""
    starts = range(number, max(free, number - _MOST_LINES + 1) - 1, -1)
    best: Head | None = None
    for start in starts:
        piece = seen(lines[start]).strip(" \t*_")
        if not piece or quoted[start] or len(joined) + len(piece) > _LONGEST_HEAD:
            break
        if start < number and piece.endswith((".", "!", "?", ":")) and not piece[-2:-1].isdigit():
            break
        joined = f"{piece} {joined}" if joined else piece
        sentence = joined.casefold()
        addressed = _ADDRESS.search(joined) is not None
        dated = _DATE.search(joined) is not None
        says = verb.search(sentence) is not None
        opens = opening.match(piece.casefold()) is not None
        if opens and dated and ((says and (addressed or not _to_us(sentence))) or joined.endswith((">:", ">："))):
            return Head(start, number + 1, True)
        if best is None and says and addressed and named.match(joined):
            best = Head(start, number + 1, True)
    if best is None and len(line) <= 120 and verb.search(line.casefold()):
        best = Head(number, number + 1, False)
    return best


def _stands_alone(lines: Sequence[str], number: int) -> bool:
    """Whether a blank line or the end follows: some clients write a date and a name and nothing more."""
    return number + 1 >= len(lines) or not lines[number + 1].strip()


def _to_us(sentence: str) -> bool:
    """Whether it says 'you wrote', which customers also say when they tell a story."""
    return any(word in sentence for word in ("you wrote", "you write", "u schreef", "sie schrieben", "du schriebst"))


def seen(line: str) -> str:
    """The line as the eye has it: no invisible marks, every space a plain one."""
    return line if line.isascii() else line.translate(_UNSEEN).translate(_SPACES)
