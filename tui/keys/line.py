"""The line of keys at the bottom: only what matters where one is, and as much of it as has room."""

from typing import Any

from rich.text import Text
from textual.screen import Screen
from textual.widget import Widget

from ..shown import line
from .active import Active, active
from .names import key_shown

_GAP = 2


class KeyLine(Widget):
    """The keys that have a word for this line, the nearest part's first; help and palette always, at the end."""

    DEFAULT_CSS = "KeyLine { height: 1; padding: 0 1; color: $text-muted; background: $background; }"

    def on_mount(self) -> None:
        """Draw anew whenever other keys work."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[Any]) -> None:
        self.refresh()

    def render(self) -> Text:
        """The keys that have room."""
        return line_of(active(self.screen, by_keys=True), self.size.width)


def line_of(actions: list[Active], width: int) -> Text:
    """The keys in at most `width` columns."""
    shown = [one for one in actions if one.key.footer]
    always = [_piece(one) for one in shown if one.key.where == "app"]
    room = width - sum(piece.cell_len + _GAP for piece in always)
    made = Text(end="", no_wrap=True)
    for piece in (_piece(one) for one in shown if one.key.where != "app"):
        if made.cell_len + piece.cell_len + _GAP > room:
            break
        made.append_text(piece)
        made.append(" " * _GAP)
    for piece in always:
        made.append_text(piece)
        made.append(" " * _GAP)
    made.rstrip()
    return made


def _piece(one: Active) -> Text:
    made = line(key_shown(one.keys[0]), "bold")
    made.append_text(line(f" {one.key.footer}", "dim"))
    return made
