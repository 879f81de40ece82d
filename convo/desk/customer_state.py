"""What is known of a customer beside what was said: scalars, tags and attributes under one set of keys.

A merge fills what the customer kept lacks, and notes each key with what was there before and after.
"""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from convo.desk import last_seen
from convo.model import tables
from convo.model.table import from_micros, to_micros

SCALARS = ("name", "language", "time_zone", "blocked_at")
_TAG, _ATTRIBUTE = "tag:", "attribute:"

Value = str | int | bool


def read(connection: Connection, customer: int) -> dict[str, Value]:
    """All that is known of a customer; what is empty is left out, instants are in microseconds."""
    table, tag, attribute = tables.customer, tables.customer_tag, tables.customer_attribute
    row = connection.execute(select(*(table.c[name] for name in SCALARS)).where(table.c.id == customer)).one()
    state: dict[str, Value] = {name: value for name, value in row._mapping.items() if value and name != "blocked_at"}
    if row.blocked_at is not None:
        state["blocked_at"] = to_micros(row.blocked_at)
    for name in connection.execute(
        select(tag.c.tag).where(tag.c.customer_id == customer).order_by(tag.c.tag)
    ).scalars():
        state[_TAG + name] = True
    rows = select(attribute.c.name, attribute.c.value).where(attribute.c.customer_id == customer)
    for name, value in sorted((row.name, row.value) for row in connection.execute(rows)):
        state[_ATTRIBUTE + name] = value
    return state


def put(connection: Connection, customer: int, key: str, value: Value | None) -> None:
    """Set one key of a customer; None empties it."""
    if key.startswith(_TAG):
        tag = tables.customer_tag
        name = key.removeprefix(_TAG)
        connection.execute(delete(tag).where(tag.c.customer_id == customer, tag.c.tag == name))
        if value is not None:
            connection.execute(insert(tag), {"customer_id": customer, "tag": name})
    elif key.startswith(_ATTRIBUTE):
        attribute = tables.customer_attribute
        name = key.removeprefix(_ATTRIBUTE)
        connection.execute(delete(attribute).where(attribute.c.customer_id == customer, attribute.c.name == name))
        if value is not None:
            connection.execute(insert(attribute), {"customer_id": customer, "name": name, "value": str(value)})
    else:
        scalar: Any = value
        if key == "blocked_at" and value is not None:
            scalar = from_micros(int(value))
        elif key == "name" and value is None:
            scalar = ""
        connection.execute(update(tables.customer).where(tables.customer.c.id == customer).values({key: scalar}))


def fill(connection: Connection, keep: int, merged: int) -> dict[str, list[Value | None]]:
    """Give the customer kept what it lacks and the merged one has; returns key to [before, after]."""
    there = read(connection, keep)
    changed: dict[str, list[Value | None]] = {}
    for key, value in read(connection, merged).items():
        if key not in there:
            put(connection, keep, key, value)
            changed[key] = [None, value]
    return changed


def withdraw(connection: Connection, undone: int, path: list[int]) -> None:
    """Take back what an undone merge filled, from the customer kept up along `path` (the merges it went into).

    What was changed since stays. Where another merge into the same customer has the same to give, that one gives it.
    """
    merge = tables.merge
    for key, (_, value) in _changed(connection, undone).items():
        if key == last_seen.KEY:
            continue
        source = undone
        for link in [*path, None]:
            kept = connection.execute(select(merge.c.kept_id).where(merge.c.id == source)).scalar_one()
            if read(connection, kept).get(key) != value:
                break
            _replace(connection, kept, key)
            if link is None:
                break
            given = _changed(connection, link)
            if given.get(key, [None, None])[1] != value:
                break
            del given[key]
            _set_changed(connection, link, given)
            source = link


def _replace(connection: Connection, kept: int, key: str) -> None:
    """Empty a key, or fill it from the first customer that is still merged into this one and has it."""
    merge = tables.merge
    others = select(merge.c.id, merge.c.merged_id).where(merge.c.kept_id == kept, merge.c.undone_at.is_(None))
    for number, merged in connection.execute(others.order_by(merge.c.id)).all():
        value = read(connection, merged).get(key)
        if value is not None:
            put(connection, kept, key, value)
            _set_changed(connection, number, _changed(connection, number) | {key: [None, value]})
            return
    put(connection, kept, key, None)


def _changed(connection: Connection, number: int) -> dict[str, Any]:
    merge = tables.merge
    return dict(connection.execute(select(merge.c.changed).where(merge.c.id == number)).scalar_one())


def _set_changed(connection: Connection, number: int, changed: dict[str, Any]) -> None:
    merge = tables.merge
    connection.execute(update(merge).where(merge.c.id == number).values(changed=changed))
