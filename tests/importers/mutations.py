"""Damage done to real exports: bytes cut, doubled and replaced, and JSON whose values have turned into others."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, Importer, ReadOptions, Source
from convo.model.envelope import Item

DATA = Path(__file__).parent / "data"

_PIECES = st.sampled_from(
    [b'"', b"\n", b"\r", b"\0", b",", b";", b"{", b"}", b"[", b"]", b"\\", b"\xff", b"\xed\xa0\x80", b"\x1b[2J", b"-1",
     b"1e999", b"9" * 5000, b"\xef\xbb\xbf", b"\\ud800", b"0000-00-00", b"NaN", b"[" * 3000]
)  # fmt: skip
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "@", "note", "<p>x", "1e400", "\ud800", "x" * 2000]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """The bytes with up to four spans replaced."""
    data = original
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        data = data[:start] + draw(_PIECES | st.binary(max_size=6)) + data[end:]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@st.composite
def reshaped(draw: st.DrawFn, original: Any) -> bytes:
    """The JSON with up to four of its values replaced by anything, or taken away."""
    value = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(value))
        if not places:
            break
        owner, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            owner[key] = draw(_VALUES)
        else:
            del owner[key]
    return json.dumps(value).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


def survived(importer: Importer, path: Path, data: bytes, options: ReadOptions) -> list[Item]:
    """What the importer makes of these bytes; nothing when it refuses the whole file; anything else it raises fails."""
    path.write_bytes(data)
    importer.recognises(Source(path, data[:HEAD_BYTES]))
    try:
        return list(importer.read(Source(path, data[:HEAD_BYTES]), options))
    except BadInput as refused:
        return [] if "\n" not in refused.message else pytest.fail(f"several lines: {refused.message!r}")
