"""Watches the store for changes in a thread of its own, and tells the app when to look again."""

from contextvars import copy_context
from threading import Event, Thread
from typing import TYPE_CHECKING

from textual.message import Message

from convo.desk.changes import Changes
from convo.desk.desk import Desk
from convo.errors import ConvoError

from .asking import StoreFound, StoreLost

if TYPE_CHECKING:
    from .app import ConvoApp

_PATIENCE = 30.0
_PAUSE = 2.0


class Live:
    """Calls the app's `store_changed` soon after each change, and finds a lost store again.

    `watching` says that from now on it misses none.
    """

    def __init__(self, app: "ConvoApp", desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._changes = Changes(desk)
        self._ended = Event()
        self._lost = Event()
        self._thread: Thread | None = None
        self.watching = False

    def start(self) -> None:
        """Begin to watch."""
        self._thread = Thread(target=copy_context().run, args=(self._watch,), name="convo-watch", daemon=True)
        self._thread.start()

    def lost(self) -> None:
        """The store was lost: find it."""
        self._lost.set()

    def stop(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._changes.close()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._ended.is_set():
            try:
                changed = self._changes.wait(_PATIENCE if not self._lost.is_set() else 0)
            except ConvoError as error:
                if not self._ended.is_set():
                    self._app.post_message(StoreLost(error))
                self._lost.set()
                self._ended.wait(_PAUSE)
                continue
            self.watching = True
            if self._lost.is_set():
                self._lost.clear()
                self._desk.reconnect()
                self._app.post_message(StoreFound())
            elif changed and not self._ended.is_set():
                self._app.post_message(StoreChanged())


class StoreChanged(Message):
    """Somebody, perhaps oneself, changed the store."""
