"""What customers ask that no article answers, and what more of them ask this week."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from convo import clock
from convo.desk.article_search import speaks
from convo.desk.gap_questions import MOST_QUESTIONS, Question, Vocabulary, read_questions
from convo.desk.gap_topics import Topic, topics_of
from convo.desk.rising import STATISTIC, Rise, rising
from convo.errors import BadInput
from convo.model import tables
from convo.model.knowledge_views import ArticleHit, GapsView, GapTopic, RisingTopic
from convo.nlp.article_confidence import LIKELY_THRESHOLD
from convo.query.op import Op
from convo.query.tree import And, Condition, Day, Text, render
from convo.store.bulk import among

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_USUAL = timedelta(days=90)
_CHECKED = 8
_TOPICS_TRIED = 3
_EXAMPLES = 3
_LONGEST_EXAMPLE = 160
_LONGEST_READ = 2_000
_QUERY_WORDS = 2


def find_gaps(desk: "Desk", *, since: datetime | None, language: str | None, limit: int) -> GapsView:
    """Gaps and rising topics among the questions that opened threads since then, by default in 90 days.

    Of each topic the 8 newest questions are put to the articles; it is a gap when half of them or more find none that
    answers likelier than not. Raises BadInput for a time to come.
    """
    connection, until = desk.store.current(), clock.now()
    since = until - _USUAL if since is None else since
    if since >= until:
        raise BadInput("that time is to come", hint="--since 90d")
    vocabulary = Vocabulary()
    questions = list(read_questions(connection, vocabulary, since, until))
    read = len(questions)
    if language:
        questions = [one for one in questions if one.language and speaks(one.language, language)]
    topics: list[GapTopic] = []
    zone = ZoneInfo(desk.settings.time_zone)
    for topic in topics_of(questions, most=_TOPICS_TRIED * limit):
        if len(topics) == limit:
            break
        gap = _gap(desk, topic, vocabulary, since, zone)
        topics += [gap] if gap else []
    risen = rising(questions, until, most=limit)
    week = until - timedelta(days=7)
    return GapsView(
        since,
        until,
        len(questions),
        _asked(connection, since, until) if read == MOST_QUESTIONS else 0,
        LIKELY_THRESHOLD,
        tuple(sorted(topics, key=lambda topic: -topic.count)),
        tuple(_rise(connection, rise, vocabulary, week, zone) for rise in risen.rises),
        risen.customers,
        risen.weeks,
        risen.tried,
        STATISTIC,
    )


def _asked(connection: Connection, since: datetime, until: datetime) -> int:
    """How many threads there were beyond those that were read."""
    created = tables.thread.c.created_at
    count = connection.execute(select(func.count()).where(created >= since, created <= until)).scalar_one()
    return max(0, int(count) - MOST_QUESTIONS)


def _gap(desk: "Desk", topic: Topic, vocabulary: Vocabulary, since: datetime, zone: ZoneInfo) -> GapTopic | None:
    connection = desk.store.current()
    checked = topic.members[:_CHECKED]
    texts = _texts(connection, checked)
    nearest: ArticleHit | None = None
    unanswered = 0
    for one in checked:
        hits = desk.articles.search(texts[one.message_id], language=one.language, intent=one.intent, limit=1)
        best = hits[0] if hits else None
        unanswered += best is None or best.confidence < LIKELY_THRESHOLD
        if best is not None and (nearest is None or best.confidence > nearest.confidence):
            nearest = best
    if 2 * unanswered < len(checked):
        return None
    return GapTopic(
        tuple(vocabulary.word(each) for each in topic.stems),
        topic.intent,
        len(topic.members),
        len({one.customer_id for one in topic.members}),
        unanswered,
        len(checked),
        nearest.name if nearest else None,
        nearest.confidence if nearest else 0.0,
        tuple(_brief(texts[one.message_id]) for one in checked[:_EXAMPLES]),
        _query([vocabulary.term(each) for each in topic.stems[:_QUERY_WORDS]], topic.intent, since, zone),
        *_concerned(topic.members),
    )


def _rise(connection: Connection, rise: Rise, vocabulary: Vocabulary, since: datetime, zone: ZoneInfo) -> RisingTopic:
    stems = () if isinstance(rise.key, str) else rise.key
    intent = rise.key if isinstance(rise.key, str) else None
    newest = sorted(rise.members, key=lambda one: (one.at, one.message_id), reverse=True)
    texts = _texts(connection, newest[:_EXAMPLES])
    return RisingTopic(
        tuple(vocabulary.word(each) for each in stems),
        intent,
        rise.observed,
        round(rise.expected, 2),
        rise.p,
        rise.q,
        tuple(_brief(texts[one.message_id]) for one in newest[:_EXAMPLES]),
        _query([vocabulary.term(each) for each in stems], intent, since, zone),
        *_concerned(newest),
    )


def _texts(connection: Connection, questions: Sequence[Question]) -> dict[int, str]:
    message = tables.message
    body = func.substr(message.c.body, 1, _LONGEST_READ)
    rows = connection.execute(
        select(message.c.id, message.c.subject, body).where(
            among(connection, message.c.id, [one.message_id for one in questions])
        )
    )
    return {number: f"{subject}\n{text}".strip() for number, subject, text in rows}


def _concerned(questions: Sequence[Question]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The messages, threads and customers, each once."""
    return (
        tuple(one.message_id for one in questions),
        tuple(dict.fromkeys(one.thread_id for one in questions)),
        tuple(dict.fromkeys(one.customer_id for one in questions)),
    )


def _query(words: Sequence[Text], intent: str | None, since: datetime, zone: ZoneInfo) -> str:
    """A query that finds the questions."""
    about = [Condition("intent", Op.IS, intent)] if intent else []
    day = Condition("after", Op.IS, Day(f"{since.astimezone(zone):%Y-%m-%d}"))
    return render(And((*words, *about, day)))


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_EXAMPLE else line[: _LONGEST_EXAMPLE - 1].rstrip() + "…"
