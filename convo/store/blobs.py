"""Attachments' bytes by the hash of their content: files beside a store file, rows of a shared store."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, insert, select

from convo.errors import NotFound
from convo.model import tables

if TYPE_CHECKING:
    from convo.store.store import Store


def digest(data: bytes) -> str:
    """The name under which bytes are kept: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


class Blobs(Protocol):
    """Bytes by hash; storing the same bytes twice keeps them once."""

    def put(self, data: bytes) -> str:
        """Keep the bytes durably; returns their hash."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when they are gone."""
        ...

    def drop(self, sha256: str) -> None:
        """Forget the bytes; quiet when they are gone."""
        ...

    def names(self) -> Iterator[str]:
        """The hashes of everything kept."""
        ...


class FileBlobs:
    """Blobs as files in a folder, each readable by its owner only, complete or absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes of a hash are or would be."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep the bytes; a crash leaves the whole file or none."""
        sha256 = digest(data)
        path = self.path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        draft = path.with_name(f"{sha256}.{os.getpid()}.part")
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when the file is gone."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"the attachment {sha256[:12]}… is not in {self.folder}", hint="restore a backup") from error

    def drop(self, sha256: str) -> None:
        """Overwrite and remove the file."""
        path = self.path(sha256)
        try:
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(b"\0" * size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def names(self) -> Iterator[str]:
        """The hashes of all complete files."""
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("??/*")):
                if len(path.name) == 64:
                    yield path.name


class TableBlobs:
    """Blobs as rows of the store itself."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def put(self, data: bytes) -> str:
        """Keep the bytes in the open transaction, or in one of its own."""
        sha256 = digest(data)
        blob = tables.blob
        with self._store.write() as connection:
            if connection.execute(select(blob.c.id).where(blob.c.sha256 == sha256)).first() is None:
                connection.execute(insert(blob), {"sha256": sha256, "data": data})
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
            yield from connection.execute(select(tables.blob.c.sha256).order_by(tables.blob.c.sha256)).scalars()
