"""Operations on conversations: a customer's one timeline across all channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from sqlalchemy import and_, or_, select

from convo.desk import cursor, read_marks, reading
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.table import to_micros
from convo.model.views import AttachmentView, ConversationView, EventView, MessageView
from convo.model.words import Role
from convo.store.search_index import earliest_key, second_of

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
    def first_unread(self, thread: int) -> int | None:
        """The oldest inbound message of a thread that nobody has read; None when all is read; raises NotFound."""
        found = read_marks.first_unread(self.connection, thread)
        if found is None:
            self.desk.threads.show(thread, messages=1)
        return found

    @operation(Role.VIEWER)
    def show(
        self, customer: int, *, after: str | None = None, around: int | None = None, limit: int = 200
    ) -> ConversationView:
        """The newest `limit` messages and events of a customer, oldest first; `next` goes further back.

        `around` is a message: the page then holds it, with at most half a page of what is newer. Raises NotFound, also
        when that message is none of the customer's, and BadInput for both `after` and `around`; a customer merged into
        another shows that one's conversation.
        """
        view = self.desk.customers.show(customer)
        if view.merged_into is not None:
            return self.show(view.merged_into, after=after, around=around, limit=limit)
        cursor.check_limit(limit)
        if after is not None and around is not None:
            raise BadInput("a page is either after a cursor or around a message", hint="leave one of them out")
        before = _Position.read(after) if around is None else self._around(view.id, around, limit // 2)
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

    @operation(Role.VIEWER)
    def attachment(self, attachment: int) -> tuple[AttachmentView, bytes]:
        """A part of a message with its bytes; raises NotFound, also for a part that the log named without holding it.

        The name and the media type are what its sender called it: no path, and no promise of what is in it.
        """
        table = tables.attachment
        row = self.connection.execute(
            select(table.c.id, table.c.name, table.c.media_type, table.c.size, table.c.sha256, table.c.role).where(
                table.c.id == attachment
            )
        ).first()
        if row is None:
            raise NotFound(f"there is no attachment {attachment}")
        view = AttachmentView(*row)
        if view.sha256 is None:
            raise NotFound(f"attachment {attachment} was named in the log, which did not hold it")
        return view, self.store.blobs.get(view.sha256)

    def _around(self, customer: int, number: int, newer: int) -> _Position:
        """The position below which a page begins that holds at most `newer` entries newer than a message.

        Raises NotFound.
        """
        message, event = tables.message, tables.event
        own = message.c.customer_id == customer
        key = self.connection.execute(select(message.c.sort_key).where(message.c.id == number, own)).scalar()
        if key is None:
            raise NotFound(f"there is no message {number} in the conversation with customer {customer}")
        # Events of the message's own second stand below it, as `_moment` orders them.
        rest = _after_second(key)
        keys = self.connection.execute(
            select(message.c.sort_key)
            .where(own, message.c.sort_key > key)
            .order_by(message.c.sort_key)
            .limit(newer + 1)
        ).scalars()
        happened = self.connection.execute(
            select(event.c.at, event.c.id)
            .where(event.c.customer_id == customer, event.c.at >= rest)
            .order_by(event.c.at, event.c.id)
            .limit(newer + 1)
        )
        entries = [(_moment_of_message(key), _Position(key, _after_second(key), 0)) for key in keys]
        entries += [
            (_moment_of_event(row.at, row.id), _Position(earliest_key(row.at), row.at, row.id)) for row in happened
        ]
        entries.sort(key=lambda entry: entry[0])
        return entries[newer][1] if len(entries) > newer else _Position()


def _moment(entry: MessageView | EventView, keys: dict[int, int]) -> tuple[int, int, int, int]:
    """Where an entry stands in time, by whole seconds; within one each kind keeps the order of its own pages."""
    if isinstance(entry, MessageView):
        return _moment_of_message(keys[entry.id])
    return _moment_of_event(entry.at, entry.id)


def _moment_of_message(key: int) -> tuple[int, int, int, int]:
    return (to_micros(second_of(key)) // 1_000_000, 1, key, 0)


def _moment_of_event(at: datetime, number: int) -> tuple[int, int, int, int]:
    micros = to_micros(at)
    return (micros // 1_000_000, 0, micros, number)


def _after_second(key: int) -> datetime:
    """The beginning of the second after a message's."""
    return second_of(key) + timedelta(seconds=1)


def _further(shown: Sequence[MessageView | EventView], keys: dict[int, int], before: _Position) -> str:
    """The cursor that goes on after what is shown, which is newest first."""
    key = next((keys[entry.id] for entry in reversed(shown) if isinstance(entry, MessageView)), before.key)
    event = next((entry for entry in reversed(shown) if isinstance(entry, EventView)), None)
    at, number = (event.at, event.id) if event is not None else (before.at, before.event)
    return cursor.encode(key, at, number)
