"""What leaves the desk: frozen records with original text; whoever shows them makes them safe."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from convo.model.transport import ChannelStateView

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor that `after=` takes to go on; None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in thousandths of the currency's unit."""

    amount_milli: int
    currency: str

    def __str__(self) -> str:
        """The amount with its two usual decimals (three where they matter) and the currency's code."""
        whole, rest = divmod(abs(self.amount_milli), 1000)
        decimals = f"{rest:03d}" if rest % 10 else f"{rest // 10:02d}"
        return f"{'-' if self.amount_milli < 0 else ''}{whole:,}.{decimals} {self.currency}"


@dataclass(frozen=True, slots=True)
class IdentityView:
    """One handle of a customer; `value` is normalised, `shown` as it was written."""

    id: int
    kind: str
    value: str
    shown: str
    shared: bool


@dataclass(frozen=True, slots=True)
class ConsentView:
    """The consent in force for one kind of contact."""

    kind: str
    granted: bool
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as one line of a list."""

    id: int
    name: str
    identity: str
    open_threads: int
    last_seen_at: datetime | None
    blocked: bool


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Everything about a customer but what was said."""

    id: int
    name: str
    language: str | None
    time_zone: str | None
    blocked: bool
    created_at: datetime
    last_seen_at: datetime | None
    identities: tuple[IdentityView, ...]
    tags: tuple[str, ...]
    attributes: dict[str, str]
    consents: tuple[ConsentView, ...]
    purchases: int
    spent: tuple[Money, ...]
    threads: int
    open_threads: int
    messages: int
    merged: tuple[int, ...]
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """Two customers who may be one, how sure that is (0..1), and why."""

    first_id: int
    first_name: str
    second_id: int
    second_name: str
    score: float
    reasons: tuple[str, ...]

    def other_than(self, customer: int) -> tuple[int, str]:
        """The number and name of the one who is not this customer."""
        first = self.first_id == customer
        return (self.second_id, self.second_name) if first else (self.first_id, self.first_name)


@dataclass(frozen=True, slots=True)
class MergeView:
    """One customer merged into another, or taken apart again."""

    id: int
    kept_id: int
    merged_id: int
    at: datetime
    by: str
    undone_at: datetime | None
    moved: dict[str, int]


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A part of a message; `held` says whether its bytes are in the store."""

    id: int
    name: str
    media_type: str
    size: int | None
    sha256: str | None
    role: str

    @property
    def held(self) -> bool:
        """Whether the bytes can be read."""
        return self.sha256 is not None


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `body` is what is new in it, `original` the whole text where quotes were folded away."""

    id: int
    thread_id: int
    customer_id: int
    channel: str
    channel_kind: str
    direction: str
    author: str
    subject: str
    body: str
    original: str | None
    sent_at: datetime
    automatic: bool
    unverified: bool
    language: str | None
    sentiment: float | None
    intent: str | None
    attachments: tuple[AttachmentView, ...] = ()
    delivery: str | None = None
    delivery_error: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """One event; `duration` is in seconds."""

    id: int
    customer_id: int
    kind: str
    channel: str
    at: datetime
    title: str
    amount: Money | None
    duration: int | None
    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread as one line of a list; `waiting_since` is when the customer began to wait for us.

    `due` is when the nearest promise of its SLA policy `sla` is due, `queued_since` since when nobody could take it.
    """

    id: int
    subject: str
    customer_id: int
    customer: str
    channel: str
    channel_kind: str
    status: str
    priority: str
    assignee: str | None
    team: str | None
    unread: bool
    unverified: bool
    messages: int
    created_at: datetime
    last_message_at: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None
    due: datetime | None = None
    sla: str | None = None
    queued_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread with what was said in it, oldest first."""

    row: ThreadRow
    tags: tuple[str, ...]
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A customer's one timeline: messages and events of all threads and channels in time order."""

    customer: CustomerView
    entries: tuple[MessageView | EventView, ...]
    threads: tuple[ThreadRow, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that a search found; `snippet` is a piece of its text, `marks` the (start, end) of the words found."""

    message_id: int
    thread_id: int
    customer_id: int
    customer: str
    channel: str
    direction: str
    subject: str
    sent_at: datetime
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one file's import did; fetched = stored + skipped + quarantined."""

    run_id: int | None
    path: str
    format: str
    channel: str
    fetched: int
    stored: int
    skipped: int
    quarantined: int
    state: str
    started_at: datetime
    finished_at: datetime | None
    skipped_because: dict[str, int] = field(default_factory=dict)
    quarantined_because: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One thing that was read and could not be stored, and why."""

    id: int
    run_id: int | None
    path: str
    place: str
    reason: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelView:
    """An account through which messages travel."""

    id: int
    kind: str
    name: str
    state: str
    config: dict[str, object]
    messages: int
    last_message_at: datetime | None
    health: ChannelStateView | None = None


@dataclass(frozen=True, slots=True)
class OperatorView:
    """A person who answers; without `shifts` they work whenever they are available."""

    id: int
    name: str
    shown: str
    email: str | None
    role: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int
    availability: str
    time_zone: str | None
    teams: tuple[str, ...]
    open_threads: int
    removed: bool
    shifts: tuple[str, ...] = ()
    on_shift: bool = True
    next_shift: datetime | None = None


@dataclass(frozen=True, slots=True)
class TeamView:
    """A group of operators."""

    id: int
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """When a query matches a message, do these actions."""

    id: int
    position: int
    name: str
    trigger: str
    query: str
    actions: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True, slots=True)
class SnippetView:
    """A canned reply with variables."""

    id: int
    name: str
    body: str
    language: str | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A knowledge-base entry; `questions` are ways to ask for it, `keywords` words or intents that lead to it."""

    id: int
    name: str
    title: str
    body: str
    language: str | None
    updated_at: datetime
    keywords: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to which, and what it was before and after."""

    id: int
    at: datetime
    actor: str
    operation: str
    entity: str
    entity_id: int | None
    before: dict[str, object] | None
    after: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One outbound message on its way; a queued one leaves at `next_at`.

    `again` says that its message has a later delivery, which is the one that counts.
    """

    id: int
    message_id: int
    thread_id: int
    customer: str
    channel: str
    status: str
    attempts: int
    error: str
    created_at: datetime
    recipient: str = ""
    next_at: datetime | None = None
    sent_at: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store holds and how big it is; sizes in bytes, None where the engine does not tell."""

    place: str
    engine: str
    version: str
    size: int | None
    attachments: int
    attachment_bytes: int
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check looked at: `ok`, and what it found."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
