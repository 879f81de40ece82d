"""Keeps what the inbox is filtered by as a view of its own, and removes such a view."""

from textual.widget import Widget

from convo.desk.desk import Desk
from convo.desk.queries import SavedQueryView
from convo.errors import UsageError
from convo.model.inbox_views import InboxView

from ..asking import Asks
from ..dialogs.choice import Choice, Option
from .sought import Sought
from .thread_list import ThreadList


class SavedViews(Asks, Widget):
    """The inbox's part that keeps and removes views; `views`, `sought` and `show_saved` are the inbox's own."""

    views: tuple[InboxView, ...] = ()

    @property
    def sought(self) -> Sought:
        """What is shown, its filter included."""
        raise NotImplementedError

    def show_saved(self, name: str | None) -> None:
        """Look at the views again and show the saved one of a name, or the first of all."""
        raise NotImplementedError

    def action_save_view(self) -> None:
        """Keep the view with its filter under a name."""
        sought, threads = self.sought, self.query_one(ThreadList)
        if not sought.filter:
            self.app.notify("filter first with /: the filter is what is kept", markup=False)
            return
        seen = threads.query_shown if threads.shown == sought else None

        def read(typed: str) -> Option:
            name = " ".join(typed.split())
            if not name:
                raise UsageError("a view needs a name", hint="type one")
            return Option(name, name, seen or sought.filter)

        def named(name: str | None) -> None:
            if name is not None:

                def save(desk: Desk) -> SavedQueryView:
                    return desk.queries.save(name, sought.narrowed(desk).query)

                self.ask("save", save, self._saved, writes=True)

        self.app.push_screen(Choice("Keep this view as", [], read=read, placeholder="a name"), named)

    def action_remove_view(self) -> None:
        """Remove a saved view; its threads stay."""
        options = [Option(view.name, view.title, view.query) for view in self.views if view.saved]
        if not options:
            self.app.notify("there is no saved view to remove", markup=False)
            return

        def chosen(name: str | None) -> None:
            if name is not None:
                self.ask("remove", lambda desk: desk.queries.remove(name), self._removed, writes=True)

        self.app.push_screen(Choice("Remove a saved view; its threads stay", options), chosen)

    def _saved(self, view: SavedQueryView) -> None:
        self.show_saved(view.name)

    def _removed(self, _: None) -> None:
        self.show_saved(None)
