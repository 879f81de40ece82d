"""The questions that customers opened threads with, as the stems that say what they are about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, takewhile

from sqlalchemy import Connection, func, or_, select

from convo.model import tables
from convo.model.words import Direction
from convo.query.tree import Text
from convo.store.bulk import among
from convo.store.search_index import TextTerm
from convo.text import index_words
from convo.text.common_words import common_words
from convo.text.stems import stem

MOST_QUESTIONS = 100_000
_PAGE = 1_000
_LONGEST_READ = 1_000
_MOST_STEMS = 40
_MOST_WORDS = 300_000


@dataclass(frozen=True, slots=True)
class Question:
    """A message that opened a thread; `stems` are numbers of the vocabulary, in the order of the text."""

    message_id: int
    thread_id: int
    customer_id: int
    at: datetime
    language: str | None
    intent: str | None
    stems: tuple[int, ...]


@dataclass(slots=True)
class Vocabulary:
    """Numbers for stems, and how the words of each begin, which is what finds them again."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _begins: list[str] = field(default_factory=lambda: [""])
    _varied: list[bool] = field(default_factory=lambda: [False])

    def number(self, word: str) -> int:
        """The number of a word's stem, from 1; 0 for a new one when there are 300,000 already."""
        each = stem(word)
        number = self._numbers.get(each)
        if number is None:
            if len(self._begins) > _MOST_WORDS:
                return 0
            number = self._numbers[each] = len(self._begins)
            self._begins.append(word)
            self._varied.append(False)
        elif self._begins[number] != word:
            self._begins[number] = _beginning(self._begins[number], word)
            self._varied[number] = True
        return number

    def word(self, number: int) -> str:
        """The one word that has a stem, or how all of them begin."""
        return self._begins[number]

    def term(self, number: int) -> Text:
        """What finds the words of a stem."""
        word, varied = self._begins[number], self._varied[number]
        return Text(TextTerm((word,), prefix=varied), word)


def _beginning(one: str, other: str) -> str:
    """What two words begin with alike."""
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return one[:alike]


def says_something(word: str) -> bool:
    """Whether a word may tell what a question is about: not the glue of a language, no number, no single letter."""
    return not word.isdigit() and (len(word) > 2 or not word.isascii()) and word not in common_words()


def read_questions(
    connection: Connection, vocabulary: Vocabulary, since: datetime, until: datetime
) -> Iterator[Question]:
    """The questions that opened threads in a span, threads with the newest messages first, 100,000 at most.

    What a machine wrote and what blocked customers wrote is none.
    """
    thread, message, customer = tables.thread, tables.message, tables.customer
    page = (
        select(thread.c.id, thread.c.last_message_at)
        .where(thread.c.last_message_at >= since, thread.c.created_at >= since, thread.c.created_at <= until)
        .order_by(thread.c.last_message_at.desc(), thread.c.id.desc())
        .limit(_PAGE)
    )
    given = 0
    rows = connection.execute(page).all()
    while rows and given < MOST_QUESTIONS:
        opening = (
            select(func.min(message.c.sort_key))
            .where(among(connection, message.c.thread_id, [row.id for row in rows]))
            .group_by(message.c.thread_id)
        )
        for row in connection.execute(
            select(
                message.c.id,
                message.c.thread_id,
                message.c.customer_id,
                message.c.sent_at,
                message.c.language,
                message.c.intent,
                message.c.subject,
                func.substr(message.c.body, 1, _LONGEST_READ).label("body"),
            )
            .join(customer, customer.c.id == message.c.customer_id)
            .where(
                message.c.sort_key.in_(opening),
                message.c.direction == Direction.INBOUND.value,
                message.c.automatic.is_(False),
                customer.c.blocked_at.is_(None),
            )
            .order_by(message.c.sort_key.desc())
        ):
            words = (word for word in index_words(f"{row.subject}\n{row.body}").split() if says_something(word))
            numbers = tuple(islice(dict.fromkeys(filter(None, map(vocabulary.number, words))), _MOST_STEMS))
            if not numbers:
                continue
            yield Question(row.id, row.thread_id, row.customer_id, row.sent_at, row.language, row.intent, numbers)
            given += 1
        at, number = rows[-1].last_message_at, rows[-1].id
        before = or_(thread.c.last_message_at < at, (thread.c.last_message_at == at) & (thread.c.id < number))
        rows = connection.execute(page.where(before)).all()
