"""Sends what is written: the text goes from the box only after the store has answered."""

from contextlib import suppress
from datetime import datetime, timedelta

from textual.timer import Timer

from convo import clock
from convo.desk.desk import Desk
from convo.errors import Conflict, ConvoError, Overtaken
from convo.model.views import MessageView, ThreadView
from convo.model.words import ArticleUse, Direction

from .. import messages
from ..asking import asker_of, complain, out_of_reach
from ..messages import Written
from ..shown import label
from .head import first_name, leaving_words
from .meanwhile import Meanwhile
from .unsent import Unsent, tidy
from .writer import Writer

_MOST_READ = 20
_ANY = 200


class Sending(Writer):
    """Sends a reply by its way or stores a note, and says what stands in the way."""

    def __init__(self) -> None:
        super().__init__()
        self._left: tuple[int, str, datetime] | None = None
        self._ticking: Timer | None = None

    def action_send(self) -> None:
        """Send the reply, or store the note."""
        self.absorb()
        unsent = self.current
        if unsent is None or unsent.sending:
            return
        refusal = self._refusal(unsent)
        if refusal:
            self.say(refusal)
            return
        self.keep()
        self._send(unsent, self.seen())

    def taken_back(self, thread: int, text: str, *, note: bool = False) -> None:
        """A reply or note was taken back: its text is here again, before what was written since."""
        self.absorb()
        unsent = self.text_of(thread, note)
        unsent.write(tidy(text) if unsent.empty else f"{tidy(text)}\n\n{unsent.body}")
        unsent.files, unsent.files_left = (*unsent.files_left, *unsent.files), ()
        if self._left is not None and self._left[0] == thread:
            self._left = None
        if thread == self.thread:
            self.note = note
            self.show_text()
            self.box.focus()
        self.keep_text(unsent)

    def leaving(self, width: int) -> str:
        """What was just sent and can still be taken back, in words."""
        if self._left is None:
            return ""
        seconds = (self._left[2] - clock.now()).total_seconds()
        return leaving_words(self._left[1], seconds, width) if seconds > 0 else ""

    def say(self, words: str) -> None:
        """Say a sentence in a toast."""
        self.app.notify(str(label(words)), severity="warning", markup=False)

    def _refusal(self, unsent: Unsent) -> str:
        """Why this cannot be sent now; empty when it can."""
        if self.read_only:
            return "viewers write no replies and no notes"
        if unsent.empty:
            return "there is nothing to send yet"
        if unsent.note:
            return ""
        if self.place is None:
            return "this thread is not loaded yet; send again in a moment"
        way = self.place.way(unsent.channel)
        if way is None or not way.open:
            why = way.refusal if way else "the customer can be reached by no channel"
            return f"nothing can go by {way.channel if way else 'any way'}: {why}; ctrl+o chooses another"
        if way.longest is not None and len(unsent.body.strip()) > way.longest:
            return f"the reply is too long for {way.channel}, which takes {way.longest:,} characters; cut it, or ctrl+o"
        return ""

    def _send(self, unsent: Unsent, seen: int | None) -> None:
        thread, note, body, key, spare = unsent.thread, unsent.note, unsent.body, unsent.key, self.spare
        way = self.place.way(unsent.channel) if self.place else None
        channel = way.channel if way else None
        held = asker_of(self).desk.settings.screen.undo_seconds
        files = unsent.files
        articles = [name for name, begin in unsent.articles.items() if begin in body]

        def call(desk: Desk) -> MessageView:
            if note:
                stored = desk.threads.note(thread, body, key=key)
            else:
                stored = desk.threads.reply(
                    thread, body, channel=channel, seen=seen, hold=held, key=key, attachments=files
                )
                for name in articles:
                    # The reply is stored whatever becomes of this: an article may have been removed meanwhile.
                    with suppress(ConvoError):
                        desk.articles.note_use(name, thread, ArticleUse.SENT.value, stored.id)
            spare.drop(thread, note)
            return stored

        unsent.sending = True
        unsent.writes += 1
        self.draw()
        self.ask(
            "send", call, lambda stored: self._sent(unsent, stored), lambda e: self._refused(unsent, e), writes=True
        )

    def _sent(self, unsent: Unsent, stored: MessageView) -> None:
        unsent.answered += 1
        unsent.sending = False
        if tidy(stored.body).strip() != unsent.body.strip() or len(stored.attachments) != len(unsent.files):
            # It was stored by an attempt whose answer was lost, and changed after that.
            unsent.key = ""
            unsent.write(unsent.body)
            self.say("it was sent before you changed it; what you wrote since is still here")
            self.draw()
            return
        unsent.sent()
        if unsent is self.current:
            self.show_text()
            self.say_writing(False)
        leaves_in = 0.0 if unsent.note else asker_of(self).desk.settings.screen.undo_seconds
        if leaves_in:
            name = first_name(self.customer_name) if unsent.thread == self.thread else ""
            self._left = (unsent.thread, name, clock.now() + timedelta(seconds=leaves_in))
            self._tick()
        self.post_message(Written(unsent.thread, stored.id, note=unsent.note, leaves_in=leaves_in))

    def _tick(self) -> None:
        """Draw every second for as long as something is about to leave."""
        if self._ticking is not None:
            self._ticking.stop()
        self.draw()
        self._ticking = self.set_timer(1, self._tick) if self.leaving(_ANY) else None

    def _refused(self, unsent: Unsent, error: ConvoError) -> None:
        unsent.answered += 1
        unsent.sending = False
        self.draw()
        if isinstance(error, Overtaken):
            self._overtaken(unsent, error)
        elif out_of_reach(error):
            self.say(f"not sent: {error.message}; the text is kept, ctrl+s sends it again")
        elif isinstance(error, Conflict):
            self.say(f"not sent: {error.message}; the text is kept, ctrl+o chooses another way")
            self.look()
        else:
            complain(self, error)

    def _overtaken(self, unsent: Unsent, error: Overtaken) -> None:
        thread, told = unsent.thread, error.details.get("messages")
        numbers = {number for number in told if isinstance(number, int)} if isinstance(told, list) else set()

        def decided(anyway: bool | None) -> None:
            if anyway and not unsent.empty:
                self._send(unsent, max(numbers, default=None))
            elif thread == self.thread:
                self.post_message(messages.Overtaken(thread, error.message))

        def read(view: ThreadView) -> None:
            new = tuple(one for one in view.messages if one.id in numbers and one.direction != Direction.NOTE)
            self.app.push_screen(Meanwhile(error.message, new, view.row.customer), decided)

        self.ask(
            "meanwhile",
            lambda desk: desk.threads.show(thread, messages=_MOST_READ),
            read,
            lambda _: self.say(f"not sent: {error.message}; the text is kept"),
        )
