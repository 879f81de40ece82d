"""JSON files of any size, object by object: every shape, cut at every byte, broken anywhere."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.importers import json_scanner
from convo.importers.json_records import records
from convo.importers.json_scanner import MAX_DEPTH, Record
from convo.text import clean

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), min_size=1, max_size=5)


def cleaned(value: Any) -> Any:
    """The value with its texts as every store accepts them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    return {clean(key): cleaned(each) for key, each in value.items()} if isinstance(value, dict) else value


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "export.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def values(path: Path, *keys: str, **other: Any) -> list[Any]:
    return [found.value for found in records(path, keys, **other)]


@given(OBJECTS, st.sampled_from([None, 1]), st.booleans(), st.integers(1, 9))
def test_a_list_gives_its_objects_wherever_the_chunks_end(
    tmp_path_factory, objects: list[Any], indent: int | None, ascii_only: bool, chunk: int
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scanner, "_CHUNK", chunk)
        path = written(tmp_path_factory.getbasetemp(), json.dumps(objects, indent=indent, ensure_ascii=ascii_only))
        assert [json.dumps(cleaned(each)) for each in values(path)] == [json.dumps(cleaned(each)) for each in objects]


@given(OBJECTS, st.integers(1, 9), st.booleans())
def test_a_list_under_a_key_is_found_among_other_things(tmp_path_factory, objects: list[Any], chunk: int, deep: bool):
    whole: Any = {
        "count": 1,
        "meta": {"tickets": 7, "x": [[{}]]},
        "tickets": objects,
        "users": [{"id": 1}],
        "next": None,
    }
    if deep:
        whole = {"data": whole}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scanner, "_CHUNK", chunk)
        path = written(tmp_path_factory.getbasetemp(), json.dumps(whole, indent=1))
        found = list(records(path, ("tickets",), sides=("users",)))
        assert [each.key for each in found] == ["tickets"] * len(objects) + ["users"]
        assert found[-1].value == {"id": 1}


def test_objects_one_a_line_or_one_after_the_other_are_found(tmp_path: Path):
    assert values(written(tmp_path, '{"a": 1}\n\n{"a": 2}\n')) == [{"a": 1}, {"a": 2}]
    assert values(written(tmp_path, '{\n"a": 1\n}\n{\n"a": [{}]\n}')) == [{"a": 1}, {"a": [{}]}]
    assert values(written(tmp_path, '{"a": 1}')) == [{"a": 1}]


def test_places_count_lines_or_items(tmp_path: Path):
    assert [each.place for each in records(written(tmp_path, '{"a": 1}\n\n{"a": 2}\n'), ())] == ["line 1", "line 3"]
    assert [each.place for each in records(written(tmp_path, '[{"a": 1}, 5, {"a": 2}]'), ())] == [
        "item 1",
        "item 2",
        "item 3",
    ]


def test_a_broken_object_spoils_no_other(tmp_path: Path):
    found = list(records(written(tmp_path, '[{"a": 1}, {"b": [1, 2}, {"c": tru}, "x", {"d": 4}]'), ()))
    assert [each.value for each in found] == [{"a": 1}, None, None, None, {"d": 4}]
    assert [each.reason.split(":")[0] for each in found if each.value is None] == [
        "is not JSON", "is not JSON", "is no JSON object",
    ]  # fmt: skip
    assert found[1].raw == b'{"b": [1, 2}'


@pytest.mark.parametrize("content", ['[{"a": 1}, {"b": "x', '[{"a": 1}, {"b": [{"c": ', '[{"a": 1}, {'])
def test_a_file_that_is_cut_off_gives_what_it_holds_and_says_so(tmp_path: Path, content: str):
    first, rest = records(written(tmp_path, content), ())
    assert first.value == {"a": 1}
    assert rest.reason == "is cut off: the file ends in the middle of it"


def test_deep_nesting_is_told_and_not_parsed(tmp_path: Path):
    deep = "[" * 100_000 + "]" * 100_000
    bomb = '[{"a": ' + deep + '}, {"b": 2}, {"c": ' + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1) + "}]"
    first, second, third = records(written(tmp_path, bomb), ())
    assert (first.value, first.reason) == (None, "is nested too deeply")
    assert second.value == {"b": 2}
    assert third.value is not None


def test_more_levels_than_any_export_has_are_refused_before_they_are_parsed(tmp_path: Path):
    content = '[{"a": ' + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "}]"
    assert [each.reason for each in records(written(tmp_path, content), ())] == ["is nested too deeply"]


def test_an_object_beyond_the_limit_is_told_and_passed_over_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(json_scanner, "MAX_RECORD", 1_048_576)
    path = written(tmp_path, '[{"a": "' + "x" * 20_000_000 + '"}, {"b": 2}]')
    tracemalloc.start()
    found = list(records(path, ()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(each.value, each.reason) for each in found] == [(None, "is longer than 1 MB"), ({"b": 2}, "")]
    assert len(found[0].raw) <= 65_536
    assert peak < 8_000_000


def test_memory_stays_flat_however_many_objects_there_are(tmp_path: Path):
    path = tmp_path / "large.json"
    with path.open("w") as file:
        file.write('{"tickets": [')
        for number in range(5_000):
            file.write(json.dumps({"id": number, "text": "x" * 2000}) + ",")
        file.write("{}]}")
    tracemalloc.start()
    count = sum(1 for _ in records(path, ("tickets",)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_001
    assert peak < 3_000_000


@given(st.binary(max_size=300) | st.text('{}[]",:\\a \n', max_size=80).map(str.encode))
def test_anything_is_read_to_its_end(tmp_path_factory, data: bytes):
    def found(chunk: int) -> Iterator[Record]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_scanner, "_CHUNK", chunk)
            yield from records(path, ("a",), objects=("aa",))

    path = written(tmp_path_factory.getbasetemp(), data)
    assert [(each.place, each.value, each.reason) for each in found(3)] == [
        (each.place, each.value, each.reason) for each in found(1 << 16)
    ]
