"""The timeline: messages, notes, calls and purchases in time order, drawn and wrapped only where one looks."""

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.message import Message

from convo.model.views import MessageView

from ..lines.items_view import ItemsView
from .drawing import Look, drawn
from .items import Item, Rule, Said
from .reading import Body, body_of

_BODIES = 1_000
_PARTS = ("text", "dim", "theirs", "ours", "note", "event", "other", "bad", "new")


class Timeline(ItemsView[Item]):
    """What was said and what happened, oldest first. Its cursor passes rules by, and long messages scroll under it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    Timeline { height: 1fr; padding: 0 1; }
    Timeline > .timeline--text { color: $text; }
    Timeline > .timeline--dim { color: $text-muted; }
    Timeline > .timeline--theirs { color: $text; text-style: bold; }
    Timeline > .timeline--ours { color: $primary; }
    Timeline > .timeline--note { color: $warning; }
    Timeline > .timeline--event { color: $secondary; }
    Timeline > .timeline--other { color: $text-muted; text-style: italic; }
    Timeline > .timeline--bad { color: $error; }
    Timeline > .timeline--new { color: $accent; text-style: bold; }
    """

    class Last(Message):
        """Somebody wants to see the end of the conversation."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone: tzinfo | None = None
        self.leaving: Mapping[int, datetime] = {}
        self._levels: dict[int, int] = {}
        self._heights: dict[int, tuple[MessageView, int, int, int]] = {}
        self._bodies: LRUCache[tuple[int, int, int], tuple[MessageView, Body]] = LRUCache(_BODIES)
        self._styles: dict[str, Style] = {}
        self._standing: tuple[Hashable | None, bool] | None = None

    # -- what is shown

    def key_of(self, item: Item) -> Hashable:
        """Its kind and number."""
        return item.key

    def height_of(self, item: Item, width: int) -> int:
        """One line, or a message's first line and those below."""
        if not isinstance(item, Said) or not self.size.width:
            return 1
        message, level = item.message, self._levels.get(item.message.id, 0)
        known = self._heights.get(message.id)
        if known is not None and known[0] is message and known[1:3] == (width, level):
            return known[3]
        height = 1 + len(self._body(message, width).lines)
        self._heights[message.id] = (message, width, level, height)
        return height

    def lines_of(self, item: Item, width: int) -> Sequence[Text]:
        """Who said what when, or what happened."""
        body = self._body(item.message, width) if isinstance(item, Said) else None
        return drawn(item, body, width, self._look(), selected=item is self.current and self.has_focus)

    def stand(self, key: Hashable | None, *, new: bool = False) -> None:
        """Put the cursor on an item, or (None) at the end; `new` brings the rule above it to the top."""
        if not self.size.width:
            self._standing = (key, new)
            return
        place = len(self.items) - 1 if key is None else self.place_of(key)
        if place is None or not self.items:
            return
        self.move_to(place)
        if key is None and self._start(self.newest) >= self.scroll_target_y:
            self.move_to(self.newest)
        if new:
            top = self._start(place) - (2 if place > 1 else 1)
            self.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)

    @property
    def newest(self) -> int:
        """Where the newest message of the thread in front stands, or else the last item of all."""
        open_ones = (place for place, item in enumerate(self.items) if isinstance(item, Said) and item.open)
        return max(open_ones, default=len(self.items) - 1)

    def forget(self) -> None:
        """Fold everything, and keep nothing of what was shown."""
        self._levels.clear()
        self._heights.clear()
        self._bodies.clear()

    def unfold(self, message: MessageView) -> None:
        """Show more of a message, or fold it when all of it is shown."""
        level = self._levels.get(message.id, 0)
        self._levels[message.id] = level + 1 if self.has_more(message) else 0
        self.redraw()
        self._reveal()

    def has_more(self, message: MessageView) -> bool:
        """Whether unfolding a message shows more of it."""
        return self._body(message, self._width).more

    @property
    def at_end(self) -> bool:
        """Whether the last line is in sight."""
        height = self.scrollable_content_region.height
        return not self._ends or round(self.scroll_target_y) + height >= self._ends[-1]

    def to_end(self) -> None:
        """Show the end, without moving the cursor."""
        if self._ends:
            self.scroll_to(y=self._ends[-1], animate=False, force=True, immediate=True)

    # -- moving about

    def set_items(self, items: Sequence[Item], *, cursor: Hashable | None = None, to_cursor: bool = False) -> None:
        """Show these instead; see ItemsView."""
        super().set_items(items, cursor=cursor, to_cursor=to_cursor)
        if items and isinstance(self.items[self.cursor], Rule):
            self.cursor = self._beside(self.cursor, 1)

    def move_to(self, place: int) -> None:
        """Put the cursor on the item at a place, or the next one in that direction that is no rule."""
        if not self.items:
            return
        before = self.current
        place = max(0, min(place, len(self.items) - 1))
        self._redraw_head(before)
        super().move_to(self._beside(place, 1 if place >= self.cursor else -1))
        self._redraw_head(self.current)

    def action_move(self, steps: int) -> None:
        """To another item, when all of this one has been in sight."""
        if not self._scrolled(steps):
            super().action_move(steps)

    def action_page(self, halves: int) -> None:
        """Half a screen on, within an item or beyond it."""
        if not self._scrolled(halves * max(1, self.scrollable_content_region.height // 2)):
            super().action_page(halves)

    def action_last(self) -> None:
        """To the end of the conversation, which may have to be loaded."""
        self.post_message(self.Last())

    def on_resize(self) -> None:
        """Measure anew; what was to be shown before there was room is shown now."""
        at_end = self.at_end
        super().on_resize()
        if self._standing is not None and self.size.width:
            standing, self._standing = self._standing, None
            self.stand(standing[0], new=standing[1])
        elif at_end:
            self.to_end()

    def on_focus(self) -> None:
        """Tell more of the message under the cursor."""
        self._redraw_head(self.current)

    def on_blur(self) -> None:
        """Tell less."""
        self._redraw_head(self.current)

    def notify_style_update(self) -> None:
        """Other colours."""
        self._styles = {}
        self._strips.clear()
        super().notify_style_update()

    def _scrolled(self, lines: int) -> bool:
        """Scroll within an item that is taller than the screen; False when there is no more of it that way."""
        height = self.scrollable_content_region.height
        if not self.items or self._ends[self.cursor] - self._start(self.cursor) <= height:
            return False
        top = round(self.scroll_target_y)
        first, last = self._start(self.cursor), self._ends[self.cursor] - height
        wanted = min(last, top + lines) if lines > 0 else max(first, top + lines)
        if (lines > 0 and wanted <= top) or (lines < 0 and wanted >= top):
            return False
        self.scroll_to(y=wanted, animate=False, force=True, immediate=True)
        return True

    def _beside(self, place: int, step: int) -> int:
        """The nearest place that holds no rule, first in one direction."""
        for way in (step, -step):
            there = place
            while 0 <= there < len(self.items):
                if not isinstance(self.items[there], Rule):
                    return there
                there += way
        return place

    def _anchor(self) -> tuple[Hashable, int] | None:
        """The first item in sight that is no rule, also at the top: what is older comes above it, and days move."""
        if not self._ends:
            return None
        top = round(self.scroll_offset.y)
        place = self._beside(min(bisect_right(self._ends, top), len(self.items) - 1), 1)
        return self.key_of(self.items[place]), top - self._start(place)

    # -- drawing

    def redraw_head(self, key: Hashable) -> None:
        """Draw an item anew whose height stays."""
        self._strips.discard((key, self._width))
        self.refresh()

    def _redraw_head(self, item: Item | None) -> None:
        if item is not None:
            self.redraw_head(item.key)

    def _body(self, message: MessageView, width: int) -> Body:
        key = (message.id, width, self._levels.get(message.id, 0))
        known = self._bodies.get(key)
        if known is None or known[0] is not message:
            known = self._bodies[key] = (message, body_of(message, width - 2, key[2]))
        return known[1]

    def _look(self) -> Look:
        if not self._styles:
            for part in _PARTS:
                whole = self.get_component_rich_style(f"timeline--{part}")
                self._styles[part] = Style(color=whole.color, bold=whole.bold, italic=whole.italic)
        assert self.zone is not None
        return Look(self.zone, self._styles, self.leaving)
