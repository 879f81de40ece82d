"""What conditions on a thread, its channel and its number ask in SQL."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import FromClause, and_, false, func, or_, select

from convo.model import tables
from convo.model.words import Direction, Priority, Promise
from convo.query.compare import equals
from convo.query.context import QueryContext
from convo.query.moments import ago, ahead
from convo.query.op import Op
from convo.query.rows import Builder, Level, Part, Rows, Truth, some
from convo.query.tree import Age, Condition, Span


def _status(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [Part(Level.THREAD, lambda rows: rows.thread.c.status == condition.value)]


def priorities(condition: Condition) -> tuple[str, ...]:
    """The priorities that a condition admits."""
    order = [priority.value for priority in Priority]
    place = order.index(str(condition.value))
    admitted = {
        Op.LESS: order[:place],
        Op.AT_MOST: order[: place + 1],
        Op.MORE: order[place + 1 :],
        Op.AT_LEAST: order[place:],
    }
    return tuple(admitted.get(condition.op, [order[place]]))


def _priority(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    wanted = priorities(condition)
    return [Part(Level.THREAD, lambda rows: rows.thread.c.priority.in_(wanted))]


def _assigned_to(condition: Condition, context: QueryContext, column: str, table: FromClause) -> Part:
    if condition.op is Op.ANY:
        return Part(Level.THREAD, lambda rows: rows.thread.c[column].is_not(None))
    if condition.op is Op.NONE:
        return Part(Level.THREAD, lambda rows: rows.thread.c[column].is_(None))
    # A name is one row's at most, and an index gives the threads of one value in their order; none at all is 0, which
    # is no row's id.
    named = select(table.c.id).where(equals(table.c.name, str(condition.value), context)).order_by(table.c.id).limit(1)
    wanted = named.scalar_subquery()
    return Part(
        Level.THREAD,
        lambda rows: and_(rows.thread.c[column].is_not(None), func.coalesce(wanted, 0) == rows.thread.c[column]),
    )


def _assignee(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    if condition.op is not Op.ME:
        return [_assigned_to(condition, context, "assignee_id", tables.operator)]
    if context.me is None:
        return [Part(Level.CUSTOMER, lambda rows: false())]
    return [
        Part(
            Level.THREAD,
            lambda rows: and_(rows.thread.c.assignee_id.is_not(None), rows.thread.c.assignee_id == context.me),
        )
    ]


def _team(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [_assigned_to(condition, context, "team_id", tables.team)]


def _channel(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    """The message's own channel where messages are listed, else the thread's."""
    channel = tables.channel.alias()
    wanted = equals(channel.c.kind if condition.field == "kind" else channel.c.name, str(condition.value), context)
    found = select(channel.c.id).where(wanted).scalar_subquery()
    if listed is Level.MESSAGE:
        # The addition keeps SQLite from reading all the channel's messages and then sorting them.
        nothing = 0 if context.dialect == "sqlite" else None
        return [
            Part(
                Level.MESSAGE,
                lambda rows: (
                    rows.message.c.channel_id if nothing is None else rows.message.c.channel_id + nothing
                ).in_(found),
            )
        ]
    return [Part(Level.THREAD, lambda rows: rows.thread.c.channel_id.in_(found))]


def _waiting(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    value = condition.value

    def test(rows: Rows) -> Truth:
        since = rows.thread.c.waiting_since
        if isinstance(value, Span):
            assert isinstance(value.low, Age)
            assert isinstance(value.high, Age)
            return and_(since.is_not(None), since <= ago(value.low, context), since >= ago(value.high, context))
        assert isinstance(value, Age)
        moment = ago(value, context)
        longer = {
            Op.LESS: since > moment,
            Op.AT_MOST: since >= moment,
            Op.MORE: since < moment,
            Op.AT_LEAST: since <= moment,
        }
        return and_(since.is_not(None), longer[condition.op])

    return [Part(Level.THREAD, test)]


_DUE = tuple(f"{promise.value}_due" for promise in Promise)


def _before(rows: Rows, moment: datetime, *, at_it: bool = False) -> Truth:
    """Whether a promise is due before a moment, or also at it."""
    due = [rows.thread.c[name] for name in _DUE]
    return or_(*(and_(at.is_not(None), at <= moment if at_it else at < moment) for at in due))


def _promised(rows: Rows) -> Truth:
    return or_(*(rows.thread.c[name].is_not(None) for name in _DUE))


def _due(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    """The nearest promise is due before a moment when any is, and after it when some are and none is before."""
    value, op = condition.value, condition.op
    if op in {Op.ANY, Op.NONE}:
        return [Part(Level.THREAD, lambda rows: _promised(rows) if op is Op.ANY else ~_promised(rows))]

    def test(rows: Rows) -> Truth:
        if isinstance(value, Span):
            assert isinstance(value.low, Age)
            assert isinstance(value.high, Age)
            low, high = ahead(value.low, context), ahead(value.high, context)
            return and_(_before(rows, high, at_it=True), ~_before(rows, low))
        assert isinstance(value, Age)
        moment = ahead(value, context)
        if op in {Op.LESS, Op.AT_MOST}:
            return _before(rows, moment, at_it=op is Op.AT_MOST)
        return and_(_promised(rows), ~_before(rows, moment, at_it=op is Op.MORE))

    return [Part(Level.THREAD, test)]


def _sla(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [_assigned_to(condition, context, "sla_policy_id", tables.sla_policy)]


def _breached(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [Part(Level.THREAD, lambda rows: _before(rows, context.now))]


def _thread(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    if listed is Level.MESSAGE:
        return [Part(Level.MESSAGE, lambda rows: rows.message.c.thread_id == condition.value)]
    return [Part(Level.THREAD, lambda rows: rows.thread.c.id == condition.value)]


def _message(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [Part(Level.MESSAGE, lambda rows: rows.message.c.id == condition.value)]


def _id(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [Part(listed, lambda rows: rows.around[0].c.id == condition.value)]


def _tag(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    """A tag of the thread or of its customer; `none` means that neither has any."""

    def of_thread(rows: Rows) -> Truth:
        tag = tables.thread_tag.alias()
        wanted = (tag.c.tag == condition.value,) if condition.op is Op.IS else ()
        return some(rows, tag, tag.c.thread_id == rows.thread.c.id, *wanted)

    def of_customer(rows: Rows) -> Truth:
        tag = tables.customer_tag.alias()
        wanted = (tag.c.tag == condition.value,) if condition.op is Op.IS else ()
        return some(rows, tag, tag.c.customer_id == rows.customer.c.id, *wanted)

    if condition.op is not Op.NONE:
        return [Part(Level.THREAD, of_thread), Part(Level.CUSTOMER, of_customer)]
    if listed is Level.CUSTOMER:

        def of_any_thread(rows: Rows) -> Truth:
            tag, thread = tables.thread_tag.alias(), tables.thread.alias()
            both = tag.join(thread, thread.c.id == tag.c.thread_id)
            return some(rows, both, thread.c.customer_id == rows.customer.c.id)

        return [Part(Level.CUSTOMER, lambda rows: ~or_(of_any_thread(rows), of_customer(rows)))]
    return [Part(Level.THREAD, lambda rows: ~or_(of_thread(rows), of_customer(rows)), above=(Level.CUSTOMER,))]


def _has_note(rows: Rows) -> Truth:
    note = tables.message.alias()
    return some(rows, note, note.c.thread_id == rows.thread.c.id, note.c.direction == Direction.NOTE.value)


HAS_REPLY = Part(Level.THREAD, lambda rows: rows.thread.c.last_outbound_at.is_not(None))
HAS_NOTE = Part(Level.THREAD, _has_note)

FLAGS: Mapping[str, Part] = {
    "open": Part(Level.THREAD, lambda rows: rows.thread.c.status == "open"),
    "pending": Part(Level.THREAD, lambda rows: rows.thread.c.status == "pending"),
    "snoozed": Part(Level.THREAD, lambda rows: rows.thread.c.status == "snoozed"),
    "resolved": Part(Level.THREAD, lambda rows: rows.thread.c.status == "resolved"),
    "unread": Part(Level.THREAD, lambda rows: rows.thread.c.unread.is_(True)),
    "assigned": Part(Level.THREAD, lambda rows: rows.thread.c.assignee_id.is_not(None)),
    "unassigned": Part(Level.THREAD, lambda rows: rows.thread.c.assignee_id.is_(None)),
    "queued": Part(Level.THREAD, lambda rows: rows.thread.c.queued_since.is_not(None)),
    "unverified": Part(Level.THREAD, lambda rows: rows.thread.c.unverified.is_(True)),
    "waiting": Part(Level.THREAD, lambda rows: rows.thread.c.waiting_since.is_not(None)),
    "answered": Part(
        Level.THREAD,
        lambda rows: and_(rows.thread.c.last_outbound_at.is_not(None), rows.thread.c.waiting_since.is_(None)),
    ),
}

BUILDERS: Mapping[str, Builder] = {
    "status": _status,
    "priority": _priority,
    "assignee": _assignee,
    "team": _team,
    "channel": _channel,
    "kind": _channel,
    "waiting": _waiting,
    "due": _due,
    "sla": _sla,
    "thread": _thread,
    "message": _message,
    "id": _id,
    "tag": _tag,
}

TIMED_FLAGS: Mapping[str, Builder] = {"breached": _breached}
"""The flags that depend on what time it is."""
