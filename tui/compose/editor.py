"""Opens $VISUAL or $EDITOR on a text in a private file, and comes back with what it left."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import current_thread, main_thread

from convo.errors import BadInput

from .unsent import tidy

_DEFAULT = "vi"
_MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Edited:
    """The text after the editor; `remark` says what went wrong, `aside` is what it left when that is not taken."""

    text: str
    remark: str = ""
    aside: str = ""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The editor's words; raises BadInput for a setting that is no command."""
    for name in ("VISUAL", "EDITOR"):
        said = environ.get(name, "").strip()
        if said:
            try:
                return shlex.split(said)
            except ValueError as error:
                raise BadInput(f"${name} is no command: {error}", hint="such as EDITOR=nano") from error
    return [_DEFAULT]


def edit(text: str, command: Sequence[str]) -> Edited:
    """Run an editor on a text, with the terminal its own; never raises, and whatever it does the text is not lost."""
    name = Path(command[0]).name
    try:
        with TemporaryDirectory(prefix="convo-") as folder:
            path = Path(folder) / "draft.txt"
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as file:
                file.write(text.encode(errors="replace"))
            with _unmoved_by_interrupts():
                code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603
            return _came_back(text, path, name, code)
    except OSError as error:
        return Edited(text, f"{name} cannot be opened: {error.strerror}; the text is as it was")


def _came_back(text: str, path: Path, name: str, code: int) -> Edited:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError:
        return Edited(text, f"{name} left no file; the text is as it was")
    if len(data) > _MOST_BYTES:
        return Edited(text, f"{name} left more than {_MOST_BYTES:,} bytes; the text is as it was")
    left = tidy(data.decode("utf-8", "replace"))
    if not text.endswith("\n"):
        # Editors end the last line, which nobody wrote.
        left = left.removesuffix("\n")
    if code:
        return Edited(text, f"{name} ended with {code}; the text is as it was", "" if left == text else left)
    return Edited(left)


@contextmanager
def _unmoved_by_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to the editor; a handler, unlike ignoring, is not handed on to it."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
