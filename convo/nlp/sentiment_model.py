"""How a message's features become the chances that its writer is unhappy, neither, or happy."""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from convo.nlp.hashed_weights import HashedWeights
from convo.nlp.sentiment_features import Counts, Heard, pair_features, word_features

FILE = "sentiment.model"
PAIR_FACTOR = 0.5
_LARGEST_CACHE = 16_384


def word_factor(features: int) -> float:
    """How much each of a word's features counts, so that long words do not outweigh several short ones."""
    return 1 / math.sqrt(features)


class SentimentModel:
    """A multinomial logistic regression; sums per word are remembered, since messages repeat their words."""

    def __init__(self, weights: HashedWeights) -> None:
        self._weights = weights
        self._bias: list[float] = weights.extra["bias"]
        self._counts: list[list[float]] = weights.extra["counts"]
        self._words: dict[tuple[str, str], tuple[float, ...]] = {}

    def chances(self, heard: Heard, counted: Counts, language: str) -> tuple[float, float, float]:
        """The chances of negative, neutral and positive for what was heard and counted; they sum to 1."""
        tokens = heard.tokens
        factor = 1 / math.sqrt(len(tokens) or 1)
        pairs: list[bytes] = []
        for first, second in pairwise(tokens):
            pairs += pair_features(first, second, language)
        sums: list[Sequence[float]] = [self._word(token, language) for token in tokens]
        sums.append(self._weights.total(pairs, PAIR_FACTOR))
        numbers = counted.numbers()
        negative, neutral, positive = (
            bias + factor * sum(column) + sum(weight * count for weight, count in zip(of_counts, numbers, strict=True))
            for bias, column, of_counts in zip(self._bias, zip(*sums, strict=True), self._counts, strict=True)
        )
        highest = max(negative, neutral, positive)
        grown = [math.exp(total - highest) for total in (negative, neutral, positive)]
        whole = sum(grown)
        return grown[0] / whole, grown[1] / whole, grown[2] / whole

    def _word(self, token: str, language: str) -> tuple[float, ...]:
        found = self._words.get((token, language))
        if found is None:
            if len(self._words) >= _LARGEST_CACHE:
                self._words.clear()
            features = word_features(token, language)
            found = self._words[token, language] = self._weights.total(features, word_factor(len(features)))
        return found


@cache
def sentiment_model() -> SentimentModel:
    """The model that ships with the package."""
    return SentimentModel(HashedWeights.read(FILE))
