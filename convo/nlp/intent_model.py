"""A trained model of intents: what a sentence is after, how sure that is, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convo.model.intent_views import Guess
from convo.nlp.intent_landmarks import WEIGHT, Landmarks
from convo.nlp.intent_linear import Linear
from convo.nlp.intent_refusal import KNOWN, Refusal
from convo.nlp.intent_vectors import Vocabulary
from convo.nlp.intent_words import LONGEST_TEXT

if TYPE_CHECKING:
    from numpy import float32, float64
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
        found, score, _, _ = self._weighed(text)
        label = self.labels[found]
        return (label if label != OUTSIDE and score >= self.threshold else None), score

    def guess(self, text: str, limit: int = 3) -> Guess:
        """What the model makes of a text, with its reasons and the `limit` likeliest intents."""
        import numpy as np

        found, score, shares, known = self._weighed(text)
        order = np.argsort(-shares, kind="stable")[:limit]
        label = self.labels[found]
        kept = label if label != OUTSIDE and score >= self.threshold else None
        ranked = tuple((self.labels[at], round(float(shares[at]), 4)) for at in order)
        return Guess(kept, round(score, 4), label, round(self.threshold, 4), round(known, 4), ranked)

    def to_bytes(self) -> bytes:
        """The model as a file; `IntentModel.from_bytes` reads it."""
        from convo.nlp.intent_file import pack

        return pack(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> "IntentModel":
        """The model in a file; raises BadInput for one that is damaged or of another version, whatever is in it."""
        from convo.nlp.intent_file import unpack

        return unpack(data)

    def _weighed(self, text: str) -> "tuple[int, float, NDArray[float32], float]":
        vector = None
        if self.landmarks is not None:
            from convo.nlp.intent_embedding import embed

            vector = embed([text])[0]
        found, evidence, shares = weigh(self.vocabulary, self.linear, self.landmarks, text[:LONGEST_TEXT], vector)
        return found, float(self.refusal.confidence(evidence)), shares, float(evidence[KNOWN])


def weigh(
    vocabulary: Vocabulary,
    linear: Linear,
    landmarks: Landmarks | None,
    text: str,
    meaning: "NDArray[float32] | None",
) -> "tuple[int, NDArray[float64], NDArray[float32]]":
    """The likeliest class's number, what speaks for it, and each class's share of the vote (classes,).

    The evidence: the odds of the best class, its score, how far ahead of the next it is, how much all classes claim,
    the share of known words, how many words; and with landmarks, how near the nearest is, and how meaning alone scores
    the best class and how far ahead.
    """
    import numpy as np

    scores = linear.scores(vocabulary.vector(text))
    near = 0.0
    by_meaning: NDArray[float32] | None = None
    if landmarks is not None and meaning is not None:
        by_meaning, near = landmarks.scores(meaning)
        scores = scores + np.float32(WEIGHT) * by_meaning
    found = int(scores.argmax())
    best = float(scores[found])
    spread = np.exp(scores - best)
    total = float(spread.sum())
    share = min(1 / total, 1 - 1e-6)
    rest = np.delete(scores, found)
    known, words = vocabulary.known_share(text)
    evidence = [
        float(np.log(share / (1 - share))),
        best,
        best - float(rest.max()) if len(rest) else best,
        best + float(np.log(total)),
        known,
        float(np.log1p(words)),
    ]
    if by_meaning is not None:
        others = np.delete(by_meaning, found)
        ahead = float(by_meaning[found] - others.max()) if len(others) else float(by_meaning[found])
        evidence += [near, float(by_meaning[found]), ahead]
    return found, np.array(evidence), (spread / total).astype(np.float32)
