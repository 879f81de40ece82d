"""Read call logs of any telephone or provider that exports a table; each call becomes one event."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.call_events import UnreadableDuration, call_title, is_hidden, is_internal, seconds
from convo.importers.csv_layout import sample
from convo.importers.csv_reading import Row, open_table
from convo.importers.dates import DateReader, UnreadableDate, reader_for
from convo.importers.header_words import direction_word, match_columns
from convo.model.envelope import EventEnvelope, Handle, Item, Skipped, Unreadable
from convo.model.words import EventKind

_NAMES = {
    "duration": (
        "duration", "call duration", "talk time", "length", "duration seconds", "duration sec", "seconds", "dauer",
        "gesprachsdauer", "anrufdauer", "duracion", "duracion de la llamada", "duree", "duree de l appel", "durata",
        "durata chiamata",
    ),
    "date": (
        "date time", "datetime", "date and time", "start time", "started at", "start", "call time", "call date", "date",
        "timestamp", "datum uhrzeit", "datum und uhrzeit", "zeitpunkt", "datum", "beginn", "fecha y hora", "fecha hora",
        "fecha", "date et heure", "date heure", "data e ora", "data ora", "data",
    ),
    "time": ("time", "uhrzeit", "zeit", "hora", "heure", "ora"),
    "number": (
        "phone number", "telephone number", "customer number", "contact number", "number", "phone", "telephone", "tel",
        "caller id", "caller number", "telefonnummer", "rufnummer", "nummer", "telefon", "numero de telefono",
        "numero de telephone", "numero di telefono", "numero telefonico", "telefono", "numero", "caller", "anrufer",
    ),
    "from": ("from", "from number", "source", "calling number", "von", "desde", "origen", "de", "da"),
    "to": (
        "to", "to number", "destination", "called number", "dialed number", "an", "nach", "para", "destino", "vers",
        "a",
    ),
    "direction": (
        "direction", "call direction", "call type", "type", "richtung", "anrufart", "art", "typ", "direccion",
        "tipo de llamada", "tipo", "sens", "type d appel", "direzione", "tipo chiamata",
    ),
    "status": (
        "status", "result", "disposition", "call status", "ergebnis", "estado", "resultado", "statut", "resultat",
        "stato", "esito",
    ),
    "name": (
        "name", "contact", "contact name", "caller name", "kontakt", "nombre", "contacto", "nom", "nome", "contatto",
    ),
    "note": (
        "note", "notes", "comment", "comments", "notiz", "notizen", "bemerkung", "nota", "notas", "remarque",
        "note chiamata",
    ),
    "id": ("id", "call id", "uuid", "anruf id"),
}  # fmt: skip


class CallsImporter:
    """A call log with a header: a telephone number, a date and a duration, whatever they are called."""

    name: ClassVar[str] = "calls"
    channel_kind: ClassVar[str] = "phone"
    title: ClassVar[str] = "Call log (CSV)"

    def recognises(self, source: Source) -> bool:
        """Whether the header names a telephone number, a date and a duration."""
        found = sample(source.head)
        return bool(found) and _is_call_log(_columns(found[0]))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One event a row; calls within the house or from hidden numbers are Skipped."""
        table = open_table(source.path)
        columns = _columns(table.columns)
        if not _is_call_log(columns):
            raise BadInput(
                f"{source.name} does not say which column holds the number, the date or the duration of a call",
                hint="its columns are " + ", ".join(table.columns[:20]) + "; name them Number, Date and Duration",
            )
        dates = reader_for(table.values(columns["date"]), options, source.name)
        for record in table.records():
            if isinstance(record, Unreadable):
                yield record
            else:
                row, cells = record
                yield _event(
                    row,
                    {field: cells[column].strip() for field, column in columns.items()},
                    dates,
                    options,
                    source.name,
                )


IMPORTER = CallsImporter()


def _columns(header: Sequence[str]) -> dict[str, str]:
    return match_columns(header, _NAMES)


def _is_call_log(columns: dict[str, str]) -> bool:
    return {"date", "duration"} <= columns.keys() and bool({"number", "from", "to"} & columns.keys())


def _event(row: Row, cells: dict[str, str], dates: DateReader, options: ReadOptions, source: str) -> Item:
    words = {direction_word(cells.get("direction", "")), direction_word(cells.get("status", ""))}
    number, direction = _customer(cells, words, options)
    if is_hidden(number):
        return Skipped("a call whose number was hidden", source, row.place)
    if is_internal(number, options):
        return Skipped(f"an internal call with {number[:40]}", source, row.place)
    try:
        at = dates.read(f"{cells['date']} {cells.get('time', '')}".strip())
        duration = seconds(cells["duration"])
    except (UnreadableDate, UnreadableDuration) as error:
        return row.unreadable(str(error), source)
    answered = duration > 0 and "missed" not in words
    data = {
        "direction": direction,
        "disposition": cells.get("status", "")[:40] or ("ANSWERED" if answered else "NO ANSWER"),
        "note": cells.get("note", "")[:2000],
    }
    identity = cells.get("id", "")
    return EventEnvelope(
        kind=EventKind.CALL,
        customer=(Handle("phone", number[:40], cells.get("name", "")[:200]),),
        at=at,
        title=call_title(direction, answered, duration),
        duration=duration,
        external_id=f"call:{identity}" if 0 < len(identity) <= 200 else None,
        data={key: value for key, value in data.items() if value},
        channel="phone",
        source=source,
        place=row.place,
    )


def _customer(cells: dict[str, str], words: set[str], options: ReadOptions) -> tuple[str, str]:
    """The customer's number and the direction, by what the row says, else by which side is ours."""
    number, source, destination = cells.get("number", ""), cells.get("from", ""), cells.get("to", "")
    direction = "outbound" if "out" in words else "inbound" if words & {"in", "missed"} else ""
    if not direction and source and not is_hidden(source) and is_internal(source, options):
        direction = "outbound"
    direction = direction or "inbound"
    sides = (destination, source) if direction == "outbound" else (source, destination)
    chosen = number or sides[0]
    if (not chosen or is_internal(chosen, options)) and sides[1] and not is_internal(sides[1], options) and not number:
        chosen = sides[1] if direction == "outbound" or not is_hidden(sides[0]) else chosen
    return chosen, direction
