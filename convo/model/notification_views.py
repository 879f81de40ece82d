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
