"""Up to where a workspace has been read: for each conversation, and for the threads in which something was said lately.

What is in the store up to a conversation's stamp is complete: only reading its history moves that stamp, never a
message that came by the socket, before which another may have been lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from convo.channels.base import Cursor
from convo.channels.slack.stamps import is_stamp, order, stamp_of

_MARGIN = timedelta(minutes=1)
_MOST_THREADS = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """The cursor of a Slack channel; all times are Slack's stamps.

    `since` is when convo began to listen, `swept` when it last knew of all conversations. `threads` has the roots
    ("C1:1700000000.000100") of those heard of lately, with their newest stamp, the latest last.
    """

    since: str
    swept: str = ""
    conversations: Mapping[str, str] = field(default_factory=dict)
    threads: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor, now: datetime) -> "Progress":
        """What a cursor says; an empty one begins a minute before `now`, and what is none of ours is left out."""
        since, swept = str(cursor.get("since", "")), str(cursor.get("swept", ""))
        return cls(
            since if is_stamp(since) else stamp_of(now, before=_MARGIN),
            swept if is_stamp(swept) else "",
            _stamps(cursor.get("conversations")),
            _stamps(cursor.get("threads")),
        )

    def as_cursor(self) -> Cursor:
        """The same as JSON."""
        return {
            "since": self.since,
            "swept": self.swept,
            "conversations": dict(self.conversations),
            "threads": dict(self.threads),
        }

    def upto(self, channel: str) -> str:
        """Up to which stamp a conversation is in the store; a new one since it cannot have been there before."""
        return self.conversations.get(channel) or self.swept or self.since

    def read(self, channel: str, stamp: str) -> "Progress":
        """With a conversation that is complete up to a stamp."""
        if order(stamp) <= order(self.upto(channel)) and channel in self.conversations:
            return self
        return replace(self, conversations={**self.conversations, channel: stamp})

    def heard(self, root: str, stamp: str) -> "Progress":
        """With a thread in which something was said."""
        if not root or order(stamp) <= order(self.threads.get(root, "")):
            return self
        kept = {key: value for key, value in self.threads.items() if key != root}
        for oldest in list(kept)[: max(0, len(kept) + 1 - _MOST_THREADS)]:
            del kept[oldest]
        return replace(self, threads={**kept, root: stamp})

    def all_read(self, begun: str, channels: Iterable[str]) -> "Progress":
        """After all conversations there were have been read, beginning at a stamp; others are forgotten."""
        there = set(channels)
        kept = {channel: stamp for channel, stamp in self.conversations.items() if channel in there}
        return replace(self, swept=begun, conversations=kept)


def _stamps(held: object) -> dict[str, str]:
    if not isinstance(held, Mapping):
        return {}
    return {str(key): value for key, value in held.items() if isinstance(value, str) and is_stamp(value)}
