"""The status line: store, channels, what waits to leave; and above everything, in a banner, that the store is lost."""

from textual.widgets import Static

from convo.errors import ConvoError
from convo.model.inbox_views import DeskStatus

from ..asking import Asks
from ..shown import line


class StatusLine(Asks, Static):
    """How the desk is, in one line."""

    DEFAULT_CSS = "StatusLine { height: 1; background: $panel; color: $text-muted; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__("", id="status", markup=False)

    def on_mount(self) -> None:
        """Look for the first time."""
        self.refresh_from_store()

    def refresh_from_store(self) -> None:
        """Look again."""
        self.ask("status", lambda desk: desk.inbox.status(), self._show)

    def _show(self, status: DeskStatus) -> None:
        self.update(line(f"{status.operator} · {status.store} · {status.queued} to leave"))


class Banner(Static):
    """That the store is lost, and why; hidden while all is well."""

    DEFAULT_CSS = """
    Banner { height: 1; background: $error; color: $background; text-style: bold; padding: 0 1; display: none; }
    Banner.-lost { display: block; }
    """

    def __init__(self) -> None:
        super().__init__("", id="banner", markup=False)

    def say(self, error: ConvoError) -> None:
        """Say why the store is lost."""
        self.update(line(f"no store: {error.message}; drafts are kept, trying again"))
        self.add_class("-lost")

    def clear(self) -> None:
        """All is well again."""
        self.remove_class("-lost")
