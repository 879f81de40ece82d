"""One mail in a file of its own, as .eml files and Maildirs hold them."""

from datetime import datetime
from pathlib import Path

from convo.importers.base import ReadOptions
from convo.mail.decode import KEPT_BYTES, MAX_MAIL_BYTES, decode_mail
from convo.model.envelope import Item, Unreadable


def read_mail_file(
    path: Path, options: ReadOptions, *, source: str, place: str, fallback_date: datetime | None = None
) -> Item:
    """What the file holds; a file beyond the cap is not read beyond it. Raises OSError when it cannot be read."""
    with path.open("rb") as stream:
        raw = stream.read(MAX_MAIL_BYTES + 1)
    if len(raw) > MAX_MAIL_BYTES:
        return Unreadable(f"the mail is larger than {MAX_MAIL_BYTES >> 20} MB", raw[:KEPT_BYTES], source, place)
    return decode_mail(raw, options.ourselves, source=source, place=place, fallback_date=fallback_date)
