"""Trains models of intents: what a message is after, or that it is after nothing known.

    from convo.nlp.intent import IntentModel, train

    model = train([("where is my parcel?", "parcel"), ("I want my money back", "refund"), …])   # kind="auto"
    model.classify("has the parcel been shipped?")      # ("parcel", 0.97); (None, 0.08) where it refuses
    model.guess("…")                                    # what it would have said, and why
    again = IntentModel.from_bytes(model.to_bytes())    # plain arrays, never a pickle

An intent of None marks a sentence that is after nothing known. Three kinds, each with the same words and letters within
words (TF-IDF) under a softmax: `base` needs numpy; `sklearn` adds a linear support vector machine; `embedding` adds
nearness in meaning (`intent_embedding`). A model learns when to refuse from sentences and whole intents that were kept
from it, so that no out-of-scope sentence is needed for that.

Measured by tests/bench/test_intent.py on a fifth of each training set held out by hash (CLINC150: on its validation
part), on two busy cores. "In scope" is the share whose best guess is right, "answered" is that after refusals, "out of
scope" the recall at 5 % false refusals; for HINT3 the sentences out of scope are those of the other two shops.

    set                  kind        in scope  answered  refused  out of scope  train s      bytes   ms each
    Banking77 (77)       base         0.913     0.904     0.030        -           16      971,342     0.3
                         sklearn      0.917     0.908     0.026        -           48      964,089     0.5
                         embedding    0.931     0.918     0.031        -           35    3,403,487     5
    CLINC150 (150)       base         0.930     0.909     0.047      0.790         41    2,083,092     0.2
                         sklearn      0.934     0.916     0.044      0.815         36    2,082,736     0.2
                         embedding    0.962     0.923     0.057      0.900         50    5,602,418     4
    HINT3 sofmattress    base         0.859     0.859     0.031      0.528          2       79,554     0.1
                         sklearn      0.859     0.859     0.031      0.573          3       79,730     0.1
                         embedding    0.938     0.938     0.000      0.651          1      186,149     2
    HINT3 curekart       base         0.866     0.835     0.032      0.323          2      187,092     0.1
                         sklearn      0.890     0.858     0.032      0.355          2      188,730     0.1
                         embedding    0.937     0.929     0.024      0.600          3      390,571     3
    HINT3 powerplay11    base         0.846     0.835     0.033      0.529          3      173,449     0.1
                         sklearn      0.846     0.835     0.033      0.534          2      178,195     0.2
                         embedding    0.890     0.890     0.022      0.869          3      372,902     2

The best guess is there whether or not it is refused: `guess(text).best`. A fifth of Banking77 is too small to tell one
hundredth from another: on two further fifths base has 0.902 and 0.913, sklearn 0.901 and 0.911, embedding 0.928 and
0.929. Over all five fifths of HINT3's three sets together base has 0.845, sklearn 0.848, embedding 0.891.

HINT3's held-out fifth comes from the sentences its makers wrote for training; its real test part is harder, so that
what others publish for that cannot be compared with these.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convo.errors import BadInput
from convo.nlp import intent_embedding, intent_landmarks, intent_linear, intent_refusal, intent_scikit
from convo.nlp.intent_landmarks import Landmarks
from convo.nlp.intent_linear import Linear
from convo.nlp.intent_model import OUTSIDE, IntentModel, weigh
from convo.nlp.intent_refusal import LEAST, Refusal
from convo.nlp.intent_vectors import Vocabulary

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray

__all__ = ["KINDS", "OUTSIDE", "IntentModel", "available", "train"]

KINDS = ("base", "sklearn", "embedding")
AUTO = "auto"
_FOLDS, _FOLDS_OF_FEW, _FEW = 3, 6, 700
_HIDDEN, _FEWEST_CLASSES = 3, 6
_MOST_JUDGED = 12_000


def available(kind: str) -> bool:
    """Whether a model of this kind can be trained here."""
    if kind == "sklearn":
        return intent_scikit.installed()
    if kind == "embedding":
        return intent_embedding.installed()
    return kind == "base"


def train(
    examples: Sequence[tuple[str, str | None]],
    kind: str = AUTO,
    weights: Sequence[float] | None = None,
    least: float = LEAST,
) -> IntentModel:
    """Train on (text, intent) pairs; an intent of None is a sentence that is after nothing known.

    `kind` is base, sklearn, embedding, or auto: embedding where it is installed, else base. `weights` say how much each
    example counts, 1 by default; below a confidence of `least` the model refuses whatever it learns.
    Raises BadInput for fewer than two intents, an unknown kind, and one that is not installed.
    """
    import numpy as np

    chosen = _chosen(kind)
    kept = [number for number, (text, _) in enumerate(examples) if text.strip()]
    texts = [examples[number][0] for number in kept]
    named = [examples[number][1] or OUTSIDE for number in kept]
    labels = sorted(set(named) - {OUTSIDE})
    if len(labels) < 2:
        raise BadInput("a model of intents takes sentences of at least two intents", hint="convo intent label")
    if OUTSIDE in named:
        labels.append(OUTSIDE)
    number_of = {label: number for number, label in enumerate(labels)}
    numbers = np.array([number_of[name] for name in named], dtype=np.int64)
    given = weights if weights is not None else [1.0] * len(examples)
    counts = np.array([given[number] for number in kept], dtype=np.float32)
    meanings = intent_embedding.embed(texts) if chosen == "embedding" else None
    refusal = _judged(chosen, texts, numbers, counts, meanings, labels, least)
    vocabulary, linear, landmarks = _fit(chosen, texts, numbers, counts, meanings, len(labels))
    return IntentModel(chosen, labels, vocabulary, linear, landmarks, refusal)


def _chosen(kind: str) -> str:
    if kind == AUTO:
        return "embedding" if available("embedding") else "base"
    if kind not in KINDS:
        raise BadInput(f"{kind[:40]!r} is no kind of model", hint="one of: auto, " + ", ".join(KINDS))
    if not available(kind):
        raise BadInput(f"what a model of kind {kind} takes is not installed", hint="pip install 'convo-desk[ml]'")
    return kind


def _fit(
    kind: str,
    texts: Sequence[str],
    numbers: "NDArray[int64]",
    counts: "NDArray[float32]",
    meanings: "NDArray[float32] | None",
    classes: int,
    landmarks: int = intent_landmarks.MOST,
) -> tuple[Vocabulary, Linear, Landmarks | None]:
    vocabulary = Vocabulary.of(texts)
    vectors = [sentence.vector for sentence in vocabulary.sentences(texts)]
    linear = intent_linear.fit(vectors, numbers, counts, classes, len(vocabulary.hashes))
    if kind == "sklearn":
        linear = intent_scikit.with_machine(linear, vectors, numbers, counts)
    near = None if meanings is None else intent_landmarks.fit(meanings, numbers, counts, classes, landmarks)
    return vocabulary, linear.rounded(), near


def _judged(
    kind: str,
    texts: Sequence[str],
    numbers: "NDArray[int64]",
    counts: "NDArray[float32]",
    meanings: "NDArray[float32] | None",
    labels: Sequence[str],
    least: float,
) -> Refusal:
    """Learn when to refuse: train on most sentences without a third of the intents, see what is guessed of the rest.

    The intents left out stand in for what nobody has thought of.
    """
    import numpy as np

    count = _FOLDS_OF_FEW if len(texts) < _FEW else _FOLDS
    folds = np.array(
        [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).digest()[0] % count for text in texts]
    )
    outside = len(labels) - 1 if labels[-1] == OUTSIDE else -1
    known = len(labels) - (outside >= 0)
    evidence, right, scope, weighing = [], [], [], []
    for fold in range(count):
        absent = {n for n in range(known) if n % _HIDDEN == fold} if known >= _FEWEST_CLASSES else set()
        hidden = np.isin(numbers, list(absent))
        learned = np.flatnonzero((folds != fold) & ~hidden)
        asked = np.flatnonzero(folds == fold)[: _MOST_JUDGED // count]
        if len(set(numbers[learned])) < 2 or not len(asked):
            continue
        part = None if meanings is None else meanings[learned]
        fitted = _fit(
            kind,
            [texts[n] for n in learned.tolist()],
            numbers[learned],
            counts[learned],
            part,
            len(labels),
            intent_landmarks.MOST_WHEN_JUDGED,
        )
        meaning = None if meanings is None else meanings[asked]
        found, rows, _ = weigh(*fitted, [texts[n] for n in asked.tolist()], meaning)
        evidence.append(rows)
        right.append((found == numbers[asked]) & (found != outside))
        scope.append(~hidden[asked] & (numbers[asked] != outside))
        weighing.append(counts[asked])
    if sum(map(len, evidence)) < intent_refusal.FEWEST_JUDGED:
        return intent_refusal.untaught(9 if meanings is not None else 6)
    return intent_refusal.fit(
        np.concatenate(evidence), np.concatenate(right), np.concatenate(scope), np.concatenate(weighing), least
    )
