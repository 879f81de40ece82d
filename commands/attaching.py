"""The files that go with an answer, read from where the command line says they are."""

import mimetypes
from collections.abc import Iterable
from pathlib import Path

from convo.errors import BadInput
from convo.model.envelope import Part

_LARGEST = 25_000_000


def files(paths: Iterable[Path] | None) -> tuple[Part, ...]:
    """The files at these paths with the media types that their names say; raises BadInput for one that is no file.

    Of a file that is too large only so much is read that the desk sees it is.
    """
    return tuple(map(_file, paths or ()))


def _file(path: Path) -> Part:
    try:
        if not path.is_file():  # a pipe would be waited for, a folder is many
            raise BadInput(f"{path} is no file" if path.exists() else f"there is no file {path}")
        with path.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    kind, encoding = mimetypes.guess_type(path.name)
    return Part(path.name, kind if kind and encoding is None else "application/octet-stream", data)
