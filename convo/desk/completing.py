"""Completes a query that is being typed: fields by their names, and values from the language and from the store."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import ColumnElement, Connection, func, literal, select

from convo.model import tables
from convo.model.completion import Completion, Completions
from convo.model.words import ChannelState

if TYPE_CHECKING:
    from convo.query.fields import Field
    from convo.query.typing import Typed

MOST = 20
_DISTINCT = 1000
"""So many different tags and the like are looked through."""

Offer: TypeAlias = tuple[str, str]
"""A value and what it means."""

_AGES = (("30min", "half an hour"), ("1h", "an hour"), ("8h", "eight hours"), ("1d", "a day"), ("3d", "three days"),
         ("1w", "a week"), ("1m", "a month"), ("1y", "a year"))  # fmt: skip
_DATES = (("today", "the day that it is"), ("yesterday", "the day before"))
_LANGUAGES = (
    ("en", "English"), ("de", "German"), ("es", "Spanish"), ("fr", "French"), ("it", "Italian"), ("pt", "Portuguese"),
    ("nl", "Dutch"), ("pl", "Polish"), ("sv", "Swedish"), ("da", "Danish"), ("no", "Norwegian"), ("fi", "Finnish"),
    ("cs", "Czech"), ("hu", "Hungarian"), ("ro", "Romanian"), ("el", "Greek"), ("tr", "Turkish"), ("uk", "Ukrainian"),
    ("ru", "Russian"), ("ar", "Arabic"), ("he", "Hebrew"), ("hi", "Hindi"), ("ja", "Japanese"), ("ko", "Korean"),
    ("zh", "Chinese"),
)  # fmt: skip
_SPECIAL = {"me": "whoever asks", "none": "without any", "unknown": "not known", "*": "with any"}


def completions(connection: Connection, text: str, position: int) -> Completions:
    """What the word before the character at `position` of a query may become, at most MOST."""
    from convo.query.typing import typed

    found = typed(text, position)
    if found.name and found.field is None:
        return Completions(found.start, found.end)
    if found.field is None and not found.name:
        return Completions(found.start, found.end, () if found.quoted else _fields(connection, found.written))
    assert found.field is not None
    values = _values(connection, found.field)
    if found.quoted:
        # Between quotation marks `me` and its like are names as any others.
        values = (offer for offer in values if offer[0] not in _SPECIAL)
    offers = _matching(values, found.written)
    return Completions(found.start, found.end, tuple(_value(found, offer) for offer in offers))


def _fields(connection: Connection, written: str) -> tuple[Completion, ...]:
    from convo.query.fields import FIELDS

    if written.lower().startswith("attr."):
        names = ((f"attr.{_plain(name)}:", "an attribute of the customer") for name in _attributes(connection))
        return tuple(Completion(*offer) for offer in _matching(names, written))
    fields = [("attr." if field.name == "attr" else f"{field.name}:", field.help) for field in FIELDS]
    # Only what a field's name begins with: any other word is a word to look for.
    begun = [offer for offer in fields if offer[0].startswith(written.lower())]
    return tuple(Completion(*offer) for offer in begun[:MOST])


def _values(connection: Connection, field: "Field") -> Iterator[Offer]:
    """All values that can be offered for a field."""
    from convo.query.fields import Takes

    for choice in field.choices:
        yield choice, ""
    for word in field.special:
        if word == "me":
            yield word, _SPECIAL[word]
    if field.name in _KNOWN:
        yield from _KNOWN[field.name](connection)
    elif field.takes is Takes.DATE:
        yield from _DATES
    elif field.takes is Takes.AGE:
        yield from _AGES
    for word in field.special:
        if word != "me":
            yield word, _SPECIAL[word]


def _matching(offers: Iterable[Offer], written: str) -> list[Offer]:
    """The offers that begin with what was written, then those that hold it further in; each once."""
    sought = written.casefold()
    begin: dict[str, str] = {}
    hold: dict[str, str] = {}
    for text, detail in offers:
        folded = text.casefold()
        if folded.startswith(sought):
            begin.setdefault(text, detail)
        elif sought in folded or (text not in _SPECIAL and _begins_word(detail, sought)):
            hold.setdefault(text, detail)
    return list((begin | {text: detail for text, detail in hold.items() if text not in begin}).items())[:MOST]


def _begins_word(detail: str, sought: str) -> bool:
    """Whether a word of what an offer means, such as somebody's family name, begins so."""
    return any(word.startswith(sought) for word in detail.casefold().split())


