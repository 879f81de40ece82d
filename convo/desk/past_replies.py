"""Finds what people answered to messages like one, where that ended well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from convo import clock
from convo.desk.endings import Endings
from convo.desk.similar_messages import Similar, find_similar
from convo.model import tables
from convo.model.knowledge_views import PastReply
from convo.model.words import Direction, ThreadStatus
from convo.store.bulk import among
from convo.text.stems import stems

_LOOKED_AT = 24
_ANSWERED_WITHIN = timedelta(days=14)
_QUIET_FOR = timedelta(days=14)
_UNHAPPY = -0.3
_HAPPY = 0.3
_MUCH_THE_SAME = 0.8
_LONGEST_REPLY = 4_000
_LONGEST_QUESTION = 300
_SECOND = 20


def find_past_replies(
    connection: Connection, text: str, *, not_in: int, language: str | None, intent: str | None, limit: int
) -> tuple[PastReply, ...]:
    """The answers to the likest earlier questions, each different from the others.

    An answer is the first message that a person sent in the thread after the question, within two weeks. It ended well
    when the thread was resolved after it and not taken up again within a week, or when it was never resolved and the
    customer has said nothing more for two weeks; and nothing that the customer said next was unhappy.
    """
    similar = find_similar(connection, text, not_in=not_in, language=language, intent=intent, limit=_LOOKED_AT)
    threads = {one.thread_id for one in similar}
    ended = Endings(connection, threads)
    held = _threads(connection, threads)
    chosen: list[PastReply] = []
    said: list[set[str]] = []
    for one in similar:
        row = _answer(connection, one)
        if row is None:
            continue
        why = _ended_well(ended, held[one.thread_id], row)
        if not why:
            continue
        words = set(stems(row.body))
        again = next((place for place, other in enumerate(said) if _alike(words, other)), None)
        if again is not None:
            chosen[again] = replace(chosen[again], used=chosen[again].used + 1)
        elif len(chosen) < limit:
            chosen.append(_view(one, row, why))
            said.append(words)
    return tuple(chosen)


def _threads(connection: Connection, threads: set[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    thread = tables.thread
    columns = (thread.c.id, thread.c.status, thread.c.last_inbound_at, thread.c.last_message_at)
    return {row.id: row for row in connection.execute(select(*columns).where(among(connection, thread.c.id, threads)))}


def _answer(connection: Connection, question: Similar) -> Row[*tuple[Any, ...]] | None:
    """The first message that a person sent in answer."""
    message, operator = tables.message, tables.operator
    seconds = int(_ANSWERED_WITHIN.total_seconds())
    return connection.execute(
        select(
            message.c.id,
            func.substr(message.c.body, 1, _LONGEST_REPLY).label("body"),
            message.c.author,
            operator.c.shown,
            message.c.sent_at,
            message.c.language,
        )
        .outerjoin(operator, operator.c.id == message.c.operator_id)
        .where(
            message.c.thread_id == question.thread_id,
            message.c.sort_key > question.sort_key,
            message.c.sort_key < question.sort_key + (seconds << _SECOND),
            message.c.direction == Direction.OUTBOUND.value,
            message.c.automatic.is_(False),
            message.c.body != "",
        )
        .order_by(message.c.sort_key)
        .limit(1)
    ).first()


def _ended_well(ended: Endings, thread: Row[*tuple[Any, ...]], answer: Row[*tuple[Any, ...]]) -> tuple[str, ...]:
    """What says that it ended well; nothing where it did not."""
    moods = [mood for mood in ended.moods(thread.id, answer.sent_at) if mood is not None]
    if moods and min(moods) <= _UNHAPPY:
        return ()
    glad = ("the customer sounded glad after it",) if moods and max(moods) >= _HAPPY else ()
    if ended.resolved(thread.id, answer.sent_at):
        return ("resolved and not reopened", *glad)
    last = max(answer.sent_at, thread.last_inbound_at or answer.sent_at)
    if thread.status == ThreadStatus.PENDING and last <= answer.sent_at and clock.now() - last >= _QUIET_FOR:
        return (f"the customer asked no more for {(clock.now() - last).days} days", *glad)
    return ()


def _alike(words: set[str], other: set[str]) -> bool:
    return len(words & other) >= _MUCH_THE_SAME * len(words | other)


def _view(one: Similar, row: Row[*tuple[Any, ...]], why: Sequence[str]) -> PastReply:
    question = " ".join(one.body.split())
    return PastReply(
        row.id,
        one.thread_id,
        one.customer_id,
        one.id,
        question if len(question) <= _LONGEST_QUESTION else question[: _LONGEST_QUESTION - 1].rstrip() + "…",
        row.body,
        row.shown or row.author,
        row.sent_at,
        row.language,
        min(1.0, one.score),
        1,
        ("the same intent", *why) if one.same_intent else tuple(why),
    )
