"""Operations on fetching: who has a channel, what it brought, where it goes on, and what went wrong."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from convo import clock
from convo.channels.base import Backfills, Cursor, Fetched
from convo.delivery import claiming
from convo.desk.channel_checks import asked
from convo.desk.channel_health import channel_states, with_missing
from convo.desk.names import id_of
from convo.desk.operation import Operations, operation
from convo.desk.ways import facts_of
from convo.errors import BadInput, Conflict
from convo.intake import consents
from convo.intake.line import Received
from convo.model import tables
from convo.model.envelope import Envelope
from convo.model.table import from_micros, to_micros
from convo.model.transport import BackfillView, ChannelStateView, Post
from convo.model.words import ChannelState, Role
from convo.store.marks import mark, set_mark

_SAID_AGAIN = timedelta(minutes=1)
"""A success that changes nothing is written down so often at most: each commit makes every screen look again."""
_LONGEST_REASON = 500


class Fetching(Operations):
    """What comes by channels that are asked for it."""

    @operation(Role.AGENT, writes=True, audits=False)
    def take_over(self, channel: str) -> Post:
        """Have a channel from now on: what anybody who had it before still brings is refused; raises NotFound.

        What that one was sending is not waited for where it may be sent twice without harm.
        """
        state = tables.channel_state
        number = id_of(self.connection, tables.channel, channel, "channel")
        make = sqlite.insert if self.store.is_sqlite else postgresql.insert
        new = {"channel_id": number, "fence": 0, "cursor": {}, "error": "", "failures": 0}
        self.connection.execute(make(state).values(new).on_conflict_do_nothing())
        fence = self.connection.execute(
            update(state).where(state.c.channel_id == number).values(fence=state.c.fence + 1).returning(state.c.fence)
        ).scalar_one()
        post = self._post(number, int(fence))
        if facts_of(post.kind, post.config).resends_safely:
            claiming.end_claims(self.connection, number, clock.now())
        return post

    @operation(Role.VIEWER)
    def health(self) -> tuple[ChannelStateView, ...]:
        """How each channel does that is not removed, with what it lacks on this machine, by name."""
        channel = tables.channel
        here = channel.c.state != ChannelState.REMOVED.value
        states = channel_states(self.connection, here)
        configs = self.connection.execute(select(channel.c.id, channel.c.config).where(here))
        found = [with_missing(states[row.id], dict(row.config)) for row in configs]
        return tuple(sorted(found, key=lambda each: each.name.casefold()))

    @operation(Role.VIEWER)
    def fences(self) -> dict[int, int]:
        """By channel (its id) the fence of who has it: whoever has a lower one has been overtaken."""
        state = tables.channel_state
        rows = self.connection.execute(select(state.c.channel_id, state.c.fence))
        return {row.channel_id: row.fence for row in rows}

    @operation(Role.ADMIN, batches=True)
    def backfill(self, channel: str, since: datetime, *, as_new: bool = False) -> BackfillView:
        """Let a channel bring what came since an instant (aware); the worker fetches it, and each thing is stored once.

        What was said before the channel last worked is history, which fires no rules, bot or SLA clock, unless it is
        to come `as_new`. Raises NotFound, BadInput for a time to come, and Conflict when it cannot fetch what is past.
        """
        if since.tzinfo is None or since > clock.now():
            raise BadInput("the instant to begin at is past, in a time zone", hint="such as 2026-01-31 or 30d")
        state = tables.channel_state
        with self.store.read() as connection:
            view, opened = self.desk.channels.show(channel), self.desk.channels.open(channel)
            held = connection.execute(select(state.c.cursor).where(state.c.channel_id == view.id)).scalar() or {}
        if not isinstance(opened, Backfills):
            raise Conflict(
                f"a channel of kind {view.kind} cannot fetch what came long ago",
                hint="convo import reads its log or export instead",
            )
        cursor = asked(lambda: opened, view.name, lambda _: opened.since(held, since))
        return self._go_back(view.name, since, cursor, as_new=as_new)

    @operation(Role.ADMIN, writes=True)
    def _go_back(self, name: str, since: datetime, cursor: Cursor, *, as_new: bool) -> BackfillView:
        """Let fetching go on at an earlier place, for whoever takes the channel over next: nobody else has it now."""
        post = self.take_over(name)
        state, channel = tables.channel_state, tables.channel
        row = self.connection.execute(
            select(state.c.succeeded_at, channel.c.created_at)
            .join(channel, channel.c.id == state.c.channel_id)
            .where(state.c.channel_id == post.channel_id)
        ).one()
        until = None if as_new else row.succeeded_at or row.created_at
        kept = mark(self.connection, _history(post.channel_id)) or 0
        if until is not None:
            set_mark(self.connection, _history(post.channel_id), max(kept, to_micros(until)))
        elif kept:
            set_mark(self.connection, _history(post.channel_id), 0)
        values = {"cursor": dict(cursor), "next_at": None}
        self.connection.execute(update(state).where(state.c.channel_id == post.channel_id).values(**values))
        told = {"since": since.isoformat(), "history_until": until and until.isoformat()}
        self.record("channel", post.channel_id, after=told, operation="fetching.backfill")
        return BackfillView(post.name, since, until)

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
                received = self.desk.arrivals.store_all(
                    fetched.items, channel=post.channel_id, kind=post.kind, history_until=self._history_until(post)
                )
                self.desk.outbox.reported(post.channel_id, fetched.reports)
                consents.record(self.store.current(), fetched.consents, home_region=self.desk.settings.home_region)
                self._succeeded(post, fetched)
            stored = [each.message_id for each in received if each.message_id is not None]
            if stored:
                self.desk.arrivals.route_these(stored)
        elif self._worth_telling(post):
            with self.store.write():
                self._check(post)
                self._succeeded(post, fetched)
        return received

    @operation(Role.AGENT, writes=True, batches=True)
    def pushed(self, channel: str, fetched: Fetched) -> tuple[Received, ...]:
        """Store what a request brought, and route it; what became of each item, in order.

        Requests come side by side and in any order, so that nobody has the channel for them. Raises NotFound, and
        Conflict for a channel that is not active: nothing of this is stored then, and the provider may push it again.
        """
        with self.store.write(alone="intake") as connection:
            table = tables.channel
            number = id_of(connection, table, channel, "channel")
            row = connection.execute(
                select(table.c.name, table.c.kind, table.c.state).where(table.c.id == number)
            ).one()
            if row.state != ChannelState.ACTIVE:
                hint = f"convo channel resume {row.name}" if row.state == ChannelState.PAUSED else ""
                raise Conflict(f"the channel {row.name} is {row.state}: nothing is taken from it", hint=hint)
            received = self.desk.arrivals.store_all(fetched.items, channel=number, kind=row.kind)
            self.desk.outbox.reported(number, fetched.reports)
            consents.record(connection, fetched.consents, home_region=self.desk.settings.home_region)
            self._heard(connection, number, fetched)
        self.desk.arrivals.route_these([each.message_id for each in received if each.message_id is not None])
        return received

    @operation(Role.AGENT, writes=True, audits=False)
    def works_again(self, post: Post) -> None:
        """A channel that is only sent by works again after a failure; raises Conflict when another has it."""
        self._check(post)
        state = tables.channel_state
        values = {"succeeded_at": clock.now(), "error": "", "failures": 0, "next_at": None}
        self.connection.execute(update(state).where(state.c.channel_id == post.channel_id).values(**values))

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

    def _history_until(self, post: Post) -> datetime | None:
        """Until when what this channel brings is history; None where all of it is news."""
        micros = mark(self.store.current(), _history(post.channel_id))
        return from_micros(micros) if micros else None

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
        values |= _lag(fetched, now)
        connection = self.store.current()
        connection.execute(update(state).where(state.c.channel_id == post.channel_id).values(**values))

    def _heard(self, connection: Connection, number: int, fetched: Fetched) -> None:
        """Write down that a provider has pushed something, also where no worker ever had the channel."""
        state, now = tables.channel_state, clock.now()
        make = sqlite.insert if self.store.is_sqlite else postgresql.insert
        values = {"succeeded_at": now, **_lag(fetched, now)}
        new = {"channel_id": number, "fence": 0, "cursor": {}, "error": "", "failures": 0, **values}
        written = make(state).values(new).on_conflict_do_update(index_elements=[state.c.channel_id], set_=values)
        connection.execute(written)

    def _post(self, number: int, fence: int) -> Post:
        state, channel = tables.channel_state, tables.channel
        row = self.connection.execute(
            select(
                channel.c.id,
                channel.c.name,
                channel.c.kind,
                channel.c.state,
                channel.c.config,
                state.c.cursor,
                state.c.failures,
                state.c.next_at,
            )
            .join(state, state.c.channel_id == channel.c.id)
            .where(channel.c.id == number)
        ).one()
        cursor, config = dict(row.cursor), dict(row.config)
        return Post(row.id, row.name, row.kind, row.state, fence, cursor, row.failures, row.next_at, config)


def _history(channel: int) -> str:
    """The mark under which the end of a channel's history is kept, in microseconds; 0 for none."""
    return f"channel {channel} history"


def _lag(fetched: Fetched, now: datetime) -> dict[str, Any]:
    """How long before now the newest message was sent, as the column has it; nothing without messages."""
    newest = max((each.sent_at for each in fetched.items if isinstance(each, Envelope)), default=None)
    return {} if newest is None else {"lag": max(0, (now - newest) // timedelta(milliseconds=1))}
