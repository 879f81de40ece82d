"""Days, times and sets of mails as IMAP writes them (RFC 3501)."""

from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def imap_date(day: date) -> str:
    """A day as SEARCH takes it, whatever the locale."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def uid_set(uids: Sequence[int]) -> str:
    """UIDs as a command takes them, runs of them short."""
    parts: list[str] = []
    first = last = uids[0]
    for uid in [*uids[1:], -1]:
        if uid == last + 1:
            last = uid
            continue
        parts.append(str(first) if first == last else f"{first}:{last}")
        first = last = uid
    return ",".join(parts)


def arrival(text: str) -> datetime | None:
    """An INTERNALDATE as an instant; None for what is none."""
    try:
        return parsedate_to_datetime(text.strip().replace("-", " ", 2))
    except (ValueError, TypeError):
        return None
