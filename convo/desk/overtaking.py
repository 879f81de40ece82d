"""Keeps two answers from crossing: what came since the writer looked, and what was sent under the same key already."""

import math
import re
from datetime import timedelta

from sqlalchemy import Connection, and_, not_, select

from convo.desk.message_ids import ids_of
from convo.errors import BadInput, Conflict, Overtaken
from convo.intake.topic import excerpt
from convo.model import tables
from convo.model.views import ThreadRow
from convo.model.words import Direction

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LONGEST_HOLD = timedelta(days=7)
_MOST_TOLD = 20


def check_seen(connection: Connection, row: ThreadRow, seen: int | None) -> None:
    """Raises Overtaken when something was said in a thread after the message `seen` (an id; None: do not ask).

    Notes are not said to anybody, and what rules sent is no answer. The thread's row must be held by the open write.
    """
    if seen is None:
        return
    message = tables.message
    by_rule = and_(
        message.c.direction == Direction.OUTBOUND.value,
        message.c.automatic.is_(True),
        message.c.author.startswith("rule "),
    )
    columns = (message.c.id, message.c.direction, message.c.author, message.c.body)
    newer = (
        select(*columns)
        .where(
            message.c.thread_id == row.id,
            message.c.id > seen,
            message.c.direction != Direction.NOTE.value,
            not_(by_rule),
        )
        .order_by(message.c.id.desc())
        .limit(_MOST_TOLD)
    )
    found = connection.execute(newer).all()
    if found:
        last = found[0]
        who = last.author or (row.customer if last.direction == Direction.INBOUND else "") or "somebody"
        others = f" ({len(found)} new messages)" if len(found) > 1 else ""
        raise Overtaken(
            f"{who} wrote meanwhile: {excerpt(last.body) or 'something without words'}{others}",
            hint=f"read it, then send again: convo thread show {row.id}",
            messages=sorted(each.id for each in found),
        )


def checked_key(key: str | None) -> str | None:
    """The key under which something is written once; raises BadInput for what cannot be one."""
    if key is not None and not _KEY.fullmatch(key):
        raise BadInput(
            f"{key[:80]!r} is no key", hint="1 to 64 ASCII letters, digits, - and _, the first a letter or digit"
        )
    return key


def said_already(connection: Connection, thread: int, direction: Direction, key: str | None) -> int | None:
    """The message of ours that was written under this key before; None for none.

    Raises Conflict when that is in another thread or of another kind. The thread's row must be held by the open write,
    so that two who write under one key at once come one after the other.
    """
    if key is None:
        return None
    message = tables.message
    ours = message.c.external_id.in_(ids_of(connection, key)), message.c.direction != Direction.INBOUND.value
    found = connection.execute(select(message.c.id, message.c.thread_id, message.c.direction).where(*ours)).first()
    if found is None:
        return None
    if (found.thread_id, found.direction) != (thread, direction.value):
        raise Conflict(
            f"this key was used for message {found.id} in thread {found.thread_id}", hint="take a new key for each text"
        )
    return int(found.id)


def held_for(seconds: float) -> timedelta:
    """How long an answer is held back; raises BadInput for what is no time from 0 s to a week."""
    if not math.isfinite(seconds) or not 0 <= seconds <= _LONGEST_HOLD.total_seconds():
        raise BadInput(f"{seconds} s is no time to hold an answer", hint="from 0 seconds to a week")
    return timedelta(seconds=seconds)
