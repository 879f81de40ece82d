"""The list of threads that a query matches: pages come as they are needed, and what is in sight stays true."""

from collections.abc import Callable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from convo.desk.desk import Desk
from convo.errors import ConvoError, QueryError
from convo.model.inbox_views import InboxPage, InboxRow, NarrowedQuery

from ..asking import Asks, complain, out_of_reach
from ..lines.items_view import ItemsView
from ..shown import shown
from ..turn import Turn
from .rows import InboxRows
from .sought import Sought
from .window import LARGEST, Window

FIRST, MORE, LARGEST_HEAD = 50, 200, 1_000
_AROUND = 50
"""So many rows above and below those in sight are asked for again, too, when the store has changed."""


class ThreadList(Asks, Vertical):
    """A virtual list over pages both ways. `open` says what it shows; nothing that it asks for is waited for.

    At most `largest` rows are held at a time.
    """

    DEFAULT_CSS = """
    ThreadList { height: 1fr; }
    ThreadList #inbox-empty { display: none; color: $text-muted; padding: 1 2; height: auto; }
    ThreadList.-empty #inbox-empty { display: block; }
    ThreadList.-empty InboxRows { height: 1; }
    """

    class Shown(Message):
        """The rows are other ones now."""

    class Refused(Message):
        """The query makes no sense; the list is still that of the one before."""

        def __init__(self, error: QueryError) -> None:
            super().__init__()
            self.error = error

    def __init__(self) -> None:
        super().__init__(id="inbox-list")
        self.shown: Sought | None = None
        self.narrowed: NarrowedQuery | None = None
        self.largest = LARGEST
        self.window = Window()
        self._sought: Sought | None = None
        self._keeps_cursor = False
        self._loads = 0
        self._extending = False
        self._turn = Turn()
        self._empty = ""

    def compose(self) -> ComposeResult:
        """The rows, and what is said when there are none."""
        yield InboxRows(id="inbox-rows")
        yield Static("", id="inbox-empty", markup=False)

    @property
    def rows(self) -> InboxRows:
        """The rows."""
        return self.query_one(InboxRows)

    @property
    def query_shown(self) -> str | None:
        """The query of what is shown; None before anything is."""
        return None if self.narrowed is None else self.narrowed.query

    def say_empty(self, words: str) -> None:
        """What stands where the rows would be, if there are none."""
        if words != self._empty:
            self._empty = words
            self.query_one("#inbox-empty", Static).update(shown(words))

    def open(self, sought: Sought, *, keep_cursor: bool = False) -> None:
        """Show what is sought from its beginning, the cursor on the first thread unless it is to be kept."""
        self._sought, self._keeps_cursor = sought, keep_cursor

        def opened(page: InboxPage) -> None:
            here = self.rows.current
            kept = here.thread.id if here is not None and keep_cursor else None
            if kept is None or all(row.thread.id != kept for row in page.rows):
                kept = page.rows[0].thread.id if page.rows else None
            self._begin(Window.of(page, self.largest), kept)

        self._load(sought, lambda desk, query: desk.inbox.list(query, limit=FIRST), opened)

    def refresh_from_store(self) -> None:
        """Look again at what is in sight and at the head of the list."""
        sought, query, window, load = self._sought, self.query_shown, replace(self.window), self._loads
        if sought is None:
            return
        if query is None or sought != self.shown:
            self.open(sought, keep_cursor=self._keeps_cursor)
            return
        if not self._turn.begin():
            return
        asked = [row.thread.id for row in self.rows.in_sight(_AROUND)]
        marked = sorted(self.rows.marked - set(asked))[:LARGEST_HEAD]

        def look(desk: Desk) -> tuple[InboxPage, tuple[InboxRow, ...], tuple[InboxRow, ...]]:
            head = InboxPage(())
            if window.before is None:
                head = desk.inbox.list(query, limit=FIRST)
                if not window.reaches(head):
                    head = desk.inbox.list(query, limit=LARGEST_HEAD)
            return head, desk.inbox.rows(asked, query), desk.inbox.rows(marked, query)

        def looked(answer: tuple[InboxPage, tuple[InboxRow, ...], tuple[InboxRow, ...]]) -> None:
            if load == self._loads:
                head, found, elsewhere = answer
                # A mark outlives that its row is held no longer, but not that its thread leaves the list.
                self.rows.marked -= {*asked, *marked} - {row.thread.id for row in (*found, *elsewhere)}
                if not self.window.reaches(head):
                    self.window = Window.of(head, self.largest)
                else:
                    self.window.look_again(head, asked, found)
                self._show()
            self._end_turn()

        def refused(error: ConvoError) -> None:
            self._refused(error)
            self._end_turn()

        self.ask("refresh", look, looked, refused)

    def seek(self, thread: int) -> None:
        """Put the cursor on a thread of the list; where it is not held, the rows around it come in place of these."""
        place, sought = self.rows.place_of(thread), self._sought
        if place is not None:
            self.rows.move_to(place)
        elif sought is not None:
            self._load(
                sought,
                lambda desk, query: desk.inbox.list(query, around=thread, limit=FIRST),
                lambda page: self._begin(Window.of(page, self.largest), thread),
            )

    # -- pages

    @on(ItemsView.NearEnd)
    def _near_end(self, event: ItemsView.NearEnd) -> None:
        event.stop()
        cursor = self.window.after
        if cursor is not None:
            self._extend(
                lambda desk, query: desk.inbox.list(query, after=cursor, limit=MORE),
                lambda page: self.window.add_below(page) if self.window.after == cursor else None,
            )

    @on(ItemsView.NearStart)
    def _near_start(self, event: ItemsView.NearStart) -> None:
        event.stop()
        cursor = self.window.before
        if cursor is not None:
            self._extend(
                lambda desk, query: desk.inbox.list(query, before=cursor, limit=MORE),
                lambda page: self.window.add_above(page) if self.window.before == cursor else None,
            )

    def _extend(self, call: Callable[[Desk, str], InboxPage], add: Callable[[InboxPage], None]) -> None:
        query, load = self.query_shown, self._loads
        if self._extending or query is None:
            return
        self._extending = True

        def added(page: InboxPage) -> None:
            self._extending = False
            if load == self._loads:
                add(page)
                self._show()

        def refused(error: ConvoError) -> None:
            self._extending = False
            self._refused(error)

        self.ask("more", lambda desk: call(desk, query), added, refused)

    @on(InboxRows.WantedEnd)
    def _wanted_end(self, event: InboxRows.WantedEnd) -> None:
        event.stop()
        sought = self.shown
        if sought is None:
            return
        if (self.window.after if event.last else self.window.before) is None:
            # In the rows' own turn: what a part says in its parent's goes no higher than the parent.
            self.rows.call_later(self.rows.move_to, len(self.rows.items) - 1 if event.last else 0)
        elif event.last:
            self._load(sought, lambda desk, query: desk.inbox.list(query, end=True, limit=MORE), self._jumped_to_end)
        else:
            self.open(sought)

    def _jumped_to_end(self, page: InboxPage) -> None:
        self._begin(Window.of(page, self.largest), page.rows[-1].thread.id if page.rows else None)

    # -- showing

    def _load(self, sought: Sought, call: Callable[[Desk, str], InboxPage], then: Callable[[InboxPage], None]) -> None:
        """Ask for a page of what is sought, by its query, to show that from then on."""

        def look(desk: Desk) -> tuple[NarrowedQuery, InboxPage]:
            narrowed = sought.narrowed(desk)
            return narrowed, call(desk, narrowed.query)

        def looked(answer: tuple[NarrowedQuery, InboxPage]) -> None:
            self.shown, self.narrowed = sought, answer[0]
            then(answer[1])

        self.ask("list", look, looked, self._refused)

    def _begin(self, window: Window, cursor: int | None) -> None:
        self._loads += 1
        self.window = window
        self.rows.set_items(window.rows, cursor=cursor, to_cursor=True)
        self._tell()

    def _show(self) -> None:
        """Show the window as it is now: the cursor on its thread, or on the next one if that has left."""
        rows = self.rows
        held = {row.thread.id for row in self.window.rows}
        order = [*rows.items[rows.cursor :], *reversed(rows.items[: rows.cursor])]
        cursor = next((row.thread.id for row in order if row.thread.id in held), None)
        if rows.items != self.window.rows:
            rows.set_items(self.window.rows, cursor=cursor, to_cursor=rows.scroll_offset.y <= 0)
        self._tell()

    def _tell(self) -> None:
        self.set_class(not self.window.rows, "-empty")
        self.post_message(self.Shown())

    def _end_turn(self) -> None:
        if self._turn.end():
            self.refresh_from_store()

    def _refused(self, error: ConvoError) -> None:
        if isinstance(error, QueryError):
            self.post_message(self.Refused(error))
        elif not out_of_reach(error):
            complain(self, error)
