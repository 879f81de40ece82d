"""A line of keys with what each does, such as y yes · n no, of which each can be clicked, too."""

from rich.text import Text
from textual import events
from textual.widget import Widget

from ..keys.chosen import shown_key
from ..shown import line

_BETWEEN = " · "


class Answers(Widget):
    """The answers of a window that asks: the id of each one's key, its words, and the action of the window it runs."""

    DEFAULT_CSS = "Answers { height: 1; color: $text-muted; }"

    def __init__(self, *answers: tuple[str, str, str]) -> None:
        super().__init__(id="answers")
        self._answers = answers
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> Text:
        """The answers, one beside the other."""
        made, self._spans = Text(end="", no_wrap=True, overflow="ellipsis"), []
        for key, words, action in self._answers:
            made.append(_BETWEEN if made else "")
            start = made.cell_len
            made.append_text(line(f"{shown_key(self.app, key)} {words}"))
            self._spans.append((start, made.cell_len, action))
        return made

    async def on_click(self, event: events.Click) -> None:
        """Answer what was clicked on."""
        column = event.x - self.gutter.left
        for start, end, action in self._spans:
            if start <= column < end:
                event.stop()
                await self.app.run_action(action, self.screen)
