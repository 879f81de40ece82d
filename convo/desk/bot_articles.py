"""Where a bot's answers come from: the desk's articles, found by what was asked; the one place that knows how."""

from typing import TYPE_CHECKING

from convo.bot.situation import Hit
from convo.model.words import ArticleUse

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_MOST = 3
_LONGEST_QUESTION = 4_000


def find_hits(desk: "Desk", question: str, language: str, intent: str) -> tuple[Hit, ...]:
    """The articles that may answer a question, the likeliest first, those in the language before their translations."""
    if not question.strip():
        return ()
    found = desk.articles.search(
        question[:_LONGEST_QUESTION], language=language or None, intent=intent or None, limit=_MOST
    )
    least = threshold() / 2
    # The text is needed only of what may be sent.
    bodies = {hit.name: desk.articles.show(hit.name).body for hit in found if hit.confidence >= least}
    return tuple(Hit(hit.name, hit.title, hit.language, hit.confidence, bodies.get(hit.name, "")) for hit in found)


def threshold() -> float:
    """How sure an article must be to be sent without a person, as measured on held-out questions."""
    from convo.nlp.article_confidence import ANSWER_THRESHOLD

    return ANSWER_THRESHOLD


def note_sent(desk: "Desk", article: str, thread: int, message: int, by: str) -> None:
    """Keep that an article was sent."""
    desk.articles.note_use(article, thread, ArticleUse.SENT.value, message, by=by)
