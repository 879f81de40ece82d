"""Times to come and attachments in words."""

from datetime import datetime

from convo.model.views import AttachmentView
from convo.text import safe
from convo.text.counting import size


def in_short(moment: datetime, now: datetime) -> str:
    """How long it is until then, as far as it goes whole: 8 s, 12 min, 3 h, 4 days."""
    seconds = max(1, round((moment - now).total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} days"


def file_words(attachment: AttachmentView) -> str:
    """An attachment in words: its name, its size, and whether there is nothing to open."""
    told = [attachment.name or attachment.media_type or "file", size(attachment.size)]
    told += [] if attachment.held else ["not in the log"]
    return safe(" · ".join(word for word in told if word), single_line=True)
