"""The customer: who one is talking with, how they feel, what they bought, and what the best answer may be."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from convo.model.views import CustomerView

from ..asking import Asks
from ..keymap import bindings
from ..shown import line


class CustomerPane(Asks, VerticalScroll, can_focus=True):
    """Everything about a customer that is worth a glance, and the suggestions."""

    BINDINGS = bindings("customer")

    def __init__(self) -> None:
        super().__init__(id="customer")
        self.customer: int | None = None
        self.thread: int | None = None

    def compose(self) -> ComposeResult:
        """The facts."""
        yield Static(id="facts", markup=False)

    def show(self, thread: int | None, customer: int | None) -> None:
        """Show a customer, and what may answer the thread."""
        self.thread, self.customer = thread, customer
        self.refresh_from_store()

    def insert(self, number: int) -> None:
        """Put the suggestion of that number (from 1) into the reply."""

    def refresh_from_store(self) -> None:
        """Look again."""
        customer = self.customer
        if customer is not None:
            self.ask("show", lambda desk: desk.customers.show(customer), self._show)

    def _show(self, view: CustomerView) -> None:
        self.query_one("#facts", Static).update(line(view.name))
