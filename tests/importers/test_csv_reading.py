"""Tables as they come: encodings, delimiters, quotes gone wrong, and lines without end."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers import csv_layout, csv_reading
from convo.importers.csv_layout import Layout, sample, sniff
from convo.importers.csv_reading import Row, distinct, open_table, rows
from convo.model.envelope import Unreadable

TEXT = "Name;Größe;Notiz\nAna;7,5;gut\nKim;8;\n"


def written(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path: Path) -> list[list[str]]:
    return [list(record[1].values()) for record in open_table(path).records() if not isinstance(record, Unreadable)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_common_encoding_gives_the_same_table(tmp_path: Path, encoding: str):
    path = written(tmp_path, TEXT.encode(encoding))
    assert open_table(path).columns == ("Name", "Größe", "Notiz")
    assert cells(path) == [["Ana", "7,5", "gut"], ["Kim", "8", ""]]
    assert sample(path.read_bytes())[0][:2] == ["Name", "Größe"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_rows_alike(delimiter: str):
    text = "a,b".replace(",", delimiter) + "\n" + '"x, y; z"' + delimiter + "1|2\n".replace("|", "/")
    layout = sniff(text.encode())
    assert layout is not None
    assert layout.delimiter == delimiter


def test_a_first_line_may_declare_the_delimiter(tmp_path: Path):
    path = written(tmp_path, "sep=|\nName|Note\nAna|a,b\nKim|c,d\n")
    assert open_table(path).columns == ("Name", "Note")
    assert [record[0].line for record in open_table(path).records() if not isinstance(record, Unreadable)] == [3, 4]


def test_lines_within_quotes_are_one_cell_and_are_counted(tmp_path: Path):
    path = written(tmp_path, 'Name,Note\r\nAna,"a\r\nb"\r\nKim,c\r\n')
    records = [record for record in open_table(path).records() if not isinstance(record, Unreadable)]
    assert [(row.line, values["Note"]) for row, values in records] == [(2, "a\r\nb"), (4, "c")]


def test_a_row_of_another_width_is_unreadable_and_keeps_its_text(tmp_path: Path):
    path = written(tmp_path, "a,b\n1,2\n3\n4,5,6\n7,8,,\n\n ,\n")
    found = list(open_table(path).records())
    bad = [each for each in found if isinstance(each, Unreadable)]
    assert [each.reason for each in bad] == [
        "line 3 has 1 cell where the header has 2",
        "line 4 has 3 cells where the header has 2",
    ]
    assert bad[1].raw == b"4,5,6\n"
    assert cells(path)[:2] == [["1", "2"], ["7", "8"]]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path):
    lines = ['7,"oops\n' if number == 2 else f"{number},fine\n" for number in range(5)]
    path = written(tmp_path, "n,note\n" + "".join(lines))
    found = list(open_table(path).records())
    assert [each.reason for each in found if isinstance(each, Unreadable)] == [
        "line 4 opens a quotation mark that is never closed"
    ]
    assert [row[0] for row in cells(path)] == ["0", "1", "3", "4"]


def test_many_unclosed_quotes_are_given_up_in_linear_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_reading, "MAX_RECORD", 2000)
    path = written(tmp_path, "a,b\n" + 'x"y,"\n' * 20_000)
    read = 0

    original = csv_reading._Lines.__next__

    def counted(lines: csv_reading._Lines) -> str:
        nonlocal read
        read += 1
        return original(lines)

    monkeypatch.setattr(csv_reading._Lines, "__next__", counted)
    assert all(isinstance(each, Unreadable) for each in open_table(path).records())
    assert read < 3 * 20_000


def test_nuls_are_dropped_and_bare_carriage_returns_end_lines(tmp_path: Path):
    assert cells(written(tmp_path, "a,b\n1,\x002\x00\n")) == [["1", "2"]]
    assert cells(written(tmp_path, "a,b\r1,2\r3,4\r")) == [["1", "2"], ["3", "4"]]


def test_bytes_that_are_no_utf8_are_read_as_windows_letters_line_by_line(tmp_path: Path):
    assert cells(written(tmp_path, b"a,b\nM\xfcller,1\nM\xc3\xbcller,2\n")) == [["Müller", "1"], ["Müller", "2"]]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20])
def test_what_is_empty_or_no_text_is_refused(tmp_path: Path, content: bytes):
    with pytest.raises(BadInput):
        open_table(written(tmp_path, content))


def test_a_file_of_one_endless_line_is_refused_in_one_sentence_and_little_memory(tmp_path: Path):
    path = tmp_path / "endless.csv"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    with pytest.raises(BadInput) as caught:
        open_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.message == "endless.csv is no table with a header: line 1 is longer than 8 MB"
    assert peak < 60_000_000


def test_an_endless_line_amid_others_is_one_unreadable_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_reading, "MAX_LINE", 1_048_576)
    path = written(tmp_path, b"a,b\n1,2\n" + b"x" * 3_000_000 + b"\n3,4\n")
    found = list(open_table(path).records())
    assert [each.reason for each in found if isinstance(each, Unreadable)] == ["line 3 is longer than 1 MB"]
    assert cells(path) == [["1", "2"], ["3", "4"]]


def test_a_cell_may_be_longer_than_the_csv_module_allows_by_itself(tmp_path: Path):
    long = "x" * 200_000
    assert cells(written(tmp_path, f"a,b\n1,{long}\n")) == [["1", long]]


def test_column_names_are_made_distinct_and_never_empty():
    assert distinct(["a", "", "a", " a\n b ", "a"]) == ("a", "column 2", "a (3)", "a b", "a (5)")


@given(st.lists(st.sampled_from(["a", "a (2)", "", "column 1", "a (3)"]), max_size=8))
def test_distinct_names_are_distinct(names: list[str]):
    assert len({*distinct(names)}) == len(names)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=2, max_size=2), min_size=1
    )
)
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, table: list[list[str]]):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(buffer.getvalue().encode())
    assert [row.cells for row in rows(path, Layout("utf-8", ",")) if isinstance(row, Row)] == table


@given(st.binary(max_size=400) | st.text('",;\n\r\0aé', max_size=200).map(str.encode))
def test_no_byte_of_a_file_is_in_no_row(tmp_path_factory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    layout = csv_layout.sniff(data)
    if layout is not None and layout.encoding == "utf-8" and not layout.declared:
        texts = [row.text if isinstance(row, Row) else None for row in rows(path, layout)]
        if None not in texts:
            assert len("".join(filter(None, texts)).replace("\0", "")) <= len(data)
            assert "".join(filter(None, texts)).count("\n") == data.count(b"\n")
