"""The linear part of an intent model: a softmax over weights of traits, trained a sentence at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32, int8, int64
    from numpy.typing import NDArray

    from convo.nlp.intent_vectors import Vector

_RATE = 6.0
_BIAS_RATE = 0.1
_DROPPED = 0.5
_STEPS = 24_000
_FEWEST_ROUNDS, _MOST_ROUNDS = 10, 40


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of traits (n, classes), and of a class by itself (classes,)."""

    weights: "NDArray[float32]"
    bias: "NDArray[float32]"

    def scores(self, vector: "Vector") -> "NDArray[float32]":
        """The score of each class, a logit (classes,)."""
        places, values = vector
        return values @ self.weights.take(places, axis=0) + self.bias

    def packed(self) -> "tuple[NDArray[int8], NDArray[float32]]":
        """The weights in a byte each, and the step of each trait (n,)."""
        import numpy as np

        steps = np.abs(self.weights).max(axis=1) / 127
        steps[steps == 0] = 1
        return np.round(self.weights / steps[:, None]).astype(np.int8), steps.astype(np.float32)

    def rounded(self) -> "Linear":
        """As it is read back from what `packed` gives, so that a trained model and a stored one say the same."""
        packed, steps = self.packed()
        return Linear(packed * steps[:, None], self.bias)


def fit(
    vectors: Sequence["Vector"], labels: "NDArray[int64]", weights: "NDArray[float32]", classes: int, traits: int
) -> Linear:
    """Train on vectors, their labels (numbers below `classes`) and how much each counts.

    Stochastic gradient descent on the cross-entropy, the step falling to nothing; at each visit half of a sentence's
    traits are left out, so that no single one is relied upon (Wager et al. 2013, Dropout Training as Adaptive
    Regularization). The same input gives the same weights.
    """
    import numpy as np

    random = np.random.default_rng(0)
    table, bias = np.zeros((traits, classes), np.float32), np.zeros(classes, np.float32)
    rounds = min(_MOST_ROUNDS, max(_FEWEST_ROUNDS, _STEPS // max(1, len(vectors))))
    step, steps = 0, rounds * len(vectors)
    growth = np.float32((1 - _DROPPED) ** -0.5)
    for _ in range(rounds):
        for number in random.permutation(len(vectors)):
            places, values = vectors[number]
            kept = random.random(len(places)) > _DROPPED
            places, values = places[kept], values[kept] * growth
            rows = table[places]
            scores = values @ rows + bias
            change = np.exp(scores - scores.max())
            change /= change.sum()
            change[labels[number]] -= 1
            change *= -_RATE * (1 - step / steps) * weights[number]
            step += 1
            rows += values[:, None] * change
            table[places] = rows
            bias += _BIAS_RATE * change
    return Linear(table, bias)
