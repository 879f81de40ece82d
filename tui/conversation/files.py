"""Files made of attachments: named by us, never run, never written over anything."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, ConvoError
from convo.model.views import AttachmentView

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 60
_OPENED = re.compile(
    "pdf|png|jpe?g|gif|webp|bmp|tiff?|heic|txt|log|csv|tsv|md|json|ics|vcf|od[tsp]|docx|xlsx|pptx|rtf|"
    "mp3|ogg|opus|wav|m4a|amr|flac|mp4|m4v|mov|webm|avi|mkv|3gp"
)
"""Endings that a viewer shows; whatever may run or fetch something, such as HTML, can only be saved."""
_ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "text/plain": "txt",
    "text/csv": "csv",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "text/calendar": "ics",
    "text/vcard": "vcf",
}


def may_be_opened(one: AttachmentView) -> bool:
    """Whether an attachment is of a kind that a viewer shows and does not run."""
    return _OPENED.fullmatch(ending_of(one)) is not None


def ending_of(one: AttachmentView) -> str:
    """The ending of an attachment's own name, or else the one that its media type has; in small letters, no dot."""
    _, dot, ending = one.name.strip().rpartition(".")
    written = ending.casefold() if dot and ending.isalnum() and ending.isascii() else ""
    return written or _ENDINGS.get(one.media_type.casefold(), "")


def safe_name(one: AttachmentView) -> str:
    """A file name made of an attachment's: no folder, no leading dot, nothing that a shell or a terminal minds."""
    ending = ending_of(one)[:12]
    base = re.split(r"[/\\]", one.name.strip())[-1]
    stem = base[: -len(ending) - 1] if ending and base.casefold().endswith("." + ending) else base
    stem = _UNSAFE.sub("-", stem).strip("-._")[:_LONGEST_NAME].rstrip("-._") or f"attachment-{one.id}"
    return f"{stem}.{ending}" if ending else stem


def place_of(typed: str, name: str) -> Path:
    """The file that somebody means who typed a folder or a file; raises BadInput when that cannot be written."""
    written = typed.strip()
    path = Path(written).expanduser()
    path = path / name if written.endswith(("/", os.sep)) or path.is_dir() else path
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", hint="make it first, or name another")
    if path.exists() or path.is_symlink():
        raise BadInput(f"{path} is there already", hint="nothing is overwritten: name another file")
    return path.absolute()


def save(desk: Desk, one: AttachmentView, path: Path) -> str:
    """Write an attachment to a new file that its owner alone can read; says where. Raises Conflict and NotFound."""
    _, data = desk.conversations.attachment(one.id)
    _write(path, data)
    return f"saved as {path}"


def show(desk: Desk, one: AttachmentView, folder: Path) -> str:
    """Hand a private copy of an attachment to the system's viewer; says so. Raises ConvoError."""
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        raise ConvoError("this system has no program that opens files", hint="save it, then open it where you can")
    _, data = desk.conversations.attachment(one.id)
    within = folder / str(one.id)
    within.mkdir(mode=0o700, exist_ok=True)
    path = within / safe_name(one)
    if not path.exists():
        _write(path, data)
    subprocess.Popen(  # noqa: S603 - the system's opener, and a path that we made
        [opener, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return f"{path.name} is opened by your system's program for it"


def _write(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        raise Conflict(f"{path} is there already", hint="nothing is overwritten: name another file") from None
    except OSError as error:
        raise ConvoError(f"{path} cannot be written: {error.strerror}", hint="name another folder") from None
