"""Where a list that is newest first was read up to: the newest message stored, and those seen shortly before it.

Twilio's list may show a message a little after newer ones, so that the last hour is always looked at again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from convo.channels.base import Cursor
from convo.channels.twilio.reading import instant_of, sid_of

_AGAIN = timedelta(hours=1)
_FIRST = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """The newest message's time, and by id the times (seconds since 1970) of those seen in the hour before."""

    until: datetime
    seen: Mapping[str, int]

    @classmethod
    def of(cls, cursor: Cursor, now: datetime) -> "Place":
        """The place that a cursor tells; without one, a day ago."""
        until, seen = cursor.get("until"), cursor.get("seen")
        if not isinstance(until, int) or not isinstance(seen, Mapping):
            return cls((now - _FIRST).replace(microsecond=0), {})
        return cls(_EPOCH + timedelta(seconds=until), seen)

    @classmethod
    def since(cls, at: datetime) -> "Place":
        """The place from which all that came since an instant is read."""
        return cls(at + _AGAIN, {})

    @property
    def floor(self) -> datetime:
        """What is older was read long ago."""
        return self.until - _AGAIN

    @property
    def cursor(self) -> Cursor:
        """As JSON."""
        return {"until": _seconds(self.until), "seen": dict(self.seen)}

    def new_among(self, messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Those of a list, newest first, that were not read yet; the oldest first."""
        fresh = [each for each in reversed(messages) if sid_of(each) not in self.seen and not self.is_before(each)]
        return sorted(fresh, key=lambda each: instant_of(each) or self.until)

    def is_before(self, message: Any) -> bool:
        """Whether a message is older than what has to be looked at."""
        at = instant_of(message) if isinstance(message, dict) else None
        return at is not None and at < self.floor

    def after(self, messages: Iterable[Mapping[str, Any]]) -> "Place":
        """The place once these are read, too."""
        times = {sid_of(each): instant_of(each) for each in messages}
        until = max([self.until, *filter(None, times.values())])
        seen = {**self.seen, **{sid: _seconds(at or until) for sid, at in times.items()}}
        oldest = _seconds(until - _AGAIN)
        return Place(until, {sid: at for sid, at in seen.items() if at >= oldest})


def _seconds(at: datetime) -> int:
    return int((at - _EPOCH).total_seconds())
