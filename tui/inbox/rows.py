"""The rows of the inbox, one line a thread."""

from collections.abc import Sequence

from rich.text import Text

from convo.model.inbox_views import InboxRow

from ..lines.items_view import ItemsView
from ..shown import line


class InboxRows(ItemsView[InboxRow]):
    """Threads, the newest first."""

    def key_of(self, item: InboxRow) -> int:
        """The thread's number."""
        return item.thread.id

    def height_of(self, item: InboxRow, width: int) -> int:
        """One line."""
        return 1

    def lines_of(self, item: InboxRow, width: int) -> Sequence[Text]:
        """Who, and what about."""
        thread = item.thread
        made = line("● " if thread.unread else "  ")
        made.append_text(line(thread.customer, width=16))
        made.pad_right(max(0, 19 - made.cell_len))
        made.append_text(line(thread.subject or item.preview, width=max(0, width - 19)))
        return (made,)
