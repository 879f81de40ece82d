"""A text folded as the search index folds it, character by character, so that what is found can be shown in place."""

import re
import unicodedata
from collections.abc import Sequence

from convo.query.scripts import in_pairs
from convo.text.words import LONGEST_TEXT, index_words

_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_JAMO = re.compile("[\u1100-\u11ff]")


def composed(text: str) -> str:
    """The text with the parts of Hangul syllables put together, as the index does before it looks at words."""
    return unicodedata.normalize("NFC", text) if not text.isascii() and _JAMO.search(text) else text


def folded(text: str) -> tuple[str, Sequence[int] | None]:
    """What the index reads of a text, blanks between words, and where each character of it comes from.

    The places are None where every character stands for itself.
    """
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return text.translate(_ASCII), None
    pieces = [_PIECES[character] for character in text]
    joined = "".join(pieces)
    if len(joined) == len(pieces) and "" not in pieces:
        return joined, None
    return joined, [place for place, piece in enumerate(pieces) for _ in piece]


def vanishes(character: str) -> bool:
    """Whether the index does not see the character at all: an accent of its own, a joiner."""
    return _PIECES[character] == ""


def runs(words: Sequence[str]) -> list[str]:
    """The words as they stand in a folded text: overlapping pairs put together again."""
    found: list[str] = []
    open_run = False
    for word in words:
        chained = open_run and found[-1][-1] == word[0] and in_pairs(word[0])
        if chained and len(word) == 2:
            found[-1] += word[1]
        elif chained:
            open_run = False
        else:
            found.append(word)
            open_run = len(word) == 2 and in_pairs(word[0])
    return found


class _Pieces(dict[str, str]):
    """What each character becomes in a folded text."""

    def __missing__(self, character: str) -> str:
        piece = self[character] = _piece(character)
        return piece


def _piece(character: str) -> str:
    between = index_words(f"a{character}a")
    parts = runs(index_words(character).split())
    if not parts:
        return "" if between == "aa" else " "
    piece = "".join(part if in_pairs(part[0]) else f"{part} " for part in parts)
    if not in_pairs(parts[-1][-1]):
        piece = piece if between.endswith(" a") else piece[:-1]
    return f" {piece}" if between.startswith("a ") and not in_pairs(piece[0]) else piece


_PIECES = _Pieces()
