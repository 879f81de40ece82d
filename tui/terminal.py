"""The terminal under the screen: when it is closed, or the process is asked to end, the screen leaves as by its key."""

import asyncio
import os
import select
import signal
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

_LOOK = 1.0
"""Seconds between two looks whether the terminal is still there; it need not send a signal when it goes."""


class Terminal(LinuxDriver):
    """Textual's driver, which by itself neither hears the signals that end it nor notices a terminal that is gone.

    Unheard they would take with them what was typed in the last moment, leave the terminal in its other mode, and
    the others' screens saying that somebody is here; and input that has ended would be read for ever.
    """

    def __init__(
        self, app: "App[Any]", *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file: Any = _Patient(_drawn_on())
        self._watching = False
        self._stopped = False

    def _sigtstp_application(self, *_: object) -> None:
        self._stopped = True
        super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        # Who closes a terminal is sent this, too; Textual would then take it a second time, and read it for ever.
        if self._stopped:
            self._stopped = False
            super()._sigcont_application()

    def start_application_mode(self) -> None:
        """Take the terminal, and leave when it goes."""
        self.exit_event.clear()  # which `close` has set, when the terminal was lent to an editor
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._watching:
            return
        self._watching = True
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                loop.add_signal_handler(number, self._app.exit)
        loop.call_later(_LOOK, self._look, loop)

    def close(self) -> None:
        """Let go of the terminal, with the thread that reads from it however late that was begun."""
        super().close()
        self.exit_event.set()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if _gone(self.fileno):
            self._app.exit()
        elif not loop.is_closed():
            loop.call_later(_LOOK, self._look, loop)


class _Patient:
    """A file that takes what is written to a terminal that is gone, and drops it: nobody is there to be told."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, if that goes anywhere."""
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        """Send it on, if that goes anywhere."""
        with suppress(OSError, ValueError):
            self._file.flush()

    def fileno(self) -> int:
        """The number of the terminal."""
        return self._file.fileno()


def _drawn_on() -> Any:
    """Where the screen goes: what Textual draws on, or else the output, where errors are kept in a file."""
    errors = sys.__stderr__
    return errors if errors is not None and errors.isatty() else sys.__stdout__


def _gone(number: int) -> bool:
    """Whether the terminal behind a file was closed."""
    if not os.isatty(number):
        return True
    watched = select.poll()
    watched.register(number, select.POLLHUP)
    return any(seen & select.POLLHUP for _, seen in watched.poll(0))
