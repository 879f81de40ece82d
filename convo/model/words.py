"""The fixed vocabularies of the desk: statuses, kinds, roles; each value is what the store holds and JSON shows."""

from enum import StrEnum


class Role(StrEnum):
    """What an operator may do; each role includes the ones before it."""

    VIEWER = "viewer"
    AGENT = "agent"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether an operator with this role may do what `other` is enough for."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Availability(StrEnum):
    """Whether an operator takes new threads."""

    AVAILABLE = "available"
    AWAY = "away"
    OFFLINE = "offline"


class IdentityKind(StrEnum):
    """The kinds of handle by which a channel knows a customer."""

    EMAIL = "email"
    PHONE = "phone"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    SLACK = "slack"
    MATRIX = "matrix"
    WEB = "web"
    EXTERNAL = "external"


class ThreadStatus(StrEnum):
    """Where a thread stands; `pending` means that we wait for the customer."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Priority(StrEnum):
    """How urgent a thread is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Direction(StrEnum):
    """Which way a message went; a note never leaves the desk."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"


class EventKind(StrEnum):
    """What happened that is not a message."""

    PAGE_VIEW = "page_view"
    CART = "cart"
    PURCHASE = "purchase"
    CALL = "call"
    VISIT = "visit"
    SURVEY = "survey"


class DeliveryStatus(StrEnum):
    """How far an outbound message has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class LedgerOutcome(StrEnum):
    """What became of one thing that was fetched or read."""

    STORED = "stored"
    SKIPPED = "skipped"
    QUARANTINED = "quarantined"


class RunState(StrEnum):
    """How far an import run has come."""

    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class ConsentKind(StrEnum):
    """What a customer can agree to be contacted for."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


class ChannelState(StrEnum):
    """Whether a channel fetches and sends."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class Authentication(StrEnum):
    """What the receiving server said about a message's origin."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NONE = "none"


class AttachmentRole(StrEnum):
    """What an attached part is to its message: a file, a part of its text's layout, or its HTML form."""

    FILE = "file"
    INLINE = "inline"
    HTML = "html"


class Opening(StrEnum):
    """Whether a message opened its thread, reopened it, or neither."""

    NONE = "none"
    OPENED = "opened"
    REOPENED = "reopened"


class Promise(StrEnum):
    """What an SLA policy promises."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class BotState(StrEnum):
    """How far a bot's first contact has come."""

    ACTIVE = "active"
    ANSWERED = "answered"
    HANDED_OVER = "handed_over"


class ArticleUse(StrEnum):
    """What was done with an article in a thread."""

    SUGGESTED = "suggested"
    SENT = "sent"


class JourneyStage(StrEnum):
    """Where a customer stands, by what they did and said."""

    AWARE = "aware"
    CONSIDERING = "considering"
    BUYING = "buying"
    OWNING = "owning"
    AT_RISK = "at risk"
    LAPSED = "lapsed"
