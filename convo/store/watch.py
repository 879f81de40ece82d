"""Waits on a connection of its own until anybody commits to a store: a file's version is polled, a server listened to.

Nothing is held open meanwhile: no transaction, and of a store's connections not one that work needs.
"""

import selectors
import socket
import sqlite3
import threading
import time
from contextlib import suppress
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import OperationalError as NoAnswer
from sqlalchemy.pool import NullPool

from convo.errors import StoreError
from convo.model import tables
from convo.store.engine import connect
from convo.store.explain import explain
from convo.store.location import Location
from convo.store.notice import CHANNEL

_POLL = 0.2
_POLL_SERVER = 5.0


class _Watcher(Protocol):
    def wait(self, seconds: float) -> bool: ...

    def close(self) -> None: ...


class Watch:
    """Tells when a store was committed to, by whatever process; one thread waits at a time."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self._waiting = threading.Lock()
        self._stop = threading.Event()
        self._watcher: _Watcher | None = None
        # A server's socket is waited for together with this one, by which `close` wakes the waiter.
        self._woken, self._waker = socket.socketpair()

    def wait(self, seconds: float) -> bool:
        """Whether anything was committed since the last call, waiting for it so long at most; False once closed.

        The first call, and the first after the store could not be reached, tell True at once: nobody knows what
        happened before. Raises Busy or StoreError while the store cannot be reached.
        """
        try:
            with self._waiting:
                return self._wait(seconds)
        finally:
            self._let_go_if_closed()

    def close(self) -> None:
        """Wake the waiter and let go of the connection; it does not wait for a server that does not answer."""
        self._stop.set()
        with suppress(OSError):
            self._waker.send(b"x")
        self._let_go_if_closed()

    def _wait(self, seconds: float) -> bool:
        if self._stop.is_set():
            return False
        try:
            if self._watcher is None:
                self._watcher = self._open()
                return True
            return self._watcher.wait(seconds)
        except DBAPIError as error:
            self._let_go()
            raise explain(self.location, error) from error
        except BaseException:
            self._let_go()
            raise

    def _open(self) -> _Watcher:
        engine = connect(self.location, pool=NullPool)
        if self.location.path is not None:
            return _FileWatcher(self.location, engine, self._stop)
        return _ServerWatcher(engine, self._stop, self._woken)

    def _let_go_if_closed(self) -> None:
        """Whoever of the waiter and the closer is the later one lets go."""
        if self._stop.is_set() and self._waiting.acquire(blocking=False):
            try:
                self._let_go()
                self._woken.close()
                self._waker.close()
            finally:
                self._waiting.release()

    def _let_go(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.close()


class _FileWatcher:
    """Asks SQLite for the number that changes with each commit of another connection, which takes microseconds."""

    def __init__(self, location: Location, engine: Engine, stop: threading.Event) -> None:
        self.location = location
        self._stop = stop
        self._file = self._which()
        self._connection = engine.connect().execution_options(convo_plain=True)
        self._version = self._now()

    def wait(self, seconds: float) -> bool:
        """Whether the number changed, looked at several times a second."""
        until = time.monotonic() + seconds
        while True:
            if self._which() != self._file:
                raise StoreError(f"{self.location} was replaced by another file", hint="it is opened anew")
            before, self._version = self._version, self._now()
            if self._version != before:
                return True
            left = until - time.monotonic()
            if left <= 0 or self._stop.wait(min(_POLL, left)):
                return False

    def close(self) -> None:
        """Let go of the file."""
        _let_go_of(self._connection)

    def _now(self) -> int:
        # Without SQLAlchemy's result between, since this is asked five times a second for as long as a screen is open.
        driver: Any = self._connection.connection.driver_connection
        try:
            return int(driver.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            raise NoAnswer("PRAGMA data_version", None, error) from error

    def _which(self) -> tuple[int, int]:
        assert self.location.path is not None
        try:
            found = self.location.path.stat()
        except OSError as error:
            raise StoreError(
                f"{self.location} cannot be read: {error.strerror}", hint="bring the file back, or name another"
            ) from error
        return found.st_dev, found.st_ino


class _ServerWatcher:
    """Listens to what writers tell, and looks itself now and then, as a proxy between may not pass it on."""

    def __init__(self, engine: Engine, stop: threading.Event, woken: socket.socket) -> None:
        self._stop, self._told, self._next_look = stop, False, 0.0
        self._newest: tuple[Any, ...] = ()
        self._connection: Connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            driver: Any = self._connection.connection.driver_connection
            driver.add_notify_handler(self._hear)
            self._driver = driver
            self._connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            self._look()
            self._selector = selectors.DefaultSelector()
            self._selector.register(self._driver.fileno(), selectors.EVENT_READ)
            self._selector.register(woken, selectors.EVENT_READ)
        except BaseException:
            _let_go_of(self._connection)
            raise

    def wait(self, seconds: float) -> bool:
        """Whether a writer told something, or something newer is there."""
        until = time.monotonic() + seconds
        while not self._stop.is_set():
            self._read()
            now = time.monotonic()
            if self._told:
                self._told = False
                self._look()
                return True
            if now >= self._next_look and self._look():
                return True
            if now >= until:
                return False
            self._selector.select(max(0.0, min(self._next_look, until) - now))
        return False

    def close(self) -> None:
        """Let go of the server."""
        self._selector.close()
        _let_go_of(self._connection)

    def _hear(self, _notice: object) -> None:
        self._told = True

    def _read(self) -> None:
        """Take what has arrived, without a question to the server."""
        from psycopg import OperationalError

        try:
            self._driver.pgconn.consume_input()
            while self._driver.pgconn.notifies() is not None:
                self._told = True
        except OperationalError as error:
            raise NoAnswer("LISTEN", None, error) from error

    def _look(self) -> bool:
        """Whether the newest of what nearly every write leaves is another than at the last look."""
        newest = (
            func.max(column)
            for column in (tables.audit.c.id, tables.message.c.id, tables.ledger.c.id, tables.draft.c.updated_at)
        )
        found = self._connection.execute(select(*(select(one).scalar_subquery() for one in newest))).one()
        before, self._newest = self._newest, tuple(found)
        self._next_look = time.monotonic() + _POLL_SERVER
        return self._newest != before


def _let_go_of(connection: Connection) -> None:
    """Close it for good, without a word to a server that may be gone."""
    connection.invalidate()
    connection.close()
