"""Where the text of a reply, a note or an article comes from: an option, a file, a pipe, or the writer's editor."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convo.errors import BadInput, ConvoError, UsageError
from convo.text import safe

from . import notices

_SCISSORS = "─── what stands below this line is not sent ───"
_LARGEST = 10_000_000


@contextmanager
def composed_text(message: str | None, file: Path | None, *, begin: str = "", context: str = "") -> Iterator[str]:
    """The text: `message`, else the file's (`-` is standard input), else the pipe's, else what the editor gives back.

    The editor begins with `begin` and shows `context` below a line that says it is not sent. What was written there
    survives a refusal of whatever is done with it: the draft stays in a file, and the error names it. Raises BadInput,
    or UsageError when there is no source of text at all.
    """
    if message is not None and file is not None:
        raise UsageError("-m and -F cannot be used together")
    if message is not None:
        yield message
    elif file is not None and str(file) != "-":
        yield _read(file)
    elif file is not None or not sys.stdin.isatty():
        yield _decoded(sys.stdin.buffer.read(_LARGEST + 1), "standard input")
    else:
        with _edited(begin, context) as text:
            yield text


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return _decoded(opened.read(_LARGEST + 1), str(file))
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from error


def _decoded(data: bytes, place: str) -> str:
    if len(data) > _LARGEST:
        raise BadInput(f"{place} holds more than {_LARGEST // 1_000_000} MB of text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{place} is not UTF-8 text", hint=f"iconv -t utf-8 {shlex.quote(place)}") from error


@contextmanager
def _edited(begin: str, context: str) -> Iterator[str]:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    handle, name = tempfile.mkstemp(prefix="convo-", suffix=".txt")
    draft = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(begin + "\n")
        if context:
            opened.write(f"\n{_SCISSORS}\n{safe(context)}\n")
    try:
        finished = subprocess.run([*shlex.split(editor), name], check=False)  # noqa: S603
    except (OSError, ValueError) as error:
        draft.unlink()
        raise BadInput(f"the editor {editor!r} does not start", hint="set $VISUAL, or give the text with -m") from error
    written = _decoded(draft.read_bytes(), name).split(_SCISSORS, 1)[0].strip()
    if finished.returncode != 0 or not written or written == begin.strip():
        draft.unlink()
        raise BadInput("nothing was written, so nothing was done")
    try:
        yield written
    except (ConvoError, KeyboardInterrupt) as error:
        if isinstance(error, ConvoError):
            error.hint = f"{error.hint}; your text is kept in {draft}".lstrip("; ")
        else:
            notices.tell(f"your text is kept in {draft}")
        raise
    draft.unlink(missing_ok=True)
