"""The reply that a rule sends: a snippet, marked as automatic, and never in a loop with another robot."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from convo import clock
from convo.desk import reading
from convo.desk.answering import answer_body, channel_for, queue, recipient_on, write_down
from convo.desk.automatic_answers import why_unanswerable
from convo.desk.fitting import check_fits
from convo.errors import Conflict
from convo.model import tables
from convo.model.words import Direction, Role
from convo.query.inflight import InFlight

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_AGAIN = timedelta(hours=24)
_MOST_TO_ONE = 10


def reply_automatically(desk: "Desk", thread: int, facts: InFlight, snippet: str) -> int:
    """Answer the customer with a snippet, as the rule that acts at this desk; the number of the message.

    It is no first response and changes neither who waits for whom nor the thread's status. Raises Conflict where it
    must not be sent: to a robot or a bounce, to a sender who is not verified, a second time by this rule in this thread
    within 24 hours, to a customer whom rules have answered 10 times in them, or by a channel that takes no text so
    long; NotFound for no such snippet.
    """
    connection, now = desk.store.current(), clock.now()
    row = reading.thread_row(connection.execute(reading.thread_rows().where(tables.thread.c.id == thread)).one())
    _check(desk, row.customer_id, thread, facts, unverified=row.unverified)
    body = _rendering(desk, thread).snippets.render(snippet, thread)
    channel = channel_for(connection, thread, None)
    identity_id, recipient = recipient_on(connection, row, channel)
    text = answer_body(body)
    check_fits(desk, row, channel, text)
    message = write_down(desk, row, text, Direction.OUTBOUND, channel, identity_id, automatic=True)
    queue(connection, message, recipient)
    table = tables.thread
    connection.execute(
        update(table)
        .where(table.c.id == thread)
        .values(
            message_count=table.c.message_count + 1,
            last_message_at=max(now, row.last_message_at),
            last_outbound_at=now,
        )
    )
    return int(message["id"])


def _check(desk: "Desk", customer: int, thread: int, facts: InFlight, *, unverified: bool) -> None:
    if facts.automatic:
        raise Conflict("an automatic message is not answered automatically")
    if facts.message_unverified or unverified:
        raise Conflict("it is not certain that the customer wrote this, so nothing is sent to them automatically")
    if reason := why_unanswerable(desk.store.current(), thread):
        raise Conflict(f"no automatic answer may leave, because {reason}")
    message = tables.message
    rules = (
        desk.store.current()
        .execute(
            select(message.c.thread_id, message.c.author, func.count())
            .where(
                message.c.customer_id == customer,
                message.c.direction == Direction.OUTBOUND.value,
                message.c.automatic.is_(True),
                message.c.author.startswith("rule "),
                message.c.sent_at > clock.now() - _AGAIN,
            )
            .group_by(message.c.thread_id, message.c.author)
        )
        .all()
    )
    if any((sent.thread_id, sent.author) == (thread, desk.actor.name) for sent in rules):
        raise Conflict("this rule has answered in this thread within the last 24 hours")
    if sum(sent[2] for sent in rules) >= _MOST_TO_ONE:
        raise Conflict(f"rules have answered this customer {_MOST_TO_ONE} times within the last 24 hours")


def _rendering(desk: "Desk", thread: int) -> "Desk":
    """A desk at which the thread's assignee sits, or nobody: customers do not know rules by name."""
    from convo.desk.desk import Actor, Desk

    table = tables.thread
    assignee = desk.store.current().execute(select(table.c.assignee_id).where(table.c.id == thread)).scalar()
    return Desk(desk.store, desk.settings, Actor("", Role.VIEWER, assignee))
