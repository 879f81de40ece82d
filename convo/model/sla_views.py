"""What leaves the desk about promised times: policies, calendars, the clocks of threads, breaches."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PolicyView:
    """What is promised, in seconds of its calendar's open hours (None: not promised); no calendar means all hours."""

    id: int
    name: str
    first_response: int | None
    next_response: int | None
    resolution: int | None
    calendar: str | None
    threads: int


@dataclass(frozen=True, slots=True)
class CalendarView:
    """When the shop is open; `until` is when it next closes, or opens when it is closed now."""

    id: int
    name: str
    time_zone: str
    hours: tuple[str, ...]
    holidays: tuple[str, ...]
    open_now: bool
    until: datetime | None
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    """The promises of one thread; `promise` is the nearest, `left` its open seconds (below 0: so many too late).

    `resolution_left` are the open seconds that remain of a resolution while the thread waits for the customer.
    """

    thread_id: int
    customer_id: int
    customer: str
    subject: str
    status: str
    priority: str
    assignee: str | None
    policy: str | None
    promise: str | None
    due: datetime | None
    left: int | None
    breached: bool
    first_response_due: datetime | None
    next_response_due: datetime | None
    resolution_due: datetime | None
    resolution_left: int | None


@dataclass(frozen=True, slots=True)
class BreachView:
    """A promise that was not kept: what was due when, and when that was noted."""

    id: int
    thread_id: int
    customer_id: int
    customer: str
    subject: str
    assignee: str | None
    policy: str | None
    promise: str
    due_at: datetime
    at: datetime
