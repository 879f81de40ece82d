"""A window over the screen that may be closed before what it asked for has come."""

from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class Window(ModalScreen[T]):
    """A modal screen that closes itself only: Textual's own `dismiss` closes whichever is on top."""

    @property
    def open(self) -> bool:
        """Whether it is there, with all its parts."""
        return self.is_mounted and self.is_attached and self in self.app.screen_stack

    def on_click(self, event: events.Click) -> None:
        """Beside the window: close it as Escape does, and change nothing."""
        if event.widget is self:
            self.dismiss(None)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer; nothing, when it is closed already or another window is over it."""
        return super().dismiss(result) if self.open and self.is_current else AwaitComplete()
