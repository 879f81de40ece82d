"""Tells the six languages that shops here write most from each other, by a small model of their words' pieces."""

import math
from functools import cache

from convo.nlp.hashed_weights import HashedWeights
from convo.nlp.word_pieces import pieces

FILE = "language.model"
_LARGEST_CACHE = 50_000


def word_features(word: str) -> list[bytes]:
    """The features of one word in lower case: itself, and its runs of one to five bytes."""
    return [b"w" + word.encode("utf-8", "replace"), *pieces(word, 1, 5)]


def word_factor(features: int) -> float:
    """How much each of a word's features counts, so that long words do not outweigh several short ones."""
    return 1 / math.sqrt(features)


class LanguageModel:
    """A multinomial logistic regression; sums per word are remembered, since messages repeat their words."""

    def __init__(self, weights: HashedWeights) -> None:
        self.languages = weights.classes
        self._weights = weights
        self._bias: list[float] = weights.extra["bias"]
        self._sums: dict[str, tuple[float, ...]] = {}

    def chances(self, words: list[str]) -> dict[str, float]:
        """The chance of each language for words in lower case, if the text is in one of them; sums to 1."""
        factor = 1 / math.sqrt(len(words) or 1)
        sums = [self._sum(word) for word in words]
        totals = [bias + factor * sum(column) for bias, column in zip(self._bias, zip(*sums, strict=True), strict=True)]
        highest = max(totals)
        grown = [math.exp(total - highest) for total in totals]
        whole = sum(grown)
        return {language: part / whole for language, part in zip(self.languages, grown, strict=True)}

    def _sum(self, word: str) -> tuple[float, ...]:
        found = self._sums.get(word)
        if found is None:
            if len(self._sums) >= _LARGEST_CACHE:
                self._sums.clear()
            features = word_features(word)
            found = self._sums[word] = self._weights.total(features, word_factor(len(features)))
        return found


@cache
def language_model() -> LanguageModel:
    """The model that ships with the package."""
    return LanguageModel(HashedWeights.read(FILE))
