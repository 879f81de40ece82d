"""How a message's features become the chances that its writer is unhappy, neither, or happy."""

import math
import zlib
from collections.abc import Sequence
from functools import cache

from convo.nlp.hashed_weights import HashedWeights
from convo.nlp.sentiment_features import Counts, Heard, pair_halves, word_features

FILE = "sentiment.model"
PAIR_FACTOR = 0.5
_LARGEST_CACHE = 16_384

_Word = tuple[tuple[float, ...], tuple[int, int, bytes]]
"""The sums of a word's own features, and its halves of pairs."""


def word_factor(features: int) -> float:
    """How much each of a word's features counts, so that long words do not outweigh several short ones."""
    return 1 / math.sqrt(features)


class SentimentModel:
    """A multinomial logistic regression; sums per word are remembered, since messages repeat their words."""

    def __init__(self, weights: HashedWeights) -> None:
        self._weights = weights
        self._bias: list[float] = weights.extra["bias"]
        self._counts: list[list[float]] = weights.extra["counts"]
        self._words: dict[tuple[str, str], _Word] = {}

    def chances(self, heard: Heard, counted: Counts, language: str) -> tuple[float, float, float]:
        """The chances of negative, neutral and positive for what was heard and counted; they sum to 1."""
        tokens = heard.tokens
        factor = 1 / math.sqrt(len(tokens) or 1)
        words = [self._word(token, language) for token in tokens]
        sums = [sums for sums, _ in words]
        sums.append(self._weights.total_of_hashes(_pair_hashes([halves for _, halves in words]), PAIR_FACTOR))
        numbers = counted.numbers()
        negative, neutral, positive = (
            bias + factor * sum(column) + sum(weight * count for weight, count in zip(of_counts, numbers, strict=True))
            for bias, column, of_counts in zip(self._bias, zip(*sums, strict=True), self._counts, strict=True)
        )
        highest = max(negative, neutral, positive)
        grown = [math.exp(total - highest) for total in (negative, neutral, positive)]
        whole = sum(grown)
        return grown[0] / whole, grown[1] / whole, grown[2] / whole

    def _word(self, token: str, language: str) -> _Word:
        found = self._words.get((token, language))
        if found is None:
            if len(self._words) >= _LARGEST_CACHE:
                self._words.clear()
            features = word_features(token, language)
            sums = self._weights.total(features, word_factor(len(features)))
            found = self._words[token, language] = sums, pair_halves(token, language)
        return found


def _pair_hashes(halves: Sequence[tuple[int, int, bytes]]) -> list[int]:
    """The hashes of `pair_features` of all tokens that follow each other."""
    seconds = [second for _, _, second in halves[1:]]
    shared, own = [first for first, _, _ in halves], [first for _, first, _ in halves]
    return [*map(zlib.crc32, seconds, shared), *map(zlib.crc32, seconds, own)]


@cache
def sentiment_model() -> SentimentModel:
    """The model that ships with the package."""
    return SentimentModel(HashedWeights.read(FILE))
