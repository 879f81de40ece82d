"""What leaves the desk for an inbox: its views with counts, its rows, and how the desk itself is."""

from dataclasses import dataclass
from datetime import datetime

from convo.model.views import ThreadRow
from convo.model.writing_views import PresenceView


@dataclass(frozen=True, slots=True)
class InboxView:
    """One list of threads: `query` says which; `count` is how many, at most the largest that is counted, then `more`.

    `saved` says that it is somebody's saved query, whose name `name` is.
    """

    name: str
    title: str
    query: str
    count: int
    more: bool = False
    saved: bool = False


@dataclass(frozen=True, slots=True)
class NarrowedQuery:
    """A query narrowed by another; `instead_of` is what of the first it leaves out, since the second says otherwise."""

    query: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A thread as one line of an inbox, with the beginning of its newest message, and who else is on it."""

    thread: ThreadRow
    preview: str = ""
    tags: tuple[str, ...] = ()
    others: tuple[PresenceView, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some rows in the list's order, and the cursors of what stands before and after them; None at an end."""

    rows: tuple[InboxRow, ...]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How a channel is: when it last worked, what went wrong, and what waits to leave by it.

    It worked when it was fetched from, or else when it brought something. `error` is why it does not work now, tried
    again at `next_at`, or else why the newest answer did not go; `lag` is in seconds.
    """

    name: str
    kind: str
    state: str
    last_success: datetime | None
    error: str
    error_at: datetime | None
    queued: int
    failed: int
    lag: float | None = None
    next_at: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether it works as far as anybody knows."""
        return not self.error and not self.failed and self.state == "active"


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """The desk in one line: where its store is, what waits to leave, what could not, and its channels."""

    store: str
    engine: str
    operator: str
    queued: int
    failed: int
    notifications: int
    channels: tuple[ChannelHealth, ...]
