"""Read Asterisk's call detail records (CSV, with or without a header); each call becomes one event."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.call_events import call_title, is_hidden, is_internal
from convo.importers.csv_layout import read_head, sample, sniff
from convo.importers.csv_reading import Row, rows
from convo.importers.dates import DateReader, UnreadableDate, reader_from
from convo.model.envelope import EventEnvelope, Handle, Item, Skipped, Unreadable
from convo.model.words import EventKind

_COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
)  # fmt: skip
_FEWEST = 16
_NEEDED = frozenset({"src", "dst", "disposition"})
_DISPOSITIONS = frozenset({"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"})
_FROM_OUTSIDE = ("from-trunk", "from-pstn", "from-did", "from-external", "from-outside", "incoming", "inbound")
_ENDPOINT = re.compile(r"[^/]{1,40}/(\d{2,5})(?:-[0-9a-f;]+|@.*)?\Z", re.I)
_CALLER = re.compile(r'\s*"?([^"<]*)"?\s*<')
_MOST_ROWS = 1000


class CdrImporter:
    """Asterisk's Master.csv, or a table of the same columns under their names."""

    name: ClassVar[str] = "cdr"
    channel_kind: ClassVar[str] = "phone"
    title: ClassVar[str] = "Asterisk call records (CSV)"

    def recognises(self, source: Source) -> bool:
        """Whether the first rows have the columns of a call record, a disposition and seconds among them."""
        found = sample(source.head)
        if not found:
            return False
        if _names(found[0]):
            return True
        return all(_is_record(row) for row in found[:5])

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One event a call: rows that follow each other with one linkedid or uniqueid are the legs of one call."""
        layout = sniff(read_head(source.path))
        if layout is None:
            raise BadInput(f"{source.name} is empty or is no text", hint="give the CSV file that Asterisk writes")
        dates = reader_from(options)
        names: tuple[str, ...] = ()
        legs: list[_Leg] = []
        for row in rows(source.path, layout):
            if isinstance(row, Unreadable):
                yield row
                continue
            if not any(row.cells):
                continue
            if not names:
                names = _names(row.cells)
                if names:
                    continue
                names = _COLUMNS
            width_is_right = len(row.cells) == len(names) or (names is _COLUMNS and len(row.cells) >= _FEWEST)
            if not width_is_right:
                yield row.unreadable(f"has {len(row.cells)} cells, which is no call record", source.name)
                continue
            leg = _Leg(row, dict(zip(names, (cell.strip() for cell in row.cells), strict=False)))
            if legs and (leg.call != legs[0].call or not leg.call or len(legs) >= _MOST_ROWS):
                yield _event(legs, dates, options, source.name)
                legs = []
            legs.append(leg)
        if legs:
            yield _event(legs, dates, options, source.name)


IMPORTER = CdrImporter()


@dataclass(frozen=True, slots=True)
class _Leg:
    """One row: a part of a call."""

    row: Row
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def call(self) -> str:
        """What the rows of one call share; "" when the log does not say."""
        return self["linkedid"] or self["uniqueid"]

    @property
    def answered(self) -> bool:
        return self["disposition"].upper() == "ANSWERED"

    @property
    def seconds(self) -> int:
        """The seconds that were spoken; 0 where the cell is no number."""
        talked = self["billsec"].partition(".")[0]
        return int(talked) if talked.isascii() and talked.isdigit() and len(talked) < 8 and self.answered else 0


def _event(legs: list[_Leg], dates: DateReader, options: ReadOptions, source: str) -> Item:
    """One call, made of its rows: the first outside number in it, the seconds of all answered rows together."""
    first = legs[0]
    place = first.row.place
    sides = [side for leg in legs if (side := _outside(leg, options))]
    if not sides:
        if all(is_hidden(leg["src"]) or is_hidden(leg["dst"]) for leg in legs):
            return Skipped("a call whose number was hidden", source, place)
        return Skipped(f"an internal call from {first['src'][:40]} to {first['dst'][:40]}", source, place)
    number, name, direction = sides[0]
    try:
        at = dates.read(first["start"] or first["calldate"] or first["answer"] or first["end"])
    except UnreadableDate as error:
        return first.row.unreadable(str(error), source)
    answered = any(leg.answered for leg in legs)
    talked = sum(leg.seconds for leg in legs)
    voicemail = direction == "inbound" and answered and legs[-1]["lastapp"].casefold() == "voicemail"
    data = {
        "direction": direction,
        "disposition": "ANSWERED" if answered else legs[-1]["disposition"].upper()[:40],
        "extension": _extension(legs, direction, options),
        "legs": str(len(legs)) if len(legs) > 1 else "",
        "note": first["userfield"][:500],
    }
    return EventEnvelope(
        kind=EventKind.CALL,
        customer=(Handle("phone", number, name),),
        at=at,
        title=call_title(direction, answered, talked, voicemail=voicemail),
        duration=talked,
        external_id=f"cdr:{first.call}" if 0 < len(first.call) <= 200 else None,
        data={key: value for key, value in data.items() if value},
        channel="phone",
        source=source,
        place=place,
    )


def _outside(leg: _Leg, options: ReadOptions) -> tuple[str, str, str] | None:
    """The customer's number and name, and the direction, when one side of this row is outside the house."""
    src, dst = leg["src"], leg["dst"]
    src_in, dst_in = is_internal(src, options), is_internal(dst, options)
    if src_in and dst_in:
        return None
    if src_in or (not dst_in and _went_out(leg)):
        return dst[:40], "", "outbound"
    called = _CALLER.match(leg["clid"][:300])
    name = " ".join(called[1].split())[:200] if called else ""
    return src[:40], "" if name.strip("+ ").replace(" ", "").isdigit() else name, "inbound"


def _went_out(leg: _Leg) -> bool:
    """Which way a call went whose both numbers are long, by the channel that is one of our extensions."""
    if _ENDPOINT.match(leg["channel"][:120]):
        return True
    if _ENDPOINT.match(leg["dstchannel"][:120]) or leg["dcontext"].casefold().startswith(_FROM_OUTSIDE):
        return False
    return leg["dcontext"].casefold().startswith(("from-internal", "outbound", "outgoing"))


def _extension(legs: list[_Leg], direction: str, options: ReadOptions) -> str:
    """Who of us spoke last, as far as the log tells."""
    for leg in reversed(legs):
        if found := _ENDPOINT.match(leg["dstchannel" if direction == "inbound" else "channel"][:120]):
            return found[1]
        number = leg["dst" if direction == "inbound" else "src"]
        if number.isdigit() and is_internal(number, options):
            return number[:40]
    return ""


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """The columns, when this row is a header that names those of a call record."""
    names = tuple(cell.strip().casefold() for cell in cells)
    return names if {*names} >= _NEEDED and {"start", "calldate", "answer"} & {*names} else ()


def _is_record(row: Sequence[str]) -> bool:
    return (
        _FEWEST <= len(row) <= len(_COLUMNS) + 4
        and row[14].strip().upper() in _DISPOSITIONS
        and all(cell.strip().partition(".")[0].isdigit() for cell in row[12:14])
    )
