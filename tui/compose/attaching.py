"""The window in which one chooses a file to send: a path that completes itself folder by folder."""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from textual.widgets import Input

from convo.model.envelope import Part
from convo.text.counting import counted, size

from ..dialogs.choice import Choice, Option, Options

_MOST_LOOKED_AT = 5_000


class FileChoice(Choice):
    """Asks for a file: answers its path, or the number of one of the `files` that shall not go; None for neither.

    Enter on a folder goes into it.
    """

    def __init__(self, files: Sequence[Part] = ()) -> None:
        super().__init__("send a file", (), value="~/", nothing="there is no file here")
        self._files = tuple(
            Option(str(number), f"leave out {file.name}", size(len(file.data or b"")))
            for number, file in enumerate(files)
        )

    def among(self, typed: str) -> list[Option]:
        """What is attached already, while nothing else was typed; and what the path may mean."""
        return [*(self._files if typed == self._value else ()), *entries(typed)]

    def enter(self) -> None:
        """Go into the folder under the cursor, or answer with the file."""
        chosen = self.query_one(Options).current
        if chosen is None or not chosen.value.endswith(os.sep):
            super().enter()
            return
        typed = self.query_one(Input)
        typed.value = chosen.value
        typed.cursor_position = len(chosen.value)


def entries(typed: str) -> list[Option]:
    """The files and folders whose paths begin as typed, folders first; names with a dot only when that is typed."""
    folder, begun = os.path.split(os.path.expanduser(typed.strip()))  # noqa: PTH111 - a path not yet written whole
    try:
        with os.scandir(folder or ".") as found:
            held = [(not each.is_dir(), each.name) for each in islice(found, _MOST_LOOKED_AT)]
    except (OSError, ValueError):
        return []
    wanted = begun.casefold()
    options = []
    for is_file, name in sorted(held, key=lambda each: (each[0], each[1].casefold())):
        if name.casefold().startswith(wanted) and (begun.startswith(".") or not name.startswith(".")):
            path = str(Path(folder, name).absolute())
            options.append(Option(path if is_file else path + os.sep, name if is_file else name + os.sep))
    return options


def file_words(files: Sequence[Part]) -> str:
    """Which files go with a reply: the one by its name, several by their number; empty for none."""
    if not files:
        return ""
    total = size(sum(len(file.data or b"") for file in files))
    return f"{files[0].name if len(files) == 1 else counted(len(files), 'file')} ({total})"
