"""The rows of the inbox, two lines a thread."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.message import Message

from convo import clock
from convo.model.inbox_views import InboxRow
from convo.model.views import ThreadRow

from ..asking import asker_of, zone_of
from ..lines.items_view import ItemsView
from .row_lines import row_lines

_REDRAWN_EVERY = 30.0
"""Seconds after which ages are drawn anew."""

_STYLES = {"mark": "inbox--mark", "alert": "inbox--alert", "late": "inbox--late"}
_PLAIN = {"": Style(), "strong": Style(bold=True), "quiet": Style(dim=True)}


class InboxRows(ItemsView[InboxRow]):
    """Threads, the newest first; `marked` has the numbers of those marked for the next action, in sight or not."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_STYLES.values())
    DEFAULT_CSS = """
    InboxRows { height: 1fr; }
    InboxRows > .inbox--mark { color: $primary; }
    InboxRows > .inbox--alert { color: $text-warning; }
    InboxRows > .inbox--late { color: $text-error; }
    """

    class WantedEnd(Message):
        """Somebody wants to see one end of the whole list, whatever is loaded: the last one, or the first."""

        def __init__(self, *, last: bool) -> None:
            super().__init__()
            self.last = last

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.marked: set[int] = set()
        self._colours: dict[str, Style] = {}

    def on_mount(self) -> None:
        """Let the ages grow."""
        self.set_interval(_REDRAWN_EVERY, self.redraw)

    def key_of(self, item: InboxRow) -> int:
        """The thread's number."""
        return item.thread.id

    def thread(self, number: int) -> ThreadRow | None:
        """What the list says of a thread, if it holds it."""
        place = self.place_of(number)
        return None if place is None else self.items[place].thread

    def height_of(self, item: InboxRow, width: int) -> int:
        """Two lines."""
        return 2

    def lines_of(self, item: InboxRow, width: int) -> Sequence[Text]:
        """Who and how long, what about and how soon."""
        desk = asker_of(self).desk
        return row_lines(
            item,
            width,
            marked=item.thread.id in self.marked,
            me=desk.actor.name,
            now=clock.now(),
            zone=zone_of(self),
            style=self._style,
        )

    def in_sight(self, beyond: int = 0) -> list[InboxRow]:
        """The rows that the screen shows, and so many above and below."""
        first = self.place_at(self.gutter.top) or 0
        shown = self.scrollable_content_region.height // 2 + 1
        return self.items[max(0, first - beyond) : first + shown + beyond]

    def action_first(self) -> None:
        """Go to the list's first thread."""
        self.post_message(self.WantedEnd(last=False))

    def action_last(self) -> None:
        """Go to the list's last thread, loaded or not."""
        self.post_message(self.WantedEnd(last=True))

    def notify_style_update(self) -> None:
        """Draw with another theme's colours."""
        super().notify_style_update()
        self._colours.clear()
        self._strips.clear()

    def _style(self, kind: str) -> Style:
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind not in self._colours:
            full = self.get_component_rich_style(_STYLES[kind])
            self._colours[kind] = Style(color=full.color, bold=True)
        return self._colours[kind]
