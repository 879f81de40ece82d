"""The due times of threads inside an open write: what was missed is noted before they are set anew."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from convo import clock
from convo.desk.sla_promises import load_promises
from convo.errors import BadInput
from convo.model import tables
from convo.model.words import Direction, Promise, ThreadStatus
from convo.routing.business_time import add_business
from convo.routing.due import DueTimes, Promises, Standing, due_times, under_other_promises

_log = logging.getLogger(__name__)

_COLUMNS = (
    *("id", "customer_id", "status", "sla_policy_id", "waiting_since", "last_outbound_at"),
    *("first_response_due", "next_response_due", "resolution_due", "resolution_left"),
)


class Clocks:
    """The clocks of some threads at one instant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.now = clock.now()
        self._promises: dict[int, Promises] = {}

    def load(self, thread: int, *, skip_locked: bool = False) -> Row[Any] | None:
        """A thread's row, held until the write ends; None for none, and for a skipped one that somebody else holds."""
        table = tables.thread
        wanted = select(*(table.c[name] for name in _COLUMNS)).where(table.c.id == thread)
        return self._connection.execute(wanted.with_for_update(skip_locked=skip_locked)).first()

    def refresh(self, thread: Row[Any]) -> int:
        """Note what a thread missed, and how many that was; then set its due times as its policy and state ask for."""
        known = _known(thread)
        if thread.sla_policy_id is None and known == DueTimes():
            return 0
        episode = self._episode(thread.id)
        missed = self._note(thread, episode)
        try:
            due = due_times(self.promises(thread.sla_policy_id), _standing(thread, episode), known, self.now)
        except BadInput as error:
            # Its calendar has closed for good since; a customer's message must not fail for that.
            _log.warning("thread %d: %s", thread.id, error.message)
            return missed
        self._set(thread, known, due, {})
        return missed

    def put(self, thread: Row[Any], policy: int | None, *, old: Promises | None = None) -> None:
        """Put a thread under a policy (an id), or under what it has become; `old` is what was promised until now."""
        episode = self._episode(thread.id)
        self._note(thread, episode)
        known, before = _known(thread), old or self.promises(thread.sla_policy_id)
        due = under_other_promises(before, self.promises(policy), _standing(thread, episode), known, self.now)
        self._set(thread, known, due, {} if policy == thread.sla_policy_id else {"sla_policy_id": policy})

    def promises(self, policy: int | None) -> Promises | None:
        """What a policy (an id) promises."""
        if policy is None:
            return None
        if policy not in self._promises:
            self._promises |= load_promises(self._connection, [policy])
        return self._promises.get(policy)

    def _episode(self, thread: int) -> Row[Any] | None:
        episode = tables.episode
        newest = select(episode).where(episode.c.thread_id == thread).order_by(episode.c.id.desc()).limit(1)
        return self._connection.execute(newest).first()

    def _set(self, thread: Row[Any], known: DueTimes, due: DueTimes, values: Mapping[str, Any]) -> None:
        if due != known:
            values = {
                **values,
                "first_response_due": due.first_response,
                "next_response_due": due.next_response,
                "resolution_due": due.resolution,
                "resolution_left": due.resolution_left,
            }
        if values:
            table = tables.thread
            self._connection.execute(update(table).where(table.c.id == thread.id).values(**values))

    def _note(self, thread: Row[Any], episode: Row[Any] | None) -> int:
        """Write down which promises were not kept, also those that were kept too late; how many are new."""
        if episode is None:
            return 0
        pending = thread.status == ThreadStatus.PENDING
        ends = {
            Promise.FIRST_RESPONSE: (thread.first_response_due, episode.first_response_at),
            Promise.NEXT_RESPONSE: (thread.next_response_due, self._answered(thread)),
            # While it waits for the customer that clock stands still, noticed or not.
            Promise.RESOLUTION: (thread.resolution_due, thread.last_outbound_at if pending else None),
        }
        return sum(
            self._breach(thread, episode, promise, due)
            for promise, (due, answered) in ends.items()
            if due is not None and episode.opened_at <= due < (answered or episode.resolved_at or self.now)
        )

    def _answered(self, thread: Row[Any]) -> datetime | None:
        """When the wait that `next_response_due` is about was ended by a person's answer; None while it goes on."""
        if thread.next_response_due is None:
            return None
        promises, since = self.promises(thread.sla_policy_id), thread.waiting_since
        if promises is not None and since is not None and promises.next_response is not None:
            due = add_business(since, promises.next_response, promises.calendar)
            if due == thread.next_response_due:
                return None
        message = tables.message
        last = (
            select(message.c.sent_at)
            .where(
                message.c.thread_id == thread.id,
                message.c.direction == Direction.OUTBOUND.value,
                message.c.automatic.is_(False),
            )
            .order_by(message.c.sort_key.desc())
            .limit(1)
        )
        return self._connection.execute(last if since is None else last.where(message.c.sent_at < since)).scalar()

    def _breach(self, thread: Row[Any], episode: Row[Any], promise: Promise, due: datetime) -> int:
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        row = {
            "thread_id": thread.id,
            "episode_id": episode.id,
            "customer_id": thread.customer_id,
            "sla_policy_id": thread.sla_policy_id,
            "promise": promise.value,
            "due_at": due,
            "at": self.now,
            "seen": False,
        }
        noted = insert(tables.breach).values(row).on_conflict_do_nothing().returning(tables.breach.c.id)
        return len(self._connection.execute(noted).all())


def _known(thread: Row[Any]) -> DueTimes:
    return DueTimes(thread.first_response_due, thread.next_response_due, thread.resolution_due, thread.resolution_left)


def _standing(thread: Row[Any], episode: Row[Any] | None) -> Standing:
    if episode is None:
        return Standing(thread.status)
    return Standing(
        thread.status,
        episode.opened_at,
        episode.first_response_at,
        episode.resolved_at,
        thread.waiting_since,
        thread.last_outbound_at,
    )
