"""Patterns a shop writes for its numbers: 9 is a digit, A a letter, X either, all else itself; found in linear time."""

import re
from functools import lru_cache

from convo.errors import BadInput

_LONGEST = 40
_CLASSES = {"9": r"\d", "A": r"[^\W\d_]", "X": r"[^\W_]"}


@lru_cache(maxsize=256)
def compiled(mask: str) -> re.Pattern[str]:
    """The expression that a mask stands for, of one length and whatever the case; raises BadInput for an unfit one.

    A backslash makes the character after it stand for itself.
    """
    if not 0 < len(mask) <= _LONGEST or not any(c in "9X" for c in mask) or not mask.isprintable():
        raise BadInput(
            f"{mask[:60]!r} is no pattern",
            hint=f"9 is a digit, A a letter, X either, such as WH-9999; at most {_LONGEST} characters, a 9 or X in it",
        )
    pieces, characters = [], iter(mask)
    for character in characters:
        if character == "\\":
            character = next(characters, "\\")
            pieces.append(re.escape(character))
        else:
            pieces.append(_CLASSES.get(character) or re.escape(character))
    return re.compile(rf"(?<![^\W_]){''.join(pieces)}(?![^\W_])", re.IGNORECASE)


def find_masked(masks: tuple[str, ...], text: str) -> list[str]:
    """What in a text has the form of one of these masks, in the text's order, in capitals."""
    found = [(match.start(), match[0].upper()) for mask in masks for match in compiled(mask).finditer(text)]
    return [value for _, value in sorted(found)]
