"""Opens a store that is of this program's version, making or upgrading it where that is wanted."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect

from convo import clock
from convo.errors import Busy, NotFound, StoreError
from convo.store import migrate
from convo.store.engine import create_private
from convo.store.explain import explain_os
from convo.store.file_copy import copy_file
from convo.store.location import Location
from convo.store.store import LOCK_SECONDS, Store, lock_path, not_a_store

_HEADER = b"SQLite format 3\0"


def open_store(location: Location, *, create: bool = True) -> Store:
    """The store at a location.

    A missing one is made when `create` is set, else NotFound; an older one is copied and upgraded; a newer one is
    refused with StoreError, as is a file or database that is not a convo store. A server that does not answer is Busy.
    """
    if location.path is not None:
        _prepare_file(location, location.path, create=create)
    store = Store(location)
    try:
        version = _version(store)
        if version == migrate.SCHEMA_VERSION:
            return store
        if version is None:
            if not create:
                raise NotFound(
                    f"the database at {location} holds no store yet", hint="convo store upgrade makes one there"
                )
            migrate.upgrade(location)
        elif version > migrate.SCHEMA_VERSION:
            raise StoreError(
                f"{location} was written by a newer convo: its version is {version}, "
                f"this one's {migrate.SCHEMA_VERSION}",
                hint="upgrade convo: pip install --upgrade convo-desk",
            )
        else:
            _upgrade(store)
    except BaseException:
        store.close()
        raise
    store.close()
    return Store(location)


def copy_name(path: Path, version: str, moment: datetime) -> Path:
    """The name of the copy that is made before an upgrade."""
    return path.with_name(f"{path.name}.{version}.{moment:%Y%m%dT%H%M%S%fZ}.bak")


def _version(store: Store) -> str | None:
    """The store's version, None for an empty database; raises StoreError for a stranger's."""
    with store.read() as connection:
        version = migrate.stored_version(connection)
        if version is None and inspect(connection).get_table_names():
            raise not_a_store(store.location)
    return version


def _prepare_file(location: Location, path: Path, *, create: bool) -> None:
    try:
        if path.is_dir():
            raise StoreError(f"{location} is a folder", hint="name a file in it, such as shop.convo")
        missing = not path.exists() or path.stat().st_size == 0
        if not missing:
            _refuse_foreign_file(location, path)
    except OSError as error:
        raise explain_os(location, error, "read") from error
    if missing:
        if not create:
            raise NotFound(
                f"there is no store at {location}", hint="convo demo makes one to try; convo import fills one"
            )
        _make_file(location, path)


def _refuse_foreign_file(location: Location, path: Path) -> None:
    """Refuse what is not a store before it is opened for writing, which would already change it."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise not_a_store(location)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError:
        return  # a store that is busy or that cannot be read at all is the opening's to explain
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{location} is damaged: {error}", hint="restore a backup: convo store restore FILE"
        ) from error
    if names and "alembic_version" not in names:
        raise not_a_store(location)


def _make_file(location: Location, path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(location, path):
            if path.exists() and path.stat().st_size > 0:
                return
            draft = path.with_name(f"{path.name}.{os.getpid()}.new")
            try:
                _make_draft(location, draft)
                path.unlink(missing_ok=True)
                draft.replace(path)
            finally:
                for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
                    leftover.unlink(missing_ok=True)
    except OSError as error:
        raise explain_os(location, error, "made") from error


def _make_draft(location: Location, draft: Path) -> None:
    for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
        leftover.unlink(missing_ok=True)
    create_private(draft)
    migrate.upgrade(Location(path=draft), told_as=location)
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _upgrade(store: Store) -> None:
    location = store.location
    if location.path is None:
        migrate.upgrade(location)
        return
    try:
        with _alone(location, location.path):
            version = _version(store)
            if version is None or version >= migrate.SCHEMA_VERSION:
                return  # another process was faster
            copy_file(location.path, copy_name(location.path, version, clock.now()))
            migrate.upgrade(location)
    except OSError as error:
        raise explain_os(location, error, "copied before its upgrade") from error


@contextmanager
def _alone(location: Location, path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout  # not for whoever finds the store as it should be

    lock = FileLock(lock_path(path), mode=0o600)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise Busy(
            f"another process has been making or upgrading {location} for {LOCK_SECONDS:.0f} s", hint="try again"
        ) from error
    try:
        yield
    finally:
        lock.release()