def _value(found: "Typed", offer: Offer) -> Completion:
    """The value as a query writes it: between quotation marks where it would mean something else without them."""
    assert found.field is not None
    text, detail = offer
    meant = text in found.field.special or text in found.field.choices
    return Completion(text if meant and not found.quoted else _plain(text, always=found.quoted), detail)


def _plain(text: str, *, always: bool = False) -> str:
    from convo.query.tree import quoted

    bare = text and all(letter.isalnum() or letter in "_@.+-" for letter in text) and text[0] not in ".-"
    special = text.casefold() in {"me", "none", "any", "unknown"} or text.isdigit() or ".." in text
    return text if bare and not special and not always else quoted(text)


def _operators(connection: Connection) -> Iterator[Offer]:
    operator = tables.operator
    rows = connection.execute(select(operator.c.name, operator.c.shown).where(operator.c.removed_at.is_(None)))
    return iter(sorted(((name, shown) for name, shown in rows), key=_folded))


def _named(connection: Connection, column: ColumnElement[str]) -> Iterator[Offer]:
    return ((name, "") for name in sorted(connection.execute(select(column)).scalars(), key=str.casefold))


def _channels(connection: Connection) -> Iterator[Offer]:
    channel = tables.channel
    kept = channel.c.state != ChannelState.REMOVED.value
    rows = connection.execute(select(channel.c.name, channel.c.kind).where(kept))
    return iter(sorted(((name, kind) for name, kind in rows), key=_folded))


def _folded(offer: Offer) -> str:
    return offer[0].casefold()


def _kinds(connection: Connection) -> Iterator[Offer]:
    kinds = select(tables.channel.c.kind).distinct()
    return ((kind, "") for kind in sorted(connection.execute(kinds).scalars()))


def _tags(connection: Connection) -> Iterator[Offer]:
    of_threads = _different(connection, tables.thread_tag.c.tag)
    of_customers = _different(connection, tables.customer_tag.c.tag)
    return ((tag, "") for tag in sorted({*of_threads, *of_customers}))


def _intents(connection: Connection) -> Iterator[Offer]:
    labelled = connection.execute(select(tables.intent_label.c.intent).distinct().limit(_DISTINCT)).scalars()
    examples = connection.execute(select(tables.intent_example.c.intent).distinct().limit(_DISTINCT)).scalars()
    return ((intent, "") for intent in sorted({*labelled, *examples}))


def _attributes(connection: Connection) -> list[str]:
    return _different(connection, tables.customer_attribute.c.name)


def _different(connection: Connection, column: ColumnElement[str]) -> list[str]:
    """A column's different values in order, at most so many: an index is asked for the next one after each.

    That reads as many rows as there are values, however often each stands in the table.
    """
    first = select(func.min(column).label("value"), literal(1).label("place")).cte("different", recursive=True)
    following = select(func.min(column)).where(column > first.c.value).scalar_subquery()
    more = first.c.value.is_not(None) & (first.c.place < _DISTINCT)
    values = first.union_all(select(following, first.c.place + 1).where(more))
    return [value for value in connection.execute(select(values.c.value)).scalars() if value is not None]


_KNOWN: dict[str, Callable[[Connection], Iterable[Offer]]] = {
    "assignee": _operators,
    "team": lambda connection: _named(connection, tables.team.c.name),
    "sla": lambda connection: _named(connection, tables.sla_policy.c.name),
    "channel": _channels,
    "kind": _kinds,
    "tag": _tags,
    "intent": _intents,
    "language": lambda connection: iter(_LANGUAGES),
}
