"""Which threads of the inbox are marked for the next action, and the keys that mark them."""

from textual.widget import Widget

from ..shown import label
from .rows import InboxRows


class Marks(Widget):
    """The inbox's part that marks; `rows` are the inbox's own."""

    @property
    def rows(self) -> InboxRows:
        """The rows of the list."""
        return self.query_one(InboxRows)

    def action_mark(self) -> None:
        """Mark the thread under the cursor, or no longer, and go on to the next."""
        row = self.rows.current
        if row is not None:
            self.rows.marked ^= {row.thread.id}
            self._marks_changed()
            self.rows.action_move(1)

    def action_mark_all(self) -> None:
        """Mark every thread that the list holds, besides those marked; nothing, if all are marked."""
        held = {row.thread.id for row in self.rows.items}
        self.rows.marked = set() if self.rows.marked >= held else self.rows.marked | held
        self._marks_changed()

    def clear_marks(self) -> None:
        """Mark nothing any more."""
        self.rows.marked = set()
        self._marks_changed()

    def marked_in_order(self) -> tuple[int, ...]:
        """The marked threads as the list has them, and behind them those whose rows it does not hold now."""
        held = [row.thread.id for row in self.rows.items if row.thread.id in self.rows.marked]
        return (*held, *sorted(self.rows.marked.difference(held), reverse=True))

    def say_marked(self) -> None:
        """Say in the title how many are marked."""
        marked = len(self.rows.marked)
        title = label(f"Inbox · {marked:,} marked" if marked else "Inbox").markup
        if title != self.border_title:  # to set it draws the whole pane
            self.border_title = title

    def _marks_changed(self) -> None:
        self.rows.redraw()
        self.say_marked()
