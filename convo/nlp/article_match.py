"""How well an article answers a question: BM25F over the words they share, and how sure that makes us.

BM25F is that of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
title, the questions and the keywords of an article as one field that weighs double, and its text as the other. The
best few are looked at again passage by passage, since one sentence that says what was asked is worth more than its
words all over.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from convo.model.knowledge_views import TITLE_WEIGHT, Posting
from convo.text import index_words
from convo.text.common_words import common_words
from convo.text.stems import stem

_SATURATION = 1.5
_LENGTH_SHARE = 0.6
_COMMON_WEIGHT = 0.4
_BACKGROUND = 50
"""So many articles that hold none of the words are thought beside the real ones, so that five can tell, too."""

_BM25_SHARE = 0.7
_OTHER_WORD = 0.7
_LONGEST_QUESTION = 4_000
_MOST_STEMS = 32


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: its stems, each with the word it came from, and how much they weigh in these articles."""

    words: Mapping[str, str]
    weights: Mapping[str, float]
    unknown: float

    @property
    def total(self) -> float:
        """What all its stems weigh together."""
        return sum(self.weights.values())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an article: the share of the question that it holds, and its passage that is most like it."""

    coverage: float
    likeness: float
    passage: int


def question_words(text: str) -> dict[str, str]:
    """The stems of a question, each with the word it came from: those that say something first, in order.

    Of a long one only the beginning is read, and no more than 32 stems are taken.
    """
    common = common_words()
    words = index_words(text[:_LONGEST_QUESTION]).split()
    found: dict[str, str] = {}
    for word in [word for word in words if word not in common] + [word for word in words if word in common]:
        found.setdefault(stem(word), word)
        if len(found) == _MOST_STEMS:
            break
    return found


def informative(question: Question) -> int:
    """How many of a question's stems are of words that say something."""
    common = common_words()
    return sum(1 for word in question.words.values() if word not in common)


def weigh(words: Mapping[str, str], holders: Mapping[str, int], articles: int) -> Question:
    """The question with the weights of its stems: `holders` says how many of the `articles` hold each."""
    total = articles + _BACKGROUND
    common = common_words()
    weights = {}
    for each, word in words.items():
        held = holders.get(each, 0)
        weight = math.log(1 + (total - held + 0.5) / (held + 0.5))
        weights[each] = weight * _COMMON_WEIGHT if word in common else weight
    return Question(words, weights, math.log(1 + (total + 0.5) / 0.5))


def bm25(question: Question, postings: Iterable[Posting], average_length: float) -> dict[int, float]:
    """The BM25F score of each article that has a posting."""
    scores: dict[int, float] = {}
    average = max(average_length, 1.0)
    weights = question.weights
    fixed, by_length = _SATURATION * (1 - _LENGTH_SHARE), _SATURATION * _LENGTH_SHARE / average
    for each, article, title_count, body_count, length in postings:
        often = TITLE_WEIGHT * title_count + body_count
        gain = weights[each] * often * (_SATURATION + 1) / (often + fixed + by_length * length)
        scores[article] = scores.get(article, 0.0) + gain
    return scores


def evidence(question: Question, passages: Sequence[Iterable[str]]) -> Evidence:
    """What an article's passages (each its words, as `index_words` gives them) say to a question."""
    total = question.total
    if not total:
        return Evidence(0.0, 0.0, 0)
    common = common_words()
    held: set[str] = set()
    best, place = 0.0, 0
    for number, words in enumerate(passages):
        shared: set[str] = set()
        others: dict[str, float] = {}
        for word in words:
            each = stem(word)
            if each in question.weights:
                shared.add(each)
            else:
                others[each] = question.unknown * (_COMMON_WEIGHT if word in common else _OTHER_WORD)
        held |= shared
        weight = sum(question.weights[each] for each in shared)
        likeness = 2 * weight / (total + weight + sum(others.values()))
        if likeness > best:
            best, place = likeness, number
    return Evidence(sum(question.weights[each] for each in held) / total, best, place)


def rank(question: Question, score: float, found: Evidence) -> float:
    """One number to put articles in order by: their words' score and their best passage together."""
    total = question.total
    return _BM25_SHARE * score / total + found.likeness if total else 0.0
