"""What the best answer may be, as numbered lines, and the text that each puts into the reply."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..shown import line
from .glance import Glance, heading

if TYPE_CHECKING:
    from convo.model.knowledge_views import SuggestionsView

MOST = 9
_LEAST_SURE = 0.05


@dataclass(frozen=True, slots=True)
class Suggested:
    """One suggestion: what it is, and what it puts into the reply; an article's text is looked up when it is taken."""

    kind: str
    name: str
    title: str
    score: float
    text: str


def suggested(view: "SuggestionsView") -> list[Suggested]:
    """The suggestions in the order of their kinds, the likeliest of each first: articles, snippets, past replies."""
    return [
        *(
            Suggested("article", hit.name, hit.title, hit.confidence, "")
            for hit in view.articles
            if hit.confidence >= _LEAST_SURE
        ),
        *(Suggested("snippet", hit.name, hit.name, hit.score, hit.text) for hit in view.snippets),
        *(Suggested("reply", f"thread {hit.thread_id}", hit.reply, hit.score, hit.reply) for hit in view.replies),
    ][:MOST]


def suggestion_lines(found: list[Suggested]) -> Iterator[Glance]:
    """The lines of the suggestions, each with the key that takes it."""
    if found:
        yield heading("suggested")
    for number, one in enumerate(found, 1):
        text = line(f"{number} ", "bold") + line(one.title)
        more = line("   ") + line(f"{one.kind}, {one.score:.2f}", "dim")
        yield Glance(f"suggestion {number}", text, suggestion=number, more=(more,))
