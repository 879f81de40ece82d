"""Opens a store that is of this program's version, making or upgrading it where that is wanted."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from convo import clock
from convo.errors import Busy, NotFound, StoreError
from convo.store import migrate
from convo.store.engine import create_private
from convo.store.location import Location
from convo.store.store import LOCK_SECONDS, Store, lock_path, not_a_store


def open_store(location: Location, *, create: bool = True) -> Store:
    """The store at a location.

    A missing one is made when `create` is set, else NotFound; an older one is copied and upgraded; a newer one is
    refused with StoreError, as is a file or database that is not a convo store. A server that does not answer is Busy.
    """
    if location.path is not None:
        if location.path.is_dir():
            raise StoreError(f"{location} is a folder", hint="name a file in it, such as shop.convo")
        if not location.path.exists() or location.path.stat().st_size == 0:
            if not create:
                raise NotFound(
                    f"there is no store at {location}", hint="convo demo makes one to try; convo import fills one"
                )
            _make_file(location, location.path)
        _refuse_foreign_file(location, location.path)
    store = Store(location)
    try:
        with store.read() as connection:
            version = migrate.stored_version(connection)
            empty = version is None and not inspect(connection).get_table_names()
    except BaseException:
        store.close()
        raise
    if version == migrate.SCHEMA_VERSION:
        return store
    store.close()
    if version is None:
        if not empty:
            raise not_a_store(location)
        if not create:
            raise NotFound(f"the database at {location} holds no store yet", hint="convo store upgrade makes one there")
        migrate.upgrade(location)
    elif version > migrate.SCHEMA_VERSION:
        raise StoreError(
            f"{location} was written by a newer convo: its version is {version}, this one's {migrate.SCHEMA_VERSION}",
            hint="upgrade convo: pip install --upgrade convo-desk",
        )
    else:
        _upgrade(location, version)
    return Store(location)


def _make_file(location: Location, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(lock_path(path), mode=0o600, timeout=LOCK_SECONDS):
            if path.exists() and path.stat().st_size > 0:
                return
            path.unlink(missing_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}.new")
            for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
                leftover.unlink(missing_ok=True)
            create_private(draft)
            migrate.upgrade(Location(path=draft))
            with sqlite3.connect(draft, isolation_level=None) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            draft.replace(path)
    except Timeout as error:
        raise Busy(f"another process has been making {location} for {LOCK_SECONDS:.0f} s", hint="try again") from error
    except OSError as error:
        raise StoreError(
            f"{location} cannot be made: {error.strerror}", hint="choose another place with --store"
        ) from error


def _refuse_foreign_file(location: Location, path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise StoreError(f"{location} cannot be read: {error.strerror}", hint="check the file's permissions") from error
    if head != b"SQLite format 3\0":
        raise not_a_store(location)


def _upgrade(location: Location, version: str) -> None:
    if location.path is None:
        migrate.upgrade(location)
        return
    with FileLock(lock_path(location.path), mode=0o600, timeout=LOCK_SECONDS):
        copy_file(location.path, copy_name(location.path, version, clock.now()))
        migrate.upgrade(location)


def copy_name(path: Path, version: str, moment: datetime) -> Path:
    """The name of the copy that is made before an upgrade."""
    return path.with_name(f"{path.name}.{version}.{moment:%Y%m%dT%H%M%SZ}.bak")


def copy_file(path: Path, target: Path) -> None:
    """A consistent copy of a store file under a new name, readable by its owner only, checked before it counts.

    Raises StoreError when the copy is not sound or the disk is full; nothing is left behind then.
    """
    create_private(target)
    try:
        source = sqlite3.connect(path, isolation_level=None)
        try:
            target.unlink()
            mask = os.umask(0o077)
            try:
                source.execute("VACUUM INTO ?", (str(target),))
            finally:
                os.umask(mask)
        finally:
            source.close()
        copied = sqlite3.connect(target)
        try:
            verdict = copied.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copied.close()
        if verdict != "ok":
            raise StoreError(
                f"the copy {target} is not sound: {verdict}", hint="convo store check looks at the original"
            )
    except (sqlite3.Error, DBAPIError) as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{path} could not be copied: {error}", hint="is there room on the disk?") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
