"""Finds earlier messages of customers that say much the same as one, through the search index and with bounded work."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Row, func, select

from convo.model import tables
from convo.model.words import Direction
from convo.nlp.article_match import Question, evidence, question_words, weigh
from convo.store import search_index
from convo.store.bulk import among
from convo.text import index_words
from convo.text.common_words import common_words

_MOST_WORDS = 8
_NEWEST = 40
_PAIRED_WORDS = 5
_LOADED = 160
_LONGEST_READ = 2_000
_LEAST_LIKENESS = 0.3
_SAME_INTENT = 0.1
_OTHER_LANGUAGE = 0.6
_ROUGHLY_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier message and how alike it is (0..1, and a little more with the same intent)."""

    id: int
    sort_key: int
    thread_id: int
    customer_id: int
    body: str
    language: str | None
    same_intent: bool
    score: float


def find_similar(
    connection: Connection, text: str, *, not_in: int, language: str | None, intent: str | None, limit: int
) -> list[Similar]:
    """Inbound messages of other threads that are most like a text, the likest first.

    Looked at are the newest messages with each of its rarer words, and with two of them: some hundreds, however many
    there are. How rare a word is, is estimated from how far apart the newest messages with it are.
    """
    common = common_words()
    words = {stem: word for stem, word in question_words(text).items() if word not in common and len(word) > 2}
    chosen = dict(sorted(words.items(), key=lambda item: (-len(item[1]), item[1]))[:_MOST_WORDS])
    if not chosen:
        return []
    newest = {word: search_index.newest(connection, [word], _NEWEST) for word in chosen.values()}
    spread = _spread(connection)
    holders = {stem: _holders(newest[word], spread) for stem, word in chosen.items()}
    weights = weigh(chosen, holders, _ROUGHLY_ALL).weights
    told: dict[int, float] = defaultdict(float)
    for stem, word in chosen.items():
        for number in newest[word]:
            told[number] += weights[stem]
    frequent = [stem for stem, word in chosen.items() if len(newest[word]) == _NEWEST]
    rarest = sorted(frequent, key=lambda stem: (holders[stem], stem))[:_PAIRED_WORDS]
    for one, other in combinations(rarest, 2):
        for number in search_index.newest(connection, [chosen[one], chosen[other]], _NEWEST):
            told[number] = max(told[number], weights[one] + weights[other])
    best = sorted(told, key=lambda number: (-told[number], -number))[:_LOADED]
    whole = weigh(question_words(text), holders, _ROUGHLY_ALL)
    similar = [_judged(whole, row, language, intent) for row in _rows(connection, best) if row.thread_id != not_in]
    like = [found for found in similar if found.score >= _LEAST_LIKENESS]
    return sorted(like, key=lambda found: (-found.score, -found.sort_key))[:limit]


def _spread(connection: Connection) -> float:
    """How far apart in sort keys two messages are on average, if there were `_ROUGHLY_ALL`."""
    key = tables.message.c.sort_key
    newest = connection.execute(select(key).order_by(key.desc()).limit(1)).scalar() or 0
    oldest = connection.execute(select(key).order_by(key).limit(1)).scalar() or 0
    return max(newest - oldest, 1) / _ROUGHLY_ALL


def _holders(keys: list[int], spread: float) -> int:
    """About how many of `_ROUGHLY_ALL` messages have a word, told by its newest."""
    if len(keys) < _NEWEST:
        return len(keys)
    return max(len(keys), min(_ROUGHLY_ALL, int(len(keys) * spread * _ROUGHLY_ALL / max(keys[0] - keys[-1], 1))))


def _rows(connection: Connection, keys: list[int]) -> Iterable[Row[*tuple[Any, ...]]]:
    message = tables.message
    return connection.execute(
        select(
            message.c.id,
            message.c.sort_key,
            message.c.thread_id,
            message.c.customer_id,
            func.substr(message.c.body, 1, _LONGEST_READ).label("body"),
            message.c.language,
            message.c.intent,
        ).where(
            among(connection, message.c.sort_key, keys),
            message.c.direction == Direction.INBOUND.value,
            message.c.automatic.is_(False),
        )
    )


def _judged(question: Question, row: Row[*tuple[Any, ...]], language: str | None, intent: str | None) -> Similar:
    from convo.desk.article_search import speaks

    likeness = evidence(question, [index_words(row.body).split()]).likeness
    same_intent = intent is not None and row.intent == intent
    score = likeness + (_SAME_INTENT if same_intent else 0.0)
    score *= 1.0 if speaks(row.language, language) else _OTHER_LANGUAGE
    return Similar(
        row.id, row.sort_key, row.thread_id, row.customer_id, row.body, row.language, same_intent, round(score, 4)
    )
