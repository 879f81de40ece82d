"""Read delimited tables that strangers wrote: any common encoding and delimiter, row by row, surviving bad rows."""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES
from convo.importers.csv_layout import MAX_LINE, MAX_RECORD, Layout, allow_long_cells, read_head, repaired, sniff
from convo.importers.opened import open_log
from convo.model.envelope import Unreadable

_MAX_REWINDS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the number of the line it starts on (from 1), its cells, and its text as it stood."""

    line: int
    cells: list[str]
    text: str

    @property
    def place(self) -> str:
        """Where it stood, for a person."""
        return f"line {self.line}"

    def unreadable(self, reason: str, source: str) -> Unreadable:
        """This row as something that could not be understood; `reason` is a clause about the line."""
        raw = self.text[:HEAD_BYTES].encode("utf-8", "replace")[:HEAD_BYTES]
        return Unreadable(f"{self.place} {reason}", raw, source, self.place)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header: `columns` are distinct names; `records()` reads the file anew each time it is called."""

    path: Path
    layout: Layout
    columns: tuple[str, ...]

    def records(self) -> Iterator[tuple[Row, dict[str, str]] | Unreadable]:
        """Each row with its cells by column name; a row of another width is Unreadable; blank rows are passed over."""
        columns, width, first = self.columns, len(self.columns), True
        for row in rows(self.path, self.layout):
            if isinstance(row, Unreadable):
                yield row
                continue
            cells = row.cells
            if not any(cells):
                continue
            if first:
                first = False
                continue
            if len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            if len(cells) != width:
                yield row.unreadable(f"has {_cells(len(cells))} where the header has {width}", self.path.name)
                continue
            yield row, dict(zip(columns, cells, strict=True))

    def values(self, column: str) -> Iterator[str]:
        """The non-empty cells of one column, as they stand."""
        for record in self.records():
            if not isinstance(record, Unreadable) and (value := record[1].get(column, "").strip()):
                yield value


def open_table(path: Path) -> Table:
    """The table in this file; raises BadInput when the file is empty, binary or has no header that can be read."""
    layout = sniff(read_head(path))
    if layout is None:
        raise BadInput(f"{path.name} is empty or is no text", hint="give a CSV file that begins with a header line")
    for row in rows(path, layout):
        if isinstance(row, Unreadable):
            raise BadInput(f"{path.name} is no table with a header: {row.reason}")
        if any(row.cells):
            return Table(path, layout, distinct(row.cells))
    raise BadInput(f"{path.name} holds no header line", hint="give a CSV file that begins with a header line")


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names of a header made usable: on one line, empty ones numbered, repeated ones numbered."""
    seen: set[str] = set()
    result: list[str] = []
    for position, name in enumerate(names, start=1):
        wanted = " ".join(name.split()) or f"column {position}"
        unique, copy = wanted, 2
        while unique in seen:
            unique, copy = f"{wanted} ({max(copy, position)})", position + copy
        seen.add(unique)
        result.append(unique)
    return tuple(result)


def rows(path: Path, layout: Layout) -> Iterator[Row | Unreadable]:
    """Every record of the file in order; one that cannot be read is Unreadable and the next line is tried.

    A quote that is opened and never closed would swallow the rest of the file: then its line alone is given up, and
    reading goes on with the following line.
    """
    allow_long_cells()
    source = path.name
    with open_log(path) as binary:
        lines = _Lines(_text(binary, layout.encoding))
        if layout.declared:
            lines.skip_declaration()
        reader = csv.reader(lines, delimiter=layout.delimiter)
        rewinds = 0
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLong:
                yield lines.row([]).unreadable(f"is longer than {MAX_LINE // 1024**2} MB", source)
                continue
            except _Runaway:
                cells = []
            except csv.Error as error:
                yield lines.row([]).unreadable(f"is no row of a table: {error}", source)
                continue
            if lines.unfinished:
                row = lines.row([])
                if rewinds < _MAX_REWINDS:
                    rewinds += 1
                    row = Row(row.line, [], lines.rewind())
                yield row.unreadable("opens a quotation mark that is never closed", source)
                continue
            yield lines.row(cells)


class _TooLong(Exception):
    """A line beyond MAX_LINE."""


class _Runaway(Exception):
    """A record beyond MAX_RECORD."""


@dataclass(slots=True)
class _Lines:
    """The lines of a file for csv.reader; those of the record in hand are remembered, to be given back."""

    file: IO[str]
    taken: list[str] = field(default_factory=list)
    ahead: deque[str] = field(default_factory=deque)
    next_line: int = 1
    size: int = 0
    unfinished: bool = False

    def begin(self) -> None:
        self.next_line += len(self.taken)
        self.taken = []
        self.size = 0
        self.unfinished = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.size > MAX_RECORD:
            self.unfinished = True
            raise _Runaway
        line = self.ahead.popleft() if self.ahead else self.file.readline(MAX_LINE + 1)
        if not line:
            self.unfinished = bool(self.taken)
            raise StopIteration
        if len(line) > MAX_LINE:
            self.taken.append(line[:HEAD_BYTES])
            while line and line[-1] not in "\r\n":
                line = self.file.readline(MAX_LINE)
            raise _TooLong
        if not line.isascii():
            line = repaired(line)
        if "\0" in line:
            line = line.replace("\0", "")
        self.taken.append(line)
        self.size += len(line)
        return line

    def row(self, cells: list[str]) -> Row:
        return Row(self.next_line, cells, "".join(self.taken))

    def rewind(self) -> str:
        """Give back every line of this record but the first, which is returned."""
        self.ahead.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return self.taken[0]

    def skip_declaration(self) -> None:
        line = "\n"
        while line and not line.strip("\ufeff\r\n"):
            line = self.file.readline(MAX_LINE)
            self.next_line += 1


def _text(binary: IO[bytes], encoding: str) -> IO[str]:
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(binary, encoding=encoding, errors=errors, newline="")


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
