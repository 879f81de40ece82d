"""Reads files of examples: a text and its intent a line, with a line of names above them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convo.errors import BadInput
from convo.text import clean

_TEXT = ("text", "sentence", "body", "message", "utterance")
_INTENT = ("intent", "label", "category")
LONGEST_TEXT = 4_000
MOST_LINES = 200_000
_LONGEST_NAME = 64
_NEEDS = "each line needs a text and an intent"
NONE = "none"
"""The word for a text that is after nothing the desk knows."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what it is after, None for nothing known; the language where the file says it."""

    text: str
    intent: str | None
    language: str | None = None


def intent_name(text: str) -> str | None:
    """An intent's name as it is kept, None for the word none; raises BadInput for what is no name.

    Names are 1 to 64 letters, digits, dots, dashes and underscores, in lower case.
    """
    name = clean(text).strip().casefold()
    if name == NONE:
        return None
    if not 1 <= len(name) <= _LONGEST_NAME or not all(letter.isalnum() or letter in "._-?" for letter in name):
        raise BadInput(
            f"{text[:40]!r} is no name of an intent", hint="letters, digits, dots, dashes and underscores, at most 64"
        )
    return name


def read_examples(path: Path) -> list[Example]:
    """The examples of a CSV file in UTF-8; raises BadInput naming the line of what cannot be used."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_examples(csv.reader(file)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"{path} cannot be read: {error}", hint="a CSV file in UTF-8 with the columns text,intent"
        ) from error


def _examples(lines: Iterator[list[str]]) -> Iterator[Example]:
    names = [name.strip().casefold() for name in next(lines, [])]
    text, intent = _column(names, _TEXT), _column(names, _INTENT)
    language = names.index("language") if "language" in names else None
    for number, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST_LINES:
            raise BadInput(f"the file has more than {MOST_LINES:,} lines", hint="split it")
        if len(cells) <= max(text, intent):
            raise BadInput(f"line {number} has no {names[max(text, intent)]}", hint=_NEEDS)
        body = clean(cells[text]).strip()[:LONGEST_TEXT]
        if not body:
            raise BadInput(f"line {number} has no text", hint=_NEEDS)
        try:
            name = intent_name(cells[intent])
        except BadInput as error:
            raise BadInput(f"line {number}: {error.message}", hint=error.hint) from error
        tongue = cells[language].strip()[:8].casefold() if language is not None and language < len(cells) else ""
        yield Example(body, name, tongue or None)


def _column(names: list[str], wanted: tuple[str, ...]) -> int:
    for name in wanted:
        if name in names:
            return names.index(name)
    raise BadInput(f"the file has no column {wanted[0]}", hint="the first line names the columns: text,intent")
