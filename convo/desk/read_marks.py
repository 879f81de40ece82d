"""How far a thread was read: the sort key of the newest message that somebody has seen, and what came after it."""

from sqlalchemy import ColumnElement, Connection, func, select

from convo.model import tables
from convo.model.words import Direction

_message = tables.message


def read_whole(connection: Connection, thread: int) -> int | None:
    """The read key of a thread of which everything has been read; None when nothing was said in it."""
    newest = select(func.max(_message.c.sort_key)).where(_message.c.thread_id == thread)
    return connection.execute(newest).scalar()


def read_before_last(connection: Connection, thread: int) -> int | None:
    """The read key of a thread of which the customer's newest message is to be read again; None without one."""
    newest = (
        select(_message.c.sort_key)
        .where(_message.c.thread_id == thread, _inbound())
        .order_by(_message.c.sort_key.desc())
        .limit(1)
    )
    found = connection.execute(newest).scalar()
    return None if found is None else found - 1


def first_unread(connection: Connection, thread: int) -> int | None:
    """The id of the oldest inbound message that nobody has read; None when the thread is read or not there.

    Whoever wrote to the customer, also from outside the desk, had read what stood there.
    """
    table = tables.thread
    wanted = select(table.c.read_key).where(table.c.id == thread, table.c.unread.is_(True))
    row = connection.execute(wanted).first()
    if row is None:
        return None
    key = -1 if row.read_key is None else row.read_key
    ours = _message.c.direction == Direction.OUTBOUND.value, _message.c.automatic.is_(False)
    answered = connection.execute(
        select(_message.c.sort_key)
        .where(_message.c.thread_id == thread, _message.c.sort_key > key, *ours)
        .order_by(_message.c.sort_key.desc())
        .limit(1)
    ).scalar()
    found = None if answered is None else _oldest_inbound(connection, thread, answered)
    return _oldest_inbound(connection, thread, key) if found is None else found


def _oldest_inbound(connection: Connection, thread: int, key: int) -> int | None:
    wanted = select(_message.c.id).where(_message.c.thread_id == thread, _message.c.sort_key > key, _inbound())
    return connection.execute(wanted.order_by(_message.c.sort_key).limit(1)).scalar()


def _inbound() -> ColumnElement[bool]:
    return _message.c.direction == Direction.INBOUND.value
