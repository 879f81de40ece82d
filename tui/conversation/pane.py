"""The conversation: a customer's one timeline, the open thread in front, and what its keys do."""

from textual import on

from convo.errors import ConvoError
from convo.model.views import ThreadRow

from ..asking import complain
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..messages import ThreadChosen
from ..shown import label
from . import asked
from .attachments import Attachments
from .items import Folded, Said, Viewed
from .loaded import Loaded
from .timeline import Timeline


class ConversationPane(Attachments):
    """Everything with one customer."""

    BINDINGS = bindings("conversation")

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self._paging = False

    # -- folding, and the customer's other threads

    def action_unfold(self) -> None:
        """Fold or unfold what is under the cursor: quotes, a long text, another thread, page views."""
        item = self.timeline.current
        match item:
            case Said(message=message, open=True):
                self.timeline.unfold(message)
            case Said(message=message):
                if self.timeline.has_more(message):
                    self.timeline.unfold(message)
                else:
                    self._fold_thread(message.thread_id)
            case Folded(thread=thread):
                self._fold_thread(thread)
            case Viewed():
                self._unfolded.add(item.key)
                self._arrange()

    def row_of(self, thread: int) -> ThreadRow | None:
        """What is known here of one of the customer's threads."""
        return self._loaded.threads.get(thread)

    def action_next_thread(self) -> None:
        """Read the customer's next thread."""
        rows = list(self._loaded.threads.values())
        here = next((place for place, row in enumerate(rows) if row.id == self.thread), None)
        if len(rows) < 2 or here is None:
            self.app.notify(str(label("the customer has no other thread")), markup=False)
            return
        row = rows[(here + 1) % len(rows)]
        self.post_message(ThreadChosen(row.id, row.customer_id, opened=True))

    @on(ItemsView.Moved)
    def _moved(self, event: ItemsView.Moved) -> None:
        event.stop()

    @on(ItemsView.Opened)
    def _opened_item(self, event: ItemsView.Opened) -> None:
        event.stop()
        self.action_unfold()

    def _fold_thread(self, thread: int) -> None:
        self._unfolded ^= {thread}
        self._arrange()
        heads = [
            (abs(place - self.timeline.cursor), place)
            for place, item in enumerate(self.timeline.items)
            if isinstance(item, Folded) and item.thread == thread
        ]
        if heads:
            self.timeline.move_to(min(heads)[1])

    # -- paging

    @on(ItemsView.NearStart)
    def _near_start(self, event: ItemsView.NearStart) -> None:
        event.stop()
        if self._loaded.next is not None:
            self._page("older")

    @on(ItemsView.NearEnd)
    def _near_end(self, event: ItemsView.NearEnd) -> None:
        event.stop()
        if self._loaded.ahead:
            self._page("newer")
        self._seen()

    @on(Timeline.Last)
    def _last(self, event: Timeline.Last) -> None:
        event.stop()
        if self._loaded.ahead:
            self._page("newest")
        else:
            self.timeline.stand(None)
            self._seen()

    def _page(self, which: str) -> None:
        held = self._loaded
        if held.customer is None or self._paging:
            return
        customer = held.customer.id  # the screen may be on its way to another's
        self._paging = True

        def then(grown: Loaded) -> None:
            self._paging = False
            if self._loaded is held:
                self._loaded = grown
                self._arrange()
                if which == "newest":
                    self.timeline.stand(None)

        def refused(error: ConvoError) -> None:
            self._paging = False
            complain(self, error)

        if which == "older":
            self.ask("page", lambda desk: asked.older(desk, customer, held), then, refused)
        elif which == "newer":
            self.ask("page", lambda desk: asked.newer(desk, customer, held), then, refused)
        else:
            self.ask("page", lambda desk: asked.newest(desk, customer), then, refused)
