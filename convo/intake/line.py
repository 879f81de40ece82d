"""What goes through intake beside the item itself: where it goes, what becomes of it, what it is on the way."""

from dataclasses import dataclass

from convo.intake.people import Account, Person
from convo.intake.prepare import Prepared
from convo.intake.topic import Topic
from convo.model.words import LedgerOutcome, Opening


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


@dataclass(slots=True, eq=False)
class Line:
    """An item while its batch is under way: what becomes of it, and whose it is."""

    prepared: Prepared
    channel_id: int
    key: str
    outcome: LedgerOutcome
    reason: str = ""
    person: Person | None = None
    account: Account | None = None
    topic: Topic | None = None
    unverified: bool = False
    opening: Opening = Opening.NONE
    message_id: int | None = None
    event_id: int | None = None

    @property
    def at(self) -> int | None:
        """The item's time in microseconds."""
        return self.prepared.at
