"""Files of this machine on their way into an answer: read from where a face says they are."""

import mimetypes
from pathlib import Path

from convo.errors import BadInput
from convo.model.envelope import Part

_LARGEST = 25_000_000


def file_at(path: Path) -> Part:
    """The file at a path with the media type that its name says; raises BadInput for what is no file to be read.

    Of one that is too large only so much is read that the desk sees it is.
    """
    try:
        if not path.is_file():  # a pipe would be waited for, a folder is many
            raise BadInput(f"{path} is no file" if path.exists() else f"there is no file {path}")
        with path.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    kind, encoding = mimetypes.guess_type(path.name)
    return Part(path.name, kind if kind and encoding is None else "application/octet-stream", data)
