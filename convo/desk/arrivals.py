"""Operations on arrivals: what comes in is stored, routed, answered if it is simple, and put on the clock."""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, func, select

from convo import clock
from convo.desk.enriching import reader
from convo.desk.news import news
from convo.desk.operation import Operations, operation
from convo.desk.quiet_messages import quiet_messages
from convo.desk.rule_loading import note_at_first
from convo.errors import Busy, NotFound
from convo.intake.channels import find_or_add
from convo.intake.line import Destination, Received
from convo.intake.policy import IntakePolicy, parse_span
from convo.intake.prepare import Keys
from convo.intake.receive import receive_many
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Item
from convo.model.notification_views import NewsView
from convo.model.words import Opening, Role

_OPENING = {Opening.OPENED: "thread opened", Opening.REOPENED: "thread reopened"}
_AT_ONCE = 50

_log = logging.getLogger(__name__)


class Arrivals(Operations):
    """Messages on their way in."""

    @operation(Role.AGENT, writes=True, batches=True)
    def receive(self, item: Item, *, channel: str, kind: str) -> Received:
        """Take one thing in that has just come by a channel, which is made when there is none, and route it.

        What cannot be stored is quarantined, and the outcome says so. If the program ends between storing and routing,
        the next `route` goes on from there.
        """
        with self.store.write(alone="intake") as connection:
            number = find_or_add(connection, channel, kind, clock.now())
        received = self.store_all([item], channel=number, kind=kind)[0]
        if received.message_id is not None:
            self.route_these([received.message_id])
        return received

    @operation(Role.AGENT, writes=True, batches=True)
    def store_all(
        self, items: Sequence[Item], *, channel: int, kind: str, history_until: datetime | None = None
    ) -> tuple[Received, ...]:
        """Take what has just come by a channel (its id) in, in order, without routing it: `route_these` does that.

        What was said before `history_until` is history and no news. What cannot be stored is quarantined, and its
        outcome says so.
        """
        settings, understand, keys = self.desk.settings, reader(self.desk) if items else None, Keys()
        received: list[Received] = []
        for old, some in groupby(items, lambda item: _is_old(item, history_until)):
            policy = IntakePolicy(settings.home_region, parse_span(settings.thread_window), old, understand)
            received += receive_many(self.store, list(some), Destination(channel, kind), policy, keys)
        return tuple(received)

    @operation(Role.AGENT, writes=True, batches=True)
    def route(self) -> int:
        """Route all that has come and waits for it, the oldest first; how many messages that were.

        A message that cannot be routed stays where it is, visible to all, and stops no other.
        """
        arrival, last, routed = tables.arrival, 0, 0
        while True:
            with self.store.read() as connection:
                rows = connection.execute(
                    select(arrival.c.id, arrival.c.message_id)
                    .where(arrival.c.id > last)
                    .order_by(arrival.c.id)
                    .limit(_AT_ONCE)
                ).all()
            if not rows:
                return routed
            last = rows[-1].id
            routed += self.route_these([row.message_id for row in rows])

    @operation(Role.VIEWER)
    def waiting(self) -> int:
        """How many messages have come and wait to be routed."""
        return int(self.connection.execute(select(func.count()).select_from(tables.arrival)).scalar_one())

    @operation(Role.VIEWER)
    def news(self, after: int | None = None) -> NewsView:
        """What came since the `upto` of an earlier look to one's own threads or to nobody's, and is unread."""
        return news(self.connection, self.desk.actor.operator_id, after)

    @operation(Role.AGENT, writes=True)
    def route_one(self, message: int) -> bool:
        """Route one message, whole or not at all; False when it is routed already; raises NotFound for none."""
        arrival = tables.arrival
        taken = self.connection.execute(
            delete(arrival).where(arrival.c.message_id == message).returning(arrival.c.thread_id, arrival.c.opening)
        ).first()
        if taken is None:
            there = select(tables.message.c.id).where(tables.message.c.id == message)
            if self.connection.execute(there).first() is None:
                raise NotFound(f"there is no message {message}", hint="convo search finds messages")
            return False
        thread, opened = taken.thread_id, _OPENING.get(Opening(taken.opening))
        if opened is not None:
            self.desk.routing.route(thread, opened, message=message)
        self.desk.routing.route(thread, "message received", message=message)
        self.desk.bots.go_on(thread, message)
        self.desk.sla.refresh(thread)
        self.desk.assignments.check_assignee(thread)
        return True

    def _hold_threads(self, messages: Sequence[int]) -> None:
        """Lock the messages' threads before anything locks an operator, as everybody does who changes both."""
        thread, message = tables.thread, tables.message
        theirs = select(message.c.thread_id).where(message.c.id.in_(messages))
        self.connection.execute(
            select(thread.c.id).where(thread.c.id.in_(theirs)).order_by(thread.c.id).with_for_update()
        ).all()

    @operation(Role.AGENT, writes=True)
    def route_these(self, messages: Sequence[int]) -> int:
        """Route messages in one transaction, each undone alone when it fails."""
        note_at_first(self.connection)
        self._hold_threads(messages)
        arrival, quiet = tables.arrival, set(quiet_messages(self.connection, messages))
        routed = 0
        if quiet:
            routed = self.connection.execute(delete(arrival).where(arrival.c.message_id.in_(quiet))).rowcount
        for message in [each for each in messages if each not in quiet]:
            try:
                routed += self.route_one(message)
            except Busy:
                raise
            except Exception:
                # Whatever a message does to a rule or a bot, it is stored, and the others behind it must not wait.
                _log.exception("message %d could not be routed", message)
        self.record("message", messages[0] if len(messages) == 1 else None, after={"routed": routed})
        return routed


def _is_old(item: Item, until: datetime | None) -> bool:
    """Whether a thing is from before an instant; what bears no time is not."""
    at = item.sent_at if isinstance(item, Envelope) else item.at if isinstance(item, EventEnvelope) else None
    return until is not None and at is not None and at < until
