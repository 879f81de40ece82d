"""Finds the articles that may answer a question, and says how sure that is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, func, select

from convo.model import tables
from convo.model.knowledge_views import ArticleHit
from convo.nlp.article_confidence import confidence
from convo.nlp.article_match import Evidence, Question, bm25, evidence, informative, question_words, rank, weigh
from convo.nlp.passages import passages
from convo.store import article_index
from convo.store.article_index import group_of
from convo.store.bulk import among
from convo.text import index_words
from convo.text.common_words import common_words
from convo.text.stems import stem

_MOST_POSTINGS = 1_000
_MOST_HOLDERS = 2_000
_CANDIDATES = 30
_LOOKED_AT = 6
_LONGEST_SNIPPET = 240
_LONGEST_READ = 4_000
_OTHER_LANGUAGE = 0.85
_SAME_INTENT = 0.3
_COLUMNS = ("id", "name", "title", "language", "keywords", "questions")


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: Row[*tuple[Any, ...]]
    evidence: Evidence
    score: float
    rank: float
    same_language: bool
    same_intent: bool
    passage: str


def find_articles(
    connection: Connection, text: str, *, language: str | None, intent: str | None, limit: int
) -> tuple[ArticleHit, ...]:
    """The best articles for a question, of each with its translations only one; the likeliest first.

    The stems that few articles hold find candidates, and the others only add to their scores, so that the work is
    bounded however many articles there are.
    """
    words = question_words(text)
    count, average = article_index.size(connection)
    if not words or not count:
        return ()
    held = article_index.holders(connection, words, most=_MOST_HOLDERS)
    question = weigh(words, held, count)
    scores = _scores(connection, question, held, average)
    best = sorted(scores, key=lambda number: (-scores[number], number))[:_LOOKED_AT]
    if intent:
        best += [number for number in _about(connection, intent) if number not in best][:_LOOKED_AT]
    found = [
        _candidate(question, row, scores.get(row.id, 0.0), language, intent)
        for row in _rows(connection, tables.article.c.id, best)
    ]
    found.sort(key=lambda one: (-one.rank, one.row.name))
    chosen = [_translated(connection, one, language) for one in _one_of_each_group(found)[: limit + 1]]
    hits = [_hit(question, one, _lead(chosen, place)) for place, one in enumerate(chosen[:limit])]
    return tuple(hit for hit in hits if hit.matched or hit.same_intent or not informative(question))


def _scores(connection: Connection, question: Question, held: dict[str, int], average: float) -> dict[int, float]:
    """BM25F scores of the articles that hold the rarer stems, with what the common ones add for the best of them."""
    rarest = sorted(held, key=lambda each: (-question.weights[each], each))
    first: list[str] = []
    room = _MOST_POSTINGS
    for each in rarest:
        if first and held[each] > room:
            break
        first.append(each)
        room -= held[each]
    scores = bm25(question, article_index.postings(connection, first), average)
    rest = [each for each in rarest if each not in first]
    if rest:
        best = sorted(scores, key=lambda number: (-scores[number], number))[:_CANDIDATES]
        more = bm25(question, article_index.postings(connection, rest, best), average)
        scores = {number: scores[number] + more.get(number, 0.0) for number in best}
    return scores


def _about(connection: Connection, intent: str) -> list[int]:
    """The articles that name this intent among their keywords, looked for among those that hold all its words."""
    stems = list(dict.fromkeys(stem(word) for word in index_words(intent).split()))
    if not stems:
        return []
    rarest = min(stems, key=lambda each: article_index.holders(connection, [each], most=_MOST_HOLDERS).get(each, 0))
    numbers = [number for _, number, in_title, *_ in article_index.postings(connection, [rarest]) if in_title]
    article = tables.article
    wanted = select(article.c.id, article.c.keywords).where(
        among(connection, article.c.id, sorted(numbers)[:_CANDIDATES])
    )
    return [row.id for row in connection.execute(wanted.order_by(article.c.id)) if names_intent(row.keywords, intent)]


def names_intent(keywords: str, intent: str | None) -> bool:
    """Whether an article's keywords name the intent, whatever the case and the signs between its words."""
    wanted = index_words(intent or "")
    return bool(wanted) and any(index_words(line) == wanted for line in keywords.splitlines())


