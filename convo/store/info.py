"""What a store holds and how big it is."""

from pathlib import Path

from sqlalchemy import func, select

from convo.model import tables
from convo.model.views import StoreInfo
from convo.store.blobs import FileBlobs
from convo.store.content import count_rows
from convo.store.migrate import stored_version
from convo.store.store import Store


def store_info(store: Store) -> StoreInfo:
    """Its place, version, sizes in bytes and rows by table."""
    with store.read() as connection:
        rows = {
            name: count_rows(connection, table)
            for name, table in sorted(tables.METADATA.tables.items())
            if table is not tables.blob
        }
        version = stored_version(connection) or ""
    attachments, attachment_bytes = _attachments(store)
    return StoreInfo(
        place=str(store.location),
        engine=store.location.engine,
        version=version,
        size=database_size(store),
        attachments=attachments,
        attachment_bytes=attachment_bytes,
        rows=rows,
    )


def database_size(store: Store) -> int:
    """The database's size in bytes, with its log and without the attachments of a file store."""
    path = store.location.path
    if path is not None:
        return sum(p.stat().st_size for p in (path, Path(f"{path}-wal")) if p.exists())
    with store.read() as connection:
        return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one())


def _attachments(store: Store) -> tuple[int, int]:
    if isinstance(store.blobs, FileBlobs):
        sizes = [store.blobs.path(name).stat().st_size for name in store.blobs.names()]
        return len(sizes), sum(sizes)
    with store.read() as connection:
        count, size = connection.execute(
            select(func.count(), func.coalesce(func.sum(func.octet_length(tables.blob.c.data)), 0))
        ).one()
    return int(count), int(size)
