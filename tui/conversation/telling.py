"""Numbers, sizes, times and attachments in words."""

from datetime import datetime

from convo.model.views import AttachmentView
from convo.text import safe


def in_short(moment: datetime, now: datetime) -> str:
    """How long it is until then: 8 s, 12 min, 3 h, 4 days."""
    seconds = max(1, round((moment - now).total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h" if seconds < 48 * 3600 else f"{round(seconds / 86400)} days"


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 message, 12 messages."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(bytes_: int | None) -> str:
    """A size in bytes, kB, MB or GB; empty when it is not known."""
    if bytes_ is None:
        return ""
    value, units = float(bytes_), ["bytes", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} {units[0]}" if units[0] == "bytes" or value >= 10 else f"{value:.1f} {units[0]}"


def file_words(attachment: AttachmentView) -> str:
    """An attachment in words: its name, its size, and whether there is nothing to open."""
    told = [attachment.name or attachment.media_type or "file", size(attachment.size)]
    told += [] if attachment.held else ["not in the log"]
    return safe(" · ".join(word for word in told if word), single_line=True)
