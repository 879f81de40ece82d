"""Makes convo/nlp/sentiment.model from the labelled tweets: `python -m tests.bench.training_sentiment`.

Needs scikit-learn; a multinomial logistic regression over the features of `convo.nlp.sentiment_features`: hashed words,
pairs and pieces of words (each once for all languages and once for its own) and the counts.
"""

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from convo.nlp.hashed_weights import pack
from convo.nlp.sentiment_features import count, hear, pair_features, word_features
from convo.nlp.sentiment_model import FILE, PAIR_FACTOR, word_factor
from tests.bench.tweets import POLARITIES, Tweet, tweets

BITS = 18
COUNTS_WEIGHT = 2.0
LOOSENESS = 2.0


def train(on: Sequence[Tweet]) -> bytes:
    """The model file, for tweets that `convo.nlp.sentiment` is to learn from."""
    import numpy
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    rows = [_hashed(tweet) for tweet in on]
    rarity = _rarity(rows)
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        columns += row.keys()
        values += [value * rarity[place] for place, value in row.items()]
        ends.append(len(columns))
    words = csr_matrix((values, columns, ends), shape=(len(on), 1 << BITS), dtype=numpy.float32)
    counted = numpy.array([count(hear(tweet.text), tweet.language).numbers() for tweet in on], dtype=numpy.float32)
    fitted = LogisticRegression(C=LOOSENESS, max_iter=150).fit(
        hstack([words, csr_matrix(counted * COUNTS_WEIGHT)]).tocsr(),
        [POLARITIES.index(tweet.polarity) for tweet in on],
    )
    rarities = numpy.zeros(1 << BITS)
    rarities[list(rarity)] = list(rarity.values())
    hashed = (fitted.coef_[:, : 1 << BITS] * rarities).tolist()
    return pack(
        POLARITIES,
        BITS,
        hashed,
        {
            "bias": [round(float(bias), 5) for bias in fitted.intercept_],
            "counts": [[round(float(w) * COUNTS_WEIGHT, 5) for w in row] for row in fitted.coef_[:, 1 << BITS :]],
        },
    )


def _hashed(tweet: Tweet) -> dict[int, float]:
    """The tweet's hashed features, scaled as the model scales them."""
    tokens = hear(tweet.text).tokens
    factor = 1 / math.sqrt(len(tokens) or 1)
    found: Counter[int] = Counter()
    for token in tokens:
        features = word_features(token, tweet.language)
        for feature in features:
            found[zlib.crc32(feature) & ((1 << BITS) - 1)] += factor * word_factor(len(features))
    for first, second in pairwise(tokens):
        for feature in pair_features(first, second, tweet.language):
            found[zlib.crc32(feature) & ((1 << BITS) - 1)] += factor * PAIR_FACTOR
    return found


def _rarity(rows: Sequence[dict[int, float]]) -> dict[int, float]:
    """How rare each feature is, as the inverse document frequency scaled to a mean of one; part of the weight later."""
    seen = Counter(place for row in rows for place in row)
    rarity = {place: math.log((1 + len(rows)) / (1 + times)) + 1 for place, times in seen.items()}
    mean = sum(rarity.values()) / len(rarity)
    return {place: value / mean for place, value in rarity.items()}


if __name__ == "__main__":
    (Path(__file__).parents[2] / "convo" / "nlp" / FILE).write_bytes(train(tweets("train")))
