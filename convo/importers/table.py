"""Read any table of messages or events, its columns mapped to our fields by the user or by their names."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from convo.importers.base import ReadOptions, Source
from convo.importers.csv_layout import sample
from convo.importers.csv_reading import open_table
from convo.importers.dates import reader_for
from convo.importers.mapping import ATTRIBUTE, check_mapping, missing, propose_mapping, refuse_unmapped
from convo.importers.money import decimal_mark
from convo.importers.scripted import Script
from convo.model.envelope import Item, Unreadable

_LONGEST_NAME = 60


class TableImporter:
    """CSV, TSV and their like with a header line, in any common encoding."""

    name: ClassVar[str] = "csv"
    channel_kind: ClassVar[str] = "import"
    title: ClassVar[str] = "Any table (CSV, TSV), with --map"

    def recognises(self, source: Source) -> bool:
        """Whether the file begins with a line of column names and goes on in as many columns."""
        found = sample(source.head)
        if not found or source.head.lstrip()[:1] in (b"{", b"[", b"<"):
            return False
        header = [cell.strip() for cell in found[0]]
        if not missing(propose_mapping(header)):
            return True
        named = len({*header}) == len(header) >= 2 and all(_is_name(cell) for cell in header)
        regular = sum(len(row) == len(header) for row in found[1:])
        return named and regular > 0 and regular >= 0.9 * (len(found) - 1)

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One message or event a row; raises BadInput when it is not plain which columns hold what."""
        table = open_table(source.path)
        if options.mapping:
            check_mapping(options.mapping, table.columns)
        mapping = options.mapping or propose_mapping(table.columns)
        refuse_unmapped(source.name, table.columns, mapping)
        mark = decimal_mark(table.values(mapping["amount"])) if "amount" in mapping else None
        script = Script(reader_for(table.values(mapping["date"]), options, source.name), options, source.name, mark)
        for record in table.records():
            if isinstance(record, Unreadable):
                yield record
            else:
                row, cells = record
                yield script.item(_scripted(cells, mapping), row.place, row.text.encode("utf-8", "replace"))


IMPORTER = TableImporter()


def _scripted(cells: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, Any]:
    """A row as a record in the format for scripts; empty cells are as if they were not there, but for the text."""
    customer: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    made: dict[str, Any] = {"customer": customer}
    for field, column in mapping.items():
        value = cells[column]
        if field == "text":
            made[field] = value
        elif not (value := value.strip()):
            continue
        elif field.startswith(ATTRIBUTE):
            attributes[field[len(ATTRIBUTE) :]] = value
        elif field.startswith("customer."):
            customer[field[len("customer.") :]] = value
        else:
            made[field] = value
    if attributes:
        customer["attributes"] = attributes
    return made


def _is_name(cell: str) -> bool:
    """Whether a cell can be the name of a column and is no value."""
    return (
        0 < len(cell) <= _LONGEST_NAME and any(c.isalpha() for c in cell) and not cell[0].isdigit() and "@" not in cell
    )
