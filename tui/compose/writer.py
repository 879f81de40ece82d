"""What one writes to which thread: shown in a box that grows, kept at every pause, and met with what others do."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widgets import TextArea

from convo.model.words import Role

from ..asking import asker_of, zone_of
from ..messages import Writing
from .attaching import file_words
from .head import Head
from .heading import Heading
from .keeper import Keeper
from .keeping import draft_of
from .names import Names
from .place import Place, place_of
from .spare import SpareDrafts
from .unsent import Unsent, tidy

_PAUSE = 0.4
"""Seconds after the last key when what is written is kept."""
_AGES = 30.0


class Writer(Keeper):
    """The box with its two lines above; `session` names the screen, `seen` says the newest message that it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        self.session = ""
        self.seen: Callable[[], int | None] = lambda: None
        self._writes = False

    def compose(self) -> ComposeResult:
        """Names to choose from, who else is here, what this is, and the box."""
        yield Names(id="names")
        yield Heading()
        yield self.box

    def on_mount(self) -> None:
        """Put what private files hold back into the store."""
        desk = asker_of(self).desk
        self.spare = SpareDrafts(str(desk.store.location), desk.actor.name)
        self.zone = zone_of(self)
        self.read_only = desk.actor.role == Role.VIEWER
        self.set_interval(_AGES, self.draw)
        self.show_text()
        self.bring_back()

    def on_resize(self) -> None:
        """The lines are cut elsewhere."""
        self.draw()

    @property
    def customer_name(self) -> str:
        """Whom an answer is for, as far as it is known yet."""
        return self.place.thread.customer if self.place else ""

    # -- which thread

    def show(self, thread: int | None, customer: int | None) -> None:
        """Write to this thread; its kept draft comes back once somebody lets this `look`."""
        if thread == self.thread:
            return
        self.absorb()
        self.thread, self.place, self.note = thread, None, False
        self.say_writing(False)
        self.show_text()

    def refresh_from_store(self) -> None:
        """Look again who else is writing, and by which ways an answer can go; keep what could not be kept before."""
        self.keep_again()
        self.look()

    def look(self) -> None:
        """Ask what there is to know about the thread."""
        thread, session, spare = self.thread, self.session, self.spare
        if thread is None:
            return
        stamps = {note: self.text_of(thread, note).stamp for note in (False, True)}
        self.ask(
            "place",
            lambda desk: place_of(desk, spare, thread, session),
            lambda place: self._met(place, stamps),
            lambda error: None,
        )

    def _met(self, place: Place, stamps: dict[bool, int | None]) -> None:
        if place.thread.id != self.thread:
            return
        self.absorb()
        first, self.place = self.place is None, place
        for note in (False, True):
            unsent = self.text_of(place.thread.id, note)
            # What was read while a write was under way may tell of before it.
            calm = stamps[note] is not None and unsent.stamp == stamps[note]
            if calm and unsent.meet(draft_of(place.kept, note)):
                self._changed(unsent)
            if first and unsent.settled:
                for spare in place.spare:
                    if spare.note == note:
                        unsent.put_aside(tidy(spare.body))
        reply, noted = (self.text_of(place.thread.id, note) for note in (False, True))
        if first and not self.box.has_focus and reply.empty and not noted.empty:
            self.set_kind(note=True)
        self.draw()

    def _changed(self, unsent: Unsent) -> None:
        if unsent is self.current:
            self.box.show(unsent.body)

    # -- reply or note

    def set_kind(self, *, note: bool) -> None:
        """Write a note, or a reply; each has a text of its own."""
        if note != self.note:
            self.keep()
            self.note = note
            self.show_text()

    def show_text(self) -> None:
        """Show the text of what is written now."""
        unsent = self.current
        self.query_one(Names).close()
        self.box.begin(unsent.body if unsent else "")
        self.draw()

    # -- typing and keeping

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        if not self.absorb():
            return
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self.keep)
        unsent = self.current
        self.say_writing(bool(unsent and not unsent.empty))
        if self.note:
            self.box.say_naming()
        self.draw()

    def say_writing(self, writing: bool) -> None:
        """Say that somebody begins or stops to write here."""
        if writing != self._writes:
            self._writes = writing
            self.post_message(Writing(writing))

    def leaving(self, width: int) -> str:
        """What was just sent and can still be taken back, in words."""
        return ""

    # -- the lines above the box

    def draw(self) -> None:
        """Say anew what this is, to whom, and who else is here."""
        unsent, place = self.current, self.place
        self.box.read_only = self.read_only or unsent is None or unsent.sending
        heading = self.query_one(Heading)
        operator = asker_of(self).desk.actor.name
        heading.tell_others(place.others if place else (), operator, unsent)
        way = place.way(unsent.channel) if place and unsent else None
        self.set_class(self.note, "-note")
        self.set_class(place is not None and not self.note and (way is None or not way.open), "-shut")
        if unsent is None or place is None:
            heading.tell(None, self.zone)
            return
        head = Head(
            place.thread.customer,
            self.note,
            way,
            several=way is not None and sum(one.kind == way.kind for one in place.ways) > 1,
            length=self.box.size_in_letters,
            sending=unsent.sending,
            leaving=self.leaving(heading.width),
            read_only=self.read_only,
            refusal=next((one.refusal for one in place.ways), ""),
            files=file_words(unsent.files),
        )
        heading.tell(head, self.zone)
