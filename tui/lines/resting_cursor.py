"""A cursor that blinks while somebody types and then stands still: a screen that is left alone draws nothing."""

from typing import TYPE_CHECKING

from textual.reactive import Reactive
from textual.timer import Timer

if TYPE_CHECKING:
    from textual.widget import Widget as Beside
else:
    Beside = object  # of two widgets among the bases Textual would take the styles of the first alone

BLINKS = 15.0
"""For how many seconds after the last key a cursor blinks, as terminals have it with their own."""


class RestingCursor(Beside):
    """What makes the cursor of one of Textual's widgets for text rest; among the bases it comes before that."""

    cursor_blink: Reactive[bool]
    _blinking: Timer | None = None
    _rests = False

    def on_focus(self) -> None:
        """Blink for a while."""
        self._blink_on()

    def on_key(self) -> None:
        """Blink from now on for as long again."""
        self._blink_on()

    def _blink_on(self) -> None:
        if self._rests:
            self._rests, self.cursor_blink = False, True
        if self._blinking is None:
            self._blinking = self.set_timer(BLINKS, self._rest)
        else:
            self._blinking.reset()

    def _rest(self) -> None:
        self._blinking = None
        if self.cursor_blink:
            self._rests, self.cursor_blink = True, False
