"""Marks: one number under a name, by which work that goes on in the background knows how far it has come."""

from sqlalchemy import Connection, insert, select, update

from convo.model import tables


def mark(connection: Connection, name: str) -> int | None:
    """The number under a name; None where none was set."""
    table = tables.mark
    found = connection.execute(select(table.c.value).where(table.c.name == name)).scalar()
    return None if found is None else int(found)


def set_mark(connection: Connection, name: str, value: int) -> None:
    """Put a number under a name, in place of the one that was there."""
    table = tables.mark
    if connection.execute(update(table).where(table.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(insert(table), {"name": name, "value": value})
