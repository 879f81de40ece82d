"""Finds what stands under the cursor in a query that is being typed: the beginning of a field, or of its value."""

from dataclasses import dataclass

from convo.query.fields import BY_NAME, Field
from convo.query.parse import LONGEST

_ENDS = frozenset(" \t\r\n\f\v()")
_STOPS = _ENDS | {",", ":", '"'}
_COMPARISONS = "<>="


@dataclass(frozen=True, slots=True)
class Typed:
    """What is being typed at `start` to `end` of a query: `written` so far, of `field`'s values or (None) a field.

    `name` is what the field was called, `quoted` that the value begins with a quotation mark.
    """

    start: int
    end: int
    written: str
    name: str = ""
    field: Field | None = None
    quoted: bool = False


def typed(text: str, position: int) -> Typed:
    """What stands under the cursor before the character at `position`; a name that no field has takes nothing."""
    position = max(0, min(position, len(text), LONGEST))
    start, quote, colon, comma = 0, -1, -1, -1
    for place in range(position):
        letter = text[place]
        if letter == '"' and not _escaped(text, place, quote):
            quote = -1 if quote >= 0 else place
        elif quote < 0 and letter in _ENDS:
            start, colon, comma = place + 1, -1, -1
        elif quote < 0 and letter == ":" and colon < 0:
            colon = place
        elif quote < 0 and letter == "," and colon >= 0:
            comma = place
    end = _end(text, position, quote >= 0)
    if text.startswith("-", start) and start < position:
        start += 1
    if colon < start:
        return Typed(start, end, text[start:position], quoted=quote >= 0)
    name = text[start:colon].lower()
    start = max(colon, comma) + 1
    while start < position and text[start] in _COMPARISONS:
        start += 1
    quoted = text.startswith('"', start) and start < position
    written = text[start + quoted : position]
    return Typed(start, end, written.replace("\\", "") if quoted else written, name, _field(name), quoted)


def _field(name: str) -> Field | None:
    return BY_NAME["attr"] if name.startswith("attr.") else BY_NAME.get(name)


def _escaped(text: str, place: int, quote: int) -> bool:
    """Whether an odd number of backslashes inside quotation marks stands before a place."""
    if quote < 0:
        return False
    backslashes = 0
    while place - backslashes - 1 > quote and text[place - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1


def _end(text: str, position: int, quoted: bool) -> int:
    """Where the word under the cursor ends."""
    stop = position
    while stop < len(text) and stop < LONGEST and (quoted or text[stop] not in _STOPS):
        if quoted and text[stop] == '"':
            return stop + 1
        stop += 1
    # A quotation mark that was never closed takes only what stands before the cursor.
    return position if quoted else stop
