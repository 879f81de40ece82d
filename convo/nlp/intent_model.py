"""A trained model of intents: what a sentence is after, how sure that is, and why."""

from collections.abc import Sequence
from math import log, log1p
from typing import TYPE_CHECKING

from convo.model.intent_views import Guess
from convo.nlp.intent_landmarks import WEIGHT, Landmarks
from convo.nlp.intent_linear import Linear
from convo.nlp.intent_refusal import KNOWN, Refusal
from convo.nlp.intent_vectors import Vocabulary

if TYPE_CHECKING:
    from numpy import float32, float64, int64
    from numpy.typing import NDArray

OUTSIDE = ""
"""The label of sentences that are after nothing the desk knows."""


class IntentModel:
    """Tells intents; made by `convo.nlp.intent.train` or `from_bytes`. Satisfies `IntentClassifier`."""

    def __init__(
        self,
        kind: str,
        labels: Sequence[str],
        vocabulary: Vocabulary,
        linear: Linear,
        landmarks: Landmarks | None,
        refusal: Refusal,
    ) -> None:
        self.kind = kind
        self.labels = tuple(labels)
        self.vocabulary = vocabulary
        self.linear = linear
        self.landmarks = landmarks
        self.refusal = refusal

    @property
    def threshold(self) -> float:
        """The confidence below which the model refuses, 0 to 1."""
        return self.refusal.threshold

    def classify(self, text: str, language: str | None = None) -> tuple[str | None, float]:
        """The text's intent, or None where nothing it knows fits well enough, and its confidence, 0 to 1.

        The language is not needed: a model knows the languages of its training sentences.
        """
        return self.classify_all([text], language)[0]

    def classify_all(self, texts: Sequence[str], language: str | None = None) -> list[tuple[str | None, float]]:
        """What `classify` says of each text, for a fraction of what asking for one after the other costs."""
        if not texts:
            return []
        found, scores, _, _ = self._weighed(texts)
        return [(self._kept(number, score), score) for number, score in zip(found, scores, strict=True)]

    def guess(self, text: str, limit: int = 3) -> Guess:
        """What the model makes of a text, with its reasons and the `limit` likeliest intents."""
        import numpy as np

        (found,), (score,), (shares,), (known,) = self._weighed([text])
        order = np.argsort(-shares, kind="stable")[:limit]
        ranked = tuple((self.labels[at], round(float(shares[at]), 4)) for at in order)
        kept, threshold = self._kept(found, score), round(self.threshold, 4)
        return Guess(kept, round(score, 4), self.labels[found], threshold, round(known, 4), ranked)

    def to_bytes(self) -> bytes:
        """The model as a file; `IntentModel.from_bytes` reads it."""
        from convo.nlp.intent_file import pack

        return pack(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> "IntentModel":
        """The model in a file; raises BadInput for one that is damaged or of another version, whatever is in it."""
        from convo.nlp.intent_file import unpack

        return unpack(data)

    def _kept(self, found: int, score: float) -> str | None:
        label = self.labels[found]
        return label if label != OUTSIDE and score >= self.threshold else None

    def _weighed(self, texts: Sequence[str]) -> "tuple[list[int], list[float], NDArray[float32], list[float]]":
        """Of each text the likeliest class, the confidence, each class's share and the share of known words."""
        meanings = None
        if self.landmarks is not None:
            from convo.nlp.intent_embedding import embed

            meanings = embed(texts)
        found, evidence, shares = weigh(self.vocabulary, self.linear, self.landmarks, texts, meanings)
        return found.tolist(), self.refusal.confidence(evidence).tolist(), shares, evidence[:, KNOWN].tolist()


def weigh(
    vocabulary: Vocabulary,
    linear: Linear,
    landmarks: Landmarks | None,
    texts: Sequence[str],
    meanings: "NDArray[float32] | None",
) -> "tuple[NDArray[int64], NDArray[float64], NDArray[float32]]":
    """The likeliest class's number (n,), what speaks for it (n, k), and each class's share of the vote (n, classes).

    `meanings` are the texts' embeddings (n, width), or None for a model without landmarks. The evidence: the odds of
    the best class, its score, how far ahead of the next it is, how much all classes claim, the share of known words,
    how many words; and with landmarks, how near the nearest is, and how meaning alone scores the best class and how
    far ahead.
    """
    import numpy as np

    sentences = vocabulary.sentences(texts)
    scores = np.array([linear.scores(sentence.vector) for sentence in sentences])
    near: list[float] = []
    by_meaning: NDArray[float32] | None = None
    if landmarks is not None and meanings is not None:
        told = [landmarks.scores(meaning) for meaning in meanings]
        by_meaning, near = np.array([row for row, _ in told]), [nearest for _, nearest in told]
        scores = scores + np.float32(WEIGHT) * by_meaning
    found = scores.argmax(axis=1)
    best, ahead = _lead(scores, found)
    spread = np.exp(scores - scores.max(axis=1, keepdims=True))
    total = spread.sum(axis=1, keepdims=True)
    claimed = total.ravel().tolist()
    shares = [min(1 / each, 1 - 1e-6) for each in claimed]
    columns = [
        [log(share / (1 - share)) for share in shares],
        best,
        ahead,
        [top + log(each) for top, each in zip(best, claimed, strict=True)],
        [sentence.known for sentence in sentences],
        [log1p(sentence.words) for sentence in sentences],
    ]
    if by_meaning is not None:
        columns += [near, *_lead(by_meaning, found)]
    return found, np.array(columns).T, spread / total


def _lead(scores: "NDArray[float32]", found: "NDArray[int64]") -> tuple[list[float], list[float]]:
    """The score of the class that was found (n), and by how much it is above those of all others (n)."""
    import numpy as np

    rows = np.arange(len(scores))
    best: list[float] = scores[rows, found].tolist()
    others = scores.copy()
    others[rows, found] = -np.inf
    return best, [top - next_ for top, next_ in zip(best, others.max(axis=1).tolist(), strict=True)]
