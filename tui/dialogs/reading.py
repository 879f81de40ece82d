"""A window that tells something: lines to read and scroll, closed by Escape."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from ..keymap import bindings
from ..shown import label
from .window import Window


class Reading(Window[None]):
    """Lines to read; they may come later, by `fill`. Long ones go on below, as far in as they began."""

    BINDINGS = bindings("reading")
    DEFAULT_CSS = """
    Reading { align: center middle; }
    Reading VerticalScroll { width: 84; max-width: 96%; height: auto; max-height: 92%; border: round $primary;
        background: $surface; padding: 0 1; scrollbar-size-vertical: 1; }
    Reading Static { height: auto; }
    """

    def __init__(self, title: str, lines: Sequence[Text] = ()) -> None:
        super().__init__()
        self._title = title
        self._lines = list(lines)

    def compose(self) -> ComposeResult:
        """The lines."""
        with VerticalScroll() as window:
            window.border_title = label(self._title)
            window.border_subtitle = label("Esc closes")
            yield Static("", id="lines", markup=False)

    def on_mount(self) -> None:
        """Show what there is."""
        self.query_one(VerticalScroll).focus()
        self._draw()

    def on_resize(self) -> None:
        """Break lines anew."""
        self._draw()

    def fill(self, lines: Sequence[Text]) -> None:
        """Show these lines."""
        self._lines = list(lines)
        if self.open:
            self._draw()

    def action_scroll(self, lines: int) -> None:
        """Move by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Move by what is seen."""
        window = self.query_one(VerticalScroll)
        window.scroll_relative(y=pages * max(1, window.scrollable_content_region.height - 1), animate=False)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def _draw(self) -> None:
        width = max(10, min(80, round(self.size.width * 0.96) - 4))
        wrapped = [piece for one in self._lines for piece in _hung(one, width, self)]
        self.query_one("#lines", Static).update(Text("\n").join(wrapped))


def _hung(text: Text, width: int, window: Reading) -> list[Text]:
    """A line as several of at most `width` columns, those below as far in as it begins."""
    plain = text.plain
    indent = min(len(plain) - len(plain.lstrip()), width // 2)
    if text.cell_len <= width:
        return [text]
    pieces = text[indent:].wrap(window.app.console, width - indent, no_wrap=False)
    made = []
    for piece in pieces:
        whole = Text(" " * indent)
        whole.append_text(piece)
        made.append(whole)
    return made
