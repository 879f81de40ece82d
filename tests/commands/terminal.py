"""Runs the command line as people do: in a process of its own, on a pipe or on a real terminal (a pty)."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-m", "convo.commands"]
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str = ""


def run(
    *words: str,
    store: Path | None = None,
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run `convo` with its output in pipes."""
    done = subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        capture_output=True,
        env=_environment(store, env),
        cwd=cwd,
        timeout=SECONDS,
        check=False,
    )
    return Ran(
        done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape")
    )


def run_on_terminal(
    *words: str,
    store: Path | None = None,
    typed: bytes = b"",
    answers: Sequence[tuple[str, bytes]] = (),
    env: Mapping[str, str] | None = None,
    columns: int = 100,
    lines: int = 40,
) -> Ran:
    """Run `convo` with everything on one terminal; `out` is all that the terminal was sent, line ends as \\n."""
    command = [*COMMAND, *words]
    return on_terminal(command, store=store, typed=typed, answers=answers, env=env, columns=columns, lines=lines)


def on_terminal(
    command: Sequence[str],
    *,
    store: Path | None = None,
    typed: bytes = b"",
    answers: Sequence[tuple[str, bytes]] = (),
    env: Mapping[str, str] | None = None,
    columns: int = 100,
    lines: int = 40,
) -> Ran:
    """Run any command on a terminal; each answer is typed once its question has been shown."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    settings = termios.tcgetattr(theirs)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    environment = {"TERM": "xterm-256color", "CONVO_PAGER": "off"} | dict(env or {})
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=_environment(store, environment),
        start_new_session=True,
    )
    os.close(theirs)
    if typed:
        os.write(ours, typed)
    sent, waiting, seen = bytearray(), list(answers), 0
    deadline = time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 0.5)[0]:
                continue
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            sent += piece
            while waiting and (place := sent.find(waiting[0][0].encode(), seen)) >= 0:
                seen = place + len(waiting[0][0].encode())
                os.write(ours, waiting.pop(0)[1])
    finally:
        os.close(ours)
        if process.poll() is None and time.monotonic() >= deadline:
            process.kill()
        code = process.wait()
    return Ran(code, sent.decode("utf-8", "surrogateescape").replace("\r\n", "\n"))


def _environment(store: Path | None, extra: Mapping[str, str] | None) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR"}
    }
    return kept | ({"CONVO_STORE": str(store)} if store else {}) | dict(extra or {})
