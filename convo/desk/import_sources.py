"""Finds what to import: the files named and those in folders, each with its format; led astray by no link or device."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from convo.errors import BadInput
from convo.importers import registry
from convo.importers.base import Importer
from convo.intake.paths import shown
from convo.text import clean

NOT_RECOGNISED = "not recognised"


@dataclass(frozen=True, slots=True)
class Found:
    """A file or folder and its reader; `trouble` says why it has none."""

    path: Path
    importer: Importer | None = None
    trouble: str = ""


def find(paths: Sequence[Path], format: str | None) -> list[Found]:
    """What these paths hold, in order, folders walked by name; keeps no file's content.

    Raises BadInput for a path that is missing, unreadable, neither a file nor a folder, or not recognised. In a folder
    such things are listed with their trouble instead, and links are not followed.
    """
    named = registry.by_name(format) if format else None
    found: list[Found] = []
    for path in paths:
        with in_a_sentence(path):
            found += _at(path, named)
    return found


@contextmanager
def in_a_sentence(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into BadInput, and keep foreign bytes of its name out of every message."""
    try:
        yield
    except OSError as error:
        raise BadInput(
            f"{shown(path)} cannot be read: {error.strerror or error}",
            hint="what was read before is kept; import it again when it can be read, and the rest follows",
        ) from error
    except BadInput as error:
        raise BadInput(_sentence(error.message), hint=_sentence(error.hint), **error.details) from error


def _sentence(text: str) -> str:
    """A message on one line, whatever a file is called."""
    return " ".join(clean(text).split())


def _at(path: Path, named: Importer | None) -> list[Found]:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise BadInput(f"there is no file {shown(path)}", hint="check the path") from error
    source = registry.open_source(path)
    importer = named if named and not path.is_dir() else registry.detect(source)
    if importer is not None:
        return [Found(path, importer)]
    if not path.is_dir():
        if not source.head:
            raise BadInput(f"the file {shown(path)} is empty")
        raise BadInput(
            f"no reader recognises {shown(path)}",
            hint="convo import formats lists them; --format NAME takes one, --map names the columns of a table",
        )
    inside = list(_walk(path, named))
    if not inside:
        raise BadInput(f"the folder {shown(path)} holds no files")
    return inside


def _walk(top: Path, named: Importer | None) -> Iterator[Found]:
    """Everything in a folder in the order of the names; without recursion, since folders can be nested 2,000 deep."""
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            if path != top and path.is_symlink():
                yield Found(path, trouble="not read: it is a link")
            elif path.is_dir():
                with os.scandir(path) as entries:
                    waiting += sorted((path / entry.name for entry in entries), reverse=True)
            elif not path.is_file():
                yield Found(path, trouble="not read: it is no regular file")
            else:
                importer = named or registry.detect(registry.open_source(path))
                yield Found(path, importer, "" if importer else NOT_RECOGNISED)
        except OSError as error:
            yield Found(path, trouble=f"not read: {error.strerror or error}")
        except BadInput as error:
            yield Found(path, trouble=f"not read: {_sentence(error.message)}")
