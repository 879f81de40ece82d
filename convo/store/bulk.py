"""Many rows at once, straight to the driver: values as the store holds them, instants as microseconds, JSON as text."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    func,
    select,
    type_coerce,
)


def micros(column: ColumnElement[Any]) -> ColumnElement[int]:
    """An instant's column read as the integer that the store holds."""
    return type_coerce(column, BigInteger)


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of values in the order of `columns`."""
    if rows:
        connection.exec_driver_sql(_insert(table.name, columns, connection.dialect.name), [tuple(row) for row in rows])


def update_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Update rows by id: each holds the values in the order of `columns`, then the id."""
    if rows:
        connection.exec_driver_sql(_update(table.name, columns, connection.dialect.name), [tuple(row) for row in rows])


@cache
def _insert(table: str, columns: tuple[str, ...], dialect: str) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join([mark] * len(columns))})'  # noqa: S608 - our own names


@cache
def _update(table: str, columns: tuple[str, ...], dialect: str) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    changes = ", ".join(f'"{column}" = {mark}' for column in columns)
    return f'UPDATE "{table}" SET {changes} WHERE id = {mark}'  # noqa: S608 - our own names


def among(connection: Connection, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column is one of many values, given to the database as one parameter instead of thousands."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(bindparam(None, json.dumps(list(values)), unique=True)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type), unique=True))
