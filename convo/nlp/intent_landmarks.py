"""The part of an intent model that goes by meaning: how near a sentence is to some of the training sentences."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32, int8, int64
    from numpy.typing import NDArray

MOST, MOST_WHEN_JUDGED = 4_000, 2_000
"""Landmarks of a model, and of those that are only trained to learn when to refuse."""

_SHARPNESS = 0.5
_STIFFNESS = 0.05
_STEPS = 127.0
_AT_ONCE = 2_000
WEIGHT = 10.0
"""How much a score of this part counts beside a logit of the linear part."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Training sentences' vectors, a byte a number (m, width), and what nearness to each says (m, classes)."""

    vectors: "NDArray[int8]"
    weights: "NDArray[float32]"
    points: "NDArray[float32]"

    @classmethod
    def of(cls, vectors: "NDArray[int8]", weights: "NDArray[float32]") -> "Landmarks":
        """Landmarks from what is stored."""
        import numpy as np

        return cls(vectors, weights, vectors.astype(np.float32) / np.float32(_STEPS))

    def scores(self, vector: "NDArray[float32]") -> "tuple[NDArray[float32], float]":
        """The score of each class, about -1 to 1 (classes,); and the nearest landmark's cosine."""
        import numpy as np

        near = self.points @ vector
        kernel: NDArray[float32] = np.exp(np.float32(_SHARPNESS) * (2 * near - 2))
        return kernel @ self.weights, float(near.max())


def fit(
    vectors: "NDArray[float32]", labels: "NDArray[int64]", weights: "NDArray[float32]", classes: int, most: int = MOST
) -> Landmarks:
    """Train on vectors of length 1 (n, width), their labels, and how much each counts.

    Ridge regression with a Gaussian kernel on at most `most` of the sentences (Williams and Seeger 2001, Using the
    Nyström Method to Speed Up Kernel Machines), solved in one go. It is reckoned in doubles: so wide a kernel makes
    rows that are nearly alike, whose differences drown in the rounding of single numbers.
    """
    import numpy as np

    chosen = np.sort(np.random.default_rng(0).permutation(len(vectors))[:most])
    kept = np.round(vectors[chosen] * _STEPS).clip(-_STEPS, _STEPS).astype(np.int8)
    marks = Landmarks.of(kept, np.zeros((len(kept), classes), np.float32))
    points = marks.points.astype(np.float64)
    left = _STIFFNESS * np.exp(_SHARPNESS * (2 * points @ points.T - 2))
    left[np.diag_indices_from(left)] += 1e-4
    right = np.zeros((len(points), classes))
    for start in range(0, len(vectors), _AT_ONCE):
        block = slice(start, start + _AT_ONCE)
        kernel = np.exp(_SHARPNESS * (2 * vectors[block].astype(np.float64) @ points.T - 2))
        heavy = kernel.T * weights[block]
        wanted = np.full((len(kernel), classes), -1.0)
        wanted[np.arange(len(kernel)), labels[block]] = 1
        left += heavy @ kernel
        right += heavy @ wanted
    return Landmarks(kept, np.linalg.solve(left, right).astype(np.float32), marks.points)
