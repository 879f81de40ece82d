"""How sure it is that the article that came first answers the question, measured on questions held out.

A logistic regression over five numbers, fitted on a third of the held-out questions of Banking77 and CLINC150 (an
article an intent, made of 4, 10 or 25 of its sentences; a fifth of the intents without an article, and CLINC150's
questions out of scope). Per threshold, over all questions held out of these two and of HINT3, three shops that it was
not fitted on (articles of 10 sentences; a third of the questions without an answer):

    at least    right of those answered    answered rightly of those that have an article
    0.5         0.83                       0.61
    0.7         0.90                       0.49
    0.8         0.94                       0.42
    0.9         0.95                       0.31
    0.95        0.98                       0.23

`tests/bench/test_retrieval.py` prints the table anew.
"""

import math

from convo.nlp.article_match import Evidence, Question, informative

ANSWER_THRESHOLD = 0.9
"""From here on at least 95 of 100 answers were right on held-out questions, a part of which had no answer."""

LIKELY_THRESHOLD = 0.5
"""From here on an article answers likelier than not: 83 of 100 on held-out questions."""

_BASE = -5.13
_COVERAGE, _LIKENESS, _LEAD, _SCORE, _WORDS = 0.54, 4.21, 3.44, 0.52, 1.11
_MOST_SCORE = 3.0


def confidence(question: Question, found: Evidence, score: float, lead: float) -> float:
    """A probability from 0 to 1; `score` is the article's BM25F score, `lead` how far its rank is before the next.

    For an article that did not come first the lead is negative: how far it is behind the first.
    """
    total = question.total
    if not total or not score:
        return 0.0
    logit = (
        _BASE
        + _COVERAGE * found.coverage
        + _LIKENESS * found.likeness
        + _LEAD * lead
        + _SCORE * min(score / total, _MOST_SCORE)
        + _WORDS * math.log1p(informative(question))
    )
    return 1 / (1 + math.exp(-logit))
