"""One message on its way through the desk, with all that a query may ask about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from convo.model.words import Direction, Priority, ThreadStatus
from convo.text.words import index_words


@dataclass(frozen=True)
class InFlight:
    """A message, its thread, its customer and its channel, as they stand; the text as the store would hold it.

    `identities` are (kind, normalised value); `tags` and the names of `attributes` are casefolded; `spent` is the sum
    of the customer's purchases by currency, in thousandths of its unit. Names are None where nothing is assigned, due
    times where nothing is owed.
    """

    sent_at: datetime
    message_id: int | None = None
    direction: str = Direction.INBOUND
    author: str = ""
    subject: str = ""
    body: str = ""
    automatic: bool = False
    message_unverified: bool = False
    has_attachment: bool = False
    has_html: bool = False
    language: str | None = None
    sentiment: float | None = None
    intent: str | None = None

    thread_id: int | None = None
    status: str = ThreadStatus.OPEN
    priority: str = Priority.NORMAL
    assignee_id: int | None = None
    assignee: str | None = None
    team: str | None = None
    unread: bool = False
    waiting_since: datetime | None = None
    last_outbound_at: datetime | None = None
    has_note: bool = False
    thread_tags: frozenset[str] = frozenset()
    queued: bool = False
    sla: str | None = None
    first_response_due: datetime | None = None
    next_response_due: datetime | None = None
    resolution_due: datetime | None = None

    customer_id: int | None = None
    customer_name: str = ""
    identities: tuple[tuple[str, str], ...] = ()
    blocked: bool = False
    customer_tags: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)

    channel: str = ""
    channel_kind: str = ""

    @property
    def due(self) -> datetime | None:
        """When the nearest promise of the thread's SLA policy is due."""
        promised = (self.first_response_due, self.next_response_due, self.resolution_due)
        return min((at for at in promised if at is not None), default=None)

    @cached_property
    def subject_words(self) -> str:
        """The subject's words as the index holds them, with a blank around each."""
        return f" {index_words(self.subject)} "

    @cached_property
    def body_words(self) -> str:
        """The body's words as the index holds them, with a blank around each."""
        return f" {index_words(self.body)} "
