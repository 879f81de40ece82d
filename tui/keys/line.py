"""The line of keys at the bottom: only what matters where one is, and as much of it as has room."""

from collections.abc import Iterator
from typing import Any, ClassVar

from rich.text import Text
from textual.dom import DOMNode
from textual.screen import Screen

from ..lines.clicked_line import ClickedLine
from ..shown import line
from .active import Active, active
from .names import key_shown

_GAP = 2


class KeyLine(ClickedLine):
    """The keys that have a word for this line, the nearest part's first; help and palette always, at the end."""

    DEFAULT_CSS = "KeyLine { height: 1; padding: 0 1; color: $text-muted; background: $background; }"
    between: ClassVar[str] = " " * _GAP

    def on_mount(self) -> None:
        """Draw anew whenever other keys work."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[Any]) -> None:
        self.refresh()

    def pieces(self) -> Iterator[tuple[Text, str, DOMNode]]:
        """The keys that have room."""
        for one in with_room(active(self.screen, by_keys=True), self.content_size.width):
            yield _piece(one), one.binding.action, one.node


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
