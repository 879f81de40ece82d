"""Takes items in: each is stored once, skipped with a reason or quarantined with a reason, and the ledger says which.

One item and a thousand go the same way; a batch is one transaction, and an item that cannot be stored is found by
halving the batch, so that it stops no other.
"""

import logging
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from convo import clock
from convo.errors import StoreError
from convo.intake.channels import Channels
from convo.intake.codes import note_codes
from convo.intake.ledger import ALREADY_STORED, Sorting, write_ledger
from convo.intake.line import Destination, Line, Received
from convo.intake.people import People
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys, Prepared, enrich, prepare, refuse
from convo.intake.record import write_arrivals, write_events, write_messages
from convo.intake.topic import DECLARED_STATUS
from convo.intake.topics import Topics
from convo.model.envelope import Envelope, EventEnvelope, Item
from convo.model.table import to_micros
from convo.model.words import Authentication, LedgerOutcome
from convo.store.store import Store

__all__ = ["Destination", "Received", "known_already", "receive", "receive_many"]

_log = logging.getLogger(__name__)


def receive(store: Store, item: Item, destination: Destination, policy: IntakePolicy) -> Received:
    """Take one item in; raises Busy or StoreError when the store takes nothing at all."""
    return receive_many(store, [item], destination, policy, Keys())[0]


def receive_many(
    store: Store, items: Sequence[Item], destination: Destination, policy: IntakePolicy, keys: Keys
) -> list[Received]:
    """Take a batch in, in order, in one transaction; `keys` carries the run's memory of items without a name."""
    prepared = [prepare(item, keys, home_region=policy.home_region, kind=destination.channel_kind) for item in items]
    if policy.understand is not None:
        enrich(prepared, policy.understand)
    return _store(store, prepared, destination, policy, destination.first_ordinal)


def _store(
    store: Store, items: Sequence[Prepared], destination: Destination, policy: IntakePolicy, ordinal: int
) -> list[Received]:
    try:
        with store.write(alone="intake") as connection, connection.begin_nested():
            return _Batch(store, connection, destination, policy, items, ordinal).run()
    except (DBAPIError, StoreError, ValueError, ArithmeticError) as error:
        if isinstance(error, StoreError) and not _too_big(error):
            raise
        if len(items) == 1:
            cause = getattr(error, "__cause__", None) if isinstance(error, StoreError) else error
            reason = str(getattr(cause, "orig", None) or cause).split("\n")[0][:300]
            _log.warning("an item could not be stored: %s", reason)
            refused = refuse(items[0].item, f"the store does not take it: {reason}")
            with store.write(alone="intake") as connection:
                return _Batch(store, connection, destination, policy, [refused], ordinal).run()
    middle = len(items) // 2
    return [
        *_store(store, items[:middle], destination, policy, ordinal),
        *_store(store, items[middle:], destination, policy, ordinal + middle),
    ]


def _too_big(error: StoreError) -> bool:
    """Whether one value was too much for the engine, which is the item's fault and not the store's."""
    orig = getattr(error.__cause__, "orig", None)
    return (
        getattr(orig, "sqlite_errorname", "") == "SQLITE_TOOBIG" or (getattr(orig, "sqlstate", None) or "")[:2] == "54"
    )


def known_already(
    store: Store, items: Sequence[Prepared], destination: Destination, seen: set[bytes]
) -> list[Received]:
    """What would become of a batch; `seen` carries the names met so far from batch to batch."""
    with store.read() as connection:
        batch = _Batch(store, connection, destination, IntakePolicy(), items, 0)
        received = []
        for line in batch.rehearse():
            name = sha256(
                f"{line.prepared.item.__class__.__name__}{line.key}".encode("utf-8", "surrogatepass")
            ).digest()[:16]
            if line.outcome == LedgerOutcome.STORED and name in seen:
                line.outcome, line.reason = LedgerOutcome.SKIPPED, ALREADY_STORED
            seen.add(name)
            received.append(Received(line.outcome, line.reason))
        return received


class _Batch:
    def __init__(
        self,
        store: Store,
        connection: Connection,
        destination: Destination,
        policy: IntakePolicy,
        items: Sequence[Prepared],
        first_ordinal: int,
    ) -> None:
        self.store = store
        self.connection = connection
        self.destination = destination
        self.policy = policy
        self.items = items
        self.first_ordinal = first_ordinal
        self.now = to_micros(clock.now())

    def run(self) -> list[Received]:
        channels = Channels(self.connection, self.destination.channel_id, self.destination.channel_kind)
        placed = [
            (item, self.destination.channel_id if item.refused or item.dropped else channels.for_item(item.item))
            for item in self.items
        ]
        lines = Sorting(self.connection).sort_out(placed)
        stored = [line for line in lines if line.outcome == LedgerOutcome.STORED]
        if stored:
            people = People(self.connection, [line.prepared for line in stored])
            topics = Topics(
                self.connection, [(line.prepared, line.channel_id) for line in stored], self.policy.thread_window
            )
            topics.load(people.known())
            for line in stored:
                self._place(line, people, topics)
            people.write(self.store, self.destination.run_id, self.now)
            topics.write(self.store, self.destination.run_id)
            run_id, spoken = self.destination.run_id, [line for line in stored if line.topic is not None]
            write_messages(self.store, self.connection, run_id, spoken, self.now)
            if not self.policy.history:
                write_arrivals(self.connection, spoken, self.now)
            write_events(self.store, self.connection, run_id, [line for line in stored if line.topic is None])
            if not self.policy.history:
                note_codes(self.store, self.connection, run_id, spoken)
        write_ledger(self.connection, self.destination, lines, self.first_ordinal, self.now)
        return [self._received(line) for line in lines]

    def rehearse(self) -> list[Line]:
        """What would become of each item, with every kind of channel taken for the run's own."""
        return Sorting(self.connection).sort_out([(item, self.destination.channel_id) for item in self.items])

    def _place(self, line: Line, people: People, topics: Topics) -> None:
        item = line.prepared.item
        assert isinstance(item, Envelope | EventEnvelope)
        failed = isinstance(item, Envelope) and item.authentication == Authentication.FAIL
        person, account = people.find(line.prepared.handles, trusted=not failed)
        line.person, line.account = person, account
        for name, value in item.attributes.items():
            if name != DECLARED_STATUS:
                person.attributes.setdefault(name, value)
        if isinstance(item, EventEnvelope):
            person.saw(line.at or 0)
            return
        person.saw(line.at or 0)
        if item.language and person.new and not person.language:
            person.language = item.language
        line.unverified = failed
        line.topic = topics.find(line.prepared, line.channel_id, person, unverified=line.unverified)
        line.opening = line.topic.take(item, line.at or 0, history=self.policy.history)
        topics.answered_by(line.topic, item.external_id)

    @staticmethod
    def _received(line: Line) -> Received:
        return Received(
            line.outcome,
            line.reason,
            line.message_id,
            line.event_id,
            line.topic.id if line.topic else None,
            line.person.id if line.person else None,
        )
