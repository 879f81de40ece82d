"""The line that filters the inbox as one types, with completions, and a remark where the query makes no sense yet."""

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from convo.errors import ConvoError
from convo.model.completion import Completions
from convo.model.inbox_views import NarrowedQuery

from ..asking import Asks
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..lines.typed_line import TypedLine
from ..shown import label
from .completing import CompletionList

_PAUSE = 0.15
"""Seconds without a key after which the list is asked for."""


class FilterLine(Asks, Vertical):
    """A slash and a query; hidden while there is none. `told` is the query that the list was last asked for."""

    BINDINGS = bindings("filter")
    DEFAULT_CSS = """
    FilterLine { display: none; height: auto; }
    FilterLine.-shown { display: block; }
    FilterLine Horizontal { height: 1; padding: 0 1; }
    FilterLine #filter-sign { width: 2; color: $primary; }
    FilterLine #filter-remark { height: auto; padding: 0 1; max-height: 2; color: $text-muted; display: none; }
    FilterLine.-remarks #filter-remark { display: block; }
    FilterLine.-wrong #filter-remark { color: $text-warning; }
    """

    class Changed(Message):
        """The filter is another one now."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Done(Message):
        """Somebody goes on to the list."""

    def __init__(self) -> None:
        super().__init__(id="inbox-filter")
        self._pause: Timer | None = None
        self._remark = ""
        self.told = ""

    def compose(self) -> ComposeResult:
        """The line, the remark, and the offers over what is below."""
        with Horizontal():
            yield Static("/", id="filter-sign")
            yield TypedLine(id="filter-text", placeholder="tag:vip, channel:email, words …", compact=True)
        yield Static("", id="filter-remark", markup=False)
        yield CompletionList()

    @property
    def line(self) -> TypedLine:
        """Where one types."""
        return self.query_one(TypedLine)

    @property
    def offers(self) -> CompletionList:
        """What the word being typed may become."""
        return self.query_one(CompletionList)

    def start(self) -> None:
        """Begin or go on to type."""
        self.add_class("-shown")
        self.line.focus()
        self.line.cursor_position = len(self.line.value)

    def clear(self) -> None:
        """Filter nothing any more."""
        self.line.value = ""
        self.remark(None)
        self.offers.hide()
        self.remove_class("-shown")
        self._tell()

    def remark(self, error: ConvoError | None, searched: NarrowedQuery | None = None) -> None:
        """Say below what is wrong with the query; or else what is searched, where it is not what the view says."""
        words = ""
        if error is not None:
            words = f"{error.message}; {error.hint}" if error.hint else error.message
        elif searched is not None and searched.instead_of:
            words = f"searched: {searched.query}, not {searched.instead_of}"
        if words != self._remark:
            self._remark = words
            self.query_one("#filter-remark", Static).update(label(words))
        self.set_class(bool(words), "-remarks")
        self.set_class(error is not None, "-wrong")

    def action_take(self) -> None:
        """Take the offer that is highlighted, or else the first."""
        if not self.offers.offers:
            raise SkipAction
        self._take()

    def action_offer(self, steps: int) -> None:
        """Move among the offers; without one, down goes to the list."""
        if self.offers.offers:
            self.offers.pick(steps)
        elif steps > 0:
            self.action_done()

    def action_done(self) -> None:
        """Take the highlighted offer, or else go to the list."""
        if self.offers.picked:
            self.action_take()
            return
        self._tell()
        self.offers.hide()
        self.set_class(bool(self.line.value.strip()), "-shown")
        self.post_message(self.Done())

    def action_clear(self) -> None:
        """Filter nothing any more, and go to the list."""
        self.clear()
        self.post_message(self.Done())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_done()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self._tell)
        typed, position = event.value, self.line.cursor_position
        if self.line.has_focus and typed[:position].strip() and not typed[:position].endswith(" "):

            def offer(found: Completions) -> None:
                if self.line.has_focus and self.line.value == typed:
                    self.offers.show(found, typed)

            self.ask("complete", lambda desk: desk.queries.complete(typed, position), offer, lambda error: None)
        else:
            self.offers.hide()

    @on(ItemsView.Moved)
    def _chosen(self, event: ItemsView.Moved) -> None:
        event.stop()
        if isinstance(event, ItemsView.Opened):
            self._take()
            self.line.focus()

    def _take(self) -> None:
        self.line.value, self.line.cursor_position = self.offers.completed(self.line.value)

    def on_descendant_blur(self) -> None:
        """Whoever leaves is offered nothing more."""
        self.offers.hide()

    def _tell(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        query = self.line.value.strip()
        if query != self.told:
            self.told = query
            self.post_message(self.Changed(query))
