"""What every importer is: a name, a test of content, and a reader that never stops at one bad item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Literal, Protocol

from convo.mail.ourselves import Ourselves
from convo.model.envelope import Item

HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder to read; `head` is its first bytes (at most HEAD_BYTES; empty for a folder)."""

    path: Path
    head: bytes = b""

    @property
    def name(self) -> str:
        """What the ledger and the messages call it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader needs to know that the file does not say.

    `own` are our own addresses, numbers and display names, casefolded: what they wrote is outbound. `time_zone` is
    that of logs which give local times. `date_order` decides 1/2/23 where the whole file leaves it open. `mapping` is
    for the generic CSV and JSONL readers: field of ours to column of theirs.
    """

    own: frozenset[str] = frozenset()
    time_zone: tzinfo = UTC
    home_region: str = "US"
    date_order: Literal["auto", "dmy", "mdy", "ymd"] = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    authserv_id: str = ""

    def is_own(self, *names: str) -> bool:
        """Whether any of these names or addresses is ours."""
        return any(name.strip().casefold() in self.own for name in names if name)

    @property
    def ourselves(self) -> Ourselves:
        """What of this the reading of a mail needs."""
        return Ourselves(self.own, self.authserv_id)


class Importer(Protocol):
    """One log format.

    `read` yields every item of the file in the file's order, the same each time (resuming counts on it), holds no more
    than one item in memory where the format allows it, and turns whatever it cannot understand into `Unreadable`
    instead of raising. It raises BadInput only when nothing in the file can be read at all.
    """

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        ...

    @property
    def channel_kind(self) -> str:
        """The kind of channel whose messages it reads."""
        ...

    @property
    def title(self) -> str:
        """What it reads, for a person."""
        ...

    def recognises(self, source: Source) -> bool:
        """Whether the content (not the name) is of this format."""
        ...

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The items of the file, in order."""
        ...
