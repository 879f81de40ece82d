"""What a source of mail gives the channel: the bytes of mails, where each lay, and where to go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Protocol

from convo import clock
from convo.errors import BadInput

MOST_MAILS = 100
MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: its bytes, or its beginning and why it is not fetched whole.

    `place` is for a person; `mark` is JSON by which the source marks it once it is stored, None where it never does.
    """

    raw: bytes
    place: str
    mark: Any = None
    arrived: datetime | None = None
    sent: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some mails, oldest first, and the cursor after them; with `more` others are waiting."""

    mails: tuple[Mail, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False


class Source(Protocol):
    """A place that mail comes from. Its calls block; `break_off` alone is called from another thread."""

    def fetch(self, cursor: Mapping[str, Any], wait: float) -> Batch:
        """What came after the cursor, waiting so many seconds for it; raises ChannelDown, ChannelRefused."""
        ...

    def since(self, cursor: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
        """The cursor from which all that came since an instant comes again."""
        ...

    def stored(self, marks: Sequence[Any]) -> None:
        """The mails with these marks are in the store; to say so again does no harm.

        Raises ChannelDown, and ChannelRefused where they cannot be marked, while others may be fetched.
        """
        ...

    def break_off(self) -> None:
        """Make a call that is under way end soon."""
        ...

    def leave(self) -> None:
        """Say goodbye."""
        ...


def first_day(since: str, zone: tzinfo | None) -> date | None:
    """The first day whose mail is taken when a channel begins; None for all. Raises BadInput for another word."""
    today = clock.now().astimezone(zone or UTC).date()
    match since.strip().lower():
        case "" | "today" | "now":
            return today
        case "all":
            return None
        case written:
            try:
                return date.fromisoformat(written)
            except ValueError:
                raise BadInput(
                    f"since cannot be {since[:40]!r}", hint="today, now, all, or a date such as 2026-11-28"
                ) from None


def first_instant(since: str, zone: tzinfo | None) -> datetime | None:
    """The instant from which mail is taken when a channel begins; None for all. Raises BadInput for another word."""
    if since.strip().lower() == "now":
        return clock.now() - timedelta(seconds=1)
    day = first_day(since, zone)
    return None if day is None else datetime.combine(day, time(), zone or UTC)
