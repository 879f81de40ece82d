"""Small models as files."""

import zlib

import pytest

from convo.nlp.hashed_weights import HashedWeights, pack


def test_a_weight_comes_back_within_a_hundredth_of_the_largest() -> None:
    place = zlib.crc32(b"late") & 7
    columns = [[0.0] * 8, [0.0] * 8]
    columns[0][place], columns[1][place] = -2.0, 0.013
    weights = HashedWeights.unpack(pack(["sad", "glad"], 3, columns, {"bias": [1]}))
    assert weights.classes == ("sad", "glad")
    assert weights.extra == {"bias": [1]}
    assert weights.total([b"late", b"late"], 0.5) == pytest.approx((-2.0, 0.013), abs=0.002)


def test_a_file_cut_short_is_refused() -> None:
    packed = pack(["a"], 3, [[1.0] * 8], {})
    for damaged in (b"", packed[:20], packed[:-3], packed.replace(b'"format": 1', b'"format": 2'), b"\xff\n\xff"):
        with pytest.raises(ValueError, match="the model file is"):
            HashedWeights.unpack(damaged)
