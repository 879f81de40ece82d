"""`convo work` as a process of its own, which tests stop in good order or kill, and whose log they read."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from convo.store.location import Location
from tests.servers.process import wait_until


def command(location: Location) -> list[str]:
    """How the worker is called on a store."""
    return [sys.executable, "-m", "convo.commands", "--store", str(location.path or location.url), "work"]


class Working:
    """The worker on a store; its log goes to a file, over all its lives."""

    def __init__(self, location: Location, log: Path) -> None:
        self._location = location
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._began_at = 0

    @property
    def pid(self) -> int:
        """The number of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self, every: float = 0.5) -> None:
        """Begin, without waiting for anything."""
        with self._log.open("ab") as log:
            self._began_at = log.tell()
            words = [*command(self._location), "--log", "--every", str(every)]
            self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log)

    def wait_for(self, event: str, seconds: float = 60.0) -> None:
        """Until the log of this life tells of an event."""
        wait_until(lambda: any(line["event"] == event for line in self.said()), seconds)

    def said(self) -> list[dict[str, Any]]:
        """The lines that the log has of this life, but for one that is not whole."""
        with self._log.open("rb") as log:
            log.seek(self._began_at)
            return [json.loads(line) for line in log if line.startswith(b"{") and line.endswith(b"}\n")]

    def kill(self) -> None:
        """End it at once, wherever it is (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """End it in good order (SIGTERM); the exit code."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(60)
        self._process = None
        return code


@contextmanager
def working(location: Location, log: Path) -> Iterator[Working]:
    """A worker that does not outlive the test; it is yet to be started."""
    process = Working(location, log)
    try:
        yield process
    finally:
        process.kill()
