"""Jump mode: a letter on everything in sight, and typing one goes there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ..dialogs.window import Window

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


@dataclass(frozen=True, slots=True)
class Jump:
    """A place on the screen, in columns and lines from its top left, and what going there is."""

    x: int
    y: int
    go: Callable[[], object]


class JumpScreen(Window[None]):
    """Shows a label on each place; whoever types one goes there, and any other key goes nowhere."""

    DEFAULT_CSS = """
    JumpScreen { background: $background 40%; layers: labels; }
    JumpScreen Static { position: absolute; width: auto; height: 1; layer: labels; background: $accent;
        color: $background; text-style: bold; }
    """

    def __init__(self, jumps: Sequence[Jump]) -> None:
        super().__init__()
        self._jumps = dict(zip(labels(len(jumps)), jumps, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """The labels."""
        for name, jump in self._jumps.items():
            shown = Static(Text(name, end=""), markup=False, name=name)
            shown.styles.offset = (jump.x, jump.y)
            yield shown

    def on_key(self, event: events.Key) -> None:
        """Go where the label says, once it is typed."""
        event.stop()
        event.prevent_default()
        self._typed += event.character or "?"
        found = self._jumps.get(self._typed)
        if found is not None:
            self.dismiss(None)
            self.app.call_later(found.go)
        elif any(name.startswith(self._typed) for name in self._jumps):
            for shown in self.query(Static):
                shown.display = (shown.name or "").startswith(self._typed)
        else:
            self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """The mouse needs no letters."""
        event.prevent_default()
        self.dismiss(None)


def labels(count: int) -> list[str]:
    """So many labels, none the beginning of another: letters, and pairs of letters for those that have no room."""
    size = len(LETTERS)
    firsts = 0
    while (size - firsts) + firsts * size < count and firsts < size:
        firsts += 1
    single = list(LETTERS[: size - firsts])
    double = [first + second for first in LETTERS[size - firsts :] for second in LETTERS]
    return (single + double)[:count]


def jumps_of(screen: Screen[Any]) -> list[Jump]:
    """Everything in sight that one can go to: what the parts themselves name, and the parts that can have the focus."""
    found: dict[tuple[int, int], Jump] = {}
    for widget in screen.walk_children(Widget):
        if not widget.display or not widget.is_on_screen or not widget.region:
            continue
        named: list[Jump] = getattr(widget, "jumps", list)()
        found |= {(jump.x, jump.y): jump for jump in named}
        if widget.focusable and not named:
            x, y = widget.region.offset
            found.setdefault((max(0, x - 1), y), Jump(max(0, x - 1), y, widget.focus))
    size = screen.size
    return [
        jump for _, jump in sorted(found.items(), key=_reading_order) if jump.x < size.width and jump.y < size.height
    ]


def _reading_order(one: tuple[tuple[int, int], Jump]) -> tuple[int, int]:
    return one[0][1], one[0][0]
