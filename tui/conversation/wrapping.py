"""Breaks long texts into lines of a pane, and no more of them than are shown."""

import re
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells

from convo.text import safe

_WORD = re.compile(r"\s*\S+")
_SPARE = 4
"""Characters per column that are looked at: accents and joiners take no column."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The first lines of a text; `more` says that there are others."""

    lines: tuple[str, ...]
    more: bool = False


def wrapped(text: str, width: int, most: int) -> Wrapped:
    """At most `most` lines of at most `width` columns, broken between words where that is possible.

    Blank lines at the ends go, and of several in a row one stays. Time is linear in what is shown, not in the text.
    """
    width = max(1, width)
    reach = most * max(width, 20) * _SPARE
    more = len(text) > reach
    made: list[str] = []
    blank = False
    for paragraph in safe(text[:reach]).expandtabs(4).split("\n"):
        paragraph = paragraph.rstrip()
        if not paragraph:
            blank = bool(made)
            continue
        if len(made) > most:
            break
        if blank:
            made.append("")
            blank = False
        made += _lines(paragraph, width, most + 1 - len(made))
    return Wrapped(tuple(made[:most]), more or len(made) > most)


def _lines(paragraph: str, width: int, most: int) -> list[str]:
    """One paragraph's lines, at most one more than `most` of them looked for."""
    if len(paragraph) <= width * 2 and cell_len(paragraph) <= width:
        return [paragraph]
    if paragraph.isascii():
        return _plain_lines(paragraph, width, most)
    made: list[str] = []
    held, used = "", 0
    for found in _WORD.finditer(paragraph):
        if len(made) > most:
            return made
        word = found.group()
        columns = cell_len(word)
        if used and used + columns > width:
            made.append(held)
            word = word.lstrip()
            held, used, columns = "", 0, cell_len(word)
        if columns > width:
            *whole, word = chop_cells(word, width)
            made += whole
            columns = cell_len(word)
        held += word
        used += columns
    return [*made, held]


def _plain_lines(paragraph: str, width: int, most: int) -> list[str]:
    """The same where every character takes one column."""
    made: list[str] = []
    start, end = 0, len(paragraph)
    while start < end and len(made) <= most:
        if end - start <= width:
            made.append(paragraph[start:])
            break
        cut = paragraph.rfind(" ", start, start + width + 1)
        if cut <= start or not paragraph[start:cut].strip():
            made.append(paragraph[start : start + width])
            start += width
            continue
        made.append(paragraph[start:cut].rstrip())
        start = cut
        while start < end and paragraph[start] == " ":
            start += 1
    return made
