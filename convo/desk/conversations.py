"""Operations on conversations: a customer's one timeline across all channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import and_, or_

from convo.desk import cursor, reading
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.table import to_micros
from convo.model.views import ConversationView, EventView, MessageView
from convo.model.words import Role

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Position:
    """How far back messages and events have been shown: what comes next is older than these."""

    key: int = 2**63 - 1
    at: datetime = _NEVER
    event: int = 2**63 - 1

    @classmethod
    def read(cls, after: str | None) -> Self:
        return cls() if after is None else cls(*cursor.decode(after, int, datetime, int))


class Conversations(Operations):
    """Everything exchanged with one customer, for life."""

    @operation(Role.VIEWER)
    def show(self, customer: int, *, after: str | None = None, limit: int = 200) -> ConversationView:
        """The newest `limit` messages and events of a customer, oldest first; `next` goes further back.

        Raises NotFound; a customer merged into another shows that one's conversation.
        """
        view = self.desk.customers.show(customer)
        if view.merged_into is not None:
            return self.show(view.merged_into, after=after, limit=limit)
        cursor.check_limit(limit)
        before = _Position.read(after)
        message, event, thread = tables.message, tables.event, tables.thread
        spoken = self.connection.execute(
            reading.message_rows()
            .where(message.c.customer_id == view.id, message.c.sort_key < before.key)
            .order_by(message.c.sort_key.desc())
            .limit(limit + 1)
        ).all()
        happened = self.connection.execute(
            reading.event_rows()
            .where(
                event.c.customer_id == view.id,
                or_(event.c.at < before.at, and_(event.c.at == before.at, event.c.id < before.event)),
            )
            .order_by(event.c.at.desc(), event.c.id.desc())
            .limit(limit + 1)
        ).all()
        keys = {row.id: row.sort_key for row in spoken}
        entries: list[MessageView | EventView] = [
            *reading.messages(self.connection, spoken),
            *(reading.event(row) for row in happened),
        ]
        entries.sort(key=lambda entry: _moment(entry, keys), reverse=True)
        shown = entries[:limit]
        threads = self.connection.execute(
            reading.thread_rows()
            .where(thread.c.customer_id == view.id)
            .order_by(thread.c.last_message_at.desc(), thread.c.id.desc())
            .limit(cursor.LARGEST_PAGE)
        )
        return ConversationView(
            view,
            tuple(shown[::-1]),
            tuple(reading.thread_row(row) for row in threads),
            _further(shown, keys, before) if len(entries) > limit else None,
        )


def _moment(entry: MessageView | EventView, keys: dict[int, int]) -> tuple[int, int, int, int]:
    """Where an entry stands in time, by whole seconds; within one each kind keeps the order of its own pages."""
    if isinstance(entry, MessageView):
        return (keys[entry.id] >> 20, 1, keys[entry.id], 0)
    micros = to_micros(entry.at)
    return (micros // 1_000_000, 0, micros, entry.id)


def _further(shown: Sequence[MessageView | EventView], keys: dict[int, int], before: _Position) -> str:
    """The cursor that goes on after what is shown, which is newest first."""
    key = next((keys[entry.id] for entry in reversed(shown) if isinstance(entry, MessageView)), before.key)
    event = next((entry for entry in reversed(shown) if isinstance(entry, EventView)), None)
    at, number = (event.at, event.id) if event is not None else (before.at, before.event)
    return cursor.encode(key, at, number)
