"""The bar of the inbox's views with their counts; with little width the current one and its neighbours."""

from collections.abc import Sequence
from functools import partial

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from convo.model.inbox_views import InboxView

from ..keys.jump import Jump
from ..shown import line

_GAP = 2
_LONGEST_TITLE = 18
_EDGE = 2
"""Columns that the sign for more views takes at an end."""


class ViewsBar(Widget):
    """One line of views; a click on one chooses it, one on ‹ or › the neighbour that has no room."""

    DEFAULT_CSS = "ViewsBar { height: 1; padding: 0 1; }"

    class Picked(Message):
        """Somebody clicked on the view at a place."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self) -> None:
        super().__init__(id="inbox-views")
        self._views: Sequence[InboxView] = ()
        self._current = 0
        self._spans: list[tuple[int, int, int]] = []

    def show(self, views: Sequence[InboxView], current: int) -> None:
        """Show these, one of them as the current one."""
        if (views, current) != (self._views, self._current):
            self._views, self._current = views, current
            self.refresh()

    def render(self) -> Text:
        """The views that have room."""
        made, self._spans = Text(end="", no_wrap=True), []
        if not self._views:
            return made
        width = self.size.width
        first, end = self._room(width)
        if first > 0:
            made.append("‹ ", Style(dim=True))
            self._spans.append((0, _EDGE, first - 1))
        for place in range(first, end):
            start = made.cell_len
            made.append_text(self._title(place))
            self._spans.append((start, made.cell_len, place))
            made.append(" " * (_GAP if place + 1 < end else 0))
        if end < len(self._views):
            start = made.cell_len
            made.append(" ›", Style(dim=True))
            self._spans.append((start, start + _EDGE, end))
        made.truncate(width, overflow="ellipsis")
        return made

    def on_click(self, event: events.Click) -> None:
        """Choose the view that was clicked on."""
        column = event.x - self.gutter.left
        for start, end, place in self._spans:
            if start <= column < end:
                event.stop()
                self.post_message(self.Picked(place))

    def jumps(self) -> list[Jump]:
        """The views in sight, for jump mode."""
        x, y = self.content_region.offset
        return [Jump(x + start, y, partial(self._pick, place)) for start, _, place in self._spans]

    def _pick(self, place: int) -> None:
        self.post_message(self.Picked(place))

    def _title(self, place: int) -> Text:
        view = self._views[place]
        here = place == self._current
        style = Style(bold=True, underline=True) if here else Style(dim=not view.count)
        made = Text(end="").append_text(line(view.title, style, width=_LONGEST_TITLE))
        if view.count:
            made.append(f" {count_of(view)}", Style(bold=here, dim=not here))
        return made

    def _room(self, width: int) -> tuple[int, int]:
        """From where up to where views have room: the current one, then its neighbours, the next one first."""
        sizes = [self._title(place).cell_len for place in range(len(self._views))]
        first, end = self._current, self._current + 1
        while True:
            grown = [(first, end + 1), (first - 1, end)] if end - self._current <= self._current - first + 1 else []
            grown = grown or [(first - 1, end), (first, end + 1)]
            fitting = next((wish for wish in grown if self._fits(sizes, *wish, width)), None)
            if fitting is None:
                return first, end
            first, end = fitting

    def _fits(self, sizes: Sequence[int], first: int, end: int, width: int) -> bool:
        if first < 0 or end > len(sizes):
            return False
        edges = _EDGE * ((first > 0) + (end < len(sizes)))
        return sum(sizes[first:end]) + _GAP * (end - first - 1) + edges <= width


def count_of(view: InboxView) -> str:
    """How many threads a view holds, as far as they are counted."""
    return f"{view.count:,}{'+' if view.more else ''}"
