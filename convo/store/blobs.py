"""Attachments' bytes by the hash of their content: files beside a store file, rows of a shared store."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql

from convo.errors import NotFound
from convo.model import tables
from convo.store.explain import explain_os
from convo.store.location import Location

if TYPE_CHECKING:
    from convo.store.store import Store

_NAME = re.compile("[0-9a-f]{64}")
_ZEROS = 1 << 20


def digest(data: bytes) -> str:
    """The name under which bytes are kept: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


class Blobs(Protocol):
    """Bytes by hash; storing the same bytes twice keeps them once.

    Put bytes inside the write that refers to them: what no row refers to is dropped when the store is compacted.
    """

    def put(self, data: bytes) -> str:
        """Keep the bytes durably; returns their hash."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when they are gone."""
        ...

    def drop(self, sha256: str) -> None:
        """Forget the bytes when the open write commits, or at once outside of one; quiet when they are gone."""
        ...

    def names(self) -> Iterator[str]:
        """The hashes of everything kept."""
        ...


class FileBlobs:
    """Blobs as files in a folder, each readable by its owner only, complete or absent."""

    def __init__(self, folder: Path, store: "Store") -> None:
        self.folder = folder
        self._store = store

    def path(self, sha256: str) -> Path:
        """Where the bytes of a hash are or would be."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep the bytes; a crash leaves the whole file or none. Raises StoreError when they cannot be written."""
        sha256 = digest(data)
        self._store.dropping.discard(sha256)
        path = self.path(sha256)
        draft = path.with_name(f"{sha256}.{os.getpid()}.part")
        try:
            if path.exists():
                return sha256
            for folder in (self.folder, path.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write_private(draft, data)
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            sync_folder(path.parent)
        except OSError as error:
            raise explain_os(Location(path=self.folder), error, "written to") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when the file is gone, StoreError when it cannot be read."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"the attachment {sha256[:12]}… is not in {self.folder}", hint="restore a backup") from error
        except OSError as error:
            raise explain_os(Location(path=self.path(sha256)), error, "read") from error

    def drop(self, sha256: str) -> None:
        """Overwrite and remove the file, once the open write has committed."""
        if self._store.writing:
            self._store.dropping.add(sha256)
        else:
            self.remove(sha256)

    def remove(self, sha256: str) -> None:
        """Overwrite and remove the file at once."""
        path = self.path(sha256)
        try:
            size = path.stat().st_size
            with path.open("r+b") as file:
                while size > 0:
                    size -= file.write(b"\0" * min(size, _ZEROS))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise explain_os(Location(path=path), error, "removed") from error

    def names(self) -> Iterator[str]:
        """The hashes of all complete files."""
        for path in sorted(self.folder.glob("??/*")):
            if _NAME.fullmatch(path.name):
                yield path.name


class TableBlobs:
    """Blobs as rows of a PostgreSQL store itself."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def put(self, data: bytes) -> str:
        """Keep the bytes in the open transaction, or in one of its own."""
        sha256 = digest(data)
        blob = tables.blob
        held = select(blob.c.id).where(blob.c.sha256 == sha256).with_for_update(read=True)
        with self._store.write() as connection:
            if connection.execute(held).first() is None:
                new = postgresql.insert(blob).on_conflict_do_nothing(index_elements=["sha256"])
                connection.execute(new, {"sha256": sha256, "data": data})
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when the row is gone."""
        with self._store.read() as connection:
            found = connection.execute(select(tables.blob.c.data).where(tables.blob.c.sha256 == sha256)).scalar()
        if found is None:
            raise NotFound(f"the attachment {sha256[:12]}… is not in the store", hint="restore a backup")
        return bytes(found)

    def drop(self, sha256: str) -> None:
        """Delete the row."""
        with self._store.write() as connection:
            connection.execute(delete(tables.blob).where(tables.blob.c.sha256 == sha256))

    def names(self) -> Iterator[str]:
        """The hashes of all rows."""
        with self._store.read() as connection:
            found = list(connection.execute(select(tables.blob.c.sha256).order_by(tables.blob.c.sha256)).scalars())
        yield from found


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files that they name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_private(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
