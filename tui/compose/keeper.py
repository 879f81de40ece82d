"""Holds what is written to each thread, and keeps it in the store, or in a private file while that is lost."""

from textual.containers import Vertical
from textual.timer import Timer

from convo.desk.desk import Desk
from convo.errors import ConvoError
from convo.model.writing_views import KeptDraft

from ..asking import Asks, complain, out_of_reach
from .box import Box
from .keeping import bring_back, keep
from .spare import SpareDraft, SpareDrafts
from .unsent import Unsent, tidy


class Keeper(Asks, Vertical):
    """Texts by thread, a reply and a note each; the box shows one of them."""

    spare: SpareDrafts

    def __init__(self) -> None:
        super().__init__(id="compose")
        self.box = Box(self.takes)
        self.thread: int | None = None
        self.note = False
        self.read_only = False
        self._texts: dict[tuple[int, bool], Unsent] = {}
        self._unkept: set[tuple[int, bool]] = set()
        self._pause: Timer | None = None
        self._told = ""

    def on_unmount(self) -> None:
        """The screen ends: what is written is kept before that."""
        self.keep()

    @property
    def current(self) -> Unsent | None:
        """What is written to the thread shown, as a reply or as a note."""
        return None if self.thread is None else self.text_of(self.thread, self.note)

    def text_of(self, thread: int, note: bool) -> Unsent:
        """What is written to a thread."""
        return self._texts.setdefault((thread, note), Unsent(thread, note))

    def absorb(self) -> bool:
        """Take over what stands in the box; whether that is new."""
        unsent = self.current
        if unsent is None or unsent.sending:
            return False
        body = self.box.text
        if body == unsent.body:
            return False
        unsent.write(body)
        return True

    def keep(self) -> None:
        """Keep the drafts of this thread now, before the screen shows something else or ends."""
        if self._pause is not None:
            self._pause.stop()
        self.absorb()
        if self.thread is None or self.read_only:
            return
        for note in (False, True):
            unsent = self._texts.get((self.thread, note))
            if unsent is not None and not unsent.settled and not unsent.sending:
                self.keep_text(unsent)

    def keep_text(self, unsent: Unsent) -> None:
        """Keep one text."""
        spare, body, channel, key = self.spare, unsent.body, unsent.channel, (unsent.thread, unsent.note)

        def call(desk: Desk) -> KeptDraft | None:
            return keep(desk, spare, unsent, body, channel)

        def kept(other: KeptDraft | None) -> None:
            unsent.answered += 1
            self._unkept.discard(key)
            if other is not None:
                unsent.put_aside(tidy(other.body))
                self.draw()

        def refused(error: ConvoError) -> None:
            unsent.answered += 1
            self._unkept.discard(key)
            if out_of_reach(error):
                self._unkept.add(key)
            elif error.message != self._told:
                self._told = error.message
                complain(self, error)

        if unsent.writes > unsent.answered:
            # The store is slow to answer, or lost: nothing is to hang on that.
            spare.write(SpareDraft(*key, channel, body, unsent.kept))
        unsent.writes += 1
        self.ask("keep", call, kept, refused, writes=True)

    def keep_again(self) -> None:
        """Keep what could not be kept while the store was lost."""
        for thread, note in tuple(self._unkept):
            self.keep_text(self.text_of(thread, note))

    def bring_back(self) -> None:
        """Put drafts from private files into the store, when there are some."""
        spare = self.spare
        if not self.read_only and spare.all():
            self.ask("spare", lambda desk: bring_back(desk, spare), lambda _: self.look(), _unsaid, writes=True)

    def takes(self, key: str) -> bool:
        """Whether a key is for something else than the box."""
        return False

    def look(self) -> None:
        """Look at the thread anew."""
        raise NotImplementedError

    def draw(self) -> None:
        """Say anew what this is."""
        raise NotImplementedError


def _unsaid(_: ConvoError) -> None:
    """It is tried again when the store is found."""
