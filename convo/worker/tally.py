"""Counts what went through one channel."""

from collections.abc import Iterable
from dataclasses import dataclass

from convo.intake.line import Received
from convo.model.words import LedgerOutcome
from convo.model.work_views import ChannelRound


@dataclass(slots=True)
class Tally:
    """What came by a channel and left by it; fetched = stored + skipped + quarantined. `trouble` is the last."""

    channel: str
    stored: int = 0
    skipped: int = 0
    quarantined: int = 0
    sent: int = 0
    put_off: int = 0
    failed: int = 0
    trouble: str = ""

    def count(self, received: Iterable[Received]) -> None:
        """Count what became of what was fetched."""
        for one in received:
            match one.outcome:
                case LedgerOutcome.STORED:
                    self.stored += 1
                case LedgerOutcome.SKIPPED:
                    self.skipped += 1
                case LedgerOutcome.QUARANTINED:
                    self.quarantined += 1

    def view(self) -> ChannelRound:
        """The counts as they are now."""
        return ChannelRound(
            self.channel,
            self.stored + self.skipped + self.quarantined,
            self.stored,
            self.skipped,
            self.quarantined,
            self.sent,
            self.put_off,
            self.failed,
            self.trouble,
        )
