"""Opens the logs that are read, so that whoever waits can be told how far the reading has come."""

from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

_open: WeakValueDictionary[Path, BinaryIO] = WeakValueDictionary()


def open_log(path: Path) -> BinaryIO:
    """The file, opened for reading bytes; raises OSError."""
    file = path.open("rb")
    _open[path] = file
    return file


def bytes_read(path: Path) -> int | None:
    """How many bytes of a log have been read; None when it is not being read."""
    file = _open.get(path)
    return None if file is None or file.closed else file.tell()
