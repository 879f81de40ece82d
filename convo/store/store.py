"""One open store: read and write transactions, and the attachments beside it."""

import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from convo.errors import Busy, ConvoError, StoreError
from convo.model.tables import METADATA
from convo.store.blobs import Blobs, FileBlobs, TableBlobs
from convo.store.engine import connect
from convo.store.explain import explain, explain_os
from convo.store.location import Location
from convo.store.notice import tell

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_SECONDS = 30.0
_LITTLE = 6_000


@dataclass(slots=True)
class _Open:
    connection: Connection
    writes: bool
    after: list[Callable[[], None]] = field(default_factory=list)
    dropping: set[str] = field(default_factory=set)


class Store:
    """The database and the attachments; `open_store` makes one that is of the right version."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.engine = connect(location)
        self.blobs: Blobs = FileBlobs(files_folder(location.path), self) if location.path else TableBlobs(self)
        self._current: ContextVar[_Open | None] = ContextVar("convo_transaction", default=None)

    def hold_little(self) -> None:
        """Keep few of a file's pages in memory from now on: for a process that runs for weeks beside others."""
        self.engine.dispose()
        self.engine = connect(self.location, cached=_LITTLE)

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a SQLite file."""
        return self.location.path is not None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment; joins the one that is open in this context."""
        current = self._current.get()
        if current is not None:
            yield current.connection
            return
        with self._transaction(writes=False) as opened:
            yield opened.connection

    @contextmanager
    def write(self, *, alone: str = "", quietly: bool = False) -> Iterator[Connection]:
        """A transaction that writes, committed at the end and rolled back on any error; joins an open write.

        `alone` names a kind of work that only one process at a time may do. What is written `quietly` is no reason for
        anybody to look at the store anew: a server does not tell of it, a file cannot but. Raises Busy when another
        process holds the store for too long, StoreError when the disk is full or the file damaged.
        """
        current = self._current.get()
        if current is not None:
            if not current.writes:
                raise RuntimeError("a write cannot begin inside a read")
            yield current.connection
            return
        with self._locked():
            with self._transaction(writes=True) as opened:
                if alone and not self.is_sqlite:
                    opened.connection.execute(select(func.pg_advisory_xact_lock(zlib.crc32(alone.encode()))))
                yield opened.connection
                if not self.is_sqlite and not quietly:
                    tell(opened.connection)
            if isinstance(self.blobs, FileBlobs):
                for sha256 in sorted(opened.dropping):
                    self.blobs.remove(sha256)
            for action in opened.after:
                action()

    @contextmanager
    def maintain(self) -> Iterator[Connection]:
        """A connection without a transaction, alone among a file's writers: for VACUUM and checkpoints."""
        if self._current.get() is not None:
            raise RuntimeError("maintenance cannot begin inside a transaction")
        options = {"convo_plain": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        try:
            with self._locked(), self.engine.connect().execution_options(**options) as connection:
                yield connection
        except DBAPIError as error:
            raise explain(self.location, error) from error

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do this once the open write has committed, while its lock is still held; not at all if it is rolled back."""
        current = self._current.get()
        if current is None or not current.writes:
            raise RuntimeError("no write is open")
        current.after.append(action)

    @property
    def writing(self) -> bool:
        """Whether a write is open in this context."""
        current = self._current.get()
        return current is not None and current.writes

    @property
    def dropping(self) -> set[str]:
        """The attachments that the open write will drop when it commits."""
        current = self._current.get()
        return set() if current is None else current.dropping

    @cached_property
    def _lock(self) -> "BaseFileLock | None":
        """What a file's writers hold; whoever only reads does not wait for the library either."""
        from filelock import FileLock

        return FileLock(lock_path(self.location.path), mode=0o600) if self.location.path else None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._lock is None:
            yield
            return
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise Busy(
                f"another process has been writing to {self.location} for {LOCK_SECONDS:.0f} s", hint="try again"
            ) from error
        except OSError as error:
            raise explain_os(self.location, error, "written to") from error
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[_Open]:
        options: dict[str, Any] = {"convo_write": writes}
        if not self.is_sqlite and not writes:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with self.engine.connect().execution_options(**options) as connection:
                opened = _Open(connection, writes)
                token = self._current.set(opened)
                try:
                    if writes:
                        with connection.begin():
                            yield opened
                    else:
                        transaction = connection.begin()
                        try:
                            yield opened
                        finally:
                            transaction.rollback()
                finally:
                    self._current.reset(token)
        except DBAPIError as error:
            raise explain(self.location, error) from error

    def current(self) -> Connection:
        """The connection of the transaction that is open in this context; raises RuntimeError when there is none."""
        current = self._current.get()
        if current is None:
            raise RuntimeError("no transaction is open")
        return current.connection

    def allocate(self, connection: Connection, table: str, count: int) -> list[int]:
        """So many new ids of a table, ascending; inside a write."""
        if count == 0:
            return []
        if self.is_sqlite:
            audit = METADATA.tables["audit"]
            # What was removed keeps its number in the audit log: nothing new is taken for it.
            told = select(func.max(audit.c.entity_id)).where(audit.c.entity == table)
            newest = select(func.max(METADATA.tables[table].c.id))
            first = max(connection.execute(query).scalar() or 0 for query in (told, newest)) + 1
            return list(range(first, first + count))
        numbers = connection.execute(
            text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"),
            {"table": f'"{table}"', "count": count},
        )
        return sorted(numbers.scalars())

    @contextmanager
    def only_one(self, work: str) -> Iterator[None]:
        """Hold the right to do a kind of work alone, over many transactions; raises Busy when another has it."""
        busy = Busy(f"another {work} is running on {self.location}", hint="wait until it is done")
        if self.location.path is not None:
            path = self.location.path
            from filelock import FileLock, Timeout

            lock = FileLock(path.with_name(f"{path.name}.{work}.lock"), mode=0o600, timeout=0)
            try:
                with lock:
                    yield
            except Timeout as error:
                raise busy from error
            return
        number = zlib.crc32(f"only one {work}".encode())
        try:
            connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            with connection:
                if not connection.execute(select(func.pg_try_advisory_lock(number))).scalar():
                    raise busy
                try:
                    yield
                finally:
                    # A connection that broke meanwhile has let go of its lock already.
                    with suppress(DBAPIError):
                        connection.execute(select(func.pg_advisory_unlock(number)))
        except DBAPIError as error:
            raise explain(self.location, error) from error

    def reconnect(self) -> None:
        """Let go of every connection that nobody uses; the next transaction opens one of its own."""
        self.engine.dispose()

    def close(self) -> None:
        """Let go of the file or the server."""
        self.engine.dispose()


def lock_path(path: Path) -> Path:
    """The lock file that writers of a store file take first."""
    return path.with_name(path.name + ".lock")


def files_folder(path: Path) -> Path:
    """The folder of attachments beside a store file."""
    return path.with_name(path.name + ".files")


def remove_files(path: Path) -> None:
    """Remove a store file with everything beside it that is its own: for one just made that could not be filled."""
    for own in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), lock_path(path)):
        own.unlink(missing_ok=True)
    shutil.rmtree(files_folder(path), ignore_errors=True)


def not_a_store(location: Location) -> ConvoError:
    """The refusal of a file or database that holds something else."""
    return StoreError(f"{location} is not a convo store", hint="name another file, or a database that is empty")
