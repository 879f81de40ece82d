"""The line of keys at the bottom: only what matters where one is, and as much of it as has room."""

from typing import Any

from rich.text import Text
from textual import events
from textual.screen import Screen
from textual.widget import Widget

from ..shown import line
from .active import Active, active
from .names import key_shown

_GAP = 2


class KeyLine(Widget):
    """The keys that have a word for this line, the nearest part's first; help and palette always, at the end."""

    DEFAULT_CSS = "KeyLine { height: 1; padding: 0 1; color: $text-muted; background: $background; }"

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, Active]] = []

    def on_mount(self) -> None:
        """Draw anew whenever other keys work."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[Any]) -> None:
        self.refresh()

    def render(self) -> Text:
        """The keys that have room."""
        made, self._places = Text(end="", no_wrap=True), []
        for one in with_room(active(self.screen, by_keys=True), self.content_size.width):
            made.append(" " * _GAP if made else "")
            start = made.cell_len
            made.append_text(_piece(one))
            self._places.append((start, made.cell_len, one))
        return made

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does that was clicked on."""
        column = event.x - self.gutter.left
        for start, end, one in self._places:
            if start <= column < end:
                event.stop()
                await self.app.run_action(one.binding.action, one.node)


def with_room(actions: list[Active], width: int) -> list[Active]:
    """The keys that fit into `width` columns: those that always stand there, before them the first of the others."""
    shown = [one for one in actions if one.key.footer]
    always = [one for one in shown if one.key.where == "app"]
    room = width + _GAP - sum(_piece(one).cell_len + _GAP for one in always)
    fitting = []
    for one in (one for one in shown if one.key.where != "app"):
        room -= _piece(one).cell_len + _GAP
        if room < 0:
            break
        fitting.append(one)
    return fitting + always


def _piece(one: Active) -> Text:
    made = line(key_shown(one.keys[0]), "bold")
    made.append_text(line(f" {one.key.footer}", "dim"))
    return made
