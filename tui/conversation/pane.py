"""The conversation: a customer's one timeline, the open thread in front."""

from textual.app import ComposeResult
from textual.containers import Vertical

from convo.model.views import ConversationView

from ..asking import Asks
from ..keymap import bindings
from .timeline import Entry, Timeline


class ConversationPane(Asks, Vertical):
    """Everything with one customer."""

    BINDINGS = bindings("conversation")

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.thread: int | None = None
        self.customer: int | None = None

    def compose(self) -> ComposeResult:
        """The timeline."""
        yield Timeline(id="timeline")

    @property
    def last_seen(self) -> int | None:
        """The newest message of the open thread that is shown; a reply is refused when there is a newer one."""
        return None

    def show(self, thread: int | None, customer: int | None, *, opened: bool = False) -> None:
        """Show a thread in its customer's conversation, at its first unread message; `opened` marks it read."""
        self.thread, self.customer = thread, customer
        self.refresh_from_store()

    def refresh_from_store(self) -> None:
        """Look again, without moving what is read."""
        customer = self.customer
        if customer is not None:
            self.ask("show", lambda desk: desk.conversations.show(customer, limit=100), self._show)

    def _show(self, view: ConversationView) -> None:
        self.query_one(Timeline).set_items([Entry(entry) for entry in view.entries])
