"""Operations that suggest what the best answer may be: articles, past replies, snippets."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from convo.desk.operation import Operations, operation
from convo.errors import ConvoError, NotFound
from convo.model import tables
from convo.model.words import ArticleUse, Direction, Role

if TYPE_CHECKING:
    from convo.model.knowledge_views import SnippetHit, SuggestionsView

_SHOWN = 3
_ENOUGH_WORDS = 3
_MOST_MESSAGES = 3
_LONGEST_READ = 4_000
_LEAST_SNIPPET = 0.2


class Suggestions(Operations):
    """What the best answer may be."""

    @operation(Role.VIEWER)
    def for_thread(self, thread: int, message: int | None = None) -> "SuggestionsView":
        """The best three articles, past replies and snippets for a message of a thread.

        It is the customer's newest, unless `message` names another; where that says next to nothing, what was said
        before it counts, too. Raises NotFound.
        """
        from convo.desk.past_replies import find_past_replies
        from convo.model.knowledge_views import SuggestionsView

        held, customer = tables.thread, tables.customer
        wanted = select(held.c.subject, customer.c.language).join(customer, customer.c.id == held.c.customer_id)
        about = self.connection.execute(wanted.where(held.c.id == thread)).first()
        if about is None:
            raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
        number, question, language, intent = self._asked(thread, message)
        question = question or about.subject
        language = language or about.language
        articles = self.desk.articles.search(question, language=language, intent=intent, limit=_SHOWN)
        replies = find_past_replies(
            self.connection, question, not_in=thread, language=language, intent=intent, limit=_SHOWN
        )
        snippets = self._snippets(thread, question, language)
        return SuggestionsView(thread, number, question, language, intent, articles, replies, snippets)

    @operation(Role.AGENT, writes=True)
    def offer(self, thread: int, message: int | None = None) -> "SuggestionsView":
        """The same as `for_thread`, for somebody who answers: the articles in it count as offered."""
        view = self.for_thread(thread, message)
        for hit in view.articles:
            self.desk.articles.note_use(hit.name, thread, ArticleUse.SUGGESTED.value, view.message_id)
        self.record("thread", thread, after={"suggested": [hit.name for hit in view.articles]})
        return view

    def _asked(self, thread: int, number: int | None) -> tuple[int | None, str, str | None, str | None]:
        """The message's id, text, language and intent, with what was said before it where it says next to nothing."""
        from convo.nlp.article_match import question_words
        from convo.text.common_words import common_words

        message = tables.message
        said = select(
            message.c.id, message.c.subject, message.c.body, message.c.language, message.c.intent, message.c.sort_key
        ).where(message.c.thread_id == thread, message.c.direction == Direction.INBOUND.value)
        if number is not None:
            of = select(message.c.sort_key).where(message.c.id == number, message.c.thread_id == thread)
            key = self.connection.execute(of).scalar()
            if key is None:
                raise NotFound(f"there is no message {number} in thread {thread}", hint="convo thread show lists them")
            said = said.where(message.c.sort_key <= key)
        rows = self.connection.execute(said.order_by(message.c.sort_key.desc()).limit(_MOST_MESSAGES)).all()
        texts: list[str] = []
        for row in rows:
            texts.insert(0, f"{row.subject}\n{row.body[:_LONGEST_READ]}".strip())
            words = question_words("\n".join(texts)).values()
            if sum(1 for word in words if word not in common_words()) >= _ENOUGH_WORDS:
                break
        intent = next((row.intent for row in rows[: len(texts)] if row.intent), None)
        language = next((row.language for row in rows if row.language), None)
        return rows[0].id if rows else None, "\n".join(texts), language, intent

    def _snippets(self, thread: int, question: str, language: str | None) -> "tuple[SnippetHit, ...]":
        from convo.desk.article_search import speaks
        from convo.model.knowledge_views import SnippetHit
        from convo.nlp.article_match import evidence, question_words, weigh
        from convo.text import index_words
        from convo.text.common_words import common_words
        from convo.text.stems import stem

        common = common_words()
        asked = weigh(question_words(question), {}, 0)
        hits = []
        for view in self.desk.snippets.list():
            name, body = index_words(view.name).split(), index_words(view.body).split()
            held = {stem(word) for word in (*name, *body)}
            matched = tuple(word for each, word in asked.words.items() if each in held and word not in common)
            named = [each for each in map(stem, name) if each in asked.weights]
            score = max(evidence(asked, [[*name, *body]]).likeness, 0.8 * len(named) / max(len(name), 1))
            score *= 1.0 if speaks(view.language, language) else 0.5
            if matched and score >= _LEAST_SNIPPET:
                hits.append((round(score, 4), view, matched))
        hits.sort(key=lambda hit: (-hit[0], hit[1].name))
        shown = []
        for score, view, matched in hits[:_SHOWN]:
            try:
                text = self.desk.snippets.render(view.name, thread)
            except ConvoError:
                continue
            shown.append(SnippetHit(view.name, text, view.language, score, matched))
        return tuple(shown)
