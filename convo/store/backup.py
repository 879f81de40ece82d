"""A whole store in one file: a tar of a database copy, the attachments, and a manifest with the hash of each."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from convo import clock
from convo.errors import Conflict, NotFound
from convo.model import tables
from convo.store.blobs import digest, sync_folder
from convo.store.copy import copy_store
from convo.store.erase import settle
from convo.store.explain import explain_os
from convo.store.file_copy import copy_file
from convo.store.location import Location
from convo.store.migrate import SCHEMA_VERSION
from convo.store.opening import open_store
from convo.store.store import Store

FORMAT = "convo backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
DATABASE = "store.convo"
FILES = "files/"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds: its size in bytes, its attachments, and the names of those the store has lost or damaged."""

    path: Path
    size: int
    attachments: int
    missing: tuple[str, ...]


def back_up(store: Store, target: Path) -> BackupReport:
    """Write the whole store, as of one moment, to a new file that only its owner can read.

    The file is complete or absent. Raises Conflict when it is there already, StoreError when it cannot be written.
    """
    target = target.expanduser().absolute()
    place = Location(path=target)
    try:
        if target.exists() or target.is_symlink():
            raise Conflict(f"{target} is there already", hint="choose another name; a backup never overwrites")
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as made:
            folder = Path(made)
            draft = folder / "backup"
            with _copied(store, folder) as (database, source), _private(draft) as file:
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    attachments, missing = _pack(archive, database, source)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(target)
        sync_folder(target.parent)
        return BackupReport(target, target.stat().st_size, attachments, missing)
    except OSError as error:
        raise explain_os(place, error, "written") from error


@contextmanager
def _copied(store: Store, folder: Path) -> Iterator[tuple[Path, Store]]:
    """A database file as of one moment, and the store that holds its attachments."""
    path = folder / DATABASE
    if store.location.path is not None:
        copy_file(store.location.path, path)
        yield path, store
        return
    copied = open_store(Location(path=path))
    try:
        copy_store(store, copied)
        settle(copied)
        yield path, copied
    finally:
        copied.close()


def _pack(archive: tarfile.TarFile, database: Path, source: Store) -> tuple[int, tuple[str, ...]]:
    described = []
    missing = []
    with database.open("rb") as file:
        size, sha256 = database.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        archive.addfile(_entry(DATABASE, size), file)
    for name in _wanted(database):
        try:
            data = source.blobs.get(name)
        except NotFound:
            missing.append(name)
            continue
        if digest(data) != name:
            missing.append(name)
            continue
        archive.addfile(_entry(FILES + name, len(data)), io.BytesIO(data))
        described.append({"sha256": name, "size": len(data)})
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "store_version": SCHEMA_VERSION,
        "made_at": clock.now().isoformat(),
        "database": {"sha256": sha256, "size": size},
        "attachments": described,
        "missing": missing,
    }
    shown = json.dumps(manifest, indent=1).encode()
    archive.addfile(_entry(MANIFEST, len(shown)), io.BytesIO(shown))
    return len(described), tuple(missing)


def _wanted(database: Path) -> list[str]:
    """The attachments that the copied database names, so that the backup agrees with itself."""
    copied = Store(Location(path=database))
    try:
        name = tables.attachment.c.sha256
        with copied.read() as connection:
            return list(connection.execute(select(name).where(name.is_not(None)).distinct().order_by(name)).scalars())
    finally:
        copied.close()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    entry.mtime = int(clock.now().timestamp())
    return entry


def _private(path: Path) -> io.BufferedWriter:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
