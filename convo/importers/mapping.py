"""Which column of theirs is which field of ours: propose it, check it, and say what is missing."""

import difflib
import shlex
from collections.abc import Mapping, Sequence

from convo.errors import BadInput
from convo.importers.header_words import match_columns, plain
from convo.model.words import IdentityKind

FIELDS = (
    *(f"customer.{kind}" for kind in IdentityKind),
    "customer.name", "date", "text", "subject", "direction", "id", "thread", "channel", "author", "language", "tags",
    "event", "title", "amount", "currency", "duration",
)  # fmt: skip
ATTRIBUTE = "customer.attr."
_IDENTITIES = tuple(f"customer.{kind}" for kind in IdentityKind)
_LONGEST_ATTRIBUTE = 100
_SHOWN_COLUMNS = 20

_NAMES = {
    "customer.email": (
        "customer email", "email", "e mail", "email address", "e mail adresse", "email adresse", "mail", "from email",
        "sender email", "contact email", "kunden e mail", "correo electronico", "correo", "adresse e mail", "courriel",
        "indirizzo email", "posta elettronica",
    ),
    "customer.phone": (
        "customer phone", "phone", "phone number", "telephone", "mobile", "tel", "telefon", "telefonnummer",
        "rufnummer", "handy", "telefono", "numero de telefono", "movil", "numero de telephone", "portable",
        "numero di telefono", "cellulare",
    ),
    "customer.whatsapp": ("customer whatsapp", "whatsapp", "whatsapp number"),
    "customer.external": (
        "customer external", "customer id", "customer number", "kundennummer", "kunden nr", "numero de cliente",
        "numero client", "numero cliente", "id cliente", "user id", "contact id",
    ),
    "customer.name": (
        "customer name", "name", "full name", "customer", "contact name", "kunde", "kundenname", "nombre", "cliente",
        "nom", "client", "nome",
    ),
    "date": (
        "date", "sent at", "created at", "received at", "datetime", "date time", "timestamp", "time", "sent", "datum",
        "datum uhrzeit", "zeitpunkt", "gesendet am", "erstellt am", "fecha", "fecha y hora", "date et heure",
        "date d envoi", "data", "data e ora",
    ),
    "text": (
        "text", "message", "body", "content", "message body", "message text", "comment", "nachricht", "inhalt",
        "mensaje", "texto", "contenido", "contenu", "texte", "messaggio", "testo", "contenuto",
    ),
    "subject": ("subject", "betreff", "asunto", "objet", "sujet", "oggetto"),
    "direction": ("direction", "message type", "richtung", "direccion", "sens", "direzione"),
    "id": ("id", "message id", "nachrichten id", "id mensaje", "id message", "id messaggio"),
    "thread": ("thread", "thread id", "ticket", "ticket id", "ticket number", "conversation id", "case number",
               "vorgang", "ticketnummer"),
    "channel": ("channel", "kanal", "canal", "canale"),
    "author": (
        "author", "sender", "agent", "autor", "absender", "remitente", "auteur", "expediteur", "autore", "mittente",
    ),
    "language": ("language", "sprache", "idioma", "langue", "lingua"),
    "tags": ("tags", "labels", "schlagworte", "etiquetas", "etiquettes", "etichette"),
    "event": ("event", "event kind", "event type", "ereignis", "evento", "evenement"),
    "title": ("title", "titel", "titulo", "titre", "titolo"),
    "amount": ("amount", "total", "betrag", "summe", "importe", "montant", "importo", "totale"),
    "currency": ("currency", "wahrung", "moneda", "divisa", "devise", "valuta"),
    "duration": ("duration", "dauer", "duracion", "duree", "durata"),
}  # fmt: skip


def propose_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Field of ours to column of theirs, for the columns that bear our names or obvious ones in five languages."""
    exact = {field: column for column in columns if (field := column.strip().casefold()) in FIELDS}
    exact |= {
        ATTRIBUTE + name: column
        for column in columns
        if column.strip().casefold().startswith(ATTRIBUTE) and (name := column.strip()[len(ATTRIBUTE) :])
    }
    rest = [column for column in columns if column not in exact.values()]
    found = exact | {field: column for field, column in match_columns(rest, _NAMES).items() if field not in exact}
    return dict(sorted(found.items(), key=lambda item: FIELDS.index(item[0]) if item[0] in FIELDS else len(FIELDS)))


def check_mapping(mapping: Mapping[str, str], columns: Sequence[str] | None = None) -> None:
    """Raise BadInput for a field that is none of ours or, where `columns` are given, a column that is not there."""
    for field, column in mapping.items():
        if field.startswith(ATTRIBUTE) and 0 < len(field) - len(ATTRIBUTE) <= _LONGEST_ATTRIBUTE:
            pass
        elif field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"the fields are {', '.join(FIELDS)}"
            raise BadInput(f"{field[:60]!r} is no field that a column can be mapped to", hint=hint)
        if columns is not None and column not in columns:
            near = difflib.get_close_matches(column, columns, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"the columns are {listed(columns)}"
            raise BadInput(f"there is no column {column[:60]!r} for {field}", hint=hint)


def missing(mapping: Mapping[str, str]) -> list[str]:
    """What this mapping lacks for messages or events to be made of it, in words; empty when it suffices."""
    lacks = []
    if not any(field in mapping for field in _IDENTITIES):
        lacks.append("the customer's e-mail address or phone number")
    if "date" not in mapping:
        lacks.append("the date")
    if not {"text", "subject", "event", "amount"} & mapping.keys():
        lacks.append("the text")
    return lacks


def refuse_unmapped(source: str, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raise BadInput that says which columns there are and shows the flags to use, unless `mapping` suffices."""
    lacks = missing(mapping)
    if not lacks:
        return
    wanted = {
        "customer.email": next((mapping[field] for field in _IDENTITIES if field in mapping), ""),
        "date": mapping.get("date", ""),
        "text": mapping.get("text", "") or mapping.get("subject", ""),
    }
    free = [column for column in columns if column not in mapping.values()]
    shown_flags = []
    for field, known in wanted.items():
        if known:
            shown = next(name for name, column in mapping.items() if column == known)
            shown_flags.append(flags({shown: known}))
        else:
            guess = difflib.get_close_matches(plain(field.rpartition(".")[2]), free, n=1, cutoff=0.5)
            shown_flags.append(flags({field: guess[0] if guess else "COLUMN"}))
    raise BadInput(
        f"{source}: no column is plainly {' or '.join(lacks)}"
        + (f"; the columns are {listed(columns)}" if columns else ""),
        hint=f"say which is which: {' '.join(shown_flags)}",
    )


def flags(mapping: Mapping[str, str]) -> str:
    """The mapping as the flags of the command line."""
    return " ".join(f"--map {shlex.quote(f'{field}={column}')}" for field, column in mapping.items())


def listed(columns: Sequence[str]) -> str:
    """The columns for a sentence, at most twenty."""
    shown = ", ".join(column[:60] for column in columns[:_SHOWN_COLUMNS])
    return f"{shown} and {len(columns) - _SHOWN_COLUMNS} more" if len(columns) > _SHOWN_COLUMNS else shown
