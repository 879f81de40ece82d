"""What becomes of articles in threads: that one was offered or sent, and how it went on after that."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from convo import clock
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.knowledge_views import ArticleStats
from convo.model.words import ArticleUse, BotState, Direction
from convo.store.bulk import among

REOPENED_WITHIN = timedelta(days=7)
"""A thread that is taken up again so soon after its resolution did not end well."""


def keep_use(connection: Connection, article: int, thread: int, use: str, message: int | None, *, by: str) -> None:
    """Write a use down; what was suggested in a thread before is not suggested anew.

    Raises NotFound for a thread or message that is not there, BadInput for a use that is none.
    """
    if use not in list(ArticleUse):
        raise BadInput(f"{use!r} is no use of an article", hint="one of " + ", ".join(ArticleUse))
    held, used = tables.thread, tables.article_use
    customer = connection.execute(select(held.c.customer_id).where(held.c.id == thread)).scalar()
    if customer is None:
        raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
    if message is not None:
        of = select(tables.message.c.thread_id).where(tables.message.c.id == message)
        if connection.execute(of).scalar() != thread:
            raise NotFound(f"there is no message {message} in thread {thread}", hint="convo thread show lists them")
    again = select(used.c.id).where(used.c.article_id == article, used.c.thread_id == thread, used.c.use == use)
    if use == ArticleUse.SUGGESTED and connection.execute(again.limit(1)).first():
        return
    connection.execute(
        insert(used),
        {
            "article_id": article,
            "thread_id": thread,
            "message_id": message,
            "customer_id": customer,
            "use": use,
            "by": by,
            "at": clock.now(),
        },
    )


def statistics(connection: Connection, since: datetime | None, until: datetime | None) -> tuple[ArticleStats, ...]:
    """All articles with what became of them in a period, the most sent first; a thread counts once for each."""
    article, use = tables.article, tables.article_use
    wanted = select(use.c.article_id, use.c.thread_id, use.c.use, use.c.at).order_by(use.c.at, use.c.id)
    if since is not None:
        wanted = wanted.where(use.c.at >= since)
    if until is not None:
        wanted = wanted.where(use.c.at < until)
    uses = connection.execute(wanted).all()
    suggested: dict[int, int] = defaultdict(int)
    sent: dict[int, dict[int, datetime]] = defaultdict(dict)
    sendings: dict[int, int] = defaultdict(int)
    last: dict[int, datetime] = {}
    for row in uses:
        last[row.article_id] = row.at
        if row.use == ArticleUse.SENT:
            sent[row.article_id].setdefault(row.thread_id, row.at)
            sendings[row.article_id] += 1
        else:
            suggested[row.article_id] += 1
    ended = _Endings(connection, {thread for threads in sent.values() for thread in threads})
    found = []
    for number, name, title in connection.execute(select(article.c.id, article.c.name, article.c.title)):
        after = [(thread, at) for thread, at in sent[number].items()]
        felt = [mood for thread, at in after if (mood := ended.next_sentiment(thread, at)) is not None]
        found.append(
            ArticleStats(
                name,
                title,
                suggested[number],
                sendings[number],
                sum(ended.resolved(thread, at) for thread, at in after),
                sum(ended.reopened(thread, at) for thread, at in after),
                sum(ended.handed_over(thread, at) for thread, at in after),
                round(sum(felt) / len(felt), 3) if felt else None,
                last.get(number),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.sent, -one.suggested, one.name.casefold())))


class _Endings:
    """How some threads went on, read once for all of them."""

    def __init__(self, connection: Connection, threads: Iterable[int]) -> None:
        wanted = list(threads)
        episode, session, message = tables.episode, tables.bot_session, tables.message
        self._episodes: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for thread, opened, resolved in connection.execute(
            select(episode.c.thread_id, episode.c.opened_at, episode.c.resolved_at)
            .where(among(connection, episode.c.thread_id, wanted))
            .order_by(episode.c.opened_at, episode.c.id)
        ):
            self._episodes[thread].append((opened, resolved))
        self._handed: dict[int, list[datetime]] = defaultdict(list)
        for thread, at in connection.execute(
            select(session.c.thread_id, session.c.last_at).where(
                among(connection, session.c.thread_id, wanted), session.c.state == BotState.HANDED_OVER.value
            )
        ):
            self._handed[thread].append(at)
        self._said: dict[int, list[tuple[datetime, float | None]]] = defaultdict(list)
        for thread, at, sentiment in connection.execute(
            select(message.c.thread_id, message.c.sent_at, message.c.sentiment)
            .where(among(connection, message.c.thread_id, wanted), message.c.direction == Direction.INBOUND.value)
            .order_by(message.c.sort_key)
        ):
            self._said[thread].append((at, sentiment))

    def _span(self, thread: int, at: datetime) -> tuple[datetime | None, datetime | None]:
        """When the episode that was open then was resolved, and when the next one began."""
        episodes = self._episodes[thread]
        place = bisect_right(episodes, at, key=lambda one: one[0])
        if not episodes:
            return None, None
        following = episodes[place][0] if place < len(episodes) else None
        return episodes[max(place - 1, 0)][1], following

    def resolved(self, thread: int, at: datetime) -> bool:
        """Whether it was resolved after that and not reopened soon."""
        end, _ = self._span(thread, at)
        return end is not None and not self.reopened(thread, at)

    def reopened(self, thread: int, at: datetime) -> bool:
        """Whether it was resolved after that and reopened soon."""
        end, following = self._span(thread, at)
        return end is not None and following is not None and following - end <= REOPENED_WITHIN

    def handed_over(self, thread: int, at: datetime) -> bool:
        """Whether a bot gave it to a person after that."""
        return any(moment >= at for moment in self._handed[thread])

    def next_sentiment(self, thread: int, at: datetime) -> float | None:
        """The sentiment of what the customer said next."""
        said = self._said[thread]
        place = bisect_right(said, at, key=lambda one: one[0])
        return said[place][1] if place < len(said) else None
