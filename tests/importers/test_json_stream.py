"""Large JSON read value by value: the same values as the standard parser's, and nothing lost that can be found."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convo.importers import json_stream
from convo.importers.json_stream import BrokenDocument, BrokenJson, BrokenValue, JsonCursor

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Dribble(io.BytesIO):
    """A stream that gives a few bytes at a time, so that every value straddles the edge of what is held."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(3, size if size and size > 0 else 3))


def elements(data: bytes) -> list[object]:
    cursor = JsonCursor(Dribble(data))
    found: list[object] = []
    for _ in cursor.elements():
        try:
            found.append(cursor.value())
        except BrokenValue as problem:
            found.append(problem)
    cursor.finish()
    return found


@settings(max_examples=200, deadline=None)
@given(values=st.lists(JSON, max_size=5), ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_elements_are_those_of_the_standard_parser(values: list[object], ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(values, ensure_ascii=ascii_only, indent=indent)
    data = text.encode("utf-8", "surrogatepass")
    assert elements(data) == json.loads(data.decode("utf-8", "replace"))


@settings(max_examples=200, deadline=None)
@given(value=st.dictionaries(st.text(), JSON, max_size=5))
def test_members_not_asked_for_are_passed_over(value: dict[str, object]) -> None:
    data = json.dumps(value).encode()
    cursor = JsonCursor(Dribble(data))
    assert list(cursor.members()) == list(value)
    cursor.finish()
    assert cursor.offset == len(data)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=60) | st.text('[]{}",:\\u0a1 ', max_size=60).map(str.encode))
def test_any_bytes_end_in_values_or_in_a_reason(data: bytes) -> None:
    with suppress(BrokenDocument):
        elements(data)


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert elements(b'\xef\xbb\xbf["\xc3\xa9"]') == ["é"]


def test_a_broken_element_costs_only_itself() -> None:
    first, broken, last = elements(b'[{"a": 1}, {"a": nope, "b": ["]", "}"]}, {"a": 3}]')
    assert (first, last) == ({"a": 1}, {"a": 3})
    assert isinstance(broken, BrokenValue)
    assert broken.raw == b'{"a": nope, "b": ["]", "}"]}'
    assert broken.reason == "it is no JSON: Expecting value at its byte 7"


def test_an_invalid_byte_spoils_only_its_own_text() -> None:
    assert elements(b'["a\xffb", "\xe2\x82\xac"]') == ["a\ufffdb", "€"]


def test_deep_nesting_is_a_reason_and_the_next_element_is_read() -> None:
    deep, after = elements(b"[" + b"[" * 50_000 + b"]" * 50_000 + b", 7]")
    assert isinstance(deep, BrokenValue)
    assert deep.reason == "it is nested too deeply"
    assert after == 7


def test_an_endless_number_is_a_reason() -> None:
    long, after = elements(b"[" + b"9" * 5000 + b", 1]")
    assert isinstance(long, BrokenValue)
    assert long.reason == "it holds a number that is too long"
    assert after == 1


def test_a_value_larger_than_the_limit_is_told_of_and_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "VALUE_BYTES", 1000)
    monkeypatch.setattr(json_stream, "RAW_BYTES", 50)
    large, after = elements(b'["' + b'x\\"' * 2000 + b'", 2]')
    assert isinstance(large, BrokenValue)
    assert len(large.raw) == 50
    assert "larger than" in large.reason
    assert after == 2


def test_a_file_that_ends_early_gives_what_it_has_and_says_so() -> None:
    cursor = JsonCursor(io.BytesIO(b'[{"a": 1}, {"a": "half'))
    steps = (cursor.value() for _ in cursor.elements())
    assert next(steps) == {"a": 1}
    with pytest.raises(BrokenDocument) as problem:
        next(steps)
    assert problem.value.raw == b'{"a": "half'
    assert "incomplete" in problem.value.reason


def test_what_follows_the_end_is_not_ignored() -> None:
    with pytest.raises(BrokenDocument, match="something follows"):
        elements(b"[1] [2]")


def test_seeking_back_reads_the_same_value_again() -> None:
    cursor = JsonCursor(Dribble(b'{"a": ["\xc3\xa9", 2], "b": 3}'))
    places = {}
    for key in cursor.members():
        places[key] = cursor.offset
    cursor.seek(places["a"])
    assert cursor.value() == ["é", 2]
    assert cursor.raw == b'["\xc3\xa9", 2]'


def test_one_value_alone_is_decoded_or_refused() -> None:
    assert json_stream.decode('{"ü": 1}'.encode()) == {"ü": 1}
    with pytest.raises(BrokenJson):
        json_stream.decode(b"[" * 100_000)


def test_the_memory_held_does_not_grow_with_the_number_of_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 1000)
    cursor = JsonCursor(io.BytesIO(b"[" + b",".join([b'{"text": "hello"}'] * 20_000) + b"]"))
    most = 0
    for _ in cursor.elements():
        cursor.value()
        most = max(most, len(cursor._text))
    assert most < 3000
