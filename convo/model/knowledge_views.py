"""What leaves the desk about articles: found ones, how they do, suggestions, gaps; with the original text."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

TITLE_WEIGHT = 2
"""So many words of an article's text does a word of its title, questions or keywords count for."""


Posting: TypeAlias = tuple[str, int, int, int, int]
"""A stem, an article, how often it stands in its title and in its text, and how many words the article has."""


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article that may answer a question.

    `confidence` (0..1) is how likely the article answers it, as measured on held-out questions: compare it with
    `convo.nlp.article_confidence.ANSWER_THRESHOLD`. `coverage` is the share of the question's words, by weight, that it
    holds, `matched` are those words as they were asked, `snippet` is its passage that is most like the question, and
    `same_language` is False when it is in another language than was wanted.
    """

    id: int
    name: str
    title: str
    language: str | None
    same_language: bool
    confidence: float
    coverage: float
    matched: tuple[str, ...]
    same_intent: bool
    snippet: str


@dataclass(frozen=True, slots=True)
class ArticleStats:
    """How an article did: how often it was offered and sent, and how the threads in which it was sent went on.

    `resolved` counts threads that were resolved and not reopened within a week, `reopened` those that were reopened,
    `handed_over` those that a bot gave to a person after it; `sentiment` is the mean of what customers said next, None
    where nothing is known. Times are of the period asked for.
    """

    name: str
    title: str
    suggested: int
    sent: int
    resolved: int
    reopened: int
    handed_over: int
    sentiment: float | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArticleImport:
    """What became of one file or line: `added`, `changed`, `unchanged` or `refused`, and why."""

    path: str
    name: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PastReply:
    """An answer that a person gave to a message like this one, in a thread that ended well.

    `score` (0..1) is how alike the two questions are, `why` what else speaks for it; `used` is how often much the same
    was answered.
    """

    message_id: int
    thread_id: int
    customer_id: int
    question_id: int
    question: str
    reply: str
    by: str
    sent_at: datetime
    language: str | None
    score: float
    used: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnippetHit:
    """A snippet that may do, its variables filled in for the thread; `score` (0..1) is how much it shares with it."""

    name: str
    text: str
    language: str | None
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """What the best answer to a message may be."""

    thread_id: int
    message_id: int | None
    question: str
    language: str | None
    intent: str | None
    articles: tuple[ArticleHit, ...]
    replies: tuple[PastReply, ...]
    snippets: tuple[SnippetHit, ...]


@dataclass(frozen=True, slots=True)
class GapTopic:
    """Questions about one thing that no article answers.

    `count` questions of `customers` customers have the words in common; `unanswered` of the `checked` newest found no
    article that is sure enough. `nearest` is the article that came closest, `query` finds the questions.
    """

    words: tuple[str, ...]
    intent: str | None
    count: int
    customers: int
    unanswered: int
    checked: int
    nearest: str | None
    confidence: float
    examples: tuple[str, ...]
    query: str
    message_ids: tuple[int, ...]
    thread_ids: tuple[int, ...]
    customer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RisingTopic:
    """A topic that more customers ask about this week than their share in the weeks before lets expect.

    `p` is how likely so many or more would be if nothing had changed, `q` the same corrected for all topics looked at.
    """

    words: tuple[str, ...]
    intent: str | None
    observed: int
    expected: float
    p: float
    q: float
    examples: tuple[str, ...]
    query: str
    message_ids: tuple[int, ...]
    thread_ids: tuple[int, ...]
    customer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GapsView:
    """Frequent questions without an article, and topics that rise this week; `statistic` says how that was decided."""

    since: datetime
    until: datetime
    questions: int
    left_out: int
    threshold: float
    topics: tuple[GapTopic, ...]
    rising: tuple[RisingTopic, ...]
    week_customers: int
    baseline_weeks: int
    topics_tried: int
    statistic: str
