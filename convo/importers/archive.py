"""Zip archives from strangers: members by name only, nothing unpacked to disk, sizes guarded, faults in a sentence."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from convo.errors import BadInput
from convo.importers.base import Source

MEMBERS = 300_000
MEMBER_BYTES = 64 * 1024 * 1024
STREAM_BYTES = 8 * 1024 * 1024 * 1024
RATIO = 200
SMALL_BYTES = 4 * 1024 * 1024

_LOCAL_HEADER = b"PK\x03\x04"
_FAULTS = (
    zipfile.BadZipFile,
    EOFError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


class Archive:
    """An open zip file: its members' names, and their bytes while they stay within bounds.

    A nested archive is a member like any other and is never opened.
    """

    def __init__(self, zipped: zipfile.ZipFile, name: str, size: int) -> None:
        members = [member for member in zipped.infolist() if member.filename and not member.is_dir()]
        if len(members) > MEMBERS:
            raise BadInput(f"{name} holds more than {MEMBERS:,} files", hint="export fewer chats at once")
        if sum(member.compress_size for member in members) > size:
            raise BadInput(f"{name} is no honest archive: its files overlap")
        if members and all(member.flag_bits & 1 for member in members):
            raise BadInput(f"{name} is encrypted", hint="unpack it with its password and pack it again without one")
        self._zipped = zipped
        self._name = name
        self._size = size
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            self._members.setdefault(member.filename, member)

    @property
    def names(self) -> list[str]:
        """The members' names as written, in the archive's order; they are labels and not paths."""
        return list(self._members)

    def size(self, name: str) -> int:
        """The size in bytes that the archive declares for a member."""
        return self._members[name].file_size

    @contextmanager
    def open(self, name: str, limit: int = STREAM_BYTES) -> Iterator[BinaryIO]:
        """A member as a stream of bytes; opening and every read raise BadInput when it is damaged, encrypted, larger
        than `limit` bytes or packed so tightly that it must be a bomb.
        """
        member = self._members[name]
        self._weigh(member, limit)
        try:
            inner = self._zipped.open(member)
        except _FAULTS as fault:
            raise self._fault(name, fault) from fault
        # The buffer reads ahead in one go, which keeps readline fast on a member of a gigabyte.
        with inner, io.BufferedReader(_Guarded(inner, self, name, limit), 131_072) as stream:
            yield cast(BinaryIO, stream)

    def read(self, name: str, limit: int = MEMBER_BYTES) -> bytes:
        """A member's bytes, at most `limit` of them; raises BadInput as `open` does."""
        with self.open(name, limit) as stream:
            return stream.read()

    def _weigh(self, member: zipfile.ZipInfo, limit: int) -> None:
        if member.flag_bits & 1:
            raise BadInput(f"{member.filename} in {self._name} is encrypted", hint="pack it again without a password")
        if member.file_size > limit:
            raise BadInput(f"{member.filename} in {self._name} is larger than {limit // 1_048_576:,} MB")
        packed = min(member.compress_size, self._size)
        if member.file_size > SMALL_BYTES and member.file_size > RATIO * packed:
            raise BadInput(f"{member.filename} in {self._name} unpacks to over {RATIO} times its size: not opened")

    def _fault(self, name: str, fault: Exception) -> BadInput:
        if isinstance(fault, NotImplementedError):
            return BadInput(f"{name} in {self._name} is packed by a method that is not supported")
        return BadInput(f"{name} in {self._name} is damaged or incomplete")


class _Guarded(io.RawIOBase):
    """A member's bytes counted as they come, because the declared size is only what its writer claims."""

    def __init__(self, inner: IO[bytes], archive: Archive, name: str, limit: int) -> None:
        self._inner = inner
        self._archive = archive
        self._name = name
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        try:
            piece = self._inner.read(len(view))
        except _FAULTS as fault:
            raise self._archive._fault(self._name, fault) from fault
        self._left -= len(piece)
        if self._left < 0:
            raise BadInput(f"{self._name} is larger than its archive declares")
        view[: len(piece)] = piece
        return len(piece)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The zip file at `path`; raises BadInput when it is none, damaged, cut short or wholly encrypted."""
    try:
        size = path.stat().st_size
        zipped = zipfile.ZipFile(path)
    except _FAULTS as fault:
        raise BadInput(
            f"{path.name} is damaged or incomplete: it has no readable zip directory",
            hint="copy or export it again",
        ) from fault
    with zipped:
        yield Archive(zipped, path.name, size)


def is_zip(source: Source) -> bool:
    """Whether a file begins as zip archives do."""
    return source.head.startswith(_LOCAL_HEADER)


def peek_names(source: Source) -> list[str]:
    """The names in a zip file, for recognising it; those that its first bytes show when it is cut short."""
    if not is_zip(source):
        return []
    try:
        with open_archive(source.path) as archive:
            return archive.names
    except BadInput:
        return _local_names(source.head)


def _local_names(head: bytes) -> list[str]:
    names = []
    at = head.find(_LOCAL_HEADER)
    while at >= 0 and at + 30 <= len(head):
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        names.append(head[at + 30 : at + 30 + length].decode("utf-8", "replace"))
        at = head.find(_LOCAL_HEADER, at + 30)
    return names
