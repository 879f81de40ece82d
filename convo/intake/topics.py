"""Finds or makes the thread of each message of a batch: by what it answers, by the channel's thread id, or by time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, select

from convo.intake.people import Person
from convo.intake.prepare import Prepared
from convo.model import tables
from convo.model.envelope import Envelope
from convo.model.table import Instant
from convo.model.words import Direction, Priority, ThreadStatus
from convo.store.bulk import among, insert_rows, micros, update_rows
from convo.store.store import Store

_REPLY_PREFIX = re.compile(
    r"^(?:(?:re|aw|sv|vs|antw|rif|ref|res|odp|fw|fwd|wg|tr|rv|enc|i)(?:\[\d{1,3}\])?\s*:\s*)+", re.I
)
_LIST_PREFIX = re.compile(r"^\[[^\]]{1,40}\]\s*")
_LONGEST_EXCERPT = 60
_STATUSES = frozenset(status.value for status in ThreadStatus)
_UNFINISHED = (ThreadStatus.OPEN, ThreadStatus.PENDING, ThreadStatus.SNOOZED)

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

    def take(self, envelope: Envelope, at: int, *, history: bool) -> None:
        """Count a message in, and let it move the thread's state when it is the newest.

        A log that knows how its thread stands (`thread.status`) has the last word on that.
        """
        declared = envelope.attributes.get(DECLARED_STATUS, "")
        newest = at >= self.last_message_at
        self.changed = True
        self.message_count += 1
        self.created_at = min(self.created_at, at)
        self.last_message_at = max(self.last_message_at, at)
        if envelope.direction == Direction.INBOUND:
            self._take_inbound(envelope, at, declared, newest=newest, history=history)
        elif envelope.direction == Direction.OUTBOUND:
            self._take_outbound(envelope, at, newest=newest)
        if newest and declared in _STATUSES:
            self._declare(declared, at)

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


class Topics:
    """The threads that a batch touches."""

    def __init__(self, connection: Connection, items: Sequence[tuple[Prepared, int]], window: timedelta) -> None:
        self._connection = connection
        self._window = window // timedelta(microseconds=1)
        self._by_id: dict[int, Topic] = {}
        self._by_reference: dict[str, list[Topic]] = {}
        self._by_key: dict[tuple[int, str], list[Topic]] = {}
        self._by_person: dict[tuple[int, Person], list[Topic]] = {}
        self._new: list[Topic] = []
        self._items = items

    def load(self, persons: dict[int, Person]) -> None:
        """Read the threads that these items may join; `persons` are the customers known before the batch, by id."""
        thread, message = tables.thread, tables.message
        envelopes = [(p.item, channel) for p, channel in self._items if isinstance(p.item, Envelope)]
        references = {ref for envelope, _ in envelopes for ref in envelope.references}
        found: dict[int, set[str]] = {}
        if references:
            rows = self._connection.execute(
                select(message.c.external_id, message.c.thread_id).where(
                    among(self._connection, message.c.external_id, references)
                )
            )
            for external_id, thread_id in rows:
                found.setdefault(thread_id, set()).add(external_id)
        keys = {envelope.thread_key for envelope, _ in envelopes if envelope.thread_key}
        if keys:
            for (thread_id,) in self._connection.execute(
                select(thread.c.id).where(among(self._connection, thread.c.external_id, keys))
            ):
                found.setdefault(thread_id, set())
        times = [prepared.at for prepared, _ in self._items if prepared.at is not None]
        if persons and times:
            recent = (
                select(
                    thread.c.id,
                    func.row_number()
                    .over(
                        partition_by=(thread.c.customer_id, thread.c.channel_id),
                        order_by=thread.c.last_message_at.desc(),
                    )
                    .label("place"),
                )
                .where(
                    among(self._connection, thread.c.customer_id, persons),
                    thread.c.channel_id.in_({channel for _, channel in self._items}),
                    thread.c.status.in_([str(status) for status in _UNFINISHED]),
                    micros(thread.c.last_message_at) >= min(times) - self._window,
                    micros(thread.c.created_at) <= max(times) + self._window,
                )
                .subquery()
            )
            for (thread_id,) in self._connection.execute(select(recent.c.id).where(recent.c.place <= 20)):
                found.setdefault(thread_id, set())
        self._read(found, persons)

    def _read(self, wanted: dict[int, set[str]], persons: dict[int, Person]) -> None:
        if not wanted:
            return
        thread, episode = tables.thread, tables.episode
        rows = self._connection.execute(
            select(*(_raw(thread.c[name]) for name in _COLUMNS))
            .where(among(self._connection, thread.c.id, wanted))
            .order_by(thread.c.id)
        )
        for row in rows:
            person = persons.get(row.customer_id)
            if person is None:
                continue
            topic = Topic(row.id, person, *row[2:])
            self._by_id[row.id] = topic
            self._remember(topic)
            for reference in wanted[row.id]:
                self._by_reference.setdefault(reference, []).append(topic)
        newest = (
            select(func.max(episode.c.id))
            .where(among(self._connection, episode.c.thread_id, self._by_id))
            .group_by(episode.c.thread_id)
        )
        times = (micros(episode.c[name]) for name in ("opened_at", "first_response_at", "resolved_at"))
        for number, thread_id, *span in self._connection.execute(
            select(episode.c.id, episode.c.thread_id, *times).where(episode.c.id.in_(newest))
        ):
            self._by_id[thread_id].episode = Span(number, *span)

    def _remember(self, topic: Topic) -> None:
        self._by_person.setdefault((topic.channel_id, topic.person), []).append(topic)
        if topic.external_id:
            self._by_key.setdefault((topic.channel_id, topic.external_id), []).append(topic)

    def find(self, prepared: Prepared, channel_id: int, person: Person, *, unverified: bool) -> Topic:
        """The thread that a message joins, or a new one.

        It must be this customer's: two people who answer one newsletter are not one thread. A message whose origin is
        not verified joins only threads that are unverified themselves.
        """
        envelope = prepared.item
        assert isinstance(envelope, Envelope)
        at = prepared.at or 0

        def fits(topic: Topic) -> bool:
            return topic.person is person and (topic.unverified or not unverified)

        for reference in reversed(envelope.references):
            for topic in self._by_reference.get(reference, ()):
                if fits(topic):
                    return topic
        if envelope.thread_key:
            for topic in self._by_key.get((channel_id, envelope.thread_key), ()):
                if fits(topic):
                    return topic
            return self._make(prepared, channel_id, person, unverified=unverified)
        wanted = base_subject(prepared.subject)
        candidates = [
            topic
            for topic in self._by_person.get((channel_id, person), ())
            if fits(topic)
            and topic.status in _UNFINISHED
            and topic.created_at - self._window <= at <= topic.last_message_at + self._window
            and (not wanted or base_subject(topic.subject) == wanted)
        ]
        if candidates:
            return max(candidates, key=lambda topic: topic.last_message_at)
        return self._make(prepared, channel_id, person, unverified=unverified)

    def _make(self, prepared: Prepared, channel_id: int, person: Person, *, unverified: bool) -> Topic:
        envelope = prepared.item
        assert isinstance(envelope, Envelope)
        at = prepared.at or 0
        topic = Topic(
            None,
            person,
            channel_id,
            envelope.thread_key,
            prepared.subject or excerpt(prepared.body),
            unverified,
            (ThreadStatus.RESOLVED if person.blocked else ThreadStatus.PENDING).value,
            False,
            0,
            at,
            at,
            None,
            None,
            None,
            at if person.blocked else None,
            None,
            new=True,
        )
        topic.tags = envelope.tags
        self._new.append(topic)
        self._remember(topic)
        return topic

    def answered_by(self, topic: Topic, external_id: str | None) -> None:
        """Let later messages of the batch find the thread by this message's id."""
        if external_id:
            self._by_reference.setdefault(external_id, []).append(topic)

    def write(self, store: Store, run_id: int | None) -> None:
        """Write new threads and episodes, and what changed on the others."""
        connection = self._connection
        for topic, number in zip(self._new, store.allocate(connection, "thread", len(self._new)), strict=True):
            topic.id = number
        insert_rows(
            connection,
            tables.thread,
            ("id", "import_run_id", "priority", "customer_id", *_FIXED, *_MOVING),
            [
                (topic.id, run_id, Priority.NORMAL.value, topic.person.id, *_fixed(topic), *_moving(topic))
                for topic in self._new
            ],
        )
        tags = [(topic.id, tag) for topic in self._new for tag in sorted(set(topic.tags))]
        insert_rows(connection, tables.thread_tag, ("thread_id", "tag"), tags)
        changed = [topic for topic in self._by_id.values() if topic.changed]
        update_rows(connection, tables.thread, _MOVING, [(*_moving(topic), topic.id) for topic in changed])
        self._write_episodes(store, [*self._new, *changed])

    def _write_episodes(self, store: Store, topics: Iterable[Topic]) -> None:
        connection = self._connection
        spans = [(topic, topic.episode) for topic in topics if topic.episode is not None]
        new = [(topic, span) for topic, span in spans if span.new]
        numbers = store.allocate(connection, "episode", len(new))
        insert_rows(
            connection,
            tables.episode,
            ("id", "thread_id", "customer_id", "opened_at", "first_response_at", "resolved_at"),
            [
                (number, topic.id, topic.person.id, span.opened_at, span.first_response_at, span.resolved_at)
                for (topic, span), number in zip(new, numbers, strict=True)
            ],
        )
        changed = [
            (span.first_response_at, span.resolved_at, span.id) for _, span in spans if span.changed and not span.new
        ]
        update_rows(connection, tables.episode, ("first_response_at", "resolved_at"), changed)


_FIXED = ("channel_id", "external_id", "subject", "unverified")
_MOVING = (
    "status",
    "unread",
    "message_count",
    "created_at",
    "last_message_at",
    "last_inbound_at",
    "last_outbound_at",
    "waiting_since",
    "resolved_at",
    "snoozed_until",
)
_COLUMNS = ("id", "customer_id", *_FIXED, *_MOVING)

_fixed = attrgetter(*_FIXED)
_moving = attrgetter(*_MOVING)


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    return micros(column) if isinstance(column.type, Instant) else column
