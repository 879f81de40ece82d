"""Where a bot's answers come from: the desk's articles, found by what was asked; the one place that knows how."""

from typing import TYPE_CHECKING

from convo.bot.situation import Hit

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_MOST = 3
_LONGEST_QUESTION = 4_000


def find_hits(desk: "Desk", question: str, language: str, intent: str) -> tuple[Hit, ...]:
    """The articles that may answer a question, the likeliest first, whatever their language."""
    from convo.text import query_words

    wanted = {word for word in query_words(question[:_LONGEST_QUESTION]) if len(word) > 3}
    hits = []
    for view in desk.articles.list():
        held = wanted & set(query_words(f"{view.title} {view.name}"))
        if held:
            hits.append(Hit(view.name, view.title, view.language, len(held) / len(wanted), view.body))
    return tuple(sorted(hits, key=lambda hit: -hit.confidence)[:_MOST])


def threshold() -> float:
    """How sure an article must be to be sent without a person."""
    return 0.5


def note_sent(desk: "Desk", article: str, thread: int, message: int, by: str) -> None:
    """Keep that an article was sent."""
