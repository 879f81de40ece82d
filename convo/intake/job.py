"""What an import run reads and how, and the counts of what came of it."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from convo.importers.base import HEAD_BYTES, Importer, ReadOptions, Source
from convo.intake.policy import IntakePolicy
from convo.model.envelope import Envelope, EventEnvelope, Item, Skipped
from convo.model.words import LedgerOutcome
from convo.text import clean


@dataclass(slots=True)
class Tally:
    """Counts of one run: fetched = stored + skipped + quarantined."""

    stored: int = 0
    skipped: int = 0
    quarantined: int = 0
    skipped_because: Counter[str] = field(default_factory=Counter)
    quarantined_because: Counter[str] = field(default_factory=Counter)

    @property
    def fetched(self) -> int:
        """Everything read."""
        return self.stored + self.skipped + self.quarantined

    def count(self, outcome: LedgerOutcome, reason: str, number: int = 1) -> None:
        """Count items of one outcome in."""
        if outcome == LedgerOutcome.STORED:
            self.stored += number
        elif outcome == LedgerOutcome.SKIPPED:
            self.skipped += number
            self.skipped_because[reason] += number
        else:
            self.quarantined += number
            self.quarantined_because[reason] += number


@dataclass(frozen=True, slots=True)
class Job:
    """What to read and how; `news` says that it is not history but has just come."""

    source: Source
    importer: Importer
    options: ReadOptions
    policy: IntakePolicy
    channel_id: int
    since: datetime | None = None
    items: Callable[[], Iterator[Item]] | None = None

    def read(self) -> Iterator[Item]:
        """The items, those before `since` turned into skipped ones."""
        items = self.items() if self.items else self.importer.read(self.source, self.options)
        if self.since is None:
            yield from items
            return
        for item in items:
            at = item.sent_at if isinstance(item, Envelope) else item.at if isinstance(item, EventEnvelope) else None
            if at is not None and at < self.since:
                yield Skipped(f"before {self.since:%Y-%m-%d}", item.source, item.place)
            else:
                yield item

    def remembered(self) -> dict[str, object]:
        """The options as the run keeps them, to read the file the same way again."""
        return {
            "own": sorted(map(clean, self.options.own)),
            "time_zone": str(self.options.time_zone),
            "home_region": self.options.home_region,
            "date_order": self.options.date_order,
            "mapping": {name: clean(column) for name, column in self.options.mapping.items()},
            "since": self.since.isoformat() if self.since else None,
            "as_new": not self.policy.history,
        }


def fingerprint(job: Job) -> str:
    """What tells one reading of one file from another: its size, its ends, the format and the options."""
    digest = hashlib.sha256()
    digest.update(json.dumps([job.importer.name, job.channel_id, job.remembered()], sort_keys=True).encode())
    path = job.source.path
    if path.is_dir():
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                digest.update(f"{folder}/{name}".encode("utf-8", "surrogateescape"))
                digest.update(str((Path(folder) / name).lstat().st_size).encode())
    elif path.is_file():
        size = path.stat().st_size
        digest.update(str(size).encode())
        with path.open("rb") as file:
            digest.update(file.read(HEAD_BYTES))
            file.seek(max(0, size - HEAD_BYTES))
            digest.update(file.read(HEAD_BYTES))
    return digest.hexdigest()


def reasons(counted: Mapping[str, int]) -> dict[str, int]:
    """Reasons with their counts, the most frequent first."""
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
