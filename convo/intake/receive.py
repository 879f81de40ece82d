"""Takes items in: each is stored once, skipped with a reason or quarantined with a reason, and the ledger says which.

One item and a thousand go the same way; a batch is one transaction, and an item that cannot be stored is found by
halving the batch, so that it stops no other.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from convo import clock
from convo.errors import StoreError
from convo.intake.channels import Channels
from convo.intake.people import Account, People, Person
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys, Prepared, prepare, refuse
from convo.intake.topics import DECLARED_STATUS, Topic, Topics
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Item, Part
from convo.model.table import to_micros
from convo.model.words import AttachmentRole, Authentication, Direction, LedgerOutcome
from convo.store import search_index
from convo.store.bulk import among, insert_rows, micros
from convo.store.store import Store

_log = logging.getLogger(__name__)
ERASED = "erased:"
"""What the ledger's keys of erased things begin with."""
ALREADY_STORED = "already stored"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one item; the ids are those of what was stored."""

    outcome: LedgerOutcome
    reason: str = ""
    message_id: int | None = None
    event_id: int | None = None
    thread_id: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a batch goes: the channel it came by, the import run it belongs to, and its first item's number there."""

    channel_id: int
    channel_kind: str
    run_id: int | None = None
    first_ordinal: int = 0


def receive(store: Store, item: Item, destination: Destination, policy: IntakePolicy) -> Received:
    """Take one item in; raises Busy or StoreError when the store takes nothing at all."""
    return receive_many(store, [item], destination, policy, Keys())[0]


def receive_many(
    store: Store, items: Sequence[Item], destination: Destination, policy: IntakePolicy, keys: Keys
) -> list[Received]:
    """Take a batch in, in order, in one transaction; `keys` carries the run's memory of items without a name."""
    prepared = [prepare(item, keys, home_region=policy.home_region, kind=destination.channel_kind) for item in items]
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


