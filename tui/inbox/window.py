"""The part of a long list of threads that is held in memory: a window that pages are added to at both ends."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from convo.model.inbox_views import InboxPage, InboxRow

Place: TypeAlias = tuple[datetime, int]
"""Where a thread stands in the list, the greatest first: its newest message's time and its number."""

LARGEST = 2_000


def place_of(row: InboxRow) -> Place:
    """Where a row stands in the list."""
    return row.thread.last_message_at, row.thread.id


@dataclass(slots=True)
class Window:
    """Rows of a list without a gap, at most `largest`; `before` and `after` are cursors of what is not held.

    A cursor of None says that the list ends there. `tops` and `tails` remember where pages began and ended, with their
    cursors: at those places the window can be cut when it grows at its other end.
    """

    rows: list[InboxRow] = field(default_factory=list)
    before: str | None = None
    after: str | None = None
    largest: int = LARGEST
    tops: list[tuple[Place, str]] = field(default_factory=list)
    tails: list[tuple[Place, str]] = field(default_factory=list)

    @classmethod
    def of(cls, page: InboxPage, largest: int = LARGEST) -> "Window":
        """A window on one page."""
        window = cls(largest=largest)
        window.add_below(page)
        window.before = page.before
        return window

    def add_below(self, page: InboxPage) -> None:
        """Go on below with the page after `after`; what is too much leaves at the top."""
        self._take(page.rows)
        self._remember(page)
        self.after = page.after
        if len(self.rows) > self.largest:
            self._cut_top()

    def add_above(self, page: InboxPage) -> None:
        """Go on above with the page before `before`; what is too much leaves at the bottom."""
        self._take(page.rows)
        self._remember(page)
        self.before = page.before
        if len(self.rows) > self.largest:
            self._cut_bottom()

    def reaches(self, head: InboxPage) -> bool:
        """Whether the list's first page, as it is now, leaves no gap above what is held."""
        return (
            self.before is not None
            or head.after is None
            or not self.rows
            or place_of(head.rows[-1]) <= place_of(self.rows[0])
        )

    def look_again(self, head: InboxPage, asked: Collection[int], found: Iterable[InboxRow]) -> None:
        """Bring in the list's first page as it is now, and those of the threads `asked` for that were `found`.

        What was asked for and not found has left the list. The head is let be while the window stands below it.
        """
        gone = set(asked)
        if self.before is None:
            lowest = place_of(head.rows[-1]) if head.rows and head.after is not None else None
            gone |= {row.thread.id for row in self.rows if lowest is None or place_of(row) >= lowest}
        self.rows = [row for row in self.rows if row.thread.id not in gone]
        self._take(found)
        if self.before is None:
            self._take(head.rows)

    def _take(self, rows: Iterable[InboxRow]) -> None:
        held = {row.thread.id: row for row in self.rows}
        held.update((row.thread.id, row) for row in rows)
        self.rows = sorted(held.values(), key=place_of, reverse=True)

    def _remember(self, page: InboxPage) -> None:
        if page.before is not None:
            self.tops = sorted([*self.tops, (place_of(page.rows[0]), page.before)], reverse=True)
        if page.after is not None:
            self.tails = sorted([*self.tails, (place_of(page.rows[-1]), page.after)], reverse=True)

    def _cut_top(self) -> None:
        limit = place_of(self.rows[-self.largest])
        cuts = [top for top in self.tops if top[0] <= limit]
        if cuts:
            place, self.before = cuts[0]
            self.rows = [row for row in self.rows if place_of(row) <= place]
            self.tops = cuts
            self.tails = [tail for tail in self.tails if tail[0] <= place]

    def _cut_bottom(self) -> None:
        limit = place_of(self.rows[self.largest - 1])
        cuts = [tail for tail in self.tails if tail[0] >= limit]
        if cuts:
            place, self.after = cuts[-1]
            self.rows = [row for row in self.rows if place_of(row) >= place]
            self.tails = cuts
            self.tops = [top for top in self.tops if top[0] >= place]
