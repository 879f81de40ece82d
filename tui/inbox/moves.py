"""The keys that reach the inbox from anywhere on the desk: filter, views, the next unread."""

from textual.screen import Screen

from convo.model.inbox_views import InboxView

from ..dialogs.choice import Choice, Option
from .pane import InboxPane
from .views_bar import count_of


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
        inbox = self._at_inbox()
        inbox.go_to(inbox.place + step)

    def action_choose_view(self) -> None:
        """Choose one of the views by its name."""
        views = self._inbox.views
        options = [Option(str(place), view.title, count_of(view)) for place, view in enumerate(views)]

        def chosen(place: str | None) -> None:
            if place is not None:
                self.show_view(views[int(place)])

        self.app.push_screen(Choice("Views", options), chosen)

    def show_view(self, view: InboxView) -> None:
        """Go to the inbox, and show a view there."""
        self._at_inbox().show_view(view)

    def action_next_unread(self) -> None:
        """Open the next unread thread."""
        self._inbox.next_unread()

    def _at_inbox(self) -> InboxPane:
        self.reveal("inbox")
        self._inbox.rows.focus()
        return self._inbox
