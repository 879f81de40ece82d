"""Every log format there is, loaded only when it is asked for, and which of them a file is."""

import difflib
from importlib import import_module
from pathlib import Path
from typing import cast

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, Importer, Source

# Asked in this order: the first that recognises a file has it, so that the general come after the particular.
IMPORTERS: tuple[tuple[str, str], ...] = (
    ("maildir", "convo.importers.maildir"),
    ("mbox", "convo.importers.mbox"),
    ("eml", "convo.importers.eml"),
    ("slack", "convo.importers.slack"),
    ("whatsapp", "convo.importers.whatsapp"),
    ("telegram", "convo.importers.telegram"),
    ("messenger", "convo.importers.messenger"),
    ("chatwoot", "convo.importers.chatwoot"),
    ("zendesk", "convo.importers.zendesk"),
    ("intercom", "convo.importers.intercom"),
    ("cdr", "convo.importers.cdr"),
    ("orders", "convo.importers.orders"),
    ("calls", "convo.importers.calls"),
    ("jsonl", "convo.importers.jsonl"),
    ("csv", "convo.importers.table"),
)
_MODULES = dict(IMPORTERS)


def by_name(name: str) -> Importer:
    """The importer of this name; raises BadInput with the nearest names and the whole list."""
    wanted = name.strip().casefold()
    if wanted not in _MODULES:
        near = difflib.get_close_matches(wanted, _MODULES, n=2, cutoff=0.5)
        guess = f"did you mean {' or '.join(near)}? " if near else ""
        raise BadInput(f"there is no format {name[:60]!r}", hint=f"{guess}The formats are {', '.join(_MODULES)}.")
    return cast(Importer, import_module(_MODULES[wanted]).IMPORTER)


def names() -> list[tuple[str, str]]:
    """Every format's name and title, in the order in which they are tried; loads them all."""
    return [(name, by_name(name).title) for name in _MODULES]


def detect(source: Source) -> Importer | None:
    """The first importer that recognises the content; None when none does."""
    return next((importer for name in _MODULES if (importer := by_name(name)).recognises(source)), None)


def open_source(path: Path) -> Source:
    """The file or folder as a source, its first bytes read; raises BadInput when there is none that can be read."""
    if path.is_dir():
        return Source(path)
    if not path.exists():
        raise BadInput(f"there is no file {path.name!r}", hint="check the path")
    if not path.is_file():
        raise BadInput(f"{path.name!r} is neither a file nor a folder")
    try:
        with path.open("rb") as file:
            return Source(path, file.read(HEAD_BYTES))
    except OSError as error:
        raise BadInput(f"{path.name!r} cannot be read: {error.strerror or error}") from error
