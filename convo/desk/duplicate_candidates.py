"""Which customers one customer may be as well: those who share a handle, an attribute or the beginnings of a name.

Each key is one look into the store and brings a few candidates at most, so that a panel opens at once; what is rare is
counted there too, as the search through all customers counts it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, tuple_

from convo.desk.duplicate_people import Person, says_who
from convo.desk.duplicate_scores import Population
from convo.model import tables
from convo.model.words import IdentityKind

_MOST = 25
_STEM = 3
_LONGEST_NAME = 6
_NAMESAKES = 500
_VOWEL = re.compile("[aeiouy]")


def candidates(connection: Connection, person: Person, raw: Mapping[str, str]) -> list[int]:
    """The ids of those worth comparing with a customer, whose attributes as they are written are `raw`."""
    found: dict[int, None] = {}
    identity, attribute = tables.identity, tables.customer_attribute
    for condition in _handles(person):
        wanted = select(identity.c.customer_id).where(condition, identity.c.shared.is_(False)).limit(_MOST)
        found |= dict.fromkeys(connection.execute(wanted).scalars())
    for name, value in raw.items():
        same = attribute.c.name == name, attribute.c.value == value
        holders = connection.execute(select(attribute.c.customer_id).where(*same).limit(_MOST)).scalars().all()
        # What so many have in common says nothing.
        found |= dict.fromkeys(holders if len(holders) < _MOST else ())
    found |= dict.fromkeys(_namesakes(connection, person))
    found.pop(person.id, None)
    alive = select(tables.customer.c.id).where(
        tables.customer.c.id.in_(found), tables.customer.c.merged_into_id.is_(None)
    )
    return sorted(connection.execute(alive).scalars())


def population(connection: Connection, person: Person, raw: Mapping[str, str]) -> Population:
    """What a customer's words, values and addresses are worth among all customers."""
    customer, attribute, identity = tables.customer, tables.customer_attribute, tables.identity
    alive = customer.c.merged_into_id.is_(None)
    words = list(dict.fromkeys(person.words))[:_LONGEST_NAME]
    counts = [func.count().filter(_holds(word, person.name)) for word in words]
    everybody, *having = connection.execute(select(func.count(), *counts).where(alive)).one()
    named = (
        select(attribute.c.name, func.count(), func.count(attribute.c.value.distinct()))
        .where(attribute.c.name.in_(list(raw)))
        .group_by(attribute.c.name)
    )
    valued = (
        select(attribute.c.name, func.count().label("number"))
        .where(tuple_(attribute.c.name, attribute.c.value).in_(list(raw.items())))
        .group_by(attribute.c.name)
    )
    values = {row.name: row.number for row in connection.execute(valued)} if raw else {}
    begun = {}
    for local, _ in person.addresses:
        begins = identity.c.kind == IdentityKind.EMAIL.value, identity.c.value.startswith(f"{local}@", autoescape=True)
        begun[local] = connection.execute(select(func.count()).select_from(identity).where(*begins)).scalar_one()
    return Population(
        everybody,
        dict(zip(words, having, strict=True)),
        {name: (total, distinct) for name, total, distinct in connection.execute(named)} if raw else {},
        {(name, person.attributes[name]): count for name, count in values.items() if name in person.attributes},
        begun,
    )


def _handles(person: Person) -> Iterator[ColumnElement[bool]]:
    kind, value = tables.identity.c.kind, tables.identity.c.value
    for number in person.numbers:
        yield kind.in_([IdentityKind.PHONE.value, IdentityKind.WHATSAPP.value]) & value.endswith(number)
    for local, domain in person.addresses:
        mail = kind == IdentityKind.EMAIL.value
        if not says_who(local):
            continue
        yield mail & value.startswith(f"{local}@", autoescape=True)
        same_domain = value.endswith(f"@{domain}", autoescape=True)
        yield mail & same_domain & value.startswith(local[:5], autoescape=True)
        yield mail & value.endswith(f"{local[-5:]}@{domain}", autoescape=True)


def _namesakes(connection: Connection, person: Person) -> Sequence[int]:
    """Those whose names have the beginnings of this one's first and last word, or its ends, or its only word."""
    customer, words = tables.customer, person.words
    if not words or (len(words) == 1 and len(words[0]) < 4):
        return ()
    if len(words) == 1:
        alike = _holds(words[0], person.name)
    else:
        first, last = _loose(words[0][:_STEM]), _loose(words[-1][:_STEM])
        starts = _part(first, person.name, "% {}%") & _part(last, person.name, "% {}%")
        first, last = _loose(words[0][-_STEM:]), _loose(words[-1][-_STEM:])
        ends = _part(first, person.name, "%{} %") & _part(last, person.name, "%{} %")
        alike = or_(starts, ends)
    wanted = select(customer.c.id).where(alike, customer.c.merged_into_id.is_(None)).limit(_NAMESAKES)
    return connection.execute(wanted).scalars().all()


def _loose(piece: str) -> str:
    """A piece of a word in which any letter may stand for a vowel, since another may write it with an accent."""
    return piece if len(piece) < _STEM else _VOWEL.sub("_", piece)


def _holds(word: str, name: str) -> ColumnElement[bool]:
    """Whether a customer's name has this word; accents count as they are in `name`, or not at all."""
    return _part(word, name, "% {} %")


def _part(piece: str, name: str, pattern: str) -> ColumnElement[bool]:
    """Whether a customer's name, set between blanks, has a piece of a folded word, as it is or as `name` writes it."""
    from convo.text import index_words

    written = (word for word in name.split() if not word.isascii())
    told = {piece}
    for word in written:
        folded = index_words(word)
        if len(folded) == len(word) and piece in folded:
            at = folded.index(piece)
            told.add(word[at : at + len(piece)])
    padded = literal(" ") + func.lower(tables.customer.c.name) + literal(" ")
    # SQLite's lower() leaves letters beyond ASCII as they are.
    spelt = {form for one in told for form in ((one,) if one.isascii() else (one, one.lower(), one.title()))}
    return or_(*(padded.like(pattern.format(form)) for form in sorted(spelt)))
