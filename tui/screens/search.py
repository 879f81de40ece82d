"""Search over everything that was ever said: hits with the words found, and the way to their threads."""

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual import events, on
from textual.widget import Widget
from textual.widgets import Input, Static

from convo import clock
from convo.errors import ConvoError
from convo.model.views import Page, SearchHit
from convo.text.times import ago, minute

from ..asking import zone_of
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..lines.typed_line import TypedLine
from ..messages import ThreadChosen
from ..shown import label, line, shown
from .place import PlaceScreen

_PAGE = 50
_NARROW = 60


class Hits(ItemsView[SearchHit]):
    """Messages found, two lines each: who and where, and a piece of the text."""

    def key_of(self, item: SearchHit) -> int:
        """The message's number."""
        return item.message_id

    def height_of(self, item: SearchHit, width: int) -> int:
        """Three lines: two, and a blank one."""
        return 3

    def lines_of(self, item: SearchHit, width: int) -> Sequence[Text]:
        """Who, about what, where and when; then the piece with the words found."""
        zone = zone_of(self)
        when = (
            f"{item.channel}  {minute(item.sent_at, zone)}" if width > _NARROW else ago(item.sent_at, clock.now(), zone)
        )
        right = line(f"  #{item.thread_id}  {when}", "dim")
        head = line(item.customer or f"customer {item.customer_id}", "bold") + line(f"  {item.subject}")
        head.truncate(max(0, width - right.cell_len), overflow="ellipsis", pad=True)
        return (head + right, marked(item, width), Text("", end=""))


def marked(hit: SearchHit, width: int) -> Text:
    """The piece of a hit's text on one line, the words found standing out."""
    made, done = line("  "), 0
    text = "".join(" " if letter.isspace() else letter for letter in hit.snippet)
    for start, end in hit.marks:
        made.append_text(shown(text[done:start], "dim"))
        made.append_text(shown(text[start:end], "bold reverse"))
        done = end
    made.append_text(shown(text[done:], "dim"))
    made.truncate(width, overflow="ellipsis")
    return made


class SearchScreen(PlaceScreen):
    """Finds messages while one types; Enter opens the thread of the one under the cursor."""

    TITLE = "Search"
    BINDINGS = bindings("search")
    DEFAULT_CSS = """
    SearchScreen Input { padding: 0 1; }
    SearchScreen Hits { height: 1fr; padding: 0 1; }
    SearchScreen #told { height: auto; padding: 0 1; color: $text-muted; margin-bottom: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._next: str | None = None

    def parts(self) -> Iterable[Widget]:
        """A line to type in, what was found, and a remark."""
        yield TypedLine(
            placeholder="words, or fields such as customer: channel: tag: after: sentiment:", id="words", compact=True
        )
        yield Static("", id="told", markup=False)
        yield Hits(id="hits")

    def on_screen_resume(self) -> None:
        """One types at once, in place of what was sought before."""
        words = self.query_one(Input)
        words.focus()
        words.select_all()

    def look(self) -> None:
        """Search again for the same."""
        if self._words.strip():
            self._ask(self._words)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._words = event.value
        if event.value.strip():
            self._ask(event.value)
        else:
            self.ask("hits", lambda desk: Page[SearchHit](()), self._show)

    @on(Input.Submitted)
    def _entered(self) -> None:
        if self.query_one(Hits).items:
            self.query_one(Hits).focus()

    def on_key(self, event: events.Key) -> None:
        """Down leads from the line to what was found."""
        if event.key == "down" and self.query_one(Input).has_focus:
            event.stop()
            self._entered()

    @on(ItemsView.NearEnd)
    def _more(self) -> None:
        after, words = self._next, self._words
        if after is not None:
            self._next = None
            self.ask("more", lambda desk: desk.search.messages(words, after=after, limit=_PAGE), self._add)

    @on(ItemsView.Opened)
    def _opened(self) -> None:
        hit = self.query_one(Hits).current
        if hit is not None:
            self.app.pop_screen()
            self.app.screen.post_message(ThreadChosen(hit.thread_id, hit.customer_id, opened=True))

    def _ask(self, words: str) -> None:
        self.ask("hits", lambda desk: desk.search.messages(words, limit=_PAGE), self._show, self._refused)

    def _show(self, page: Page[SearchHit]) -> None:
        self._next = page.next
        self.query_one(Hits).set_items(page.items)
        count = len(page.items)
        words = f"{count}{' or more' if page.next else ''} found" if count else "no message matches"
        self._tell(words if self._words.strip() else "")

    def _add(self, page: Page[SearchHit]) -> None:
        self._next = page.next
        hits = self.query_one(Hits)
        hits.set_items([*hits.items, *page.items])

    def _refused(self, error: ConvoError) -> None:
        self._tell(f"{error.message}. {error.hint}")

    def _tell(self, words: str) -> None:
        self.query_one("#told", Static).update(label(words))
