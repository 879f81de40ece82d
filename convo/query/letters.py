"""How names are compared: alike on SQLite, on PostgreSQL and in Python, whatever their locale.

Both engines can lower ASCII letters and no others without asking a locale, so that is what is done to the stored name
(`lower(x)` on SQLite, `lower(x COLLATE "C")` on PostgreSQL, `ascii_lower` here). Case and composition of other letters
are met from the query's side: it looks for each usual spelling of what was asked, small, capital and capitalised.
"""

import re
import unicodedata

_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_PHONE = re.compile(r"(?:\+|00)[0-9][0-9 ()./-]{4,40}\Z")


def ascii_lower(text: str) -> str:
    """The text with A to Z lowered and nothing else changed."""
    return text.translate(_LOWER)


def spellings(text: str) -> tuple[str, ...]:
    """Every usual spelling of a name, ASCII lowered: as given, small, capital, capitalised; composed and not."""
    if text.isascii():
        return (ascii_lower(text),)
    forms: dict[str, None] = {}
    for cased in (text, text.lower(), text.upper(), text.title(), text.casefold()):
        for form in (cased, unicodedata.normalize("NFC", cased), unicodedata.normalize("NFD", cased)):
            forms[ascii_lower(form)] = None
    return tuple(forms)


def identity_values(text: str) -> tuple[str, ...]:
    """The normalised identity values that what was asked may stand for: itself, and a phone number's bare digits."""
    found = spellings(text)
    if _PHONE.match(text):
        digits = re.sub(r"[^0-9]", "", text.removeprefix("00") if text.startswith("00") else text)
        found = (*found, f"+{digits}")
    return found
