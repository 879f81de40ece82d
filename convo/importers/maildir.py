"""Maildirs: folders with one mail a file, as Dovecot, Courier, mutt and isync keep them, their subfolders included."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.mail_file import read_mail_file
from convo.model.envelope import Item, Skipped, Unreadable

_MAX_DEPTH = 8
_DELIVERED = re.compile(r"(\d{9,10})\.")
_FLAGS = {"D": "a draft", "T": "marked as deleted"}
_UNWANTED = {"trash": "trash", "junk": "spam", "spam": "spam", "drafts": "drafts", "deleted messages": "trash"}


class MaildirImporter:
    """Reads a Maildir, or a folder of them; see `Importer`."""

    name = "maildir"
    channel_kind = "email"
    title = "Maildir folder"

    def recognises(self, source: Source) -> bool:
        """Whether the folder, or one right in it, has the two folders of a Maildir, cur and new."""
        path = source.path
        return path.is_dir() and (_is_maildir(path) or any(_is_maildir(folder) for folder in _folders(path)))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The mails, folder by folder, oldest delivery first; raises BadInput when there is no Maildir to read."""
        maildirs = list(_maildirs(source.path))
        if not maildirs:
            raise BadInput(f"{source.name} is no Maildir: it has no folders cur and new")
        root = source.path.resolve()
        for maildir in maildirs:
            unwanted = _UNWANTED.get(maildir.name.rpartition(".")[2].casefold()) if maildir != source.path else None
            try:
                files = _files(maildir)
            except OSError as problem:
                where = str(maildir.relative_to(source.path))
                yield Unreadable(f"the folder cannot be read: {problem.strerror or problem}", b"", source.name, where)
                continue
            for file in files:
                place = os.fsencode(file.relative_to(source.path)).decode("utf-8", "replace")
                if unwanted:
                    yield Skipped(f"it lies in the {unwanted} folder", source.name, place)
                else:
                    yield _item(file, root, options, source.name, place)


def _item(file: Path, root: Path, options: ReadOptions, source: str, place: str) -> Item:
    flags = file.name.rpartition(":2,")[2] if ":2," in file.name else ""
    for flag, reason in _FLAGS.items():
        if flag in flags:
            return Skipped(f"it is {reason}", source, place)
    delivered = _DELIVERED.match(file.name)
    try:
        if file.is_symlink() and not file.resolve(strict=True).is_relative_to(root):
            return Skipped("it is a link that leads out of the folder", source, place)
        if not file.is_file():
            return Skipped("it is no regular file", source, place)
        arrived = datetime.fromtimestamp(int(delivered[1]), UTC) if delivered else None
        return read_mail_file(file, options, source=source, place=place, fallback_date=arrived)
    except RuntimeError:  # what pathlib raises for a loop of links
        return Skipped("it is a link that leads nowhere", source, place)
    except OSError as problem:
        return Unreadable(f"the file cannot be read: {problem.strerror or problem}", b"", source, place)


def _is_maildir(folder: Path) -> bool:
    return all((folder / name).is_dir() and not (folder / name).is_symlink() for name in ("cur", "new"))


def _maildirs(folder: Path, depth: int = 0) -> Iterator[Path]:
    """The Maildirs at and under `folder`, in the order of their names; links are not followed."""
    if _is_maildir(folder):
        yield folder
    if depth < _MAX_DEPTH:
        for inner in _folders(folder):
            yield from _maildirs(inner, depth + 1)


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            inner = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [folder / name for name in sorted(inner) if name not in ("cur", "new", "tmp")]


def _files(maildir: Path) -> list[Path]:
    """The mails of one Maildir by name: reading a mail moves it from new to cur but keeps its place in this order."""
    found = []
    for part in ("cur", "new"):
        with os.scandir(maildir / part) as entries:
            found += [
                (entry.name.partition(":")[0], part, entry.name) for entry in entries if not entry.name.startswith(".")
            ]
    return [maildir / part / name for _, part, name in sorted(found)]


IMPORTER = MaildirImporter()
