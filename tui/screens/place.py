"""What every screen but the desk's has: a title, what it shows, the status line and the keys; Escape leads back."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ..asking import Asks
from ..keymap import bindings
from ..keys.line import KeyLine
from ..shown import label
from ..status.banner import Banner
from ..status.line import StatusLine


class PlaceScreen(Asks, Screen[None]):
    """A screen of one thing; a subclass gives its `TITLE` and its `parts`."""

    BINDINGS = bindings("place")
    DEFAULT_CSS = """
    PlaceScreen > .place--title { height: 1; padding: 0 1; color: $primary; text-style: bold; }
    """

    def parts(self) -> Iterable[Widget]:
        """The widgets between title and status line."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Banner, title, parts, status, keys."""
        yield Banner()
        yield Static(label(self.TITLE or ""), classes="place--title", markup=False)
        yield from self.parts()
        yield StatusLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask how the desk is."""
        self.query_one(StatusLine).refresh_from_store()

    def look(self) -> None:
        """Ask for what is shown, and for it again when the store changed."""

    def refresh_from_store(self) -> None:
        """Somebody changed the store."""
        self.query_one(StatusLine).refresh_from_store()
        self.look()

    def action_back(self) -> None:
        """Back to the desk."""
        self.app.pop_screen()
