"""The two lines above the box: who else is here, and what this is."""

from datetime import tzinfo

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from convo import clock
from convo.model.writing_views import PresenceView

from ..lines.one_line import OneLine
from .head import Head, aside_line, head_line, others_line
from .unsent import Unsent


class Heading(Vertical):
    """Says what it is told, as wide as it is."""

    DEFAULT_CSS = """
    Heading { height: auto; }
    Heading #head { color: $primary; }
    Heading #others { color: $text-muted; display: none; }
    Heading #others.-told { display: block; }
    Heading #others.-warns { color: $text-warning; }
    """

    def compose(self) -> ComposeResult:
        """Others, and below them what this is."""
        yield OneLine(id="others")
        yield OneLine(id="head")

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self.content_size.width

    def tell(self, head: Head | None, zone: tzinfo) -> None:
        """Say what this is; None: nothing is known yet."""
        words = Text("") if head is None else head_line(head, self.width, clock.now(), zone)
        self.query_one("#head", OneLine).say(words)

    def tell_others(self, others: tuple[PresenceView, ...], operator: str, unsent: Unsent | None) -> None:
        """Say who else is here, or before that, that another text of one's own is."""
        aside = unsent is not None and bool(unsent.aside)
        if unsent is not None and unsent.aside:
            told = aside_line(unsent.aside, unsent.aside_seen, self.width)
        else:
            told = others_line(others, operator, self.width)
        above = self.query_one("#others", OneLine)
        above.set_class(bool(told.plain), "-told")
        above.set_class(any(other.writing for other in others) or aside, "-warns")
        above.say(told)
