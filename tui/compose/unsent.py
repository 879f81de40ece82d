"""What somebody writes to a thread and has not sent, and how it meets what the store holds of it."""

from dataclasses import dataclass, field
from uuid import uuid4

from convo.model.envelope import Part
from convo.model.writing_views import KeptDraft
from convo.text import clean, safe

_TELLING = 40
"""So many letters of an article's text tell that it is still there."""


def tidy(text: str) -> str:
    """A text as it may stand in the box: whatever it came from, nothing in it reaches the terminal as a command."""
    return safe(clean(text)).expandtabs(4)


@dataclass(slots=True)
class Unsent:
    """A reply or a note to one thread.

    `kept` is the body that the store holds for all that is known here; `aside` is another text of the same operator
    that stood in its place, and `aside_seen` whether they have looked at it. `key` is made when the writing begins, so
    that it is stored once however often it is sent. `writes` counts the writes that were asked for, `answered` those
    that ended: what was read between the two says nothing. `articles` are those whose texts were put in, each with how
    its text begins. `files` go with the reply; `files_left` went with the last one, in case that is taken back.
    """

    thread: int
    note: bool
    body: str = ""
    channel: str = ""
    kept: str = ""
    kept_channel: str = ""
    aside: str = ""
    aside_seen: bool = False
    key: str = ""
    sending: bool = False
    writes: int = 0
    answered: int = 0
    articles: dict[str, str] = field(default_factory=dict)
    files: tuple[Part, ...] = ()
    files_left: tuple[Part, ...] = ()

    @property
    def stamp(self) -> int | None:
        """How many writes there were; None while one is under way, when nobody knows what the store holds."""
        return self.writes if self.writes == self.answered else None

    @property
    def empty(self) -> bool:
        """Whether nothing is written."""
        return not self.body.strip()

    @property
    def settled(self) -> bool:
        """Whether the store holds it as it is."""
        if self.empty:
            return not self.kept
        return self.body == self.kept and self.channel == self.kept_channel

    def write(self, body: str) -> None:
        """This is written now."""
        self.body = body
        if not self.key and not self.empty:
            self.key = uuid4().hex

    def meet(self, kept: KeptDraft | None) -> bool:
        """Take in what the store holds, which another screen of theirs may have written; whether `body` changed.

        What nobody changed here gives way to it; what was changed stays, and the other text is put aside for them to
        see. What was sent or emptied elsewhere leaves the box, and is put aside, too.
        """
        body = tidy(kept.body) if kept else ""
        if body == self.kept:
            return False
        if body == self.body:
            self.kept, self.kept_channel = body, kept.channel if kept else ""
            return False
        unchanged = self.settled
        if not unchanged and not body:
            self.kept = self.kept_channel = ""
            return False
        if not unchanged:
            self.put_aside(body)
            return False
        if not body:
            self.put_aside(self.body)
        self.body = self.kept = body
        self.channel = self.kept_channel = kept.channel if kept else ""
        self.key = uuid4().hex if body else ""
        if self.aside == body:
            self.aside = ""
        return True

    def put_aside(self, other: str) -> None:
        """Another text of the same operator, to be shown when they ask for it."""
        if other.strip() and other not in {self.aside, self.body}:
            self.aside, self.aside_seen = other, False

    def swap(self) -> None:
        """Show the text that was put aside, and put this one there."""
        self.body, self.aside, self.aside_seen = self.aside, self.body, True
        self.write(self.body)

    def hold_article(self, name: str, text: str) -> None:
        """An article's text was put in."""
        self.articles[name] = tidy(text).strip()[:_TELLING]

    def sent(self) -> None:
        """It was stored: begin anew."""
        self.body = self.channel = self.kept = self.kept_channel = self.aside = self.key = ""
        self.aside_seen = False
        self.files, self.files_left = (), self.files
        self.articles.clear()
