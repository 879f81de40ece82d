"""Intent models as files: a head that says what follows, then plain arrays; reading one runs nothing that is in it."""

import json
import zlib
from math import prod
from typing import TYPE_CHECKING, Any

from convo.errors import BadInput
from convo.nlp import intent_embedding
from convo.nlp.intent_landmarks import Landmarks
from convo.nlp.intent_linear import Linear
from convo.nlp.intent_refusal import Refusal
from convo.nlp.intent_vectors import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convo.nlp.intent_model import IntentModel

FORMAT = "convo-intents-2"
"""The form of the file and of the traits that it counts; a model of another one is refused."""

LARGEST = 400_000_000
"""Bytes of arrays that a file may unfold to."""

_MAGIC = FORMAT.encode() + b"\n"
_LONGEST_HEAD = 4_000_000
_TYPES = {"hashes": "<u4", "rarity": "<f4", "weights": "|i1", "steps": "<f4", "bias": "<f4"}
_MARKS = {"marks": "|i1", "marks_weights": "<f4"}
_HINT = "convo intent train makes a new one"


def pack(model: "IntentModel") -> bytes:
    """The file of a model: a line of magic, a line of JSON, the arrays of little-endian numbers deflated."""
    packed, steps = model.linear.packed()
    arrays: dict[str, NDArray[Any]] = {
        "hashes": model.vocabulary.hashes,
        "rarity": model.vocabulary.rarity,
        "weights": packed,
        "steps": steps,
        "bias": model.linear.bias,
    }
    if model.landmarks is not None:
        arrays |= {"marks": model.landmarks.vectors, "marks_weights": model.landmarks.weights}
    types = _TYPES | _MARKS
    raw = b"".join(array.astype(types[name]).tobytes() for name, array in arrays.items())
    refusal = model.refusal
    head = {
        "kind": model.kind,
        "labels": model.labels,
        "embedding": intent_embedding.NAME if model.landmarks is not None else None,
        "shapes": {name: array.shape for name, array in arrays.items()},
        "refusal": [refusal.means.tolist(), refusal.scales.tolist(), refusal.weights.tolist()],
        "bias": refusal.bias,
        "threshold": refusal.threshold,
        "crc": zlib.crc32(raw),
    }
    return _MAGIC + json.dumps(head, ensure_ascii=False).encode() + b"\n" + zlib.compress(raw, 6)


def unpack(data: bytes) -> "IntentModel":
    """The model in a file; raises BadInput where it is damaged, of another version, or cannot run here."""
    if not data.startswith(_MAGIC):
        raise BadInput("the intent model is of another version of convo, or none at all", hint=_HINT)
    try:
        return _read(data)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, zlib.error) as broken:
        raise BadInput("the intent model is damaged", hint=_HINT) from broken


def _read(data: bytes) -> "IntentModel":
    import numpy as np

    from convo.nlp.intent_model import IntentModel

    end = data.index(b"\n", len(_MAGIC), len(_MAGIC) + _LONGEST_HEAD)
    head = json.loads(data[len(_MAGIC) : end])
    labels = [_text(label) for label in head["labels"]]
    types = _TYPES | (_MARKS if head["embedding"] else {})
    shapes = {name: tuple(int(side) for side in head["shapes"][name]) for name in types}
    sizes = {name: prod(shape) * np.dtype(types[name]).itemsize for name, shape in shapes.items()}
    _expect(all(side >= 0 for shape in shapes.values() for side in shape) and sum(sizes.values()) <= LARGEST)
    unfolding = zlib.decompressobj()
    raw = unfolding.decompress(data[end + 1 :], sum(sizes.values()) + 1)
    _expect(unfolding.eof and len(raw) == sum(sizes.values()) and zlib.crc32(raw) == head["crc"])
    arrays, at = {}, 0
    for name, shape in shapes.items():
        arrays[name] = np.frombuffer(raw, types[name], prod(shape), at).reshape(shape)
        at += sizes[name]
    traits, classes = shapes["weights"]
    _expect(len(labels) >= 2 and len(set(labels)) == len(labels) == classes == arrays["bias"].size)
    _expect(shapes["hashes"] == shapes["rarity"] == shapes["steps"] == (traits,))
    _expect(bool(np.all(arrays["hashes"][1:] > arrays["hashes"][:-1])))
    _expect(all(np.isfinite(array).all() for array in arrays.values()))
    means, scales, weights = (np.array(row, dtype=np.float64) for row in head["refusal"])
    _expect(means.shape == scales.shape == weights.shape == ((9,) if head["embedding"] else (6,)))
    bias, threshold = float(head["bias"]), float(head["threshold"])
    _expect(bool(np.isfinite([*means, *scales, *weights, bias, threshold]).all() and (scales > 0).all()))
    landmarks = None
    if head["embedding"]:
        _expect(shapes["marks"][1:] == (intent_embedding.WIDTH,) and shapes["marks"][0] > 0)
        _expect(shapes["marks_weights"] == (shapes["marks"][0], classes))
        if head["embedding"] != intent_embedding.NAME or not intent_embedding.installed():
            raise BadInput(
                "the intent model takes an embedding model that is not installed",
                hint="pip install 'convo-desk[ml]', or: convo intent train --kind base",
            )
        landmarks = Landmarks.of(arrays["marks"], arrays["marks_weights"])
    return IntentModel(
        _text(head["kind"]),
        labels,
        Vocabulary(arrays["hashes"], arrays["rarity"]),
        Linear(arrays["weights"] * arrays["steps"][:, None], arrays["bias"]),
        landmarks,
        Refusal(means, scales, weights, bias, threshold),
    )


def _text(value: object) -> str:
    _expect(isinstance(value, str))
    return str(value)


def _expect(so: bool) -> None:
    if not so:
        raise ValueError("the file does not hold together")
