"""Operations that let everything out again: messages, threads, customers and events, page by page."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select

from convo.desk import reading
from convo.desk.operation import Operations, operation
from convo.desk.querying import context, customer_filter, thread_filter
from convo.model import tables
from convo.model.views import CustomerView, EventView, MessageView, ThreadRow
from convo.model.words import Role

T = TypeVar("T")

_PAGE = 500


class Exports(Operations):
    """Whole lists, read a page at a time so that no transaction stays open between pages.

    They go by keys that never change, so that what is there from beginning to end comes exactly once whatever happens
    meanwhile. What does not parse is refused when the export is asked for, before the first page.
    """

    @operation(Role.VIEWER, batches=True)
    def messages(self, query: str = "", *, limit: int | None = None) -> Iterator[MessageView]:
        """The messages that a query matches, newest first; raises QueryError."""
        from convo.query.parse import parse
        from convo.query.plan import find_keys

        tree, asked, message = parse(query), context(self.desk), tables.message

        def page(last: int | None, size: int) -> tuple[Sequence[MessageView], int | None]:
            with self.store.read() as connection:
                keys = [key for _, key in find_keys(connection, tree, asked, before_key=last, limit=size)]
                wanted = reading.message_rows().where(message.c.sort_key.in_(keys)).order_by(message.c.sort_key.desc())
                views = reading.messages(connection, connection.execute(wanted).all())
            return views, keys[-1] if len(keys) == size else None

        return _walk(page, limit)

    @operation(Role.VIEWER, batches=True)
    def threads(self, query: str = "", *, limit: int | None = None) -> Iterator[ThreadRow]:
        """The threads that a query matches, by number; raises QueryError."""
        thread = tables.thread
        rows = reading.thread_rows().order_by(thread.c.id)
        if query.strip():
            rows = rows.where(thread_filter(self.desk, query))

        def page(last: int | None, size: int) -> tuple[Sequence[ThreadRow], int | None]:
            with self.store.read() as connection:
                found = connection.execute(rows.where(thread.c.id > (last or 0)).limit(size)).all()
            return [reading.thread_row(row) for row in found], found[-1].id if len(found) == size else None

        return _walk(page, limit)

    @operation(Role.VIEWER, batches=True)
    def customers(self, query: str = "", *, limit: int | None = None) -> Iterator[CustomerView]:
        """The customers that a query matches, by number, all that is known of each; raises QueryError."""
        customer = tables.customer
        wanted = select(customer.c.id).where(customer.c.merged_into_id.is_(None)).order_by(customer.c.id)
        if query.strip():
            wanted = wanted.where(customer_filter(self.desk, query))

        def page(last: int | None, size: int) -> tuple[Sequence[CustomerView], int | None]:
            with self.store.read() as connection:
                ids = connection.execute(wanted.where(customer.c.id > (last or 0)).limit(size)).scalars().all()
                views = [self.desk.customers.show(number) for number in ids]
            return views, ids[-1] if len(ids) == size else None

        return _walk(page, limit)

    @operation(Role.VIEWER, batches=True)
    def events(self, query: str = "", *, limit: int | None = None) -> Iterator[EventView]:
        """The events of the customers that a query matches, by number; raises QueryError."""
        event, customer = tables.event, tables.customer
        rows = reading.event_rows().order_by(event.c.id)
        if query.strip():
            rows = rows.where(event.c.customer_id.in_(select(customer.c.id).where(customer_filter(self.desk, query))))

        def page(last: int | None, size: int) -> tuple[Sequence[EventView], int | None]:
            with self.store.read() as connection:
                found = connection.execute(rows.where(event.c.id > (last or 0)).limit(size)).all()
            return [reading.event(row) for row in found], found[-1].id if len(found) == size else None

        return _walk(page, limit)


def _walk(page: Callable[[int | None, int], tuple[Sequence[T], int | None]], limit: int | None) -> Iterator[T]:
    """What the pages hold, at most so much; `page` takes the last key of the page before and gives its own."""
    last: int | None = None
    while limit is None or limit > 0:
        size = _PAGE if limit is None else min(_PAGE, limit)
        items, last = page(last, size)
        yield from items
        if last is None:
            return
        limit = None if limit is None else limit - size
