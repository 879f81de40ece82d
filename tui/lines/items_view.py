"""A list that is walked with keys and mouse: its cursor, what of it is in sight, and what it tells of both."""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any, TypeVar

from textual import events
from textual.message import Message

from ..keymap import bindings
from ..keys.jump import Jump
from .drawn_items import DrawnItems

T = TypeVar("T")


class ItemsView(DrawnItems[T], can_focus=True):
    """A list with a cursor. A subclass says what an item's key is and how it is drawn.

    What is read stays where it is: when items come or go, the cursor keeps its item and the screen its first line.
    Everything it is given is kept in memory, so that whoever fills it pages: `NearStart` and `NearEnd` say when.
    """

    BINDINGS = bindings("list")

    class Moved(Message):
        """The cursor stands on another item, or on none (`key` is None)."""

        def __init__(self, view: "ItemsView[Any]", key: Hashable | None) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> "ItemsView[Any]":
            """The list."""
            return self.view

    class Opened(Moved):
        """An item was chosen, with Enter or the mouse."""

    class NearStart(Moved):
        """The first items are in sight: there may be more before them."""

    class NearEnd(Moved):
        """The last items are in sight: there may be more behind them."""

    # -- items

    @property
    def current(self) -> T | None:
        """The item under the cursor."""
        return self.items[self.cursor] if self.items else None

    def set_items(self, items: Sequence[T], *, cursor: Hashable | None = None, to_cursor: bool = False) -> None:
        """Show these instead, with the cursor on the item of key `cursor`, or else on the one it stood on.

        `to_cursor` brings the cursor in sight; else the screen keeps its place.
        """
        before, key = self._anchor(), self.key_of(self.items[self.cursor]) if self.items else None
        self.items = list(items)
        self._strips.clear()
        self._measure()
        wanted = cursor if cursor is not None else key
        places = {self.key_of(item): place for place, item in enumerate(self.items)}
        self.cursor = places.get(wanted, max(0, min(self.cursor, len(self.items) - 1)))
        if to_cursor:
            self._reveal()
        elif before is not None:
            self._restore(before, places)
        self.refresh()
        now = self.key_of(self.items[self.cursor]) if self.items else None
        if now != key:
            self.post_message(self.Moved(self, now))

    def move_to(self, place: int) -> None:
        """Put the cursor on the item at a place, and bring it in sight."""
        if not self.items:
            return
        place = max(0, min(place, len(self.items) - 1))
        before, self.cursor = min(self.cursor, len(self.items) - 1), place
        moved = place != before
        self._reveal()
        for each in {before, place}:
            self.refresh_lines(self._start(each), self._ends[each] - self._start(each))
        if moved:
            self.post_message(self.Moved(self, self.key_of(self.items[place])))
        self._tell_ends()

    # -- keys and mouse

    def action_move(self, steps: int) -> None:
        """Move the cursor by so many items."""
        self.move_to(self.cursor + steps)

    def action_first(self) -> None:
        """Go to the first item."""
        self.move_to(0)

    def action_last(self) -> None:
        """Go to the last item."""
        self.move_to(len(self.items) - 1)

    def action_page(self, halves: int) -> None:
        """Move by so many halves of the screen."""
        if not self.items:
            return
        lines = halves * max(1, self.scrollable_content_region.height // 2)
        line = self._start(self.cursor) + lines
        place = bisect_right(self._ends, max(0, line))
        if place == self.cursor:
            place += 1 if halves > 0 else -1
        self.move_to(place)

    def action_open(self) -> None:
        """Open the item under the cursor."""
        if self.items:
            self.post_message(self.Opened(self, self.key_of(self.items[self.cursor])))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is, and open that."""
        place = self.place_at(event.y)
        if place is not None:
            event.stop()
            self.focus()
            self.move_to(place)
            self.action_open()

    def jumps(self) -> list[Jump]:
        """The items in sight, for jump mode."""
        region, made = self.scrollable_content_region, []
        top = self.content_region.y
        last = None
        for row in range(region.height):
            line = row + round(self.scroll_offset.y)
            place = bisect_right(self._ends, line) if self._ends and line < self._ends[-1] else None
            if place is not None and place != last:
                made.append(Jump(self.content_region.x, top + row, partial(self._jump, place)))
                last = place
        return made

    def _jump(self, place: int) -> None:
        self.focus()
        self.move_to(place)

    # -- what is in sight

    def _anchor(self) -> tuple[Hashable, int] | None:
        """The key of the first item in sight and how many of its lines are above, unless the list stands at its top."""
        top = round(self.scroll_offset.y)
        if not self._ends or top <= 0:
            return None
        place = min(bisect_right(self._ends, top), len(self.items) - 1)
        return self.key_of(self.items[place]), top - self._start(place)

    def _restore(self, anchor: tuple[Hashable, int], places: dict[Hashable, int]) -> None:
        place = places.get(anchor[0])
        if place is not None:
            self.scroll_to(y=self._start(place) + anchor[1], animate=False, force=True, immediate=True)

    def _reveal(self) -> None:
        if not self.items:
            return
        height = self.scrollable_content_region.height
        first, last = self._start(self.cursor), self._ends[self.cursor]
        top = round(self.scroll_target_y)
        if first < top or last - first > height:
            top = first
        elif last > top + height:
            top = last - height
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def _tell_ends(self) -> None:
        margin = max(5, self.scrollable_content_region.height)
        if self.cursor <= margin:
            self.post_message(self.NearStart(self, None))
        if self.cursor >= len(self.items) - 1 - margin:
            self.post_message(self.NearEnd(self, None))

    def on_resize(self) -> None:
        """Measure anew: lines break elsewhere."""
        anchor = self._anchor()
        self._measure()
        if anchor is not None:
            self._restore(anchor, {self.key_of(item): place for place, item in enumerate(self.items)})
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell when an end comes in sight by the wheel."""
        super().watch_scroll_y(old_value, new_value)
        if not self._ends:
            return
        height = self.scrollable_content_region.height
        if new_value <= height and new_value < old_value:
            self.post_message(self.NearStart(self, None))
        if new_value + 2 * height >= self._ends[-1] and new_value > old_value:
            self.post_message(self.NearEnd(self, None))
