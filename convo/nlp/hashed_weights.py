"""Small linear models as files: weights of a byte each, found by a feature's hash, read and summed without numpy."""

import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

_FORMAT = 1
_STEPS = 127


class HashedWeights:
    """A table of one weight a class for each of 2**bits feature hashes, with the plain numbers that go with it."""

    def __init__(
        self, classes: Sequence[str], bits: int, largest: float, weights: bytes, extra: Mapping[str, Any]
    ) -> None:
        self.classes = tuple(classes)
        self.extra = extra
        self._mask = (1 << bits) - 1
        self._columns = [weights[at << bits : (at + 1) << bits] for at in range(len(self.classes))]
        self._decoded = tuple(_decode(byte) * largest for byte in range(256))

    def total(self, features: Iterable[bytes], factor: float = 1.0) -> tuple[float, ...]:
        """The sum of the features' weights for each class, times `factor`."""
        return self.total_of_hashes(map(zlib.crc32, features), factor)

    def total_of_hashes(self, hashes: Iterable[int], factor: float = 1.0) -> tuple[float, ...]:
        """The same for features that are given as their hashes."""
        mask, decoded = self._mask, self._decoded
        places = [hash_ & mask for hash_ in hashes]
        return tuple(factor * sum([decoded[column[place]] for place in places]) for column in self._columns)

    @classmethod
    def read(cls, name: str) -> "HashedWeights":
        """The model in the package's file `name`; raises ValueError where the file is not one of this format."""
        return cls.unpack((files("convo.nlp") / name).read_bytes())

    @classmethod
    def unpack(cls, packed: bytes) -> "HashedWeights":
        """The model in what `pack` made; raises ValueError where it is something else, cut short or damaged."""
        head, _, body = packed.partition(b"\n")
        try:
            said = json.loads(head)
            weights = zlib.decompress(body)
            found = said["format"]
            model = cls(said["classes"], said["bits"], said["largest"], weights, said["extra"])
            whole = len(weights) == len(said["classes"]) << said["bits"]
        except (ValueError, KeyError, TypeError, zlib.error) as broken:
            raise ValueError("the model file is damaged") from broken
        if found != _FORMAT or not whole:
            raise ValueError("the model file is of another version")
        return model


def pack(classes: Sequence[str], bits: int, columns: Sequence[Sequence[float]], extra: Mapping[str, Any]) -> bytes:
    """A model file; `columns` has 2**bits weights for each class, each of which is rounded to a byte.

    The root of a weight is what is rounded, so that the many small weights of a language whose words say little are not
    lost beside the large ones of another.
    """
    largest = max((abs(weight) for column in columns for weight in column), default=0.0) or 1.0
    weights = b"".join(bytes(_encode(weight / largest) for weight in column) for column in columns)
    said = {"format": _FORMAT, "classes": list(classes), "bits": bits, "largest": largest, "extra": extra}
    return json.dumps(said, ensure_ascii=False).encode() + b"\n" + zlib.compress(weights, 9)


def _encode(share: float) -> int:
    step = round(math.sqrt(abs(share)) * _STEPS)
    return (step if share >= 0 else -step) & 0xFF


def _decode(byte: int) -> float:
    step = byte - 256 if byte > _STEPS else byte
    return step * abs(step) / _STEPS**2
