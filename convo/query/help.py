"""The query language explained and completed from its table of fields."""

import re
import textwrap
from dataclasses import dataclass

from convo.query.fields import BY_NAME, FIELDS, Field, Takes

_WIDE = 100
_LAST = re.compile(r'[^\s()"]*\Z')


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One line about one field."""

    field: str
    takes: str
    of: str
    help: str
    examples: tuple[str, ...]


SYNTAX = (
    ('word, "some words", begin*', "words anywhere in subject or text; a phrase; the beginning of a word"),
    ("one two, one AND two", "both"),
    ("one OR two", "either; weaker than AND, so use parentheses: (one OR two) three"),
    ("-one, NOT one", "not that"),
    ("field:value", "a condition, without a space at the colon; see below"),
    ("field:a,b  field:(a OR b)", "any of several values"),
    ('field:"two words"', "a value that has spaces or means something else without the quotes"),
)


def help_rows() -> tuple[HelpRow, ...]:
    """One row for each field, in the order in which they are explained."""
    return tuple(HelpRow(_shown(field), _takes(field), field.of, field.help, field.examples) for field in FIELDS)


def help_text() -> str:
    """The whole language on one page of plain text."""
    lines = ["A query finds messages, threads or customers. Case and accents of words do not matter.", ""]
    wide = max(len(written) for written, _ in SYNTAX)
    lines += [f"  {written:<{wide}}  {meaning}" for written, meaning in SYNTAX]
    lines += ["", "Fields:", ""]
    for row in help_rows():
        of = f" (of the {row.of})" if row.of in _OF else ""
        lines += _wrapped(f"  {row.field:<10} ", row.help + of)
        lines += _wrapped(" " * 13, row.takes)
        lines += _wrapped(" " * 13, "   ".join(row.examples))
    return "\n".join([*lines, ""])


def complete(prefix: str) -> list[str]:
    """What the last word of a query being typed may become: field names with their colon, or a field's values."""
    found = _LAST.search(prefix)
    word = found.group() if found else ""
    minus = "-" if word.startswith("-") else ""
    name, colon, value = word.removeprefix("-").partition(":")
    if not colon:
        names = ["attr." if field == "attr" else f"{field}:" for field in BY_NAME]
        return [minus + candidate for candidate in names if candidate.startswith(name.lower())]
    field = BY_NAME.get(name.lower())
    if field is None:
        return []
    earlier, comma, last = value.rpartition(",")
    values = (*field.choices, *(word for word in field.special if word != "*"))
    return [f"{minus}{name}:{earlier}{comma}{value}" for value in values if value.startswith(last.lower())]


_OF = frozenset({"thread", "channel", "message", "customer"})


def _shown(field: Field) -> str:
    return "attr.NAME:" if field.takes is Takes.ATTRIBUTE else f"{field.name}:"


def _takes(field: Field) -> str:
    takes = f"one of {', '.join(field.choices)}" if field.takes is Takes.CHOICE else field.takes.value
    if field.compares:
        ways = [] if field.takes is Takes.DATE else ["< <= > >="]
        ways += [] if field.takes is Takes.CHOICE else ["low..high"]
        takes += f", also with {' and '.join(ways)}"
    return takes + "".join(f", or {word}" for word in field.special)


def _wrapped(indent: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDE, initial_indent=indent, subsequent_indent=" " * len(indent), break_on_hyphens=False
    )
