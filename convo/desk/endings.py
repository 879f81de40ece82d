"""How threads went on after something was said in them: resolved, reopened, handed over, and what the customer felt."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from convo.model import tables
from convo.model.words import BotState, Direction
from convo.store.bulk import among
from convo.store.search_index import earliest_key

REOPENED_WITHIN = timedelta(days=7)
"""A thread that is taken up again so soon after its resolution did not end well."""

_MOST_MOODS = 5


class Endings:
    """How some threads went on; their episodes are read once for all of them."""

    def __init__(self, connection: Connection, threads: Collection[int]) -> None:
        self._connection = connection
        episode, session = tables.episode, tables.bot_session
        self._episodes: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for thread, opened, resolved in connection.execute(
            select(episode.c.thread_id, episode.c.opened_at, episode.c.resolved_at)
            .where(among(connection, episode.c.thread_id, threads))
            .order_by(episode.c.opened_at, episode.c.id)
        ):
            self._episodes[thread].append((opened, resolved))
        self._handed: dict[int, list[datetime]] = defaultdict(list)
        for thread, at in connection.execute(
            select(session.c.thread_id, session.c.last_at).where(
                among(connection, session.c.thread_id, threads), session.c.state == BotState.HANDED_OVER.value
            )
        ):
            self._handed[thread].append(at)

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

    def moods(self, thread: int, at: datetime, *, most: int = _MOST_MOODS) -> list[float | None]:
        """The sentiments of what the customer said next, at most so many; None where nothing is known of one."""
        message = tables.message
        said = (
            select(message.c.sentiment)
            .where(
                message.c.thread_id == thread,
                message.c.direction == Direction.INBOUND.value,
                message.c.sort_key > earliest_key(at),
                message.c.sent_at > at,
            )
            .order_by(message.c.sort_key)
            .limit(most)
        )
        return list(self._connection.execute(said).scalars())

    def _span(self, thread: int, at: datetime) -> tuple[datetime | None, datetime | None]:
        """When the episode that was open then was resolved, and when the next one began."""
        episodes = self._episodes[thread]
        if not episodes:
            return None, None
        place = bisect_right(episodes, at, key=lambda one: one[0])
        following = episodes[place][0] if place < len(episodes) else None
        return episodes[max(place - 1, 0)][1], following
