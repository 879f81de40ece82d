"""What stands on the timeline: what was said, what happened, folded threads, and the rules between them."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from convo.model.views import EventView, MessageView, ThreadRow


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule across the timeline with a word or a date, or (no words) a blank line; the cursor passes it by."""

    words: str
    key: Hashable
    new: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A message or a note; `open` says that it belongs to the thread in front."""

    message: MessageView
    open: bool

    @property
    def key(self) -> Hashable:
        """Its number."""
        return "said", self.message.id


@dataclass(frozen=True, slots=True)
class Happened:
    """An event."""

    event: EventView

    @property
    def key(self) -> Hashable:
        """Its number."""
        return "happened", self.event.id


@dataclass(frozen=True, slots=True)
class Viewed:
    """Several page views in a row, the newest last."""

    events: tuple[EventView, ...]

    @property
    def key(self) -> Hashable:
        """The newest one's number, under which its fold is remembered."""
        return "viewed", self.events[-1].id


@dataclass(frozen=True, slots=True)
class Folded:
    """Another thread of the customer, where its messages stand; `count` of them, `unfolded` when they follow.

    It stands `at` its newest message there, or unfolded at its first.
    `row` is None for a thread beyond the newest ones of a customer with very many.
    """

    thread: int
    row: ThreadRow | None
    count: int
    newest: MessageView
    unfolded: bool
    at: datetime

    @property
    def key(self) -> Hashable:
        """The newest message's number, which stays when older ones are loaded."""
        return "thread", self.thread, self.newest.id


Item: TypeAlias = Rule | Said | Happened | Viewed | Folded
Entry: TypeAlias = MessageView | EventView
