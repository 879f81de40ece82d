"""What a thread says of its messages (how many, when the last, since when somebody waits), counted anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from convo.model import tables
from convo.model.words import Direction

_CHUNK = 10_000


def recount(connection: Connection, threads: Sequence[int]) -> None:
    """Count anew what these threads say of their messages, after messages were taken out or put in."""
    thread, message = tables.thread, tables.message
    for start in range(0, len(threads), _CHUNK):
        chunk = threads[start : start + _CHUNK]
        wanted = (
            select(
                message.c.thread_id, message.c.direction, message.c.sent_at, message.c.automatic, message.c.unverified
            )
            .where(message.c.thread_id.in_(chunk))
            .order_by(message.c.thread_id, message.c.sort_key)
        )
        held: dict[int, list[Any]] = {}
        for message_row in connection.execute(wanted):
            held.setdefault(message_row.thread_id, []).append(message_row)
        rows = connection.execute(select(thread).where(thread.c.id.in_(chunk))).all()
        sums = [_sums(row, held.get(row.id, [])) for row in rows]
        if sums:
            names = [name for name in sums[0] if name != "the_id"]
            connection.execute(
                update(thread)
                .where(thread.c.id == bindparam("the_id"))
                .values({name.removeprefix("the_"): bindparam(name) for name in names}),
                sums,
            )


def _sums(thread: Any, messages: Sequence[Any]) -> dict[str, Any]:
    inbound = [row for row in messages if row.direction == Direction.INBOUND]
    outbound = [row.sent_at for row in messages if row.direction == Direction.OUTBOUND]
    waiting = _waiting_since(messages) if thread.waiting_since is not None else None
    return {
        "the_id": thread.id,
        "the_message_count": len(messages),
        "the_last_message_at": max((row.sent_at for row in messages), default=thread.created_at),
        "the_last_inbound_at": max((row.sent_at for row in inbound), default=None),
        "the_last_outbound_at": max(outbound, default=None),
        "the_waiting_since": waiting,
        "the_unread": thread.unread and bool(inbound),
        "the_unverified": thread.unverified and any(row.unverified for row in messages),
        "the_first_response_due": thread.first_response_due if waiting else None,
        "the_next_response_due": thread.next_response_due if waiting else None,
    }


def _waiting_since(messages: Sequence[Any]) -> datetime | None:
    since: datetime | None = None
    for row in messages:
        if row.automatic or row.direction == Direction.NOTE:
            continue
        if row.direction == Direction.OUTBOUND:
            since = None
        elif since is None:
            since = row.sent_at
    return since
