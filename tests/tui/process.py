"""Runs the screen as people do: in a process of its own on a real terminal (a pty), whose every byte is kept."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

SECONDS = 60.0
_WHO = b"\x1b[c"
"""How a terminal is asked what it is."""

_SEQUENCE = re.compile(
    rb"\x1b\[[0-9;:?<>=$ ]*[A-Za-z~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78cM]"
)
_STILL = """
import sys
from datetime import UTC, datetime
from convo import clock
from convo.commands.main import main
with clock.fixed(datetime(2026, 11, 17, 12, tzinfo=UTC)):
    sys.exit(main(sys.argv[1:]))
"""
STILL = (sys.executable, "-c", _STILL, "tui")
"""The screen at noon on 17 November 2026."""
MOVING = (sys.executable, "-m", "convo.commands", "tui")
"""The screen now."""


class ScreenProcess:
    """The screen on a terminal of so many columns and lines; leave it with `with`, which ends the process."""

    def __init__(
        self,
        store: Path | str,
        *,
        command: Sequence[str] = MOVING,
        columns: int = 120,
        lines: int = 40,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.sent = bytearray()
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
        environment = kept | {"CONVO_STORE": str(store), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment | dict(env or {}),
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    def read(self, seconds: float) -> bytes:
        """What the terminal is sent next, waiting for it so long at most."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return b""
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:
            return b""
        self.sent += piece
        if _WHO in piece:
            self.type("\x1b[?62;22c")  # as every terminal answers, so that nobody waits for it
        return piece

    def until(self, holds: Callable[[], bool], seconds: float = SECONDS) -> float:
        """Read until something holds, and the seconds since the process began; raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not holds():
            ended = self.process.poll() is not None and not self.read(0.1)
            if (time.monotonic() > deadline or ended) and not holds():
                raise TimeoutError(f"the screen did not come that far; at its end it said\n{self.words()[-3000:]}")
            self.read(0.05)
        return time.perf_counter() - self.started

    def until_said(self, words: str, *, since: int = 0) -> float:
        """Read until the terminal was sent these words, after the first `since` bytes."""
        return self.until(lambda: words in self.words(since))

    def quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing more comes for so long."""
        while self.read(seconds):
            pass

    def type(self, keys: str | bytes) -> None:
        """Press keys, as the bytes that a terminal sends for them."""
        os.write(self._ours, keys.encode() if isinstance(keys, str) else keys)

    def words(self, since: int = 0) -> str:
        """What was sent as text, without the sequences that move and colour it."""
        return _SEQUENCE.sub(b"", bytes(self.sent[since:])).decode("utf-8", "replace")

    def hang_up(self) -> None:
        """Close the terminal, as its window's cross does."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
