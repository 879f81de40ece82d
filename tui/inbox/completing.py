"""What the word being typed in the filter may become: a short list below it."""

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual import events

from convo.model.completion import Completion, Completions

from ..lines.items_view import ItemsView
from ..shown import line

_SHOWN = 6
_MOST_COLUMNS = 24


class CompletionList(ItemsView[Completion], can_focus=False):
    """Completions, one a line; none of them is highlighted before somebody moves among them."""

    DEFAULT_CSS = """
    CompletionList { display: none; overlay: screen; constrain: none inside; height: auto; width: 100%;
        background: $panel; padding: 0 1; }
    CompletionList.-shown { display: block; }
    CompletionList > .items--cursor-elsewhere { background: $panel; }
    CompletionList.-picked > .items--cursor-elsewhere { background: $primary-muted; }
    """

    def __init__(self) -> None:
        super().__init__(id="completions")
        self._span = (0, 0)

    def key_of(self, item: Completion) -> str:
        """Its text."""
        return item.text

    def height_of(self, item: Completion, width: int) -> int:
        """One line."""
        return 1

    def lines_of(self, item: Completion, width: int) -> Sequence[Text]:
        """What would stand there, and what it means."""
        made = line(item.text, width=min(width, _MOST_COLUMNS))
        made.pad_right(max(0, min(width // 2, 12) - made.cell_len))
        made.append("  ")
        made.append_text(line(item.detail, Style(dim=True), width=max(0, width - made.cell_len)))
        return (made,)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose where the mouse is pressed: by the time it is let go the list may have gone with the focus."""
        place = self.place_at(event.y)
        if place is not None:
            event.stop()
            self.move_to(place)
            self.action_open()

    def on_click(self, event: events.Click) -> None:
        """Nothing more: it was chosen when the mouse was pressed."""
        event.stop()
        event.prevent_default()

    def show(self, found: Completions, typed: str) -> None:
        """Offer these for a text; what stands there already is no offer."""
        self._span = (found.start, found.end)
        here = typed[found.start : found.end]
        items = [item for item in found.items if item.text != here]
        self.set_class(bool(items), "-shown")
        self.remove_class("-picked")
        self.styles.height = max(1, min(_SHOWN, len(items)))
        self.set_items(items)
        self.move_to(0)

    def hide(self) -> None:
        """Offer nothing."""
        self.remove_class("-shown", "-picked")

    @property
    def offers(self) -> bool:
        """Whether something is offered."""
        return self.has_class("-shown")

    @property
    def picked(self) -> bool:
        """Whether somebody moved to one of the offers."""
        return self.offers and self.has_class("-picked")

    def pick(self, steps: int) -> None:
        """Highlight the next offer, first of all the first."""
        if self.picked:
            self.move_to(self.cursor + steps)
        else:
            self.add_class("-picked")
            self.refresh()

    def completed(self, typed: str) -> tuple[str, int]:
        """The text with the highlighted offer, or else the first, in its place, and where one goes on to type."""
        item = self.current
        if item is None:
            return typed, len(typed)
        start, end = self._span
        rest = typed[end:]
        word = (
            item.text if item.text.endswith((":", "<", ">", "=", "(")) else item.text + ("" if rest[:1] == " " else " ")
        )
        return typed[:start] + word + rest, start + len(word)
