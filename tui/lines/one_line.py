"""A line of words that is drawn only when it says something else, and moves nothing beside it."""

from rich.text import Text
from textual.widgets import Static


class OneLine(Static):
    """Says what it is told, in one line; its place is as high whatever that is."""

    DEFAULT_CSS = "OneLine { height: 1; }"

    def __init__(self, *, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self._said = Text("")

    def say(self, words: Text) -> None:
        """Say this from now on."""
        if words != self._said:
            self._said = words
            self.update(words, layout=False)
