"""The small model of feelings: what it makes of words and of those that follow each other."""

import zlib

import pytest

from convo.nlp.hashed_weights import HashedWeights, pack
from convo.nlp.sentiment_features import count, hear, pair_features
from convo.nlp.sentiment_model import SentimentModel

BITS = 12
KINDS = ["negative", "neutral", "positive"]


def model_of(weights: dict[bytes, float]) -> SentimentModel:
    """A model that knows these features alone, each of which pleases."""
    columns = [[0.0] * (1 << BITS) for _ in KINDS]
    for feature, weight in weights.items():
        columns[2][zlib.crc32(feature) & ((1 << BITS) - 1)] = weight
    nothing = [0.0] * len(count(hear(""), None).numbers())
    return SentimentModel(
        HashedWeights.unpack(pack(KINDS, BITS, columns, {"bias": [0.0] * 3, "counts": [nothing] * 3}))
    )


@pytest.mark.parametrize("number", [0, 1])
def test_two_words_count_in_the_order_in_which_they_follow_each_other(number: int) -> None:
    model = model_of({pair_features("at", "last", "en")[number]: 3.0})

    def pleased(text: str) -> float:
        heard = hear(text)
        return model.chances(heard, count(heard, "en"), "en")[2]

    assert pleased("at last") > 0.5
    for text in ("last at", "at the last", "at"):
        assert pleased(text) == pytest.approx(1 / 3)
