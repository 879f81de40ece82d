"""The desk's screen: inbox, conversation, where one writes, and the customer; it passes on what they say."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from ..asking import Asks
from ..compose.pane import ComposePane
from ..compose.presence import PresenceOfScreen
from ..conversation.copying import Copies
from ..conversation.pane import ConversationPane
from ..customer.pane import CustomerPane
from ..inbox.moves import DeskMoves
from ..inbox.pane import InboxPane
from ..keymap import bindings
from ..keys.jump import JumpScreen, jumps_of
from ..keys.line import KeyLine
from ..messages import Insert, Left, Overtaken, TakenBack, ThreadChosen, Worked, Writing, Written
from ..status.banner import Banner
from ..status.line import StatusLine
from ..work.actions import WorkActions

_REVEALED = ("-show-inbox", "-show-conversation", "-show-customer")


class DeskScreen(DeskMoves, WorkActions, Copies, PresenceOfScreen, Asks, Screen[None]):
    """Where an operator answers a day's conversations.

    Its class `-narrow` (one pane at a time), `-medium` (two) or `-wide` (three) follows the terminal's width; on narrow
    screens the classes `-show-inbox`, `-show-conversation` and `-show-customer` say which pane is seen.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What gets the keys. What looks otherwise for that is drawn by its own styles, and nothing else with it."""

    BINDINGS = bindings("desk")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-medium"), (110, "-wide")]  # noqa: RUF012
    CSS = """
    DeskScreen { layout: vertical; }
    #panes { height: 1fr; }
    #inbox, #conversation, #compose, #customer { border: round $primary-darken-2; }
    #inbox:focus-within, #conversation:focus-within, #compose:focus-within, #customer:focus-within {
        border: round $primary;
    }
    #inbox { width: 42; }
    #middle { width: 1fr; }
    #conversation { height: 1fr; }
    #compose { height: auto; max-height: 14; }
    #compose TextArea { border: none; height: auto; min-height: 2; max-height: 10; padding: 0; }
    #customer { width: 30; padding: 0 1; }
    DeskScreen.-medium #inbox { width: 34; }
    DeskScreen.-medium #customer { display: none; }
    DeskScreen.-medium.-show-customer #customer { display: block; }
    DeskScreen.-medium.-show-customer #inbox { display: none; }
    DeskScreen.-narrow #inbox, DeskScreen.-narrow #customer { width: 1fr; }
    DeskScreen.-narrow #middle, DeskScreen.-narrow #customer { display: none; }
    DeskScreen.-narrow.-show-conversation #inbox, DeskScreen.-narrow.-show-customer #inbox { display: none; }
    DeskScreen.-narrow.-show-conversation #middle { display: block; }
    DeskScreen.-narrow.-show-customer #customer { display: block; }
    """

    def compose(self) -> ComposeResult:
        """Banner, three panes, status, keys."""
        yield Banner()
        with Horizontal(id="panes"):
            yield InboxPane()
            with Vertical(id="middle"):
                yield ConversationPane()
                yield ComposePane()
            yield CustomerPane()
        yield StatusLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """The inbox has the first word."""
        self.inbox.rows.focus()
        self.begin_presence()
        self.writing.session = self.session
        self.writing.seen = lambda: self.conversation.last_seen

    def on_unmount(self) -> None:
        """Others see no longer that somebody is here."""
        self.end_presence()

    @property
    def inbox(self) -> InboxPane:
        """The inbox."""
        return self.query_one(InboxPane)

    @property
    def conversation(self) -> ConversationPane:
        """The conversation."""
        return self.query_one(ConversationPane)

    @property
    def writing(self) -> ComposePane:
        """Where one writes."""
        return self.query_one(ComposePane)

    @property
    def customer(self) -> CustomerPane:
        """The customer."""
        return self.query_one(CustomerPane)

    def refresh_from_store(self) -> None:
        """Somebody changed the store: every part looks again."""
        for part in (self.inbox, self.conversation, self.writing, self.customer, self.query_one(StatusLine)):
            part.refresh_from_store()

    @on(InboxPane.Loaded)
    def _loaded(self) -> None:
        """Ask how the desk is only now: whatever is asked at once makes the first rows late."""
        self.query_one(StatusLine).refresh_from_store()

    @on(ThreadChosen)
    def _chosen(self, event: ThreadChosen) -> None:
        if event.opened:
            self.inbox.reads(event.thread, event.customer)
        self._show(event.thread, event.customer, opened=event.opened)
        if event.opened:
            self.reveal("conversation")
            self.conversation.query_one("#timeline").focus()

    def _show(self, thread: int | None, customer: int | None, *, opened: bool) -> None:
        self.writing.keep()
        self.conversation.show(thread, customer, opened=opened)
        self.writing.show(thread, customer)
        self.customer.show(thread, customer, opened=opened)
        self.be_at(thread)

    @on(ConversationPane.Answered)
    def _beside(self) -> None:
        """Ask what stands beside the conversation only now: whatever answers at once makes all answers late."""
        self.writing.look()
        self.customer.look()

    def _write(self, *, note: bool) -> None:
        """Write to the thread under the cursor, even if it is so quick that the conversation does not show it yet."""
        self._catch_up(opened=True)
        self.reveal("conversation")
        self.writing.start(note=note)

    def _catch_up(self, *, opened: bool) -> None:
        waiting = self.inbox.caught_up()
        if waiting is not None:
            self._show(*waiting, opened=opened)

    @on(Insert)
    def _insert(self, event: Insert) -> None:
        self.writing.insert(event.text, article=event.article, snippet=event.snippet)

    @on(Writing)
    def _writing(self, event: Writing) -> None:
        self.be_writing(event.writing)

    @on(Written)
    def _written(self) -> None:
        self.conversation.follow()

    @on(Left)
    @on(Written)
    def _left(self) -> None:
        if self.writing.has_focus_within:
            self.conversation.query_one("#timeline").focus()

    @on(Overtaken)
    def _overtaken(self) -> None:
        self.reveal("conversation")
        self.conversation.refresh_from_store()
        self.conversation.query_one("#timeline").focus()

    @on(TakenBack)
    def _taken_back(self, event: TakenBack) -> None:
        self.writing.taken_back(event.thread, event.text, note=event.note)

    @on(Worked)
    @on(Written)
    def _changed(self) -> None:
        self.refresh_from_store()

    def reveal(self, pane: str) -> None:
        """On a narrow screen, show this pane: inbox, conversation or customer."""
        shown = f"-show-{pane}"
        if not self.has_class(shown):
            self.remove_class(*_REVEALED, update=False)
            # Where there is room for everything, nothing looks otherwise: the next width asks for styles by itself.
            self.add_class(shown, update=not self.has_class("-wide"))

    # -- moving about

    def action_pane(self, step: int) -> None:
        """Go to the next pane, or the one before."""
        self._catch_up(opened=False)
        timeline, text = self.conversation.query_one("#timeline"), self.writing.query_one("#text")
        order = [self.inbox.rows, timeline, text, self.customer.query_one("#glance")]
        names = ("inbox", "conversation", "conversation", "customer")
        here = next((n for n, part in enumerate(order) if part.has_focus), 0)
        there = (here + step) % len(order)
        self.reveal(names[there])
        order[there].focus()

    def action_back(self) -> None:
        """Back to the inbox."""
        self.reveal("inbox")
        self.inbox.rows.focus()

    def action_customer(self) -> None:
        """Show or hide the customer, where there is no room for everything."""
        self.reveal("conversation" if self.has_class("-show-customer") else "customer")

    def action_reply(self) -> None:
        """Write a reply."""
        self._write(note=False)

    def action_note(self) -> None:
        """Write a note."""
        self._write(note=True)

    def action_insert(self, number: int) -> None:
        """Put a suggestion into the reply."""
        self.customer.insert(number)

    def action_jump(self) -> None:
        """A letter on everything in sight: typing one goes there."""
        self.app.push_screen(JumpScreen(jumps_of(self)))

    def action_refresh(self) -> None:
        """Look again."""
        self.refresh_from_store()
        self.customer.look()
