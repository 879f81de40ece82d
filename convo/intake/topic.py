"""A thread and its episode while a batch is under way: what each message makes of them."""

import re
from dataclasses import dataclass

from convo.intake.people import Person
from convo.model.envelope import Envelope
from convo.model.words import Direction, Opening, ThreadStatus

_REPLY_PREFIX = re.compile(
    r"^(?:(?:re|aw|sv|vs|antw|rif|ref|res|odp|fw|fwd|wg|tr|rv|enc|i)(?:\[\d{1,3}\])?\s*:\s*)+", re.I
)
_LIST_PREFIX = re.compile(r"^\[[^\]]{1,40}\]\s*")
_LONGEST_EXCERPT = 60
_STATUSES = frozenset(status.value for status in ThreadStatus)

DECLARED_STATUS = "thread.status"
"""The attribute under which a log says how the thread of a message stands."""


def base_subject(subject: str) -> str:
    """The subject without `Re:`, `AW:`, `[list]` and the like, casefolded: what two mails of one topic share."""
    while True:
        shorter = _LIST_PREFIX.sub("", _REPLY_PREFIX.sub("", subject.strip()))
        if shorter == subject:
            return shorter.casefold()
        subject = shorter


def excerpt(body: str) -> str:
    """How a message begins, as the subject of a thread that has none: whole words, at most 60 characters."""
    line = next((line.strip() for line in body[:1000].splitlines() if line.strip()), "")
    line = " ".join(line.split())
    if len(line) <= _LONGEST_EXCERPT:
        return line
    cut = line[: _LONGEST_EXCERPT - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,.;:") + "…"


@dataclass(slots=True, eq=False)
class Topic:
    """A thread while a batch is under way; `id` is None until a new one is written; times are in microseconds."""

    id: int | None
    person: Person
    channel_id: int
    external_id: str | None
    subject: str
    unverified: bool
    status: str
    unread: bool
    message_count: int
    created_at: int
    last_message_at: int
    last_inbound_at: int | None
    last_outbound_at: int | None
    waiting_since: int | None
    resolved_at: int | None
    snoozed_until: int | None
    new: bool = False
    changed: bool = False
    episode: "Span | None" = None
    tags: tuple[str, ...] = ()

    def take(self, envelope: Envelope, at: int, *, history: bool) -> Opening:
        """Count a message in, and let it move the thread's state when it is the newest; whether it opened the thread.

        A log that knows how its thread stands (`thread.status`) has the last word on that.
        """
        declared = envelope.attributes.get(DECLARED_STATUS, "")
        newest = at >= self.last_message_at
        opening, known = Opening.NONE, self.episode
        self.changed = True
        self.message_count += 1
        self.created_at = min(self.created_at, at)
        self.last_message_at = max(self.last_message_at, at)
        if envelope.direction == Direction.INBOUND:
            self._take_inbound(envelope, at, declared, newest=newest, history=history)
        elif envelope.direction == Direction.OUTBOUND:
            self._take_outbound(envelope, at, newest=newest)
        if self.episode is not known:
            opening = Opening.OPENED if known is None else Opening.REOPENED
        if newest and declared in _STATUSES:
            self._declare(declared, at)
        return opening

    def _declare(self, status: str, at: int) -> None:
        self.status = status
        if status != ThreadStatus.RESOLVED:
            return
        self.waiting_since, self.snoozed_until, self.resolved_at, self.unread = None, None, at, False
        if self.episode is not None:
            self.episode.resolved_at = at
            self.episode.changed = True

    def _take_inbound(self, envelope: Envelope, at: int, declared: str, *, newest: bool, history: bool) -> None:
        self.last_inbound_at = max(self.last_inbound_at or at, at)
        if envelope.automatic or self.person.blocked:
            return
        if not history:
            self.unread = True
        if not newest:
            return
        if self.waiting_since is None:
            self.waiting_since = at
        if self.status != ThreadStatus.OPEN:
            self.status = ThreadStatus.OPEN.value
            self.snoozed_until = None
            self.resolved_at = None
        ended = self.episode is None or (self.episode.resolved_at is not None and declared != ThreadStatus.RESOLVED)
        if ended:
            self.episode = Span(None, at, None, None, new=True)

    def _take_outbound(self, envelope: Envelope, at: int, *, newest: bool) -> None:
        self.last_outbound_at = max(self.last_outbound_at or at, at)
        if envelope.automatic:
            return
        if self.episode is not None and self.episode.first_response_at is None and at >= self.episode.opened_at:
            self.episode.first_response_at = at
            self.episode.changed = True
        if newest:
            self.waiting_since = None
            if self.status == ThreadStatus.OPEN:
                self.status = ThreadStatus.PENDING.value


@dataclass(slots=True, eq=False)
class Span:
    """An episode while a batch is under way; times are in microseconds."""

    id: int | None
    opened_at: int
    first_response_at: int | None
    resolved_at: int | None
    new: bool = False
    changed: bool = False
