"""A line of keys with what each does, such as y yes · n no, of which each can be clicked, too."""

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.dom import DOMNode

from ..keys.chosen import shown_key
from ..shown import line
from .clicked_line import ClickedLine


class Answers(ClickedLine):
    """The answers of a window that asks: the id of each one's key, its words, and the action of the window it runs."""

    DEFAULT_CSS = "Answers { height: 1; color: $text-muted; }"
    between: ClassVar[str] = " · "

    def __init__(self, *answers: tuple[str, str, str]) -> None:
        super().__init__(id="answers")
        self._answers = answers

    def render(self) -> Text:
        """What has no room is cut, which shows."""
        made = super().render()
        made.overflow = "ellipsis"
        return made

    def pieces(self) -> Iterator[tuple[Text, str, DOMNode]]:
        """The answers."""
        for key, words, action in self._answers:
            yield line(f"{shown_key(self.app, key)} {words}"), action, self.screen
