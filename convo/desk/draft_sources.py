"""What a draft can be made of without a language model: articles that answer, past replies, snippets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convo.desk.bot_articles import threshold

if TYPE_CHECKING:
    from convo.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the shop's own: its kind (article, reply, snippet), and what names it."""

    kind: str
    name: str
    text: str


def best_sources(desk: "Desk", thread: int) -> tuple[Source, ...]:
    """What may answer a thread's newest message, the best first: an article that surely does, else what people said.

    Raises NotFound.
    """
    found, least = desk.suggestions.for_thread(thread), threshold()
    sure = [hit for hit in found.articles if hit.confidence >= least]
    unsure = [hit for hit in found.articles if hit.confidence < least]
    articles = {hit.name: desk.articles.show(hit.name).body for hit in found.articles}
    return (
        *(Source("article", hit.name, articles[hit.name]) for hit in sure),
        *(Source("reply", f"of message {reply.message_id}", reply.reply) for reply in found.replies),
        *(Source("article", hit.name, articles[hit.name]) for hit in unsure),
        *(Source("snippet", snippet.name, snippet.text) for snippet in found.snippets),
    )
