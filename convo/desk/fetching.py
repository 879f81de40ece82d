"""Operations on fetching: who has a channel, what it brought, where it goes on, and what went wrong."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from convo import clock
from convo.channels.base import Fetched
from convo.desk.names import id_of
from convo.desk.operation import Operations, operation
from convo.errors import Conflict
from convo.intake import consents
from convo.intake.line import Received
from convo.model import tables
from convo.model.envelope import Envelope
from convo.model.transport import Post
from convo.model.words import Role

_SAID_AGAIN = timedelta(minutes=1)
"""A success that changes nothing is written down so often at most: each commit makes every screen look again."""
_LONGEST_REASON = 500


class Fetching(Operations):
    """What comes by channels that are asked for it."""

    @operation(Role.AGENT, writes=True, audits=False)
    def take_over(self, channel: str) -> Post:
        """Have a channel from now on: what anybody who had it before still brings is refused; raises NotFound."""
        state = tables.channel_state
        number = id_of(self.connection, tables.channel, channel, "channel")
        make = sqlite.insert if self.store.is_sqlite else postgresql.insert
        new = {"channel_id": number, "fence": 0, "cursor": {}, "error": "", "failures": 0}
        self.connection.execute(make(state).values(new).on_conflict_do_nothing())
        fence = self.connection.execute(
            update(state).where(state.c.channel_id == number).values(fence=state.c.fence + 1).returning(state.c.fence)
        ).scalar_one()
        return self._post(number, int(fence))

    @operation(Role.AGENT, writes=True, batches=True)
    def keep(self, post: Post, fetched: Fetched) -> tuple[Received, ...]:
        """Store what was fetched, with where to go on, and route it; what became of each item, in order.

        What cannot be stored is quarantined and stops nothing else. Raises Conflict when another worker has taken the
        channel over: nothing of this is stored then, and that one fetches it.
        """
        received: tuple[Received, ...] = ()
        if fetched.items or fetched.reports or fetched.consents or dict(fetched.cursor) != dict(post.cursor):
            with self.store.write(alone="intake"):
                self._check(post)
                received = self.desk.arrivals.store_all(fetched.items, channel=post.channel_id, kind=post.kind)
                self.desk.outbox.reported(post.channel_id, fetched.reports)
                consents.record(self.store.current(), fetched.consents, home_region=self.desk.settings.home_region)
                self._succeeded(post, fetched)
            self.desk.arrivals.route_these([each.message_id for each in received if each.message_id is not None])
        elif self._worth_telling(post):
            with self.store.write():
                self._check(post)
                self._succeeded(post, fetched)
        return received

    @operation(Role.AGENT, writes=True, audits=False)
    def failed(self, post: Post, reason: str, wait: timedelta) -> None:
        """Fetching went wrong, and is tried again after a while; raises Conflict when another has the channel."""
        self._check(post)
        state, now = tables.channel_state, clock.now()
        self.connection.execute(
            update(state)
            .where(state.c.channel_id == post.channel_id)
            .values(failed_at=now, error=reason[:_LONGEST_REASON], failures=state.c.failures + 1, next_at=now + wait)
        )

    def _check(self, post: Post) -> None:
        state = tables.channel_state
        fence = self.store.current().execute(
            select(state.c.fence).where(state.c.channel_id == post.channel_id).with_for_update()
        )
        if fence.scalar() != post.fence:
            raise Conflict(f"another worker has taken {post.name} over", hint="it goes on there")

    def _worth_telling(self, post: Post) -> bool:
        state = tables.channel_state
        with self.store.read() as connection:
            wanted = select(state.c.succeeded_at, state.c.failures).where(state.c.channel_id == post.channel_id)
            row = connection.execute(wanted).one()
        return bool(row.failures) or row.succeeded_at is None or clock.now() - row.succeeded_at >= _SAID_AGAIN

    def _succeeded(self, post: Post, fetched: Fetched) -> None:
        state, now = tables.channel_state, clock.now()
        values = {"cursor": dict(fetched.cursor), "succeeded_at": now, "error": "", "failures": 0, "next_at": None}
        newest = max((each.sent_at for each in fetched.items if isinstance(each, Envelope)), default=None)
        if newest is not None:
            values["lag"] = max(0, (now - newest) // timedelta(milliseconds=1))
        connection = self.store.current()
        connection.execute(update(state).where(state.c.channel_id == post.channel_id).values(**values))

    def _post(self, number: int, fence: int) -> Post:
        state, channel = tables.channel_state, tables.channel
        row = self.connection.execute(
            select(
                channel.c.id,
                channel.c.name,
                channel.c.kind,
                channel.c.state,
                state.c.cursor,
                state.c.failures,
                state.c.next_at,
            )
            .join(state, state.c.channel_id == channel.c.id)
            .where(channel.c.id == number)
        ).one()
        return Post(row.id, row.name, row.kind, row.state, fence, dict(row.cursor), row.failures, row.next_at)
