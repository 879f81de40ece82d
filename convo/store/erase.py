"""Leaves no trace of what was erased: not in the index, not in freed pages, not in the log, not beside the file."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from convo.errors import StoreError
from convo.store import search_index
from convo.store.store import Store, files_folder

_CHUNK = 1 << 20
_ERASED_FROM = ("message", "message_search", "attachment", "event", "ledger", "customer", "identity", "blob", "audit")


def forget(store: Store, sort_keys: Sequence[int], blobs: Sequence[str]) -> None:
    """Take messages out of the index and drop attachments that nobody else needs, without a trace.

    Call it inside the write that deletes the rows. When that commits, the files are overwritten and removed and the
    log is emptied: `contains` proves it afterwards. On PostgreSQL the tables are vacuumed; what the server's own files,
    its log and its backups still hold is for whoever runs it.
    """
    with store.write() as connection:
        search_index.remove(connection, sort_keys)
        search_index.forget_removed(connection)
        for sha256 in blobs:
            store.blobs.drop(sha256)
        store.after_commit(partial(settle, store))


def settle(store: Store) -> None:
    """Write the log back and empty it, or on PostgreSQL vacuum the tables that an erase deletes from."""
    with store.maintain() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM " + ", ".join(f'"{name}"' for name in _ERASED_FROM))


def rewrite(store: Store) -> None:
    """Write the whole file anew, for words that pages moved about have left between their rows."""
    with store.maintain() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def contains(store: Store, needle: bytes) -> bool:
    """Whether the bytes stand anywhere in the store's files: database, log, attachments, copies made before upgrades.

    A long text is spread over pages of 4 KiB, so search for a few words at a time. Raises StoreError for a PostgreSQL
    store, whose files are the server's.
    """
    return any(True for _ in traces(store, needle))


def traces(store: Store, needle: bytes) -> Iterator[Path]:
    """The files of a store in which the bytes stand; raises StoreError for a PostgreSQL store."""
    path = store.location.path
    if path is None:
        raise StoreError(
            f"the files of {store.location} are the server's and cannot be searched", hint="ask whoever runs the server"
        )
    beside = sorted(path.parent.glob(f"{_literally(path.name)}*"))
    for candidate in (*beside, *sorted(files_folder(path).rglob("*"))):
        if candidate.is_file() and _stands_in(candidate, needle):
            yield candidate


def _literally(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _stands_in(path: Path, needle: bytes) -> bool:
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            if needle in tail + chunk:
                return True
            tail = (tail + chunk)[-(len(needle) - 1) :] if len(needle) > 1 else b""
    return False
