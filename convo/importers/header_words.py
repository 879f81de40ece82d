"""Recognise the columns of a table by what people call them in English, German, Spanish, French and Italian."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_NOT_WORDS = re.compile(r"[^0-9a-z]+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LONGEST = 100


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set, for tables of words."""
    return frozenset(text.split())


INBOUND = word_set(
    """
    in inbound incoming received receive customer eingehend eingang empfangen ankommend entrante recibido recibida
    entrant recu recue reception entrata inentrata ricevuto ricevuta arrivo
    """
)
OUTBOUND = word_set(
    """
    out outbound outgoing sent dialed dialled placed agent ausgehend ausgang gesendet gewahlt abgehend saliente enviado
    enviada realizada sortant envoye envoyee emis uscita inuscita inviato inviata effettuata
    """
)
NOTE = word_set("note notes internal private notiz intern interna interno nota interne")
MISSED = word_set(
    """
    missed unanswered noanswer abandoned rejected declined blocked voicemail verpasst entgangen abgelehnt unbeantwortet
    perdida perdido rechazada manque manquee rejete rejetee persa perso rifiutata
    """
)


def plain(name: str) -> str:
    """A name as it is compared: casefolded, without marks, its words parted by single spaces."""
    decomposed = unicodedata.normalize("NFKD", name[:_LONGEST].casefold())
    return _NOT_WORDS.sub(" ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()


def match_columns(columns: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Field to column, where a column bears one of the field's names (as `plain` spells them), the likeliest first.

    Each column is used once; fields are served in the order of `names`. "Total (EUR)" is also "Total".
    """
    spelled: dict[str, str] = {}
    for column in columns:
        spelled.setdefault(plain(column), column)
    for column in columns:
        spelled.setdefault(plain(_ASIDE.sub(" ", column[:_LONGEST])), column)
    found: dict[str, str] = {}
    used: set[str] = set()
    for field, wanted in names.items():
        for name in wanted:
            column_found = spelled.get(name)
            if column_found is not None and column_found not in used:
                found[field] = column_found
                used.add(column_found)
                break
    return found


def direction_word(value: str) -> str:
    """What a cell says of a direction in any of the five languages: "in", "out", "note", "missed", or "" if nothing."""
    for word in (plain(value).replace(" ", ""), *plain(value).split()):
        for meaning, words in (("missed", MISSED), ("note", NOTE), ("out", OUTBOUND), ("in", INBOUND)):
            if word in words:
                return meaning
    return ""
