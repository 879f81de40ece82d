"""The window that asks what to do when somebody wrote in the thread before an answer could be stored."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from convo.model.views import MessageView

from ..dialogs.window import Window
from ..keymap import bindings
from ..lines.answers import Answers
from ..shown import label, line, shown

_MOST_LETTERS = 2_000


class Meanwhile(Window[bool]):
    """Shows what was written meanwhile; answers whether to send anyway, which is never the key that sends."""

    BINDINGS = bindings("meanwhile")
    DEFAULT_CSS = """
    Meanwhile { align: center middle; }
    Meanwhile > Vertical { width: 64; max-width: 95%; height: auto; max-height: 90%; border: round $warning;
        background: $surface; padding: 0 1; }
    Meanwhile VerticalScroll { height: auto; max-height: 10; margin: 1 0; background: $surface; }
    Meanwhile Static { height: auto; }
    """

    def __init__(self, why: str, messages: tuple[MessageView, ...], customer: str) -> None:
        super().__init__()
        self._why = why
        self._messages = messages
        self._customer = customer

    def compose(self) -> ComposeResult:
        """What was written, and what can be done."""
        with Vertical() as window:
            window.border_title = label("somebody was faster")
            yield Static(line("your reply was not sent; it is kept"), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(self._told(), markup=False)
            yield Answers(("meanwhile.read", "read it first", "read"), ("meanwhile.anyway", "send it anyway", "anyway"))

    def action_read(self) -> None:
        """Read first."""
        self.dismiss(False)

    def action_anyway(self) -> None:
        """Send it all the same."""
        self.dismiss(True)

    def _told(self) -> Text:
        if not self._messages:
            return shown(self._why)
        told = Text("")
        for number, message in enumerate(self._messages):
            who = message.author or (self._customer if message.direction == "inbound" else "somebody")
            told.append_text(line(f"{who}:", "bold"))
            told.append("\n")
            told.append_text(shown(message.body[:_MOST_LETTERS]))
            told.append("\n" if number < len(self._messages) - 1 else "")
        return told
