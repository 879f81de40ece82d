"""The words that please and the words that complain, a file a language, with what turns them round or makes them
stronger."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

LANGUAGES = ("de", "en", "es", "fr", "it", "pt")
"""ISO 639-1 codes of the languages that have a lexicon."""

LONGEST_PHRASE = 3
STRONGEST = 3.0

_SHORTEST_STEM = 3
_LONGEST_STEM = 14
_SIGNS = "signs"
_VADER_STRONGEST = 4.0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and phrases (folded, joined by one space) with their weight, -3 for outrage to +3 for delight.

    A stem stands for all words that begin with it; a word that is listed itself goes before its stem, and the longest
    stem before the others.
    """

    weights: dict[str, float]
    stems: dict[str, float]
    openings: frozenset[str]
    negations: frozenset[str]
    intensifiers: frozenset[str]


def fold(word: str) -> str:
    """The word as lexicons hold it: lower case, without marks, ß as ss."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def signs() -> dict[str, float]:
    """Emoji and emoticons with their weight, which no language changes."""
    return _read(_SIGNS)[0]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of LANGUAGES; English takes the words it lacks from VADER's (MIT licence)."""
    weights, negations, intensifiers = _read(language)
    if language == "en":
        weights = _vader() | weights
    stems = {word[:-1]: weights.pop(word) for word in list(weights) if word.endswith("*")}
    openings = frozenset(phrase.split(" ", 1)[0] for phrase in weights if " " in phrase)
    return Lexicon(weights, stems, openings, negations, intensifiers)


@lru_cache(maxsize=16_384)
def word_weight(language: str, word: str) -> float | None:
    """The weight of one folded word in one of LANGUAGES, or None where its lexicon does not know it."""
    of = lexicon(language)
    known = of.weights.get(word)
    if known is None:
        for length in range(min(len(word), _LONGEST_STEM), _SHORTEST_STEM - 1, -1):
            known = of.stems.get(word[:length])
            if known is not None:
                break
    return known


def _read(name: str) -> tuple[dict[str, float], frozenset[str], frozenset[str]]:
    weights: dict[str, float] = {}
    lists: dict[str, frozenset[str]] = {"!negate": frozenset(), "!stronger": frozenset()}
    for line in (files("convo.nlp") / "lexicon" / f"{name}.txt").read_text("utf-8").splitlines():
        first, *rest = line.split()
        words = [word if name == _SIGNS else fold(word).replace("_", " ") for word in rest]
        if first in lists:
            lists[first] = frozenset(words)
        else:
            weights.update((word, float(first)) for word in words if word not in weights)
    return weights, lists["!negate"], lists["!stronger"]


def _vader() -> dict[str, float]:
    text = (files("vaderSentiment") / "vader_lexicon.txt").read_text("utf-8")
    rows = (line.split("\t", 2) for line in text.splitlines())
    return {fold(row[0]): float(row[1]) / _VADER_STRONGEST * STRONGEST for row in rows if row[0][:1].isalpha()}
