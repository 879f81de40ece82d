"""The inbox: its views with live counts, the filter, and the list of threads."""

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer

from convo.model.inbox_views import InboxRow, InboxView

from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..messages import ThreadChosen
from ..turn import Turn
from .filter import FilterLine
from .kind_words import kind_words
from .marks import Marks
from .saved_views import SavedViews
from .sought import Sought
from .thread_list import ThreadList
from .views_bar import ViewsBar

_REST = 0.12
"""Seconds that the cursor rests on a thread before the conversation shows it."""


class InboxPane(Marks, SavedViews):
    """What waits, in lists; says which thread its cursor stands on with ThreadChosen.

    While somebody is elsewhere on the desk, the thread they are at stays theirs, whatever comes and goes in the list.
    """

    class Loaded(Message):
        """The first rows are on the screen."""

    BINDINGS = bindings("inbox")
    DEFAULT_CSS = "InboxPane { layout: vertical; }"

    def __init__(self) -> None:
        super().__init__(id="inbox")
        self.view: InboxView | None = None
        self._looking = Turn()
        self._wanted: str | None = None
        self._told: tuple[int | None, int | None] = (None, None)
        self._opened: int | None = None
        self._loaded = False
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """The views, the filter, the list."""
        yield ViewsBar()
        yield FilterLine()
        yield ThreadList()

    def on_mount(self) -> None:
        """Load the views, then the first of them."""
        self.say_marked()
        self._look_at_views()

    @property
    def current(self) -> InboxRow | None:
        """The row under the cursor."""
        return self.rows.current

    @property
    def place(self) -> int:
        """Where the current view stands among the views."""
        return self.views.index(self.view) if self.view in self.views else 0

    @property
    def sought(self) -> Sought:
        """What is to be shown: the view, and the filter over it."""
        return Sought(self.view.query if self.view else "", self.query_one(FilterLine).told)

    def targets(self) -> tuple[int, ...]:
        """The threads that an action is for: those marked, else the one being read, else the one under the cursor."""
        if self.rows.marked:
            return self.marked_in_order()
        return () if self.thread_here is None else (self.thread_here,)

    @property
    def thread_here(self) -> int | None:
        """The thread being read; while the keys go to the inbox, the one under the cursor."""
        row = self.current
        return row.thread.id if row is not None and self._here else self._told[0]

    # -- views

    def go_to(self, place: int) -> None:
        """Show the view at a place among the views, counted round."""
        if self.views:
            self.view = self.views[place % len(self.views)]
            self.query_one(FilterLine).clear()
            self._open()

    def show_view(self, view: InboxView) -> None:
        """Show a view as it is among the views now; says so where it is gone."""
        known = [(one.name, one.saved) for one in self.views]
        if (view.name, view.saved) in known:
            self.go_to(known.index((view.name, view.saved)))
        else:
            self.app.notify("that view is there no longer", markup=False)

    def show_saved(self, name: str | None) -> None:
        """Look at the views again and show the saved one of a name, or the first of all if the current one is gone."""
        self._wanted = name
        self._look_at_views()

    def _look_at_views(self) -> None:
        if self._looking.begin():
            self.ask("views", lambda desk: desk.inbox.views(), self._looked, lambda error: self._end_looking())

    def _looked(self, views: tuple[InboxView, ...]) -> None:
        before, self.views = self.view, views
        wanted = next((place for place, view in enumerate(views) if view.saved and view.name == self._wanted), None)
        if wanted is not None:
            self._wanted = None
            self.go_to(wanted)
        else:
            known = {(view.name, view.saved): view for view in views}
            self.view = known.get((before.name, before.saved)) if before else None
            self.view = self.view or (views[0] if views else None)
            if before is None or self.view is None or before.query != self.view.query:
                self._open()
        self._bar()
        self._end_looking()

    def _end_looking(self) -> None:
        if self._looking.end():
            self._look_at_views()

    def _bar(self) -> None:
        self.query_one(ViewsBar).show(self.views, self.place)

    def _open(self, *, keep_cursor: bool = False) -> None:
        self.clear_marks()
        self._bar()
        self.query_one(ThreadList).open(self.sought, keep_cursor=keep_cursor)

    def refresh_from_store(self) -> None:
        """Look again, without moving what is read."""
        self._look_at_views()
        if self.view is not None:
            self.query_one(ThreadList).refresh_from_store()

    @on(ViewsBar.Picked)
    def _picked(self, event: ViewsBar.Picked) -> None:
        event.stop()
        self.rows.focus()
        self.go_to(event.place)

    # -- the filter

    def start_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).start()

    @on(FilterLine.Changed)
    def _filtered(self, event: FilterLine.Changed) -> None:
        event.stop()
        self._open(keep_cursor=not event.query)

    @on(FilterLine.Done)
    def _filter_done(self, event: FilterLine.Done) -> None:
        event.stop()
        self.rows.focus()

    @on(ThreadList.Refused)
    def _refused(self, event: ThreadList.Refused) -> None:
        event.stop()
        self.query_one(FilterLine).remark(event.error)

    @on(ThreadList.Shown)
    def _shown(self, event: ThreadList.Shown) -> None:
        event.stop()
        threads = self.query_one(ThreadList)
        if threads.shown == self.sought:
            self.query_one(FilterLine).remark(None, threads.narrowed)
        threads.say_empty(kind_words(self.views, self.view, self.query_one(FilterLine).told))
        self.say_marked()
        self._follow()
        if not self._loaded:
            self._loaded = True
            self.call_after_refresh(self.post_message, self.Loaded())  # once it is seen

    # -- reading

    def next_unread(self) -> None:
        """Open the thread under the cursor if it is unread and not open yet, else the next unread one below."""
        row = self.current
        if row is not None and row.thread.unread and row.thread.id != self._opened:
            self._tell(row, opened=True)
            return
        sought = self.sought
        after = self._told[0] if not self._here else row.thread.id if row is not None else None
        self.ask(
            "next", lambda desk: desk.inbox.next_unread(sought.narrowed(desk).query, after=after), self._found_unread
        )

    def _found_unread(self, row: InboxRow | None) -> None:
        if row is None or row.thread.id == self._opened:
            self.app.notify("nothing unread here any more", markup=False)
            return
        self.query_one(ThreadList).seek(row.thread.id)
        self._tell(row, opened=True)

    @property
    def _here(self) -> bool:
        """Whether the keys go to the inbox, so that the conversation follows the cursor."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors_with_self

    @on(ItemsView.Moved)
    def _moved(self, event: ItemsView.Moved) -> None:
        event.stop()
        if isinstance(event, ItemsView.Opened):
            if self.current is not None:
                self._tell(self.current, opened=True)
        else:
            self._follow()

    def on_descendant_focus(self) -> None:
        """Somebody came back: the conversation follows the cursor again."""
        self._follow()

    def _follow(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._rested)

    def _rested(self) -> None:
        waiting = self._told[0] is None  # whoever was quicker than the list waits elsewhere for its first thread
        if (self._here or waiting) and self.query_one(ThreadList).query_shown is not None:
            row = self.current
            if (row.thread.id if row else None) != self._told[0]:
                self._tell(row, opened=False)

    def caught_up(self) -> tuple[int, int] | None:
        """The thread and customer under the cursor, where the conversation does not show them yet: now it must."""
        row = self.current
        if not self._here or row is None or row.thread.id == self._told[0]:
            return None
        if self._rest is not None:
            self._rest.stop()
        self._told = (row.thread.id, row.thread.customer_id)
        return row.thread.id, row.thread.customer_id

    def reads(self, thread: int | None, customer: int | None) -> None:
        """Somebody opened this thread, wherever that was: from now on it is the one being read."""
        self._told, self._opened = (thread, customer), thread

    def _tell(self, row: InboxRow | None, *, opened: bool) -> None:
        self._told = (row.thread.id, row.thread.customer_id) if row else (None, None)
        self._opened = self._told[0] if opened else None
        self.post_message(ThreadChosen(*self._told, opened=opened))
