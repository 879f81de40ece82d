"""What leaves the desk about threads that wait for somebody to take them."""

from dataclasses import dataclass
from datetime import datetime

from convo.model.routing_views import CandidateView


@dataclass(frozen=True, slots=True)
class QueuedView:
    """A thread that nobody could take yet: how it is wanted, since when it waits, why nobody can take it now.

    `next_operator` is who could as soon as their shift begins, at `next_at`; None where no shift is awaited.
    """

    thread_id: int
    customer_id: int
    customer: str
    subject: str
    priority: str
    team: str | None
    wanted: str
    queued_since: datetime
    why: str
    next_operator: str | None
    next_at: datetime | None
    candidates: tuple[CandidateView, ...] = ()
