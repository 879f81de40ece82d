"""Sentences as vectors: counted together they are what each is alone, and what counting them by hand gives."""

import math
import zlib
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.nlp import intent_vectors
from convo.nlp.intent_vectors import Vocabulary
from convo.text import index_words
from tests.nlp.intents import EXAMPLES

TAUGHT = [*(text for text, _ in EXAMPLES), "Größe 10 bitte", "東京都"]
VOCABULARY = Vocabulary.of(TAUGHT)
HEARD = ["the", "parcel", "refund", "refunds", "12", "3", "größe", "unheard", "東京都", "money", "back"]
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(HEARD), max_size=40).map(" ".join)


def counted(text: str) -> tuple[Counter[int], Counter[int]]:
    """How often each trait of the text occurs: words and pairs of them, and runs of letters."""
    words = "".join("0" if letter in "123456789" else letter for letter in index_words(text)).split()
    named = Counter(zlib.crc32(word.encode(), 2) for word in words)
    named.update(zlib.crc32(f"{one} {other}".encode(), 3) for one, other in pairwise(["^", *words, "$"]))
    runs: Counter[int] = Counter()
    for marked in (f" {word[:24]} " for word in words):
        for size in range(2, 6):
            runs.update(zlib.crc32(marked[at : at + size].encode(), 1) for at in range(len(marked) - size + 1))
    return named, runs


def by_hand(text: str) -> dict[int, float]:
    """The text's vector, by the places of its traits: each side of length 1, then the whole."""
    places = {hash_: place for place, hash_ in enumerate(VOCABULARY.hashes.tolist())}
    sides = []
    for counts in counted(text):
        known = {places[trait]: count for trait, count in counts.items() if trait in places}
        weights = {place: (1 + math.log(count)) * float(VOCABULARY.rarity[place]) for place, count in known.items()}
        length = math.hypot(*weights.values())
        sides.append({place: weight / length for place, weight in weights.items()})
    length = math.sqrt(sum(map(bool, sides)))
    return {place: weight / length for side in sides for place, weight in side.items()}


@given(st.lists(TEXTS, max_size=40))
def test_texts_counted_together_are_what_each_is_counted_by_hand(texts: list[str]) -> None:
    for text, sentence in zip(texts, VOCABULARY.sentences(texts), strict=True):
        assert dict(zip(sentence.places.tolist(), sentence.values.tolist(), strict=True)) == pytest.approx(
            by_hand(text), abs=1e-6
        )


def test_the_vocabulary_is_what_the_texts_have() -> None:
    traits = {trait for text in TAUGHT for counts in counted(text) for trait in counts}
    assert VOCABULARY.hashes.tolist() == sorted(traits)


def test_known_words_count_once_and_by_how_rare_they_are() -> None:
    rarity = dict(zip(VOCABULARY.hashes.tolist(), VOCABULARY.rarity.tolist(), strict=True))
    the, refund = (rarity[zlib.crc32(word, 2)] for word in (b"the", b"refund"))
    (sentence,) = VOCABULARY.sentences(["The the refund xyzzy plugh XYZZY"])
    assert sentence.words == 4
    assert sentence.known == pytest.approx((the + refund) / (the + refund + 2 * max(rarity.values())))


def test_few_words_are_remembered_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(TAUGHT)
    (before,) = VOCABULARY.sentences([text])
    monkeypatch.setattr(intent_vectors, "_CACHED", 5)
    forgetful = Vocabulary.of(TAUGHT)
    (after,) = forgetful.sentences([text])
    assert np.array_equal(before.places, after.places)
    assert np.array_equal(before.values, after.values)
    assert (before.known, before.words) == (after.known, after.words)
    assert len(forgetful._met) <= 5


def test_a_vocabulary_of_nothing_knows_nothing() -> None:
    nothing = Vocabulary(np.zeros(0, np.uint32), np.zeros(0, np.float32))
    for sentence in nothing.sentences(["where is my parcel", ""]):
        assert len(sentence.places) == len(sentence.values) == sentence.known == 0
