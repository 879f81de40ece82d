"""What leaves the desk about notifications."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NotificationView:
    """Something an operator was told about a thread; `by` is the rule or the person that told it."""

    id: int
    operator: str
    thread_id: int
    subject: str
    customer: str
    body: str
    by: str
    at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A message that has just come, by the thread it came to."""

    message_id: int
    thread_id: int
    customer: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class NewsView:
    """What came since somebody looked last, the newest first; `upto` is what to ask with next, `count` how many came.

    `items` are at most five.
    """

    upto: int
    count: int
    items: tuple[NewsItem, ...]
