"""Runs one server for a test process and ends it, and its folder, when that process is gone, however it went.

A test starts `python -I -S keeper.py FOLDER COMMAND...` and holds the keeper's standard input: `s` stops the server
and `k` kills it, both leaving the folder; the end of the input stops it and removes the folder.
"""

import os
import select
import shutil
import signal
import subprocess
import sys

STOP_SECONDS = 5.0


def keep(folder: str, command: list[str]) -> int:
    """Run the command in a process group of its own until told otherwise; its exit code when it ends by itself."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    server = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True, restore_signals=True, preexec_fn=_listen
    )
    ended, tell_ended = os.pipe()
    os.set_blocking(tell_ended, False)
    signal.set_wakeup_fd(tell_ended, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    while server.poll() is None:
        ready, _, _ = select.select([0, ended], [], [])
        if ended in ready:
            os.read(ended, 100)
        if 0 in ready:
            word = os.read(0, 1)
            _end(server, signal.SIGKILL if word == b"k" else signal.SIGTERM)
            if not word:
                shutil.rmtree(folder, ignore_errors=True)
            return 0
    _signal_group(server.pid, signal.SIGKILL)
    return server.returncode


def _listen() -> None:
    """What the keeper ignores, its server must not."""
    for heard in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(heard, signal.SIG_DFL)


def _end(server: "subprocess.Popen[bytes]", number: int) -> None:
    if number == signal.SIGTERM:
        _signal_group(server.pid, number)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    _signal_group(server.pid, signal.SIGKILL)
    server.wait()


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2:]))
