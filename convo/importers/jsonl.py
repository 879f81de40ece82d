"""Read JSON lines: the format for scripts, from files and standard input; other lines through a mapping of paths.

One object a line, UTF-8. A message:

    {"customer": {"email": "ana@example.org", "phone": "+34 600 111 222", "name": "Ana", "external": "C-17",
                  "attributes": {"city": "Sevilla"}},
     "date": "2024-05-01T10:00:00+02:00", "text": "Is the R7 wheel in stock?"}

`customer` holds any of email, phone, telegram, whatsapp, messenger, slack, matrix, web and external, each a text or a
list of texts; `"from": "ana@example.org"` is short for a customer of one handle, whose kind is guessed (an @ makes an
e-mail address, a leading + or 0 a number). `date` is ISO 8601 or seconds or milliseconds since 1970; without an offset
it is in the time zone that the import is told. Optional: `subject`, `direction` (in, out, note; in unless said),
`id` (the same id is never stored twice), `thread`, `references` (ids of earlier messages), `channel`, `author`,
`language`, `tags`, and `attachments`, each {"name", "type", "base64"}.

An event has `event` (page_view, cart, purchase, call, visit, survey) instead of a text, and may have `title`,
`amount`, `currency`, `duration` (seconds) and `data` (an object of texts):

    {"from": "+34 600 111 222", "date": 1714550400, "event": "purchase", "amount": "79.90", "currency": "EUR"}

Text inside a message keeps its line breaks as \\n. A line that cannot be understood is quarantined with its number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, ReadOptions, Source
from convo.importers.dates import reader_from
from convo.importers.json_decoding import NotJson, decode
from convo.importers.json_records import as_utf8, bounded_lines, first_byte, is_lines, records, utf8_stream
from convo.importers.json_scanner import MAX_RECORD
from convo.importers.mapping import ATTRIBUTE, check_mapping, flags, listed, propose_mapping, refuse_unmapped
from convo.importers.opened import open_log
from convo.importers.scripted import Script
from convo.model.envelope import Item, Unreadable

_OURS = frozenset({"customer", "from"})


class JsonLinesImporter:
    """One JSON object a line, or a list of them, in the format for scripts or mapped to it."""

    name: ClassVar[str] = "jsonl"
    channel_kind: ClassVar[str] = "import"
    title: ClassVar[str] = "JSON lines"

    def recognises(self, source: Source) -> bool:
        """Whether the file holds a JSON object a line, or a list of objects in the format for scripts."""
        head = as_utf8(source.head)
        first = _first(head)
        return first is not None and (first_byte(head) == b"{" or not _OURS.isdisjoint(first))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One item a record; raises BadInput when the records are not in our format and no mapping is given."""
        check_mapping(options.mapping)
        with source.path.open("rb") as file:
            head = as_utf8(file.read(HEAD_BYTES))
        first = _first(head)
        if not head.strip():
            raise BadInput(f"{source.name} is empty", hint="give one JSON object a line")
        by_line = is_lines(head) or (first_byte(head) == b"{" and b"\n" not in head.strip())
        if first is not None:
            _refuse_foreign(first, source.name, options.mapping)
        elif not by_line and first_byte(head) not in (b"{", b"["):
            raise BadInput(f"{source.name} holds no JSON", hint="give one JSON object a line")
        if by_line:
            with open_log(source.path) as file:
                yield from read_lines(bounded_lines(utf8_stream(file)), options, source.name)
            return
        script = Script(reader_from(options), options, source.name)
        for found in records(source.path, ()):
            if found.value is None:
                yield found.unreadable(source.name)
            else:
                yield script.item(mapped(found.value, options.mapping), found.place, found.raw)


IMPORTER = JsonLinesImporter()


def read_lines(lines: Iterable[bytes], options: ReadOptions, source: str) -> Iterator[Item]:
    """The items of these lines, in order; blank lines are passed over.

    For a stream that may hold endless lines, give `bounded_lines(stream)`. Raises BadInput when the options map to a
    field that there is not or map too little; nothing that a line holds raises.
    """
    mapping = options.mapping
    check_mapping(mapping)
    if mapping:
        refuse_unmapped(source, (), mapping)
    item = Script(reader_from(options), options, source).item
    for number, line in enumerate(lines, start=1):
        place = f"line {number}"
        if len(line) > MAX_RECORD:
            reason = f"{place} is longer than {MAX_RECORD // 1024**2} MB"
            yield Unreadable(reason, line[:HEAD_BYTES], source, place)
            continue
        try:
            record = decode(line)
        except NotJson as error:
            if not line.isspace() and line:
                yield Unreadable(f"{place} {error}", line[:HEAD_BYTES], source, place)
            continue
        if isinstance(record, dict):
            yield item(mapped(record, mapping) if mapping else record, place, line)
        else:
            yield Unreadable(f"{place} is no JSON object", line[:HEAD_BYTES], source, place)


def mapped(record: Mapping[str, Any], mapping: Mapping[str, str]) -> Mapping[str, Any]:
    """A record in the format for scripts, its fields taken from the paths that `mapping` gives; itself without one."""
    if not mapping:
        return record
    customer: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    made: dict[str, Any] = {"customer": customer}
    for field, path in mapping.items():
        value = _at(record, path)
        if field.startswith(ATTRIBUTE):
            if value not in (None, ""):
                attributes[field[len(ATTRIBUTE) :]] = value
        elif field.startswith("customer."):
            customer[field[len("customer.") :]] = value
        elif value not in (None, "") or field == "text":
            made[field] = value
    if attributes:
        customer["attributes"] = attributes
    return made


def _at(record: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path: keys of objects and, for lists, positions from 0; None where there is none."""
    if path in record:
        return record[path]
    value: Any = record
    for key in path.split("."):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 7 and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _first(head: bytes) -> dict[str, Any] | None:
    """The first record of a file of one object a line, or of a list of objects, when `head` holds it."""
    start = head.lstrip()
    if start[:1] == b"[":
        start = start[1:].lstrip()
        if start[:1] != b"{":
            return None
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(start.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return {} if len(head) >= HEAD_BYTES else None
        return value if isinstance(value, dict) else None
    lines = [line for line in start.split(b"\n", 8)[:8] if line.strip()]
    for line in lines[:3]:
        if not line.lstrip().startswith(b"{"):
            return None
        try:
            value = decode(line)
        except NotJson:
            continue
        return value if isinstance(value, dict) else None
    if len(lines) == 1 and len(head) >= HEAD_BYTES and start[:1] == b"{":
        return {}
    return None


def _refuse_foreign(first: dict[str, Any], source: str, mapping: Mapping[str, str]) -> None:
    """Raise BadInput when the first record is neither in the format for scripts nor mapped to it."""
    if mapping:
        refuse_unmapped(source, _paths(first), mapping)
    elif first and not _OURS & first.keys():
        paths = _paths(first)
        proposed = propose_mapping(paths)
        refuse_unmapped(source, paths, proposed)
        raise BadInput(
            f"{source}: the records are not in the format for scripts; they hold {listed(paths)}",
            hint=f"if this is right, add {flags(proposed)}",
        )


def _paths(record: Mapping[str, Any], before: str = "", depth: int = 0) -> list[str]:
    """The dotted paths of a record's plain values, at most three levels down and a hundred of them."""
    found: list[str] = []
    for key, value in record.items():
        if isinstance(value, dict) and depth < 2:
            found += _paths(value, f"{before}{key}.", depth + 1)
        elif not isinstance(value, dict):
            found.append(before + key)
    return found[:100]
