"""Takes steps back, inside an open write: each row is put back as it was, or left when somebody changed it since.

Only what the step changed is compared and put back. Where that is no longer what the step left, somebody changed it
since: the row is left, and a sentence says who.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from convo.desk import undo_state
from convo.desk.undo_blame import changed_since
from convo.desk.undo_state import DUE, POLICY, State, Value
from convo.desk.withdrawing import withdraw
from convo.errors import Conflict
from convo.model import tables
from convo.model.words import Direction

if TYPE_CHECKING:
    from convo.desk.desk import Desk

MERGED, MERGE = "merged", "merge"
"""The keys under which a merge is kept: who was merged, and the merge's id."""
_OF_STATUS = frozenset({"status", "snoozed_until", "resolved_at", "waiting_since", "unread"})


def take_back(desk: "Desk", row: Row[Any]) -> tuple[State, State]:
    """Put back one row of a step; what changed, before and after; raises Conflict when it cannot be."""
    connection = desk.store.current()
    if row.message_id is not None:
        return _take_back_reply(desk, row)
    if MERGED in row.before:
        return _take_apart(desk, row)
    before, after = dict(row.before), dict(row.after)
    now = undo_state.read_now(connection, row.thread_id, row.customer_id, before)
    for key in before:
        if not undo_state.yields(key) and now.get(key) != after.get(key):
            raise Conflict(changed_since(connection, row, key))
    _check_possible(connection, before)
    return _put_back(desk, row, before, after, now)


def _take_back_reply(desk: "Desk", row: Row[Any]) -> tuple[State, State]:
    """A reply that has not left goes whatever happened since; the thread is put back where nothing did."""
    connection, before, after = desk.store.current(), dict(row.before), dict(row.after)
    withdraw(desk.store, row.message_id)
    if _answered_since(connection, row.thread_id, row.message_id):
        return {}, {}
    now = undo_state.read_now(connection, row.thread_id, row.customer_id, before)
    if now.get("status") != after.get("status", now.get("status")):
        before = {key: value for key, value in before.items() if key not in _OF_STATUS}
    if not _there(connection, before):
        del before["assignee_id"]
    return _put_back(desk, row, before, after, now)


def _answered_since(connection: Connection, thread: int, reply: int) -> bool:
    """Whether a person answered after a reply, so that nobody waits though it is gone."""
    message = tables.message
    later = select(message.c.id).where(
        message.c.thread_id == thread,
        message.c.id > reply,
        message.c.direction == Direction.OUTBOUND.value,
        message.c.automatic.is_(False),
    )
    return connection.execute(later.limit(1)).first() is not None


def _take_apart(desk: "Desk", row: Row[Any]) -> tuple[State, State]:
    merge = tables.merge
    wanted = select(merge.c.undone_at).where(merge.c.id == row.after[MERGE])
    found = desk.store.current().execute(wanted).first()
    if found is None or found.undone_at is not None:
        raise Conflict(f"customer {row.before[MERGED]} is apart again already")
    desk.customers.unmerge(row.before[MERGED])
    return {}, {}


def _put_back(
    desk: "Desk", row: Row[Any], before: Mapping[str, Value], after: Mapping[str, Value], now: State
) -> tuple[State, State]:
    connection = desk.store.current()
    still = {key: value for key, value in before.items() if now.get(key) == after.get(key)}
    stale = now.get(POLICY) != after.get(POLICY) or any(now.get(key) != after.get(key) for key in DUE if key in before)
    if stale:
        still = {key: value for key, value in still.items() if key not in DUE}
    undo_state.put_back(connection, row.thread_id, row.customer_id, still)
    if stale and row.thread_id is not None:
        desk.sla.refresh(row.thread_id)
    return {key: now.get(key) for key in still}, still


def _check_possible(connection: Connection, before: Mapping[str, Value]) -> None:
    """Raises Conflict where what was there before cannot be there any more."""
    if not _there(connection, before):
        raise Conflict("whoever had it before has left")
    team = tables.team
    number = before.get("team_id")
    if number is not None and connection.execute(select(team.c.id).where(team.c.id == number)).first() is None:
        raise Conflict("the team that had it before is gone")
    begun, session, bot = undo_state.begun_episodes(before), tables.bot_session, tables.bot
    if begun:
        wanted = select(bot.c.name).join(session, session.c.bot_id == bot.c.id).where(session.c.episode_id.in_(begun))
        found = connection.execute(wanted).scalar()
        if found is not None:
            raise Conflict(f"the bot {found} took it on meanwhile")


def _there(connection: Connection, before: Mapping[str, Value]) -> bool:
    operator = tables.operator
    number = before.get("assignee_id")
    here = select(operator.c.id).where(operator.c.id == number, operator.c.removed_at.is_(None))
    return number is None or connection.execute(here).first() is not None
