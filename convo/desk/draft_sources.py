"""What a draft can be made of without a language model: articles that answer, past replies, snippets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convo.desk.bot_articles import find_hits
from convo.desk.bot_reading import newest_message

if TYPE_CHECKING:
    from convo.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the shop's own: its kind (article, reply, snippet), what names it, and how well it fits (0..1)."""

    kind: str
    name: str
    text: str
    score: float


def best_sources(desk: "Desk", thread: int) -> tuple[Source, ...]:
    """What may answer the newest message of a thread, the best first; nothing when the customer has said nothing."""
    message = newest_message(desk.store.current(), thread)
    if message is None:
        return ()
    hits = find_hits(desk, message.text, message.language or "", message.intent or "")
    return tuple(Source("article", hit.name, hit.body, hit.confidence) for hit in hits)
