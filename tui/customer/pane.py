"""The customer: who one is talking with, how they feel, what they bought, and what the best answer may be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from convo import clock
from convo.model.customer_panel import CustomerPanel
from convo.model.views import ArticleView
from convo.model.words import Role

from ..asking import Asks, asker_of, zone_of
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..messages import Insert, MergeWanted, ThreadChosen
from .glance import Glance, glance, past_threads
from .suggested import Suggested, suggested, suggestion_lines

if TYPE_CHECKING:
    from convo.model.knowledge_views import SuggestionsView


class GlanceLines(ItemsView[Glance]):
    """The lines about a customer."""

    def key_of(self, item: Glance) -> str:
        """What the line is about."""
        return item.key

    def height_of(self, item: Glance, width: int) -> int:
        """One line, and the dim ones below it."""
        return 1 + len(item.more)

    def lines_of(self, item: Glance, width: int) -> Sequence[Text]:
        """The lines, cut to the width."""
        cut = []
        for text in (item.text, *item.more):
            made = text.copy()
            made.truncate(width, overflow="ellipsis")
            cut.append(made)
        return cut

    def _jump(self, place: int) -> None:
        """A suggestion is jumped to so that it is taken."""
        super()._jump(place)
        if self.items[place].suggestion is not None:
            self.action_open()


class CustomerPane(Asks, Vertical):
    """Everything about a customer that is worth a glance, and the suggestions."""

    BINDINGS = bindings("customer")
    DEFAULT_CSS = """
    CustomerPane GlanceLines { height: 1fr; }
    CustomerPane GlanceLines > .items--cursor-elsewhere { background: $background; }
    """

    def __init__(self) -> None:
        super().__init__(id="customer")
        self.customer: int | None = None
        self.thread: int | None = None
        self._panel: CustomerPanel | None = None
        self._suggested: list[Suggested] = []
        self._answered: tuple[int, int | None] | None = None
        self._opened_now = False

    def compose(self) -> ComposeResult:
        """The lines."""
        yield GlanceLines(id="glance")

    def on_mount(self) -> None:
        """Let ages grow."""
        self.border_title = "Customer"
        self.set_interval(30, self._draw)

    def show(self, thread: int | None, customer: int | None, *, opened: bool = False) -> None:
        """Show a customer, and what may answer the thread, once this has been told to `look`.

        Suggestions to a thread that is `opened` count as offered.
        """
        self._opened_now = opened or (self._opened_now and thread == self.thread)
        if thread != self.thread:
            self._suggested, self._answered = [], None
        if customer != self.customer:
            self._panel = None
            self.query_one(GlanceLines).move_to(0)
        self.thread, self.customer = thread, customer
        self._draw()

    def insert(self, number: int) -> None:
        """Put the suggestion of that number (from 1) into the reply."""
        if not 1 <= number <= len(self._suggested):
            return
        one = self._suggested[number - 1]
        if one.kind == "article":
            self.ask("article", lambda desk: desk.articles.show(one.name), self._insert_article)
        else:
            self.post_message(Insert(one.text, snippet=one.name if one.kind == "snippet" else None))

    def look(self) -> None:
        """Ask about the customer, and what may answer the newest message of the thread."""
        self.refresh_from_store()
        thread = self.thread
        if thread is not None:
            self.ask("suggestions", lambda desk: desk.suggestions.for_thread(thread), self._show_suggestions)

    def refresh_from_store(self) -> None:
        """Look at the customer again; what may answer a message stays as long as that is the newest."""
        customer = self.customer
        if customer is not None:
            self.ask("panel", lambda desk: desk.customers.panel(customer), self._show_panel)

    def _show_panel(self, panel: CustomerPanel) -> None:
        if panel != self._panel:
            self._panel = panel
            self._draw()

    def _show_suggestions(self, view: "SuggestionsView") -> None:
        asked = (view.thread_id, view.message_id)
        self._suggested = suggested(view)
        answers = self._opened_now and asker_of(self).desk.actor.role.includes(Role.AGENT)
        if answers and self._suggested and asked != self._answered:
            # An article counts as offered once for each message that it was offered for.
            self._answered = asked
            self.ask(
                "offer", lambda desk: desk.suggestions.offer(view.thread_id, view.message_id), _nothing, writes=True
            )
        self._draw()

    def _draw(self) -> None:
        panel, now, zone = self._panel, clock.now(), zone_of(self)
        lines = [*glance(panel, now, zone)] if panel is not None else []
        lines += suggestion_lines(self._suggested)
        lines += past_threads(panel, now, zone) if panel is not None else []
        self.query_one(GlanceLines).set_items(lines)

    def _insert_article(self, article: ArticleView) -> None:
        self.post_message(Insert(article.body, article=article.name))

    @on(ItemsView.Moved)
    def _moved(self, event: ItemsView.Moved) -> None:
        event.stop()

    @on(ItemsView.Opened)
    def _opened(self, event: ItemsView.Opened) -> None:
        event.stop()
        item = self.query_one(GlanceLines).current
        if item is None:
            return
        if item.suggestion is not None:
            self.insert(item.suggestion)
        elif item.duplicate is not None and self.customer is not None:
            self.post_message(MergeWanted(self.customer, item.duplicate))
        elif item.thread is not None:
            self.post_message(ThreadChosen(item.thread, self.customer, opened=True))


def _nothing(_: object) -> None:
    return None
