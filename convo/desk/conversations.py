"""Operations on conversations: a customer's one timeline across all channels."""

from sqlalchemy import and_, or_

from convo.desk import cursor, reading
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.table import from_micros, to_micros
from convo.model.views import ConversationView, EventView, MessageView
from convo.model.words import Role


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
        message, event, thread = tables.message, tables.event, tables.thread
        messages = reading.message_rows().where(message.c.customer_id == view.id)
        events = reading.event_rows().where(event.c.customer_id == view.id)
        if after is not None:
            key, micros, number = cursor.decode(after, int, int, int)
            messages = messages.where(message.c.sort_key < key)
            at = from_micros(micros)
            events = events.where(or_(event.c.at < at, and_(event.c.at == at, event.c.id < number)))
        found_messages = self.connection.execute(messages.order_by(message.c.sort_key.desc()).limit(limit + 1)).all()
        found_events = self.connection.execute(
            events.order_by(event.c.at.desc(), event.c.id.desc()).limit(limit + 1)
        ).all()
        keys = {row.id: row.sort_key for row in found_messages}
        entries: list[MessageView | EventView] = [
            *reading.messages(self.connection, found_messages),
            *(reading.event(row) for row in found_events),
        ]
        entries.sort(key=lambda entry: _moment(entry, keys), reverse=True)
        shown = entries[:limit]
        more = None
        if len(entries) > limit:
            spoken = [keys[entry.id] for entry in shown if isinstance(entry, MessageView)]
            happened = [entry for entry in shown if isinstance(entry, EventView)]
            before = cursor.decode(after, int, int, int) if after is not None else [2**62, 2**62, 2**62]
            more = cursor.encode(
                spoken[-1] if spoken else before[0],
                to_micros(happened[-1].at) if happened else before[1],
                happened[-1].id if happened else before[2],
            )
        threads = self.connection.execute(
            reading.thread_rows()
            .where(thread.c.customer_id == view.id)
            .order_by(thread.c.last_message_at.desc(), thread.c.id.desc())
            .limit(cursor.LARGEST_PAGE)
        )
        return ConversationView(view, tuple(shown[::-1]), tuple(reading.thread_row(row) for row in threads), more)


def _moment(entry: MessageView | EventView, keys: dict[int, int]) -> tuple[int, int, int]:
    if isinstance(entry, MessageView):
        return (keys[entry.id] >> 20, 1, keys[entry.id])
    return (to_micros(entry.at) // 1_000_000, 0, entry.id)
