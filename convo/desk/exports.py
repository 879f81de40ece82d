"""Operations that let everything out again: messages, threads, customers and events, page by page."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from convo.desk import reading
from convo.desk.operation import Operations, operation
from convo.desk.querying import context, customer_filter
from convo.model import tables
from convo.model.views import CustomerView, EventView, MessageView, ThreadRow
from convo.model.words import Role

_PAGE = 500


class Exports(Operations):
    """Whole lists, read a page at a time so that no transaction stays open between pages."""

    @operation(Role.VIEWER, batches=True)
    def messages(self, query: str = "", *, limit: int | None = None) -> Iterator[MessageView]:
        """The messages that a query matches, newest first; raises QueryError."""
        from convo.query.parse import parse
        from convo.query.plan import search_keys

        tree, before = parse(query), None
        while limit is None or limit > 0:
            size = _PAGE if limit is None else min(_PAGE, limit)
            with self.store.read() as connection:
                keys = connection.execute(search_keys(tree, context(self.desk), before_key=before, limit=size)).all()
                message = tables.message
                rows = connection.execute(
                    reading.message_rows()
                    .where(message.c.sort_key.in_([row.sort_key for row in keys]))
                    .order_by(message.c.sort_key.desc())
                ).all()
                views = reading.messages(connection, rows)
            yield from views
            if len(keys) < size:
                return
            before = keys[-1].sort_key
            limit = None if limit is None else limit - size

    @operation(Role.VIEWER, batches=True)
    def threads(self, query: str = "", *, limit: int | None = None) -> Iterator[ThreadRow]:
        """The threads that a query matches, the newest message first; raises QueryError."""
        after = None
        while limit is None or limit > 0:
            size = _PAGE if limit is None else min(_PAGE, limit)
            page = self.desk.threads.list(query, after=after, limit=size)
            yield from page.items
            if page.next is None:
                return
            after = page.next
            limit = None if limit is None else limit - size

    @operation(Role.VIEWER, batches=True)
    def customers(self, query: str = "", *, limit: int | None = None) -> Iterator[CustomerView]:
        """The customers that a query matches, by number, all that is known of each; raises QueryError."""
        customer = tables.customer
        last = 0
        while limit is None or limit > 0:
            size = _PAGE if limit is None else min(_PAGE, limit)
            wanted = select(customer.c.id).where(customer.c.id > last, customer.c.merged_into_id.is_(None))
            if query.strip():
                wanted = wanted.where(customer_filter(self.desk, query))
            with self.store.read() as connection:
                ids = list(connection.execute(wanted.order_by(customer.c.id).limit(size)).scalars())
                views = [self.desk.customers.show(number) for number in ids]
            yield from views
            if len(ids) < size:
                return
            last = ids[-1]
            limit = None if limit is None else limit - size

    @operation(Role.VIEWER, batches=True)
    def events(self, query: str = "", *, limit: int | None = None) -> Iterator[EventView]:
        """The events of the customers that a query matches, by number; raises QueryError."""
        event, customer = tables.event, tables.customer
        last = 0
        while limit is None or limit > 0:
            size = _PAGE if limit is None else min(_PAGE, limit)
            wanted: Any = reading.event_rows().where(event.c.id > last)
            if query.strip():
                of = select(customer.c.id).where(customer_filter(self.desk, query))
                wanted = wanted.where(event.c.customer_id.in_(of))
            with self.store.read() as connection:
                rows = connection.execute(wanted.order_by(event.c.id).limit(size)).all()
            yield from (reading.event(row) for row in rows)
            if len(rows) < size:
                return
            last = rows[-1].id
            limit = None if limit is None else limit - size
