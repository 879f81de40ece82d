"""A line of words of which each can be clicked, and does then what its key does."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.dom import DOMNode
from textual.widget import Widget


class ClickedLine(Widget):
    """A line of pieces; a subclass says what they are, and where they run."""

    between: ClassVar[str] = " "
    """What stands between two pieces."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._spans: list[tuple[int, int, str, DOMNode]] = []

    def pieces(self) -> Iterable[tuple[Text, str, DOMNode]]:
        """The words, each with the action that a click runs, and the part of the screen that it is run on."""
        raise NotImplementedError

    def render(self) -> Text:
        """The pieces, one beside the other."""
        made, self._spans = Text(end="", no_wrap=True), []
        for words, action, node in self.pieces():
            made.append(self.between if made else "")
            start = made.cell_len
            made.append_text(words)
            self._spans.append((start, made.cell_len, action, node))
        return made

    async def on_click(self, event: events.Click) -> None:
        """Do what was clicked on."""
        column = event.x - self.gutter.left
        for start, end, action, node in self._spans:
            if start <= column < end:
                event.stop()
                await self.app.run_action(action, node)
