"""The operation that finds messages: full text and fields over all history, the newest first."""

from sqlalchemy import select

from convo.desk import cursor
from convo.desk.operation import Operations, operation
from convo.desk.querying import context
from convo.model import tables
from convo.model.views import Page, SearchHit
from convo.model.words import Role


class Search(Operations):
    """Search over everything that was ever said."""

    @operation(Role.VIEWER)
    def messages(self, query: str, *, after: str | None = None, limit: int = 50) -> Page[SearchHit]:
        """A page of the messages that a query matches, the newest first, each with a piece of its text.

        Raises QueryError.
        """
        from convo.query.parse import parse
        from convo.query.plan import find_keys, positive_terms
        from convo.query.snippet import snippet

        tree = parse(query)
        before = cursor.decode(after, int)[0] if after is not None else None
        size = cursor.check_limit(limit)
        keys = find_keys(self.connection, tree, context(self.desk), before_key=before, limit=size + 1)
        message, customer, channel = tables.message, tables.customer, tables.channel
        shown = [key for _, key in keys[:limit]]
        rows = self.connection.execute(
            select(
                message.c.id,
                message.c.thread_id,
                message.c.customer_id,
                customer.c.name.label("customer"),
                channel.c.name.label("channel"),
                message.c.direction,
                message.c.subject,
                message.c.sent_at,
                message.c.body,
            )
            .join(customer, customer.c.id == message.c.customer_id)
            .join(channel, channel.c.id == message.c.channel_id)
            .where(message.c.sort_key.in_(shown))
            .order_by(message.c.sort_key.desc())
        )
        terms = positive_terms(tree)
        hits = tuple(SearchHit(*row[:8], *snippet(row.body, terms)) for row in rows)
        return Page(hits, cursor.encode(shown[-1]) if len(keys) > limit else None)
