"""A window that asks yes or no, by keys that are not those that asked for it."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ..keymap import bindings
from ..lines.answers import Answers
from ..shown import label, shown
from .window import Window


class Confirm(Window[bool]):
    """Asks whether to do something, and says what it means; answers whether to.

    Without a title it waits for `say`, and takes no yes before: nobody can mean what they have not read.
    """

    BINDINGS = bindings("confirm")
    DEFAULT_CSS = """
    Confirm { align: center middle; }
    Confirm > Vertical { width: 56; max-width: 95%; height: auto; max-height: 90%; border: round $warning;
        background: $surface; padding: 0 1; }
    Confirm Static { height: auto; }
    Confirm Answers { margin-top: 1; }
    """

    def __init__(self, title: str = "", meaning: str = "") -> None:
        super().__init__()
        self._title = title
        self._meaning = meaning

    def compose(self) -> ComposeResult:
        """What is asked, what it means, and the two answers."""
        with Vertical():
            yield Static("", id="meaning", markup=False)
            yield Answers(("confirm.yes", "yes", "yes"), ("confirm.no", "no", "no"))

    def say(self, title: str, meaning: str) -> None:
        """Say now what is asked."""
        self._title, self._meaning = title, meaning
        if self.open:
            self._draw()

    def on_mount(self) -> None:
        """Show what is asked by now."""
        self._draw()

    def _draw(self) -> None:
        self.query_one(Vertical).border_title = label(self._title)
        self.query_one("#meaning", Static).update(shown(self._meaning))

    def action_yes(self) -> None:
        """Do it."""
        if self._title:
            self.dismiss(True)

    def action_no(self) -> None:
        """Change nothing."""
        self.dismiss(False)
