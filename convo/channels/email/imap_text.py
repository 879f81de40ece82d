"""Days, times, numbers and sets of mails as IMAP writes them (RFC 3501), and what a server said as words."""

from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from convo.text import safe

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


def words(said: Sequence[Any]) -> str:
    """What the server said, short and safe to show."""
    parts = (part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in said if part)
    return safe(" ".join(parts), single_line=True)[:160] or "it does not say why"


def number(response: tuple[str, list[Any]], default: int) -> int:
    """The number of an untagged response, such as UIDNEXT."""
    _, data = response
    return int(data[-1]) if data and data[-1] else default
