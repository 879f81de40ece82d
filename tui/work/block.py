"""Blocks the customers of threads, so that what they write opens nothing, or listens to them again."""

from convo.errors import ConvoError
from convo.model.actions import Block
from convo.text.counting import counted

from ..asking import complain
from ..dialogs.confirm import Confirm
from .doing import Doing

_BLOCKED = "blocked the customers of"
_LISTENING = "listening again to the customers of"


class BlockActions(Doing):
    """Block and unblock."""

    def action_block(self) -> None:
        """Ask whether to block the customers, or to listen to them again where the first is blocked."""
        threads, row = self.targets(), self.inbox.current
        if not threads or row is None:
            return
        customer = row.thread.customer_id
        several = f"the customers of {counted(len(threads), 'thread')}"
        who = (row.thread.customer or "them") if len(threads) == 1 else several
        window, found = Confirm(), [False]

        def asked(blocked: bool) -> None:
            found[0] = blocked
            if blocked:
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
        self.ask("block", lambda desk: desk.customers.show(customer).blocked, asked, refused)
