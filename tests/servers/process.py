"""A server that is another program: started in a folder of its own, watched while it starts, and always ended."""

import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_KEEPER = Path(__file__).with_name("keeper.py")


class ServerFailed(Exception):
    """A server does not start or does not do what it was told; the text holds the end of its log."""


class Process:
    """One server program with its folder, which may be stopped and started again in it."""

    def __init__(self, name: str, command: Sequence[str | Path] = (), environ: Mapping[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"convo-{name}-"))  # short, for there may be sockets in it
        self.command = command
        self._name = name
        self._environ = environ
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self, answers: Callable[[], bool], seconds: float = 20.0) -> None:
        """Run the command and wait until `answers()`; raises ServerFailed when it ends or takes too long."""
        with self._log_file.open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", _KEEPER, self.folder, *self.command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=self._environ,
            )
        keeper = self._keeper
        try:
            wait_until(lambda: answers() or keeper.poll() is not None, seconds)
        except TimeoutError:
            self.stop()
        if not self.running:
            raise ServerFailed(f"{self._name} does not start: {self.log()[-2000:]}")

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._keeper is not None and self._keeper.poll() is None

    def stop(self) -> None:
        """End it in good order and wait until it is gone; the folder stays."""
        self._tell(b"s")

    def kill(self) -> None:
        """End it and all that it started as a power cut would; the folder stays."""
        self._tell(b"k")

    def close(self) -> None:
        """End it and remove its folder; at once, for nothing of it is to last."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What it has written to its standard output and error."""
        return self._log_file.read_text(errors="replace") if self._log_file.exists() else ""

    @property
    def _log_file(self) -> Path:
        return self.folder / "said.log"

    def _tell(self, word: bytes) -> None:
        if self._keeper is None:
            return
        try:
            self._keeper.communicate(word)
        except BrokenPipeError:
            self._keeper.wait()
        self._keeper = None


def wait_until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Ask again and again until it holds; raises TimeoutError when it does not after so many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"it does not hold after {seconds} s")
        select.select([], [], [], 0.005)


def free_port() -> int:
    """A TCP port on loopback that nothing listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def port_greets(port: int) -> bool:
    """Whether a server on loopback says something first, as mail servers do."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(1) != b""
    except OSError:
        return False
