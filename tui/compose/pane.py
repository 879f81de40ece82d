"""Where one writes: always there, grows with the text, keeps drafts, sends by the way that fits."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TextArea

from ..asking import Asks
from ..keymap import bindings


class ComposePane(Asks, Vertical):
    """A reply or a note to the thread shown."""

    BINDINGS = bindings("compose")

    def __init__(self) -> None:
        super().__init__(id="compose")
        self.thread: int | None = None

    def compose(self) -> ComposeResult:
        """The text."""
        yield TextArea(id="text", soft_wrap=True, tab_behavior="focus")

    def show(self, thread: int | None, customer: int | None) -> None:
        """Write to this thread; its kept draft comes back."""
        self.thread = thread

    def start(self, *, note: bool) -> None:
        """Begin or go on to write a reply, or a note."""
        self.query_one(TextArea).focus()

    def insert(self, text: str, *, article: str | None = None, snippet: str | None = None) -> None:
        """Put a text where one writes."""
        self.query_one(TextArea).insert(text)

    def keep(self) -> None:
        """Keep the draft now, before the screen shows something else or ends."""

    def refresh_from_store(self) -> None:
        """Look again who else is writing, and by which ways an answer can go."""
