"""Nearness in meaning: what the landmarks say of sentences they were taught, and of ones that are nearly alike."""

import numpy as np
import pytest

from convo.nlp import intent_landmarks


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sentences_that_are_nearly_alike_are_told_apart(seed: int) -> None:
    # Two of four groups differ in a direction that is small beside what all share, as meanings within one trade do.
    random = np.random.default_rng(seed)
    labels = random.integers(0, 4, 1_600)
    vectors = random.normal(0, 0.02, (1_600, 512))
    vectors[:, 0] += 1
    vectors[np.arange(1_600), 1 + labels] += 0.12
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    weights = np.ones(1_200, np.float32)
    marks = intent_landmarks.fit(vectors[:1_200], labels[:1_200], weights, 4)
    told = np.array([marks.scores(vector)[0].argmax() for vector in vectors[1_200:]])
    assert (told == labels[1_200:]).mean() > 0.95


def test_how_many_sentences_are_reckoned_at_once_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    vectors = random.normal(size=(90, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels, weights = random.integers(0, 3, 90), random.random(90).astype(np.float32)
    whole = intent_landmarks.fit(vectors, labels, weights, 3, 40)
    monkeypatch.setattr(intent_landmarks, "_AT_ONCE", 7)
    pieces = intent_landmarks.fit(vectors, labels, weights, 3, 40)
    assert len(pieces.vectors) == 40
    assert np.allclose(whole.weights, pieces.weights, rtol=1e-4, atol=1e-5)
