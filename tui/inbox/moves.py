"""The keys that reach the inbox from anywhere on the desk: filter, views, the next unread."""

from textual.screen import Screen

from ..dialogs.choice import Choice, Option
from .pane import InboxPane


class DeskMoves(Screen[None]):
    """The inbox's part of what the desk's keys do."""

    def reveal(self, pane: str) -> None:
        """On a narrow screen, show this pane; the desk's screen says how."""
        raise NotImplementedError

    @property
    def _inbox(self) -> InboxPane:
        return self.query_one(InboxPane)

    def action_filter(self) -> None:
        """Filter the inbox."""
        self.reveal("inbox")
        self._inbox.start_filter()

    def action_view(self, step: int) -> None:
        """Go to the next view, or the one before."""
        self._go_to_view(self._inbox.place + step)

    def action_choose_view(self) -> None:
        """Choose one of the views by its name."""
        options = [
            Option(str(place), view.title, f"{view.count:,}{'+' if view.more else ''}")
            for place, view in enumerate(self._inbox.views)
        ]

        def chosen(place: str | None) -> None:
            if place is not None:
                self._go_to_view(int(place))

        self.app.push_screen(Choice("Views", options, placeholder="which one"), chosen)

    def action_next_unread(self) -> None:
        """Open the next unread thread."""
        self._inbox.next_unread()

    def _go_to_view(self, place: int) -> None:
        self.reveal("inbox")
        self._inbox.rows.focus()
        self._inbox.go_to(place)