@dataclass(slots=True, eq=False)
class _Line:
    prepared: Prepared
    channel_id: int
    key: str
    outcome: LedgerOutcome
    reason: str = ""
    person: Person | None = None
    account: Account | None = None
    topic: Topic | None = None
    unverified: bool = False
    message_id: int | None = None
    event_id: int | None = None

    @property
    def at(self) -> int | None:
        return self.prepared.at


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
        self.some_erased = False
        self.now = to_micros(clock.now())

    def run(self) -> list[Received]:
        channels = Channels(self.connection, self.destination.channel_id, self.destination.channel_kind)
        placed = [
            (item, self.destination.channel_id if item.refused or item.dropped else channels.for_item(item.item))
            for item in self.items
        ]
        lines = self._sort_out(placed)
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
            self._write_messages([line for line in stored if isinstance(line.prepared.item, Envelope)])
            self._write_events([line for line in stored if isinstance(line.prepared.item, EventEnvelope)])
        self._write_ledger(lines)
        return [self._received(line) for line in lines]

    def rehearse(self) -> list[_Line]:
        """What would become of each item, with every kind of channel taken for the run's own."""
        return self._sort_out([(item, self.destination.channel_id) for item in self.items])

    def _sort_out(self, placed: Sequence[tuple[Prepared, int]]) -> list[_Line]:
        there = self._known_keys(placed)
        lines = []
        for prepared, channel_id in placed:
            line = _Line(prepared, channel_id, prepared.key, LedgerOutcome.STORED)
            if prepared.refused:
                line.outcome, line.reason = LedgerOutcome.QUARANTINED, prepared.refused
            elif prepared.dropped:
                line.outcome, line.reason = LedgerOutcome.SKIPPED, prepared.dropped
            else:
                self._check_key(line, there)
            lines.append(line)
        return lines

    def _check_key(self, line: _Line, there: dict[tuple[int, str], int | None]) -> None:
        """A known id at the same time is the same thing; at another time it is another thing under a reused id."""
        name = (line.channel_id, line.key)
        if name in there and there[name] not in (None, line.at):
            line.key = f"{line.key} at {line.at}"
            name = (line.channel_id, line.key)
        erased = self.some_erased and (line.channel_id, erased_key(line.key)) in there
        if name in there or erased:
            line.outcome, line.reason = LedgerOutcome.SKIPPED, ALREADY_STORED
        else:
            there[name] = line.at

    def _known_keys(self, placed: Sequence[tuple[Prepared, int]]) -> dict[tuple[int, str], int | None]:
        ledger = tables.ledger
        wanted: dict[int, list[str]] = {}
        for prepared, channel_id in placed:
            if prepared.key:
                keys = wanted.setdefault(channel_id, [])
                keys.append(prepared.key)
                if isinstance(prepared.item, Envelope) and not prepared.key.startswith("content:"):
                    keys.append(f"{prepared.key} at {prepared.at}")
        there: dict[tuple[int, str], int | None] = {}
        for channel_id, keys in wanted.items():
            known = select(ledger.c.key, micros(ledger.c.item_at)).where(
                ledger.c.channel_id == channel_id, ledger.c.outcome == LedgerOutcome.STORED.value
            )
            erased = known.where(ledger.c.key >= ERASED, ledger.c.key < "erased;").limit(1)
            if self.connection.execute(erased).first() is not None:
                self.some_erased = True
                keys = [*keys, *(erased_key(key) for key in keys)]
            for key, at in self.connection.execute(known.where(among(self.connection, ledger.c.key, keys))):
                there[channel_id, key] = at
        return there

    def _place(self, line: _Line, people: People, topics: Topics) -> None:
        item = line.prepared.item
        assert isinstance(item, Envelope | EventEnvelope)
        failed = isinstance(item, Envelope) and item.authentication == Authentication.FAIL
        person, account, was_known = people.find(line.prepared.handles, trusted=not failed)
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
        line.unverified = failed and was_known
        line.topic = topics.find(line.prepared, line.channel_id, person, unverified=line.unverified)
        line.topic.take(item, line.at or 0, history=self.policy.history)
        topics.answered_by(line.topic, item.external_id)

    def _write_messages(self, lines: Sequence[_Line]) -> None:
        numbers = self.store.allocate(self.connection, "message", len(lines))
        rows, index, attachments = [], [], []
        for line, number in zip(lines, numbers, strict=True):
            prepared, item, person, account, topic = (
                line.prepared,
                line.prepared.item,
                line.person,
                line.account,
                line.topic,
            )
            assert isinstance(item, Envelope)
            assert person is not None
            assert account is not None
            assert topic is not None
            line.message_id = number
            key = search_index.sort_key(item.sent_at, number)
            rows.append(
                (
                    number,
                    key,
                    topic.id,
                    person.id,
                    line.channel_id,
                    account.id,
                    item.direction.value,
                    _author(item, person, prepared.handles[0].shown),
                    prepared.subject,
                    prepared.body,
                    prepared.original,
                    item.external_id,
                    json.dumps(item.references) if item.references else "[]",
                    prepared.at,
                    self.now,
                    item.automatic,
                    line.unverified,
                    any(part.role == AttachmentRole.FILE for part in prepared.parts),
                    item.language,
                    self.destination.run_id,
                )
            )
            index.append((key, *prepared.words))
            attachments += [(number, person.id, *self._attachment(part)) for part in prepared.parts]
        insert_rows(self.connection, tables.message, _MESSAGE, rows)
        search_index.add(self.connection, index)
        insert_rows(self.connection, tables.attachment, _ATTACHMENT, attachments)

    def _attachment(self, part: Part) -> tuple[str, str, int | None, str | None, str]:
        if part.data is None:
            return part.name, part.media_type, None, None, part.role.value
        return part.name, part.media_type, len(part.data), self.store.blobs.put(part.data), part.role.value

    def _write_events(self, lines: Sequence[_Line]) -> None:
        numbers = self.store.allocate(self.connection, "event", len(lines))
        rows = []
        for line, number in zip(lines, numbers, strict=True):
            item, person, account = line.prepared.item, line.person, line.account
            assert isinstance(item, EventEnvelope)
            assert person is not None
            assert account is not None
            line.event_id = number
            rows.append(
                (
                    number,
                    person.id,
                    line.channel_id,
                    account.id,
                    item.kind.value,
                    line.at,
                    line.prepared.subject,
                    item.amount_milli,
                    item.currency,
                    item.duration,
                    item.external_id,
                    json.dumps(item.data),
                    self.destination.run_id,
                )
            )
        insert_rows(self.connection, tables.event, _EVENT, rows)

    def _write_ledger(self, lines: Sequence[_Line]) -> None:
        insert_rows(
            self.connection,
            tables.ledger,
            _LEDGER,
            [
                (
                    self.destination.run_id,
                    line.channel_id,
                    ordinal,
                    line.key,
                    line.outcome.value,
                    line.reason,
                    line.prepared.item.place,
                    line.at,
                    line.message_id,
                    line.event_id,
                    line.prepared.raw,
                    self.now,
                )
                for ordinal, line in enumerate(lines, self.first_ordinal)
            ],
        )

    @staticmethod
    def _received(line: _Line) -> Received:
        return Received(
            line.outcome,
            line.reason,
            line.message_id,
            line.event_id,
            line.topic.id if line.topic else None,
            line.person.id if line.person else None,
        )


_MESSAGE = (
    "id",
    "sort_key",
    "thread_id",
    "customer_id",
    "channel_id",
    "identity_id",
    "direction",
    "author",
    "subject",
    "body",
    "original",
    "external_id",
    "reference_ids",
    "sent_at",
    "received_at",
    "automatic",
    "unverified",
    "has_attachment",
    "language",
    "import_run_id",
)
_ATTACHMENT = ("message_id", "customer_id", "name", "media_type", "size", "sha256", "role")
_EVENT = (
    "id",
    "customer_id",
    "channel_id",
    "identity_id",
    "kind",
    "at",
    "title",
    "amount_milli",
    "currency",
    "duration",
    "external_id",
    "data",
    "import_run_id",
)
_LEDGER = (
    "import_run_id",
    "channel_id",
    "ordinal",
    "key",
    "outcome",
    "reason",
    "place",
    "item_at",
    "message_id",
    "event_id",
    "raw",
    "at",
)


def _author(envelope: Envelope, person: Person, handle: str) -> str:
    """Who wrote it, by name: the customer's where the log knows only a number or an address."""
    if envelope.direction == Direction.INBOUND and envelope.author in ("", handle):
        return person.name or handle
    return envelope.author


def erased_key(key: str) -> str:
    """The form in which the ledger keeps the key of something that was erased, so that it does not come back."""
    return key if key.startswith(ERASED) else ERASED + sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
