"""The inbox: its views with live counts, the filter, and the list of threads."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from convo.model.inbox_views import InboxPage, InboxRow

from ..asking import Asks
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..messages import ThreadChosen
from .rows import InboxRows


class InboxPane(Asks, Vertical):
    """What waits, in lists; says which thread its cursor stands on with ThreadChosen."""

    BINDINGS = bindings("inbox")

    def __init__(self) -> None:
        super().__init__(id="inbox")
        self.sought = ""

    def compose(self) -> ComposeResult:
        """The list."""
        yield InboxRows(id="inbox-rows")

    def on_mount(self) -> None:
        """Load the first page."""
        self.border_title = "Inbox"
        self.refresh_from_store()

    @property
    def rows(self) -> InboxRows:
        """The list."""
        return self.query_one(InboxRows)

    @property
    def current(self) -> InboxRow | None:
        """The row under the cursor."""
        return self.rows.current

    def targets(self) -> tuple[int, ...]:
        """The threads that an action is for: those marked, or else the one under the cursor."""
        row = self.current
        return (row.thread.id,) if row else ()

    def clear_marks(self) -> None:
        """Mark nothing any more."""

    def refresh_from_store(self) -> None:
        """Look again, without moving what is read."""
        sought = self.sought
        self.ask("list", lambda desk: desk.inbox.list(sought, limit=100), self._show)

    def _show(self, page: InboxPage) -> None:
        self.rows.set_items(page.rows)

    @on(ItemsView.Moved)
    def _moved(self, event: ItemsView.Moved) -> None:
        event.stop()
        self._choose(opened=False)

    @on(ItemsView.Opened)
    def _opened(self, event: ItemsView.Opened) -> None:
        event.stop()
        self._choose(opened=True)

    def _choose(self, *, opened: bool) -> None:
        row = self.current
        thread = (row.thread.id, row.thread.customer_id) if row else (None, None)
        self.post_message(ThreadChosen(*thread, opened=opened))
