"""Makes convo/nlp/language.model from the languages of the labelled tweets: `python -m tests.bench.training_language`.

Needs scikit-learn; a multinomial logistic regression over the features of `convo.nlp.language_model`, each tweet whole
and cut to its first six, three, two and one words, so that it knows short messages too.
"""

import math
import zlib
from collections.abc import Sequence
from pathlib import Path

from convo.nlp.hashed_weights import pack
from convo.nlp.language import words_of
from convo.nlp.language_model import FILE, word_factor, word_features
from tests.bench.tweets import Tweet, tweets

BITS = 14
CUTS = (6, 3, 2, 1)


def train(on: Sequence[Tweet]) -> bytes:
    """The model file, for tweets that `convo.nlp.language` is to learn from."""
    import numpy
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [(words_of(tweet.text), tweet.language) for tweet in on]
    whole = [(words, language) for words, language in rows if words]
    texts = whole + [(words[:cut], language) for cut in CUTS for words, language in whole if len(words) >= cut]
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for words, _ in texts:
        for word in words:
            features = word_features(word)
            columns += [zlib.crc32(feature) & ((1 << BITS) - 1) for feature in features]
            values += [word_factor(len(features)) / math.sqrt(len(words))] * len(features)
        ends.append(len(columns))
    table = csr_matrix((values, columns, ends), shape=(len(texts), 1 << BITS), dtype=numpy.float32)
    table.sum_duplicates()
    fitted = LogisticRegression(C=10, max_iter=100).fit(table, [language for _, language in texts])
    weights: Sequence[Sequence[float]] = fitted.coef_.tolist()
    return pack(list(fitted.classes_), BITS, weights, {"bias": [round(float(bias), 5) for bias in fitted.intercept_]})


if __name__ == "__main__":
    (Path(__file__).parents[2] / "convo" / "nlp" / FILE).write_bytes(train(tweets("train")))
