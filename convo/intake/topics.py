"""Finds or makes the thread of each message of a batch: by what it answers, by the channel's thread id, or by time."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, select

from convo.intake.people import Person
from convo.intake.prepare import Prepared
from convo.intake.topic import Span, Topic, base_subject, excerpt
from convo.model import tables
from convo.model.envelope import Envelope
from convo.model.table import Instant
from convo.model.words import Priority, ThreadStatus
from convo.store.bulk import among, insert_rows, micros, update_rows
from convo.store.store import Store

_UNFINISHED = (ThreadStatus.OPEN, ThreadStatus.PENDING, ThreadStatus.SNOOZED)


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
            for external_id, thread_id in (*rows, *self._answers_to_sent(references)):
                found.setdefault(thread_id, set()).add(external_id)
        for envelope, _ in envelopes:
            if envelope.answers_thread is not None:
                found.setdefault(envelope.answers_thread, set())
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

    def _answers_to_sent(self, references: set[str]) -> Iterable[Any]:
        """The threads of what we sent, by the ids that the channels' providers gave it."""
        delivery, message = tables.delivery, tables.message
        return self._connection.execute(
            select(delivery.c.external_id, message.c.thread_id)
            .join(message, message.c.id == delivery.c.message_id)
            .where(among(self._connection, delivery.c.external_id, references))
        )

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
        named = None if envelope.answers_thread is None else self._by_id.get(envelope.answers_thread)
        if named is not None and fits(named):
            return named
        if envelope.thread_key:
            for topic in self._by_key.get((channel_id, envelope.thread_key), ()):
                if fits(topic):
                    return topic
            return self._make(prepared, channel_id, person, unverified=unverified)
        wanted = base_subject(prepared.subject) if prepared.subject else ""
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