def _rows(
    connection: Connection, column: ColumnElement[Any], values: Collection[Any]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The articles that have one of these values, with the beginning of their text."""
    article = tables.article
    columns: list[Any] = [article.c[name] for name in _COLUMNS]
    columns.append(func.substr(article.c.body, 1, _LONGEST_READ).label("body"))
    return connection.execute(select(*columns).where(among(connection, column, values)).order_by(article.c.id)).all()


def _candidate(
    question: Question, row: Row[*tuple[Any, ...]], score: float, language: str | None, intent: str | None
) -> _Candidate:
    text = passages(row.body)
    above = [row.title, *filter(None, row.questions.splitlines())]
    found = evidence(
        question, [index_words(passage).split() for passage in (*above, *text, *row.keywords.splitlines())]
    )
    place = found.passage - len(above)
    shown = text[place] if 0 <= place < len(text) else text[0]
    same_language = speaks(row.language, language)
    same_intent = names_intent(row.keywords, intent)
    order = rank(question, score, found) * (1.0 if same_language else _OTHER_LANGUAGE)
    return _Candidate(
        row, found, score, order + (_SAME_INTENT if same_intent else 0.0), same_language, same_intent, shown
    )


def _one_of_each_group(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Each article once with its translations: the one in the language that was wanted, else the best; in order."""
    chosen: dict[str, _Candidate] = {}
    for one in found:
        group = group_of(one.row.name, one.row.language)
        held = chosen.get(group)
        if held is None or (one.same_language and not held.same_language):
            chosen[group] = one
    return list(chosen.values())


def _translated(connection: Connection, one: _Candidate, language: str | None) -> _Candidate:
    """The article's translation into the language that was wanted, which need not share a word with the question."""
    if one.same_language or not language:
        return one
    group = group_of(one.row.name, one.row.language)
    names = {group, f"{group}.{language.casefold()}", f"{group}.{_primary(language)}"}
    rows = _rows(connection, func.lower(tables.article.c.name, type_=Text()), sorted(names))
    for row in rows:
        if row.language and speaks(row.language, language) and group_of(row.name, row.language) == group:
            return replace(one, row=row, same_language=True, passage=passages(row.body)[0])
    return one


def _lead(chosen: Sequence[_Candidate], place: int) -> float:
    """How far the first is before the second; of others, how far they are behind the first."""
    if place:
        return chosen[place].rank - chosen[0].rank
    return chosen[0].rank - (chosen[1].rank if len(chosen) > 1 else 0.0)


def _hit(question: Question, one: _Candidate, lead: float) -> ArticleHit:
    row = one.row
    held = {
        stem(word) for word in index_words(f"{row.name} {row.title} {row.questions} {row.keywords} {row.body}").split()
    }
    matched = tuple(word for each, word in question.words.items() if each in held and word not in common_words())
    sure = confidence(question, one.evidence, one.score, lead)
    snippet = " ".join(one.passage.split())
    if len(snippet) > _LONGEST_SNIPPET:
        snippet = snippet[: _LONGEST_SNIPPET - 1].rstrip() + "…"
    return ArticleHit(
        row.id,
        row.name,
        row.title,
        row.language,
        one.same_language,
        round(sure, 4),
        round(one.evidence.coverage, 4),
        matched,
        one.same_intent,
        snippet,
    )


def speaks(language: str | None, wanted: str | None) -> bool:
    """Whether a text in a language will do where another is wanted: regions do not matter, nor what is not known."""
    return not language or not wanted or _primary(language) == _primary(wanted)


def _primary(language: str) -> str:
    return language.partition("-")[0].casefold()
