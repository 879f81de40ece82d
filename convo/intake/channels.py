"""Finds or makes the channel that an item came by."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select

from convo import clock
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Item


class Channels:
    """The channels of a batch: the one it came by, and one for each other kind that its items name."""

    def __init__(self, connection: Connection, channel_id: int, kind: str) -> None:
        self._connection = connection
        self._default = channel_id
        self._by_kind = {kind: channel_id}

    def for_item(self, item: Item) -> int:
        """The id of the item's channel."""
        kind = item.channel if isinstance(item, Envelope | EventEnvelope) else None
        if not kind:
            return self._default
        if kind not in self._by_kind:
            self._by_kind[kind] = find_or_add(self._connection, kind, kind, clock.now())
        return self._by_kind[kind]


def find(connection: Connection, name: str) -> int | None:
    """The id of the channel of this name, whose case does not matter; None when there is none."""
    channel = tables.channel
    # SQLite's lower() leaves letters beyond ASCII as they are, so a name is also compared as it is written.
    same = or_(channel.c.name == name, func.lower(channel.c.name) == name.lower())
    found = connection.execute(select(channel.c.id).where(same).order_by(channel.c.id)).scalar()
    return None if found is None else int(found)


def find_or_add(connection: Connection, name: str, kind: str, now: datetime) -> int:
    """The id of the channel of this name, which is made with this kind when there is none."""
    found = find(connection, name)
    if found is not None:
        return found
    made = connection.execute(
        insert(tables.channel).returning(tables.channel.c.id),
        {"kind": kind, "name": name, "config": {}, "created_at": now, "state": "active"},
    )
    return int(made.scalar_one())
