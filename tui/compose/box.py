"""The box that one writes in: soft lines, undo and redo, and nothing in it that a terminal would obey."""

import re
from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from ..lines.resting_cursor import RestingCursor
from .unsent import tidy

_LONGEST_NAME = 80
_NAMING = re.compile(r"(?:^|\W)@([^\s@]*)\Z")


class Box(RestingCursor, TextArea):
    """A text area in which the keys of the part around it go before its own, whatever they are bound to.

    `first` may take a key before anything else does. It says when a snippet or a name is asked for.
    """

    class SnippetWanted(Message):
        """A ; was typed at the beginning of a word."""

    class Naming(Message):
        """The word before the cursor begins a name with @; `begun` is what follows that, None when it does not."""

        def __init__(self, begun: str | None) -> None:
            super().__init__()
            self.begun = begun

    def __init__(self, first: Callable[[str], bool]) -> None:
        super().__init__(id="text", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False)
        self._first = first

    def show(self, body: str) -> None:
        """Show a text in place of this one, the cursor at its end; undo brings the other back."""
        if body != self.text:
            self.replace(body, (0, 0), self.document.end, maintain_selection_offset=False)
            self.history.checkpoint()
        self.move_cursor(self.document.end)

    def begin(self, body: str) -> None:
        """Show the text of another thread, the cursor at its end; there is nothing to undo."""
        if body or self.text:
            self.load_text(body)
        self.move_cursor(self.document.end)

    def put(self, text: str) -> None:
        """Put a text where the cursor is, or in place of what is selected."""
        start, end = self.selection
        result = self.replace(tidy(text), start, end, maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    def put_name(self, begun: str, name: str) -> None:
        """Put a name in place of what was typed of it."""
        row, column = self.cursor_location
        self.replace(f"{name} ", (row, column - len(begun)), (row, column), maintain_selection_offset=False)

    @property
    def size_in_letters(self) -> int:
        """How long the text is."""
        lines = self.document.lines
        return sum(map(len, lines)) + len(lines) - 1

    async def _on_key(self, event: events.Key) -> None:
        if self._first(event.key):
            event.stop()
            event.prevent_default()
            return
        if event.is_printable:
            if event.key == "semicolon" and not self.read_only and self._at_word():
                event.stop()
                event.prevent_default()
                self.post_message(self.SnippetWanted())
        elif await self._theirs(event.key):
            event.stop()
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        if not self.read_only:
            self.put(event.text)

    def _refresh_size(self) -> None:
        # Undo asks for this before it moves the cursor, which may stand on a line that is gone: Textual then raises.
        start, end = self.clamp_visitable(self.selection.start), self.clamp_visitable(self.selection.end)
        if (start, end) != tuple(self.selection):
            self.set_reactive(TextArea.selection, Selection(start, end))
        super()._refresh_size()

    async def _theirs(self, key: str) -> bool:
        """Whether the part around this took a key."""
        for node, bindings in self.screen._binding_chain:
            if node is self.parent:
                for binding in bindings.key_to_bindings.get(key, ()):
                    if await self.app.run_action(binding.action, node):
                        return True
        return False

    def say_naming(self) -> None:
        """Say whether a name is begun before the cursor."""
        row, column = self.cursor_location
        found = _NAMING.search(self.document.get_line(row)[max(0, column - _LONGEST_NAME) : column])
        self.post_message(self.Naming(found.group(1) if found else None))

    def _at_word(self) -> bool:
        row, column = self.cursor_location
        return column == 0 or self.document.get_line(row)[column - 1].isspace()
