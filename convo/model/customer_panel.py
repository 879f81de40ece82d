"""What leaves the desk about the customer one is talking with: everything worth a glance."""

from dataclasses import dataclass
from datetime import datetime

from convo.model.views import CustomerView, DuplicateView, EventView, ThreadRow


@dataclass(frozen=True, slots=True)
class Mood:
    """How one message of a customer felt, from -1 to 1."""

    at: datetime
    sentiment: float


@dataclass(frozen=True, slots=True)
class CustomerPanel:
    """A customer at a glance: who, how they feel, where they stand, what they bought, who they may be as well.

    `moods` are the newest known, oldest first; `trend` is "falling", "rising", "steady" or empty where too little is
    known. `local_time` is now where they live. `purchases`, `visits` and `threads` are the newest, newest first.
    """

    customer: CustomerView
    local_time: datetime | None
    stage: str
    moods: tuple[Mood, ...]
    trend: str
    purchases: tuple[EventView, ...]
    visits: tuple[EventView, ...]
    threads: tuple[ThreadRow, ...]
    duplicates: tuple[DuplicateView, ...]
