"""What leaves the desk for a dashboard: how the last days went, what is open now, and how it was before."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened from `since` until before `until` (aware, in the desk's time zone): a day, or a whole period.

    `inbound` and `outbound` count messages, `opened` and `resolved` episodes. Of the episodes opened then that were
    answered, `first_response_median` and `first_response_p90` are the seconds until the first answer, by the clock on
    the wall; None without any. `sentiment` is the mean of inbound messages from -1 to 1. Of the episodes opened then
    under an SLA policy, `kept` were answered or resolved without missing a promise, and `breached` missed one.
    """

    since: datetime
    until: datetime
    inbound: int
    outbound: int
    opened: int
    resolved: int
    first_response_median: float | None
    first_response_p90: float | None
    sentiment: float | None
    kept: int
    breached: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something there are."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Load:
    """How many open threads an operator has, of how many they can take; `name` None: nobody has them."""

    name: str | None
    count: int
    capacity: int | None


@dataclass(frozen=True, slots=True)
class DashboardView:
    """A desk's last days.

    `days` are the period's, oldest first, the last one still going on; `total` is all of them, and `before` as many
    days before, up to the same time of day, so that the two can be compared. `statuses` count the threads that are not
    resolved; `channels` and `loads` those whose status is open, the most first. `intents` are the most frequent of the
    period's inbound messages. `queued` and `failed` are the deliveries on their way and stuck now.
    """

    days: tuple[Figures, ...]
    total: Figures
    before: Figures
    statuses: tuple[Count, ...]
    channels: tuple[Count, ...]
    loads: tuple[Load, ...]
    intents: tuple[Count, ...]
    queued: int
    failed: int
