"""What leaves the desk for somebody who writes: the ways an answer can go, kept drafts, and who else is there."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Way:
    """A channel by which an answer can go to the customer of a thread.

    `limit` says in words what the channel does not let through, `closes_at` is when its window for free answers ends,
    `refusal` why nothing can go by it now (empty: it can). `chosen` marks the one that an answer goes by when nobody
    names another: the one the customer last used and can receive on now. With `templates` an approved template can go
    by it also when free text cannot.
    """

    channel: str
    kind: str
    recipient: str
    chosen: bool = False
    limit: str = ""
    closes_at: datetime | None = None
    refusal: str = ""
    longest: int | None = None
    templates: bool = False

    @property
    def open(self) -> bool:
        """Whether an answer can go by it now."""
        return not self.refusal


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What an operator was writing in a thread and has not sent."""

    id: int
    thread_id: int
    author: str
    note: bool
    channel: str
    body: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PresenceView:
    """Somebody else at a thread: only looking, or writing `text`."""

    name: str
    thread_id: int
    writing: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LeavingView:
    """A queued message and when it leaves or is tried again; until then it can be taken back if it never was tried."""

    message_id: int
    at: datetime
    attempts: int
