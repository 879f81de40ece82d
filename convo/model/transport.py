"""What the worker and whoever watches it read of channels and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Post:
    """A channel that a worker has taken over: `fence` tells its writes from those of one that had it before."""

    channel_id: int
    name: str
    kind: str
    state: str
    fence: int
    cursor: Mapping[str, Any]
    failures: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelStateView:
    """How a channel's fetching does: `lag` is in seconds from a message's sending to its storing, of the newest one."""

    name: str
    kind: str
    state: str
    succeeded_at: datetime | None
    lag: float | None
    failed_at: datetime | None
    error: str
    failures: int
    next_at: datetime | None
    queued: int
    failed: int
