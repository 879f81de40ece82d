"""Copies a whole store into an empty one of either engine, and compares both before it counts."""

from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from convo.errors import Conflict, NotFound, StoreError
from convo.model import tables
from convo.store import search_index
from convo.store.blobs import digest
from convo.store.content import BATCH, count_rows, fingerprint
from convo.store.location import Location
from convo.store.opening import open_store
from convo.store.reindex import rebuild
from convo.store.store import Store, remove_files

# A file store keeps these bytes beside it, so they travel as attachments and not as rows.
_TABLES = tuple(table for table in tables.ORDER if table is not tables.blob)


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, attachments, and the names of those that the original has lost or damaged."""

    rows: dict[str, int]
    attachments: int
    missing: tuple[str, ...]


def copy_store(source: Store, target: Store, *, replace: bool = False) -> Copied:
    """Copy everything, as of one moment, in one transaction of the target.

    The target must be empty, unless `replace` says that what it holds goes. Raises Conflict when it is not, StoreError
    when a row cannot be kept there or the copy differs from the original; the target is then as it was.
    """
    new: list[str] = []
    try:
        with source.read() as old_rows, target.write(alone="intake") as new_rows:
            if replace:
                _empty(target, new_rows)
            else:
                refuse_full(target, new_rows)
            rows = {table.name: _copy_table(target, old_rows, new_rows, table) for table in _TABLES}
            attachments = _copy_blobs(source, target, new)
            continue_numbering(target, new_rows)
            rebuild(new_rows)
            _compare(target, old_rows, new_rows, attachments)
            missing = _missing(new_rows, attachments)
    except BaseException:
        # Rows go with the transaction; files do not. The error to tell is the first one: a file that cannot be removed
        # now is one that compact drops.
        for sha256 in new if target.is_sqlite else ():
            with suppress(StoreError):
                target.blobs.drop(sha256)
        raise
    return Copied(rows, len(attachments), missing)


def copy_to(source: Store, location: Location) -> Copied:
    """Copy everything into the store at a location, made there if it is missing; as `copy_store` otherwise."""
    made = location.path is not None and not location.path.exists()
    try:
        target = open_store(location)
        try:
            return copy_store(source, target)
        finally:
            target.close()
    except BaseException:
        if made and location.path is not None:
            remove_files(location.path)
        raise


def refuse_full(store: Store, connection: Connection) -> None:
    """Raise Conflict when a store holds anything."""
    for table in tables.ORDER:
        if connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None:
            raise Conflict(
                f"{store.location} is not empty: it has rows of {table.name}", hint="copy into a new store instead"
            )


def _empty(target: Store, connection: Connection) -> None:
    for table in reversed(_TABLES):
        for name in _self_references(table):
            connection.execute(update(table).values({name: None}))
        connection.execute(delete(table))
    for sha256 in target.blobs.names():
        target.blobs.drop(sha256)


def _self_references(table: Table) -> tuple[str, ...]:
    return tuple(
        column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    )


def _copy_table(target: Store, old_rows: Connection, new_rows: Connection, table: Table) -> int:
    later = _self_references(table)
    pointing: list[dict[str, Any]] = []
    count = 0
    found = old_rows.execute(select(table), execution_options={"yield_per": BATCH})
    for part in found.mappings().partitions():
        rows = [dict(row) for row in part]
        for row in rows:
            for name in later:
                if row[name] is not None:
                    pointing.append({"row": row["id"], "value": row[name], "name": name})
                    row[name] = None
        _insert(target, new_rows, table, rows)
        count += len(rows)
    for point in pointing:
        new_rows.execute(update(table).where(table.c.id == point["row"]).values({point["name"]: point["value"]}))
    return count


def _insert(target: Store, connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    try:
        with connection.begin_nested():
            connection.execute(insert(table), rows)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        _name_the_culprit(target, connection, table, rows)
        raise


def _name_the_culprit(target: Store, connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        try:
            with connection.begin_nested():
                connection.execute(insert(table), [row])
        except DBAPIError as error:
            name = ", ".join(str(row[column.name]) for column in table.primary_key.columns)
            reason = str(error.orig).strip().split("\n")[0]
            raise StoreError(
                f"{table.name} {name} cannot be kept at {target.location}: {reason}",
                hint="nothing was copied; mend or remove that one",
            ) from error


def _copy_blobs(source: Store, target: Store, new: list[str]) -> set[str]:
    held = set(target.blobs.names())
    copied = set()
    for sha256 in source.blobs.names():
        try:
            data = source.blobs.get(sha256)
        except NotFound:
            continue
        if digest(data) != sha256:
            continue
        if sha256 not in held:
            new.append(sha256)
        target.blobs.put(data)
        copied.add(sha256)
    return copied


def _missing(connection: Connection, held: Set[str]) -> tuple[str, ...]:
    name = tables.attachment.c.sha256
    named = connection.execute(select(name).where(name.is_not(None)).distinct().order_by(name)).scalars()
    return tuple(sha256 for sha256 in named if sha256 not in held)


def continue_numbering(target: Store, connection: Connection) -> None:
    """Let new rows of a PostgreSQL store be numbered after those that were inserted with their numbers."""
    if target.is_sqlite:
        return
    for table in _TABLES:
        if "id" in table.c:
            highest = connection.execute(select(func.max(table.c.id))).scalar()
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :value, :used)"),
                {"name": f'"{table.name}"', "value": highest or 1, "used": highest is not None},
            )


def _compare(target: Store, old_rows: Connection, new_rows: Connection, attachments: Set[str]) -> None:
    for table in _TABLES:
        if fingerprint(old_rows, table) != fingerprint(new_rows, table):
            raise StoreError(
                f"the copy of {table.name} at {target.location} differs from the original", hint="nothing was copied"
            )
    for sha256 in attachments:
        if digest(target.blobs.get(sha256)) != sha256:
            raise StoreError(
                f"the copied attachment {sha256[:12]}… differs from the original", hint="nothing was copied"
            )
    if search_index.count(new_rows) != count_rows(new_rows, tables.message):
        raise StoreError(f"the search index at {target.location} is not whole", hint="nothing was copied")
