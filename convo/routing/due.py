"""When a thread's promises are due: from its policy, its episode and where it stands.

- First response: while the customer waits and the episode has no answer yet, counted from its opening.
- Next response: while the customer waits after the first answer, counted from when they began to wait.
- Resolution: from the episode's opening until it is resolved. The clock stands still while the thread is `pending` on
  the customer, and keeps what is left in open seconds; it goes on while a thread is snoozed, since it was us who put it
  away. A promise that has been missed stays missed until the episode ends.

What is automatic is no answer: it neither ends a wait nor counts as the first response.
"""

from dataclasses import dataclass
from datetime import datetime

from convo.model.words import ThreadStatus
from convo.routing.business_time import BusinessCalendar, add_business, business_between


@dataclass(frozen=True, slots=True)
class Promises:
    """A policy: how soon each is due, in open seconds (None: not promised), by its calendar (None: all hours)."""

    first_response: int | None = None
    next_response: int | None = None
    resolution: int | None = None
    calendar: BusinessCalendar | None = None


@dataclass(frozen=True, slots=True)
class DueTimes:
    """When each promise is due (None: nothing is owed), and what is left of a resolution that stands still."""

    first_response: datetime | None = None
    next_response: datetime | None = None
    resolution: datetime | None = None
    resolution_left: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thread stands: its status, its newest episode (opening, first answer, resolution), and who waits.

    `last_outbound_at` is when we last wrote, by whatever way, which is what a `pending` thread waits for an answer to.
    """

    status: str
    opened_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    waiting_since: datetime | None = None
    last_outbound_at: datetime | None = None

    @property
    def owed(self) -> bool:
        """Whether there is an episode that is not over."""
        return self.status != ThreadStatus.RESOLVED and self.opened_at is not None and self.resolved_at is None


def due_times(promises: Promises | None, standing: Standing, known: DueTimes, now: datetime) -> DueTimes:
    """When a thread's promises are due now, given what was known of its resolution before."""
    opened = standing.opened_at
    if promises is None or opened is None or not standing.owed:
        return DueTimes()
    first = following = None
    if standing.waiting_since is not None:
        since = max(opened, standing.waiting_since)
        if standing.first_response_at is None:
            first = _due(since, promises.first_response, promises)
        else:
            following = _due(standing.waiting_since, promises.next_response, promises)
    resolution, left = _resolution(promises, standing, known, now)
    return DueTimes(first, following, resolution, left)


def under_other_promises(
    old: Promises | None, new: Promises | None, standing: Standing, known: DueTimes, now: datetime
) -> DueTimes:
    """When a thread's promises are due once others hold for it: what was used up of its resolution stays used up."""
    spent = _spent(old, known, now)
    if new is None or new.resolution is None or spent is None or standing.opened_at is None:
        return due_times(new, standing, DueTimes(), now)
    left = new.resolution - spent
    if left > 0 and standing.status == ThreadStatus.PENDING:
        return due_times(new, standing, DueTimes(resolution_left=left), now)
    if left > 0:
        return due_times(new, standing, DueTimes(resolution=add_business(now, left, new.calendar)), now)
    passed = min(now, add_business(standing.opened_at, new.resolution, new.calendar))
    return due_times(new, standing, DueTimes(resolution=passed), now)


def _spent(old: Promises | None, known: DueTimes, now: datetime) -> int | None:
    """How many open seconds of its resolution a thread has used up; None where no such clock ran."""
    if old is None or old.resolution is None:
        return None
    if known.resolution_left is not None:
        return old.resolution - known.resolution_left
    if known.resolution is None:
        return None
    left = business_between(now, known.resolution, old.calendar)
    return old.resolution - left + business_between(known.resolution, now, old.calendar)


def _resolution(
    promises: Promises, standing: Standing, known: DueTimes, now: datetime
) -> tuple[datetime | None, int | None]:
    if promises.resolution is None or standing.opened_at is None:
        return None, None
    if known.resolution_left is not None:
        if standing.status == ThreadStatus.PENDING:
            return None, known.resolution_left
        # The customer's answer started the clock, not our noticing it.
        resumed = min(now, standing.waiting_since or now)
        return add_business(resumed, known.resolution_left, promises.calendar), None
    due = known.resolution or add_business(standing.opened_at, promises.resolution, promises.calendar)
    paused = min(now, standing.last_outbound_at or now)
    if standing.status != ThreadStatus.PENDING or due <= paused:
        return due, None
    return None, business_between(paused, due, promises.calendar)


def _due(since: datetime, seconds: int | None, promises: Promises) -> datetime | None:
    return None if seconds is None else add_business(since, seconds, promises.calendar)
