"""When an intent model refuses to guess: its confidence, and the least confidence that will do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import bool_, float32, float64
    from numpy.typing import NDArray

MOST_FALSE_REFUSALS = 0.05
"""The share of in-scope sentences that may be refused."""

_WHEN_JUDGED = 0.7
"""A model that is judged knows fewer intents than the one that is used, so is surer: fewer of its are refused."""

LEAST = 0.1
"""A guess that is wrong nine times of ten is none, however few would be refused for it."""

FEWEST_JUDGED = 30
KNOWN = 4
"""Where in the evidence the share of known words stands."""

_WORDS_ALONE = 6
"""How many pieces of evidence there are where words alone speak, not meaning."""

_FEW_KNOWN = 0.35
_ROUNDS = 30
_STIFFNESS = 1.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Weights of the evidence for a guess, and the confidence below which nothing is guessed.

    The evidence is a row of numbers (k,); `means`, `scales` and `weights` are (k,).
    """

    means: "NDArray[float64]"
    scales: "NDArray[float64]"
    weights: "NDArray[float64]"
    bias: float
    threshold: float

    def confidence(self, evidence: "NDArray[float64]") -> "NDArray[float64]":
        """The chance that a guess with this evidence (…, k) is right, 0 to 1 (…).

        Of a text that hardly has a known word, words alone say nothing: the confidence falls to 0 with them.
        """
        import numpy as np

        odds = ((evidence - self.means) / self.scales) @ self.weights + self.bias
        sure: NDArray[float64] = 1 / (1 + np.exp(-odds.clip(-30, 30)))
        if len(self.weights) == _WORDS_ALONE:
            sure = sure * np.minimum(evidence[..., KNOWN] / _FEW_KNOWN, 1)
        return sure


def fit(
    evidence: "NDArray[float64]",
    right: "NDArray[bool_]",
    scope: "NDArray[bool_]",
    counts: "NDArray[float32]",
    least: float = LEAST,
) -> Refusal:
    """Learn from guesses about sentences that the model had not seen.

    `evidence` (n, k) is what spoke for each, `right` (n,) whether it was right, `scope` (n,) whether the sentence was
    after any known intent, and `counts` (n,) how much each counts. Logistic regression by Newton's method (Platt 1999,
    Probabilistic Outputs for Support Vector Machines); the threshold is the confidence that
    all but 5 of 100 sentences in scope should reach, and no less than `least`.
    """
    import numpy as np

    means, scales = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    table = np.column_stack([(evidence - means) / scales, np.ones(len(evidence))])
    wanted = right.astype(np.float64)
    weights = np.zeros(table.shape[1])
    stiff = np.full(len(weights), _STIFFNESS)
    stiff[-1] = 1e-3
    for _ in range(_ROUNDS):
        sure = 1 / (1 + np.exp(-(table @ weights).clip(-30, 30)))
        slope = table.T @ (counts * (sure - wanted)) + stiff * weights
        curve = (table * (counts * sure * (1 - sure))[:, None]).T @ table + np.diag(stiff)
        change = np.linalg.solve(curve, slope)
        weights -= change
        if np.abs(change).max() < 1e-6:
            break
    made = Refusal(means, scales, weights[:-1], float(weights[-1]), least)
    inside = made.confidence(evidence[scope])
    threshold = float(np.quantile(inside, MOST_FALSE_REFUSALS * _WHEN_JUDGED)) if len(inside) else 0.5
    return Refusal(made.means, made.scales, made.weights, made.bias, max(least, threshold))


def untaught(size: int) -> Refusal:
    """For a model of too few sentences to learn from: the odds of the best class and the share of known words decide.

    `size` is the number of pieces of evidence.
    """
    import numpy as np

    weights = np.zeros(size)
    weights[0], weights[KNOWN] = 0.5, 6.0
    return Refusal(np.zeros(size), np.ones(size), weights, -4.0, 0.5)
