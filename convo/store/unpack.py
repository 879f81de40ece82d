"""Opens a backup as if a stranger had made it: every name, size and hash is checked before anything is used."""

import hashlib
import json
import re
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from convo.errors import BadInput, NotFound, StoreError
from convo.store.backup import DATABASE, FILES, FORMAT, FORMAT_VERSION, MANIFEST
from convo.store.blobs import digest
from convo.store.explain import explain_os
from convo.store.file_copy import integrity
from convo.store.location import Location
from convo.store.migrate import SCHEMA_VERSION
from convo.store.opening import open_store
from convo.store.store import Store

_CHUNK = 1 << 20
_LARGEST_MANIFEST = 1 << 28
_FILE_NAME = re.compile(re.escape(FILES) + "([0-9a-f]{64})")
_HINT = "use another backup; the store is as it was"


@dataclass(frozen=True, slots=True)
class _Manifest:
    database: str
    attachments: dict[str, int]


def unpack(backup: Path, folder: Path) -> Store:
    """The store of a backup, in an empty private folder, whole and of this version; its members never name a path.

    Raises NotFound when there is no such file, BadInput when it is not a backup, StoreError when it is damaged, was
    made by a newer convo or does not fit on the disk.
    """
    try:
        file = backup.open("rb")
    except FileNotFoundError as error:
        raise NotFound(f"there is no backup at {backup}", hint="convo store backup FILE makes one") from error
    except OSError as error:
        raise explain_os(Location(path=backup), error, "read") from error
    try:
        with file, tarfile.open(fileobj=file, mode="r:") as archive:
            return _unpack(backup, archive, folder / "restored.convo")
    except tarfile.ReadError as error:
        raise BadInput(f"{backup} is not a whole convo backup: {error}", hint=_HINT) from error
    except (tarfile.TarError, EOFError) as error:
        raise StoreError(f"the backup {backup} is damaged: {error}", hint=_HINT) from error
    except OSError as error:
        raise explain_os(Location(path=folder), error, "written to") from error


def _unpack(backup: Path, archive: tarfile.TarFile, path: Path) -> Store:
    members = _members(backup, archive)
    manifest = _manifest(backup, archive, members)
    _unpack_database(backup, archive, members[DATABASE], manifest, path)
    _refuse_unsound(backup, path)
    store = open_store(Location(path=path), create=False)
    try:
        _unpack_attachments(backup, archive, members, manifest, store)
    except BaseException:
        store.close()
        raise
    return store


def _members(backup: Path, archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    members: dict[str, tarfile.TarInfo] = {}
    for member in archive:
        known = member.name in {MANIFEST, DATABASE} or _FILE_NAME.fullmatch(member.name)
        if not known or member.name in members or not member.isreg() or member.issparse():
            raise BadInput(f"{backup} is not a convo backup: it holds {member.name[:80]!r}", hint=_HINT)
        members[member.name] = member
    if MANIFEST not in members or DATABASE not in members:
        raise StoreError(f"the backup {backup} is not whole: its end is missing", hint=_HINT)
    return members


def _manifest(backup: Path, archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> _Manifest:
    wrong = BadInput(f"{backup} is not a convo backup: its manifest is not one", hint=_HINT)
    if members[MANIFEST].size > _LARGEST_MANIFEST:
        raise wrong
    try:
        found: Any = json.loads(_open(archive, members[MANIFEST]).read())
        kind, format_version, store_version = found["format"], found["format_version"], found["store_version"]
        database = str(found["database"]["sha256"])
        attachments = {str(item["sha256"]): int(item["size"]) for item in found["attachments"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise wrong from error
    if kind != FORMAT or not isinstance(format_version, int) or not isinstance(store_version, str):
        raise wrong
    if format_version > FORMAT_VERSION or store_version > SCHEMA_VERSION:
        raise StoreError(
            f"the backup {backup} was made by a newer convo: its version is {store_version}, "
            f"this one's {SCHEMA_VERSION}",
            hint="upgrade convo: pip install --upgrade convo-desk",
        )
    if {FILES + name for name in attachments} != members.keys() - {MANIFEST, DATABASE}:
        raise StoreError(f"the backup {backup} does not hold what its manifest lists", hint=_HINT)
    return _Manifest(database, attachments)


def _unpack_database(
    backup: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, manifest: _Manifest, path: Path
) -> None:
    found = hashlib.sha256()
    source = _open(archive, member)
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        while chunk := source.read(_CHUNK):
            found.update(chunk)
            file.write(chunk)
    if found.hexdigest() != manifest.database:
        raise StoreError(f"the backup {backup} is damaged: its database is not what its manifest says", hint=_HINT)


def _refuse_unsound(backup: Path, path: Path) -> None:
    try:
        verdict = integrity(path)
        with closing(sqlite3.connect(path)) as connection:
            programs = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"the backup {backup} is damaged: {error}", hint=_HINT) from error
    if verdict != "ok" or broken is not None:
        reason = verdict if verdict != "ok" else f"a row of {broken[0]} points at nothing"
        raise StoreError(f"the backup {backup} is damaged: {reason}", hint=_HINT)
    if programs is not None:
        raise BadInput(f"{backup} is not a convo backup: its database holds programs", hint=_HINT)


def _unpack_attachments(
    backup: Path, archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo], manifest: _Manifest, store: Store
) -> None:
    for name in manifest.attachments:
        data = _open(archive, members[FILES + name]).read()
        if digest(data) != name:
            raise StoreError(f"the backup {backup} is damaged: its attachment {name[:12]}… is not whole", hint=_HINT)
        store.blobs.put(data)


def _open(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(member)
    if opened is None:
        raise tarfile.ReadError(f"{member.name} is not a file")
    return opened
