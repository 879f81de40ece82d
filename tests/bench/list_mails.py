"""Ten thousand real mails for measuring: those of a mailing list again and again, each time under other ids."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

_ID = re.compile(rb"<([^<>\s]+@[^<>\s]+)>")
_FROM = re.compile(rb"^From \S+ .*\d{4}\r?\n", re.MULTILINE)
_NAMING = (b"message-id:", b"in-reply-to:", b"references:")


def list_mails(mbox: Path, count: int) -> Iterator[bytes]:
    """So many mails with LF; those of one round answer each other, and nobody else."""
    mails = [part.strip(b"\n") + b"\n" for part in _FROM.split(mbox.read_bytes()) if part.strip()]
    for number in range(count):
        head, gap, body = mails[number % len(mails)].partition(b"\n\n")
        yield _renamed(head, b"round%d." % (number // len(mails))) + gap + body


def fill_maildir(maildir: Path, mails: Iterator[bytes]) -> int:
    """Put mails into a Maildir as new ones, with its owner; their size in bytes."""
    owner, size = maildir.stat(), 0
    for number, raw in enumerate(mails):
        place = maildir / "new" / f"{1_700_000_000 + number}.M{number}P1.bench"
        size += place.write_bytes(raw)
        if os.geteuid() == 0:
            os.chown(place, owner.st_uid, owner.st_gid)
    return size


def _renamed(head: bytes, word: bytes) -> bytes:
    lines, naming = [], False
    for line in head.split(b"\n"):
        naming = naming if line[:1] in (b" ", b"\t") else line.lower().startswith(_NAMING)
        lines.append(_ID.sub(rb"<" + word + rb"\1>", line) if naming else line)
    return b"\n".join(lines)
