"""Files of intent models: what is written is read back the same, and a stranger's file is refused whatever is in it."""

import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.nlp import intent_embedding
from convo.nlp.intent import KINDS, IntentModel, train
from convo.nlp.intent_file import FORMAT, LARGEST
from tests.nlp.intents import ASKED, EXAMPLES

BASE = train(EXAMPLES, "base").to_bytes()


def rewritten(data: bytes, change: Callable[[dict[str, Any]], None], arrays: bytes | None = None) -> bytes:
    """A file with another head, and other arrays where they are given."""
    magic, head, rest = data.split(b"\n", 2)
    said = json.loads(head)
    change(said)
    return b"\n".join([magic, json.dumps(said).encode(), rest if arrays is None else zlib.compress(arrays)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_read_back_says_the_same(kind: str) -> None:
    model = train(EXAMPLES, kind)
    again = IntentModel.from_bytes(model.to_bytes())
    assert again.labels == model.labels
    assert again.kind == kind
    for text in [*ASKED.values(), "nothing of all this", ""]:
        assert again.guess(text) == model.guess(text)
    assert again.to_bytes() == model.to_bytes()


@given(st.integers(0, len(BASE) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused_or_harmless(place: int, by: int) -> None:
    broken = bytearray(BASE)
    broken[place] ^= by
    try:
        model = IntentModel.from_bytes(bytes(broken))
    except BadInput:
        return
    assert 0 <= model.classify("where is my parcel")[1] <= 1


@given(st.binary(max_size=300))
def test_garbage_is_refused(garbage: bytes) -> None:
    for data in (garbage, FORMAT.encode() + b"\n" + garbage, FORMAT.encode() + b"\n{}\n" + garbage):
        with pytest.raises(BadInput):
            IntentModel.from_bytes(data)


@pytest.mark.parametrize("length", [0, 10, 40, len(BASE) // 2, len(BASE) - 1])
def test_a_file_cut_short_is_refused(length: int) -> None:
    with pytest.raises(BadInput):
        IntentModel.from_bytes(BASE[:length])


def test_another_version_is_refused_as_that() -> None:
    with pytest.raises(BadInput, match="another version"):
        IntentModel.from_bytes(BASE.replace(b"convo-intents-2", b"convo-intents-1", 1))


def test_a_pickle_is_not_opened() -> None:
    import pickle

    with pytest.raises(BadInput, match="another version"):
        IntentModel.from_bytes(pickle.dumps({"labels": ["a"]}))


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head["shapes"].update(weights=[2**40, 2**20]),
        lambda head: head["shapes"].update(weights=[-1, -3]),
        lambda head: head["shapes"].update(hashes=[5]),
        lambda head: head.update(labels=["a", "a", "b"]),
        lambda head: head.update(labels=[1, 2, 3]),
        lambda head: head.update(labels="abc" * 100),
        lambda head: head.update(threshold="high"),
        lambda head: head.update(threshold=float("nan")),
        lambda head: head.update(refusal=[[0], [1], [1]]),
        lambda head: head.update(embedding=intent_embedding.NAME),
        lambda head: head.update(crc=1),
        lambda head: head.pop("kind"),
    ],
)
def test_a_head_that_does_not_fit_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(BadInput, match="damaged"):
        IntentModel.from_bytes(rewritten(BASE, change))


def test_arrays_that_unfold_without_end_are_not_unfolded() -> None:
    bomb = bytes(LARGEST // 100)
    with pytest.raises(BadInput, match="damaged"):
        IntentModel.from_bytes(rewritten(BASE, lambda head: None, bomb))


def test_a_model_of_another_embedding_says_what_is_missing() -> None:
    data = train(EXAMPLES, "embedding").to_bytes()
    with pytest.raises(BadInput, match="not installed") as caught:
        IntentModel.from_bytes(rewritten(data, lambda head: head.update(embedding="other-1")))
    assert "convo intent train" in caught.value.hint
