"""Blocks the customers of threads, so that what they write opens nothing, or listens to them again."""

from typing import TYPE_CHECKING

from convo.errors import ConvoError
from convo.model.actions import Block
from convo.model.views import CustomerView
from convo.text.counting import counted

from ..asking import complain
from ..dialogs.confirm import Confirm
from .doing import Doing

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_BLOCKED = "blocked the customers of"
_LISTENING = "listening again to the customers of"


class BlockActions(Doing):
    """Block and unblock."""

    def action_block(self) -> None:
        """Ask whether to block the customers, or to listen to them again where the first is blocked."""
        threads = self.targets()
        if not threads:
            return
        several = f"the customers of {counted(len(threads), 'thread')}"
        window, found = Confirm(), [False]

        def asked(customer: CustomerView) -> None:
            who = (customer.name or "them") if len(threads) == 1 else several
            found[0] = customer.blocked
            if customer.blocked:
                window.say(f"Listen to {who} again?", "What they write opens threads again.")
            else:
                window.say(f"Block {who}?", "What they write will open no threads; nobody tells them.")

        def answered(yes: bool | None) -> None:
            if yes:
                self.work(Block(not found[0]), threads, _LISTENING if found[0] else _BLOCKED)

        def refused(error: ConvoError) -> None:
            window.dismiss(False)
            complain(self, error)

        self.app.push_screen(window, answered)
        self.ask("block", lambda desk: _customer_of(desk, threads[0]), asked, refused)


def _customer_of(desk: "Desk", thread: int) -> CustomerView:
    return desk.customers.show(desk.threads.show(thread, messages=1).row.customer_id)
