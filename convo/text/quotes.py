"""A mail's text taken apart into what is new, what is quoted and the signature; folded, never deleted."""

import re
from dataclasses import dataclass
from enum import IntEnum

from convo.text.replyheads import Head, find_heads
from convo.text.signatures import is_ruler, signature_start

_QUOTED = re.compile(r"[ \t\u200b\ufeff]{0,3}(?:>|[A-Z]{1,2}>(?:\s|$))")
_MOST_SIGNATURES = 3


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in three parts, each without blank lines at its ends: every line that says something is in exactly one."""

    body: str
    quoted: str = ""
    signature: str = ""


class _Part(IntEnum):
    BODY = 0
    QUOTED = 1
    SIGNATURE = 2


def split_quote(text: str) -> Folded:
    """What the writer of this mail added, apart from what was quoted or signed; whatever is unsure stays in the body.

    Quoted lines between which the writer answers stay where they are; only the 'On … wrote:' lines above them go. Time
    is linear in the length of the text.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    quoted = [_QUOTED.match(line) is not None for line in lines]
    heads = find_heads(lines, quoted)
    parts = [_Part.BODY] * len(lines)
    end = _fold_heads(lines, quoted, heads, parts)
    _fold_tail(lines, quoted, heads, parts, end)
    return Folded(*(_joined(lines, parts, part) for part in _Part))


def _fold_heads(lines: list[str], quoted: list[bool], heads: list[Head], parts: list[_Part]) -> int:
    """Fold every certain head, and all from the first that has the writer's text above and none of '>' below.

    Returns the line at which what may still be the writer's ends.
    """
    written = False
    seen_to = 0
    for head in heads:
        if not written:
            written = any(
                lines[number].strip() and not quoted[number] and not is_ruler(lines[number])
                for number in range(seen_to, head.start)
            )
        seen_to = head.end
        if not head.certain:
            written = True
            continue
        below = _next_line(lines, head.end)
        if written and below is not None and not quoted[below]:
            parts[head.start :] = [_Part.QUOTED] * (len(lines) - head.start)
            return head.start
        start = head.start
        while start and parts[start - 1] is _Part.BODY and (not lines[start - 1].strip() or is_ruler(lines[start - 1])):
            start -= 1
        for number in range(start, head.end):
            if number >= head.start or is_ruler(lines[number]):
                parts[number] = _Part.QUOTED
    return len(lines)


def _fold_tail(lines: list[str], quoted: list[bool], heads: list[Head], parts: list[_Part], end: int) -> None:
    """Fold what closes lines[:end], from its last line upwards: rulers, signatures, quotes and the lines above them."""
    uncertain = {head.end: head.start for head in heads if not head.certain}
    signatures = 0
    text_from = next((number for number in range(end) if lines[number].strip() and not is_ruler(lines[number])), end)

    def barred(number: int) -> bool:
        return quoted[number] or parts[number] is _Part.QUOTED

    while end:
        last = end - 1
        if not lines[last].strip() or parts[last] is _Part.QUOTED:
            end = last
            continue
        if quoted[last]:
            start = _quote_start(lines, quoted, end)
            if _is_said_by_writer(lines, quoted, parts, uncertain, start):
                return
            parts[start:end] = [_Part.QUOTED] * (end - start)
            above = _line_above(lines, start)
            end = start if above is None else uncertain.get(above + 1, start)
            parts[end:start] = [_Part.QUOTED] * (start - end)
            continue
        if is_ruler(lines[last]):
            parts[last] = _Part.SIGNATURE
            end = last
            continue
        signed = signature_start(lines, end, text_from, barred) if signatures < _MOST_SIGNATURES else None
        if signed is None:
            return
        parts[signed:end] = [_Part.SIGNATURE] * (end - signed)
        signatures += 1
        end = signed


def _is_said_by_writer(
    lines: list[str], quoted: list[bool], parts: list[_Part], uncertain: dict[int, int], start: int
) -> bool:
    """Whether a closing quote is the writer's own citation: announced by a colon, and by no name, date or address."""
    above = _line_above(lines, start)
    if above is None or quoted[above] or parts[above] is _Part.QUOTED or above + 1 in uncertain:
        return False
    announcing = lines[above].rstrip()
    return announcing.endswith(":") and "@" not in announcing and not any(map(str.isdigit, announcing[:300]))


def _quote_start(lines: list[str], quoted: list[bool], end: int) -> int:
    """Where the run of quoted and blank lines that ends before `end` begins, at its first quoted line."""
    start = end
    while end and (quoted[end - 1] or not lines[end - 1].strip()):
        end -= 1
        if quoted[end]:
            start = end
    return start


def _next_line(lines: list[str], start: int) -> int | None:
    """The first line at or after `start` that says something."""
    return next((number for number in range(start, len(lines)) if lines[number].strip()), None)


def _line_above(lines: list[str], start: int) -> int | None:
    """The last line before `start` that says something."""
    return next((number for number in range(start - 1, -1, -1) if lines[number].strip()), None)


def _joined(lines: list[str], parts: list[_Part], wanted: _Part) -> str:
    """The lines of one part, without the blank ones at its ends."""
    chosen = [line for line, part in zip(lines, parts, strict=True) if part is wanted]
    first = 0
    while first < len(chosen) and not chosen[first].strip():
        first += 1
    last = len(chosen)
    while last > first and not chosen[last - 1].strip():
        last -= 1
    return "\n".join(chosen[first:last])
