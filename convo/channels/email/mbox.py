"""Mail from an mbox that a server or a mail program writes to: read from where it was left, and never changed.

The cursor holds the file's inode, how far it was read, and a hash of what stood just before that place. Where these do
not fit any more, as the file was written anew, all of it since the first day is read again: what is in the store
already is known there by its id.
"""

import fcntl
import os
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from convo.channels.email.kind import EmailConfig
from convo.channels.email.source import MOST_BYTES, MOST_MAILS, Batch, Mail, first_instant
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.mail.date import envelope_date
from convo.mail.mbox_split import Piece, split_mbox
from convo.text import safe

_LOOK = 0.5
"""How often the file is looked at, in seconds."""
_BEFORE = 256
_STALE_LOCK = 300.0
_KEPT = 64_000


class Mbox:
    """One mbox file as a source."""

    def __init__(self, config: EmailConfig, zone: tzinfo | None) -> None:
        self._path = Path(config.path).expanduser()
        self._largest = max(1, config.largest_mail) << 20
        self._since = config.since
        self._zone = zone
        self._stopped = threading.Event()

    def fetch(self, cursor: Mapping[str, Any], wait: float) -> Batch:
        """The mails after the cursor; raises ChannelDown while the file is locked, ChannelRefused without it."""
        self._stopped.clear()
        until = time.monotonic() + wait
        place = dict(cursor)
        if "since" not in place:
            first = first_instant(self._since, self._zone)
            place["since"] = first.isoformat() if first else ""
        while True:
            batch = self._look(place)
            if batch.mails or batch.more or time.monotonic() >= until or self._stopped.is_set():
                return batch
            place = dict(batch.cursor)
            self._stopped.wait(min(_LOOK, max(0.0, until - time.monotonic())))

    def since(self, cursor: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
        """The cursor from which all that came since an instant comes again."""
        return {"since": at.isoformat()}

    def stored(self, marks: Sequence[Any]) -> None:
        """Nothing is told to a file."""

    def break_off(self) -> None:
        """Wait no longer."""
        self._stopped.set()

    def leave(self) -> None:
        """Nothing is open."""

    def _look(self, place: Mapping[str, Any]) -> Batch:
        try:
            about = self._path.stat()
            if place.get("inode") == about.st_ino and place.get("at") == about.st_size:
                return Batch((), place)
            if self._is_dot_locked():
                return Batch((), place)
            with self._path.open("rb") as file:
                if not _lock(file):
                    return Batch((), place)
                return self._read(file, place)
        except FileNotFoundError:
            raise ChannelRefused(f"there is no file {self._shown}: see the setting path") from None
        except OSError as error:
            raise ChannelDown(f"{self._shown} cannot be read: {error.strerror}") from error

    def _read(self, file: BinaryIO, place: Mapping[str, Any]) -> Batch:
        about = os.fstat(file.fileno())
        at = self._beginning(file, place, about)
        since = datetime.fromisoformat(place["since"]) if place["since"] else None
        mails: list[Mail] = []
        size, more = 0, False
        file.seek(at)
        begun = at
        for piece in split_mbox(file, largest=self._largest, kept=_KEPT):
            if mails and (len(mails) >= MOST_MAILS or size + len(piece.raw) > MOST_BYTES):
                more = True
                break
            at = begun + piece.end
            mail = self._mail(piece, begun + piece.end, since)
            if mail is not None:
                mails.append(mail)
                size += len(mail.raw)
        cursor = {"inode": about.st_ino, "at": at, "before": _just_before(file, at), "since": place["since"]}
        return Batch(tuple(mails), cursor, more)

    def _beginning(self, file: BinaryIO, place: Mapping[str, Any], about: os.stat_result) -> int:
        at = int(place.get("at", 0))
        same = place.get("inode") == about.st_ino and at <= about.st_size
        return at if same and place.get("before") == _just_before(file, at) else 0

    def _mail(self, piece: Piece, end: int, since: datetime | None) -> Mail | None:
        """The mail of a piece; None for one that came before the first day, or what is no mail."""
        arrived = envelope_date(piece.from_line) if piece.from_line else None
        if (since is not None and arrived is not None and arrived < since) or not piece.raw.strip():
            return None
        trouble = "" if piece.whole else f"it is larger than the setting largest_mail, {self._largest >> 20} MB"
        if not piece.from_line:
            trouble = "what stands before the first mail is no mail"
        return Mail(piece.raw, f"before byte {end:,} of {self._shown}", arrived=arrived, trouble=trouble)

    def _is_dot_locked(self) -> bool:
        """Whether another program holds its lock file, which is not believed for ever."""
        try:
            held = self._path.with_name(self._path.name + ".lock").stat()
        except FileNotFoundError:
            return False
        return time.time() - held.st_mtime < _STALE_LOCK

    @property
    def _shown(self) -> str:
        return safe(str(self._path), single_line=True)[:100]


def _lock(file: BinaryIO) -> bool:
    """Share the file with readers alone; whether no writer has it now."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _just_before(file: BinaryIO, at: int) -> str:
    """What stands before a place, short: it differs once the file was written anew."""
    start = max(0, at - _BEFORE)
    file.seek(start)
    return blake2b(file.read(at - start), digest_size=12).hexdigest()
