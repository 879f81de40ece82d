"""An input of one line that shows nothing a terminal would obey, whatever is pasted into it."""

from textual.widgets import Input

from convo.text import safe

from .resting_cursor import RestingCursor

_LONGEST = 2_000


class TypedLine(RestingCursor, Input):
    """Textual's input, with controls and marks of direction made visible as they come in."""

    DEFAULT_CSS = "TypedLine, TypedLine:focus { border: none; height: 1; padding: 0; background: transparent; }"

    def validate_value(self, value: str) -> str:
        """The text that is kept: one line, safe to show, no longer than anybody would type."""
        return safe(value[:_LONGEST]).replace("\n", " ").replace("\t", " ")
