"""Gives back the room that a store no longer needs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, exists, select, text

from convo import clock
from convo.model import tables
from convo.store import search_index
from convo.store.info import database_size
from convo.store.store import Store, files_folder

_ABANDONED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compacting gave back: the database's size in bytes before and after, and attachments dropped."""

    before: int
    after: int
    dropped: int


def compact_store(store: Store) -> Compacted:
    """Drop attachments that no message has, pack the index and rewrite the database without its gaps."""
    before = database_size(store)
    with store.write(alone="intake") as connection:
        orphans = unused_blobs(store, connection, lock=True)
        for sha256 in orphans:
            store.blobs.drop(sha256)
        _remove_abandoned_drafts(store)
        search_index.forget_removed(connection)
    with store.maintain() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
    return Compacted(before, database_size(store), len(orphans))


def unused_blobs(store: Store, connection: Connection, *, lock: bool = False) -> list[str]:
    """The attachments held that no message has; with `lock` nobody can begin to use one before the open write ends."""
    if lock and not store.is_sqlite:
        connection.execute(text("LOCK TABLE blob IN EXCLUSIVE MODE"))
    name = tables.attachment.c.sha256
    if store.is_sqlite:
        used = set(connection.execute(select(name).where(name.is_not(None)).distinct()).scalars())
        return [sha256 for sha256 in store.blobs.names() if sha256 not in used]
    blob = tables.blob.c.sha256
    return list(connection.execute(select(blob).where(~exists().where(name == blob)).order_by(blob)).scalars())


def _remove_abandoned_drafts(store: Store) -> None:
    if store.location.path is None:
        return
    for draft in files_folder(store.location.path).glob("??/*.part"):
        if datetime.fromtimestamp(draft.stat().st_mtime, UTC) < clock.now() - _ABANDONED:
            draft.unlink(missing_ok=True)
