"""Which messages nothing on the desk waits for: no rule, bot, promise or assignee has to look at them.

On many desks that is nearly all of them, and one question tells it of a whole batch.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, or_, select

from convo.desk.rule_loading import current_rules
from convo.model import tables
from convo.model.words import BotState, ThreadStatus
from convo.routing.triggers import Event

_EVENTS = (Event.THREAD_OPENED, Event.THREAD_REOPENED, Event.MESSAGE_RECEIVED)
_CLOCKS = ("sla_policy_id", "first_response_due", "next_response_due", "resolution_due", "resolution_left")


def quiet_messages(connection: Connection, messages: Sequence[int]) -> list[int]:
    """Those of the messages whose routing changes nothing; their threads must be held, so that it stays so."""
    rules = current_rules(connection)
    if any(rules.ready(event).rules for event in _EVENTS):
        return []
    message, thread, session = tables.message, tables.thread, tables.bot_session
    in_a_bots_hands = select(session.c.id).where(
        session.c.thread_id == thread.c.id, session.c.state == BotState.ACTIVE.value
    )
    at_rest = or_(
        thread.c.status != ThreadStatus.OPEN.value,
        and_(thread.c.assignee_id.is_(None), thread.c.queued_since.is_(None)),
    )
    wanted = (
        select(message.c.id)
        .join(thread, thread.c.id == message.c.thread_id)
        .where(
            message.c.id.in_(messages),
            *(thread.c[name].is_(None) for name in _CLOCKS),
            at_rest,
            ~in_a_bots_hands.exists(),
        )
    )
    return list(connection.execute(wanted).scalars())
