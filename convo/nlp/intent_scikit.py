"""A support vector machine beside the softmax, where scikit-learn is installed; it is kept as plain weights."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from convo.nlp.intent_linear import Linear

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray

    from convo.nlp.intent_vectors import Vector

_SHARE = 3.0


def installed() -> bool:
    """Whether scikit-learn can be imported."""
    return find_spec("sklearn") is not None


def with_machine(
    linear: Linear, vectors: Sequence["Vector"], labels: "NDArray[int64]", weights: "NDArray[float32]"
) -> Linear:
    """The softmax's weights and three times those of a linear support vector machine (one against the rest), added."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    starts = np.cumsum([0, *(len(places) for places, _ in vectors)])
    table = csr_matrix(
        (np.concatenate([values for _, values in vectors]), np.concatenate([places for places, _ in vectors]), starts),
        shape=(len(vectors), len(linear.weights)),
    )
    machine = LinearSVC(C=1.0, random_state=0).fit(table, labels, sample_weight=weights)
    added, bias = np.zeros_like(linear.weights), np.zeros_like(linear.bias)
    # Of two classes scikit-learn keeps one row, which is for the second and against the first.
    sides = [machine.coef_[0] * -1, machine.coef_[0]] if len(machine.classes_) == 2 else list(machine.coef_)
    offsets = [-machine.intercept_[0], machine.intercept_[0]] if len(machine.classes_) == 2 else machine.intercept_
    for column, side, offset in zip(machine.classes_, sides, offsets, strict=True):
        added[:, column], bias[column] = side, offset
    return Linear(linear.weights + np.float32(_SHARE) * added, linear.bias + np.float32(_SHARE) * bias)
