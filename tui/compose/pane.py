"""Where one writes: always there, grows with the text, keeps drafts, sends by the way that fits."""

from textual import events

from ..keymap import bindings
from ..messages import Left
from .choosing import Choosing


class ComposePane(Choosing):
    """A reply or a note to the thread shown."""

    BINDINGS = bindings("compose")
    DEFAULT_CSS = """
    ComposePane #text, ComposePane #text:focus { border: none; height: auto; min-height: 2; max-height: 10; padding: 0;
        background: transparent; background-tint: transparent; }
    ComposePane.-note #head { color: $text-warning; text-style: bold; }
    ComposePane.-note #text, ComposePane.-note #text:focus { background: $warning 8%; }
    ComposePane.-shut #head { color: $text-error; }
    """

    def start(self, *, note: bool) -> None:
        """Begin or go on to write a reply, or a note."""
        if self.read_only:
            self.say("viewers write no replies and no notes")
            return
        self.set_kind(note=note)
        self.box.focus()

    def insert(self, text: str, *, article: str | None = None, snippet: str | None = None) -> None:
        """Put a text into the reply; an `article` counts as sent with it, if it is still in it then."""
        if self.read_only or self.thread is None:
            return
        self.set_kind(note=False)
        self.box.put(text)
        self.absorb()
        if article and self.current is not None:
            self.current.hold_article(article, text)
        self.box.focus()

    def on_click(self, event: events.Click) -> None:
        """The line that says which way a reply goes offers the others."""
        if event.widget is not None and event.widget.id == "head":
            event.stop()
            self.action_way()

    def action_kind(self) -> None:
        """Write a note rather than a reply, or the other way round."""
        self.set_kind(note=not self.note)

    def action_leave(self) -> None:
        """Leave; the draft is kept."""
        self.keep()
        self.say_writing(False)
        self.post_message(Left())
