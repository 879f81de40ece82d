"""Runs the screen in tmux: a terminal that others wrote, into which keys go and whose screen is read back."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

TMUX = shutil.which("tmux")
SECONDS = 20.0
PROMPT = "shell>"
_NOT_HANDED_ON = frozenset({"TMUX", "NO_COLOR", "COLUMNS", "LINES"})

_CONVO = """#!{python}
import sys
from datetime import UTC, datetime
from convo import clock
from convo.commands.main import main
with clock.fixed(datetime(2026, 11, 17, 12, tzinfo=UTC)):
    sys.exit(main(sys.argv[1:]))
"""


class Tmux:
    """A shell in a window of so many columns and lines, in which `convo` is the screen on a store, at its own noon."""

    def __init__(self, store: Path, *, columns: int, lines: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="convo-tmux-"))  # a socket's path must be short
        command = self._folder / "convo"
        command.write_text(_CONVO.format(python=sys.executable))
        command.chmod(0o700)
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
        path = f"{self._folder}{os.pathsep}{kept.get('PATH', os.defpath)}"
        self._env = kept | {
            "PATH": path,
            "CONVO_STORE": str(store),
            "CONVO_OPERATOR": "kim",
            "LC_ALL": "C.UTF-8",
        }
        self.do(
            "-f",
            os.devnull,
            "new-session",
            "-d",
            "-c",
            str(self._folder),
            "-x",
            str(columns),
            "-y",
            str(lines),
            "/bin/sh",
        )

    def __enter__(self) -> Self:
        self.type(f"PS1='{PROMPT[:-1]}''{PROMPT[-1]} '")
        self.press("Enter")
        self.until_shown(PROMPT)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(subprocess.CalledProcessError):  # its last window may be closed by now
            self.do("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)

    def do(self, *words: str) -> str:
        """A command of tmux, and what it says."""
        line = [TMUX or "tmux", "-u", "-S", str(self._folder / "socket"), *words]
        return subprocess.run(line, env=self._env, capture_output=True, text=True, check=True, timeout=SECONDS).stdout

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: C-s, Escape, F1, BTab, Up."""
        self.do("send-keys", *keys)

    def type(self, words: str) -> None:
        """Type letters, or send a sequence as it is."""
        self.do("send-keys", "-l", words)

    def click(self, column: int, line: int) -> None:
        """Press and release the mouse's first button there, counted from 0."""
        self.type(f"\x1b[<0;{column + 1};{line + 1}M\x1b[<0;{column + 1};{line + 1}m")

    def resize(self, columns: int, lines: int) -> None:
        """Make the window larger or smaller."""
        self.do("resize-window", "-x", str(columns), "-y", str(lines))

    def child(self) -> int:
        """The number of the process that the shell runs."""
        shell = self.do("display-message", "-p", "#{pane_pid}").strip()
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])

    def record(self) -> Path:
        """The file into which goes every byte that the terminal is sent from now on."""
        path = self._folder / "sent"
        self.do("pipe-pane", f"cat >> {path}")
        return path

    def still(self) -> list[str]:
        """What the terminal shows once it shows the same at two looks; a cursor that blinks is no difference."""
        seen: list[list[str]] = []

        def again(lines: list[str]) -> bool:
            seen.append(lines)
            return len(seen) > 1 and seen[-2] == lines

        return self.until(again)

    def lines(self) -> list[str]:
        """What the terminal shows."""
        return self.do("capture-pane", "-p").rstrip("\n").split("\n")

    def modes(self) -> str:
        """Whether the other screen, the cursor and the mouse are on, as 0 and 1."""
        return self.do("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").strip()

    def until(self, holds: Callable[[list[str]], bool]) -> list[str]:
        """Look at the screen until something holds of its lines; raises TimeoutError with what it shows."""
        deadline = time.monotonic() + SECONDS
        while not holds(lines := self.lines()):
            if time.monotonic() > deadline:
                raise TimeoutError("the screen did not come that far; it shows\n" + "\n".join(lines))
            time.sleep(0.03)  # between two looks; nothing is taken to have happened by then
        return lines

    def until_shown(self, *words: str) -> list[str]:
        """Look until all these words are on the screen."""
        return self.until(lambda lines: all(word in "\n".join(lines) for word in words))

    def until_gone(self, words: str) -> list[str]:
        """Look until these words are nowhere on the screen."""
        return self.until(lambda lines: words not in "\n".join(lines))
