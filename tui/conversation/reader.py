"""Shows a thread in its customer's conversation and keeps it fresh: one question at a time, nothing moves."""

from collections.abc import Hashable
from contextlib import ExitStack

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from convo import clock
from convo.errors import ConvoError, NotFound
from convo.model.views import MessageView
from convo.model.words import Direction

from ..asking import Asks, complain, out_of_reach, zone_of
from ..shown import label
from ..turn import Turn
from . import asked
from .arranging import arranged
from .heading import Heading, show_title
from .holding import hold
from .items import Said
from .loaded import Loaded, arrived, newest_of
from .timeline import Timeline


class Reading(Asks, Vertical):
    """A customer's conversation as far as it is loaded, kept fresh without moving what is read.

    `thread` is the one in front, `customer` whose conversation it is.
    """

    class Answered(Message):
        """The thread that was to be shown is shown, or cannot be, or has a newer message: look beside it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.thread: int | None = None
        self.customer: int | None = None
        self._loaded = Loaded()
        self._unfolded: set[Hashable] = set()
        self._unread: int | None = None
        self._below: tuple[MessageView, ...] = ()
        self._opened = self._following = False
        self._turn = Turn()
        self._ticking: Timer | None = None

    def compose(self) -> ComposeResult:
        """Where the thread stands, and the timeline."""
        yield Heading()
        yield Timeline(id="timeline")

    def on_mount(self) -> None:
        """In the desk's time zone."""
        zone = zone_of(self)
        self.timeline.zone = self.query_one(Heading).zone = zone
        show_title(self, None)

    @property
    def timeline(self) -> Timeline:
        """The timeline."""
        return self.query_one(Timeline)

    @property
    def selected(self) -> MessageView | None:
        """The message under the cursor."""
        item = self.timeline.current
        return item.message if isinstance(item, Said) else None

    @property
    def address(self) -> str | None:
        """The customer's first address, as it was written."""
        known = self._loaded.customer
        return next((one.shown or one.value for one in known.identities), None) if known else None

    @property
    def last_seen(self) -> int | None:
        """The newest message of the open thread that is shown; a reply is refused when there is a newer one."""
        unseen = {message.id for message in self._below}
        return newest_of([each for each in self._loaded.entries if each.id not in unseen], self.thread)

    @property
    def _shown(self) -> int | None:
        """The thread that is in front of what is loaded; another one is on its way while it is not `thread`."""
        thread = self.query_one(Heading).thread
        return thread.row.id if thread is not None else None

    def show(self, thread: int | None, customer: int | None, *, opened: bool = False) -> None:
        """Show a thread in its customer's conversation, at its first unread message; `opened` marks it read."""
        same = thread is not None and thread == self.thread and customer == self.customer
        self._opened = opened or (same and self._opened)
        self.thread, self.customer = thread, customer
        if thread is None or customer is None:
            self._clear()
            self.post_message(self.Answered())
        elif thread == self._shown:
            self._read()
            self.post_message(self.Answered())
        else:
            self._look()

    def refresh_from_store(self) -> None:
        """Look again, without moving what is read."""
        self._look()

    def follow(self) -> None:
        """Somebody here wrote something: go to the end as soon as it is loaded."""
        self._following = True

    def _look(self) -> None:
        """Open the thread, or look at it again when it is the one that is shown."""
        thread, customer, held = self.thread, self.customer, self._loaded
        if thread is None or customer is None or not self._turn.begin():
            return
        opening = thread != self._shown
        held_back = hold(self) if opening and self._opened else ExitStack()

        def then(found: asked.Asked) -> None:
            again = self._turn.end()
            held_back.close()
            if thread == self.thread and opening:
                self._open(found)
                self.call_after_refresh(self.post_message, self.Answered())  # once it is seen
            elif thread == self.thread and self._loaded is held:
                self._renew(found)
            else:
                again = True
            if again:
                self._look()

        def refused(error: ConvoError) -> None:
            again = self._turn.end()
            held_back.close()
            if thread == self.thread and isinstance(error, NotFound):
                self._clear()
            elif thread == self.thread and not out_of_reach(error):
                complain(self, error)
            if thread == self.thread and opening:
                self.post_message(self.Answered())
            if again:
                self._look()

        if opening:
            self.ask("look", lambda desk: asked.opened(desk, thread, customer), then, refused, hurry=True)
        else:
            self.ask("look", lambda desk: asked.looked_again(desk, thread, customer, held), then, refused)

    def _open(self, found: asked.Asked) -> None:
        self._loaded, self._unread, self._below = found.loaded, found.unread, ()
        self._unfolded.clear()
        self.timeline.forget()
        self._head(found)
        self._arrange()
        self.timeline.stand(None if found.unread is None else ("said", found.unread), new=found.unread is not None)
        self._hint()
        self._read()

    def _renew(self, found: asked.Asked) -> None:
        before, self._loaded = self._loaded, found.loaded
        came = () if found.loaded.ahead else arrived(before, found.loaded)  # far from the end, more is loaded, not new
        at_end = self.timeline.at_end and not found.loaded.ahead
        self._head(found)
        if before.entries != found.loaded.entries or before.threads != found.loaded.threads:
            at_last = self.timeline.cursor in {self.timeline.newest, len(self.timeline.items) - 1}
            self._arrange()
            if at_end or (self._following and came):
                self.timeline.to_end()
                if at_last or self._following:
                    self.timeline.stand(None)
                self._following = False
            else:
                self._below += came
                self._hint()
        if any(each.thread_id == self.thread for each in came):
            self.post_message(self.Answered())
        told = any(each.direction == Direction.INBOUND and each.thread_id == self.thread for each in came)
        if told and at_end and self._has_attention():
            self._read()

    def _head(self, found: asked.Asked) -> None:
        heading = self.query_one(Heading)
        heading.thread = found.thread
        heading.say()
        show_title(self, found.thread)
        self.timeline.leaving = {each.message_id: each.at for each in found.leaving if not each.attempts}
        self._tick()

    def _tick(self) -> None:
        """Redraw every second what is held, as long as something is."""
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        held = [number for number, at in self.timeline.leaving.items() if at > clock.now()]
        for number in self.timeline.leaving:
            self.timeline.redraw_head(("said", number))
        if held:
            self._ticking = self.set_timer(1, self._tick)

    def _read(self) -> None:
        """Tell the desk that the thread has been read, when somebody wanted to read it and it is shown."""
        thread, heading = self.thread, self.query_one(Heading).thread
        if (
            self._opened
            and thread is not None
            and heading is not None
            and heading.row.id == thread
            and heading.row.unread
        ):
            self.ask(
                "read", lambda desk: desk.threads.mark_read(thread), lambda row: None, lambda no: None, writes=True
            )

    def _has_attention(self) -> bool:
        """Whether somebody is at this conversation, or where one answers in it."""
        return self.parent is not None and getattr(self.parent, "has_focus_within", False)

    def _arrange(self) -> None:
        held = self._loaded
        zone = self.timeline.zone
        assert zone is not None
        items = arranged(
            held.entries, held.threads, thread=self.thread, unfolded=self._unfolded, unread=self._unread, zone=zone
        )
        self.timeline.set_items(items)

    def _clear(self) -> None:
        self._loaded, self._below, self._unread = Loaded(), (), None
        self.timeline.forget()
        self.timeline.set_items([])
        heading = self.query_one(Heading)
        heading.thread = None
        heading.say()
        show_title(self, None)
        self._hint()

    def _seen(self) -> None:
        """What came below has been seen once the end is in sight."""
        if self._below and self.timeline.at_end:
            self._below = ()
            self._hint()
            self._look()

    def _hint(self) -> None:
        self.border_subtitle = label(f"↓ {len(self._below)} new below") if self._below else ""
