"""Mail from a Maildir that a server delivers to: new files in it, wherever a mail program moved them since.

A file's name begins with the second of its delivery and stays the same, flags apart. The cursor holds the newest such
second and the names of the last minutes, so that nothing is missed that was named before another and came after it.
"""

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from convo.channels.email.kind import EmailConfig
from convo.channels.email.source import MOST_BYTES, MOST_MAILS, Batch, Mail, first_instant
from convo.channels.trouble import ChannelRefused
from convo.text import safe

_LOOK = 0.5
"""How often its folders are looked at, in seconds."""
_NAMED = re.compile(r"(\d{9,10})\.")
_LATE = 300
"""How many seconds after it was named a file may come."""
_MOST_REMEMBERED = 50_000
_KEPT = 64_000


class Maildir:
    """One Maildir as a source; its subfolders are not read."""

    def __init__(self, config: EmailConfig, zone: tzinfo | None) -> None:
        self._folder = Path(config.path).expanduser()
        self._mark_read = config.mark_read
        self._largest = max(1, config.largest_mail) << 20
        self._since = config.since
        self._zone = zone
        self._stopped = threading.Event()
        self._looked: tuple[int, int] | None = None

    def fetch(self, cursor: Mapping[str, Any], wait: float) -> Batch:
        """The mails after the cursor; raises ChannelRefused when there is no Maildir."""
        self._stopped.clear()
        until = time.monotonic() + wait
        place = dict(cursor)
        if "first" not in place:
            first = first_instant(self._since, self._zone)
            place = {"first": int(first.timestamp()) if first else 0, "newest": 0, "names": []}
            self._looked = None
        while True:
            changed = self._changes()
            if changed != self._looked:
                batch = self._look(place)
                if batch.mails or batch.more:
                    self._looked = None
                    return batch
                # A folder that changed in this second may change again without its time telling so.
                self._looked = changed if max(changed) < time.time_ns() - 1_000_000_000 else None
            if time.monotonic() >= until or self._stopped.is_set():
                return Batch((), place)
            self._stopped.wait(min(_LOOK, max(0.0, until - time.monotonic())))

    def since(self, cursor: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
        """The cursor from which all that was delivered since an instant comes again."""
        return {"first": int(at.timestamp()), "newest": 0, "names": []}

    def stored(self, marks: Sequence[Any]) -> None:
        """Move them from new/ to cur/ as read; the files themselves stay as they are."""
        for name in marks:
            try:
                (self._folder / "new" / name).rename(self._folder / "cur" / f"{name}:2,S")
            except FileNotFoundError:
                continue  # somebody has read or removed it meanwhile
            except OSError as error:
                raise ChannelRefused(f"mail cannot be moved in {self._shown}: {error.strerror}") from error

    def break_off(self) -> None:
        """Wait no longer."""
        self._stopped.set()

    def leave(self) -> None:
        """Nothing is open."""

    def _changes(self) -> tuple[int, int]:
        try:
            return (self._folder / "new").stat().st_mtime_ns, (self._folder / "cur").stat().st_mtime_ns
        except OSError as error:
            raise ChannelRefused(
                f"{self._shown} is no Maildir that can be read: it has new and cur; see the setting path"
            ) from error

    def _look(self, place: Mapping[str, Any]) -> Batch:
        seen, floor = set(place["names"]), max(place["first"], place["newest"] - _LATE)
        waiting = sorted((at, name, path) for at, name, path in self._files() if at >= floor and name not in seen)
        mails: list[Mail] = []
        names, newest, size = list(place["names"]), place["newest"], 0
        for at, name, path in waiting:
            if mails and (len(mails) >= MOST_MAILS or size > MOST_BYTES):
                break
            mail = self._mail(path, name, at)
            if mail is not None:
                mails.append(mail)
                size += len(mail.raw)
            names.append(name)
            newest = max(newest, at)
        late = [name for name in names if _named_at(name, newest) >= newest - _LATE]
        cursor = {"first": place["first"], "newest": newest, "names": late[-_MOST_REMEMBERED:]}
        return Batch(tuple(mails), cursor, more=len(names) - len(place["names"]) < len(waiting))

    def _files(self) -> Iterator[tuple[int, str, Path]]:
        """Every mail: the second of its delivery, its name without flags, and where it is now."""
        for part in ("new", "cur"):
            with os.scandir(self._folder / part) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                        continue
                    name, _, flags = entry.name.partition(":2,")
                    if "T" in flags or "D" in flags:
                        continue  # removed, or a draft
                    at = _named_at(name, -1)
                    yield at if at >= 0 else int(entry.stat().st_mtime), name, Path(entry.path)

    def _mail(self, path: Path, name: str, at: int) -> Mail | None:
        """The mail of a file; None when it is gone, as another program moved it: it is found there next time."""
        place, arrived = f"{safe(name, single_line=True)[:120]} in {self._shown}", datetime.fromtimestamp(at, UTC)
        mark = name if self._mark_read else None
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > self._largest:
                    megabytes, most = size / (1 << 20), self._largest >> 20
                    trouble = f"it has {megabytes:,.1f} MB, and the setting largest_mail is {most}"
                    return Mail(file.read(_KEPT), place, mark, arrived, trouble=trouble)
                return Mail(file.read(), place, mark, arrived)
        except FileNotFoundError:
            moved = next((other for _, found, other in self._files() if found == name and other != path), None)
            return self._mail(moved, name, at) if moved is not None else None
        except OSError as error:
            return Mail(b"", place, mark, arrived, trouble=f"its file cannot be read: {error.strerror}")

    @property
    def _shown(self) -> str:
        return safe(str(self._folder), single_line=True)[:100]


def _named_at(name: str, default: int) -> int:
    """The second of a file's delivery, as its name says it."""
    named = _NAMED.match(name)
    return int(named[1]) if named else default
