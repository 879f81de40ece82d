"""What has just come for whoever looks at a screen: unread messages to their threads, or to nobody's."""

from sqlalchemy import Connection, func, or_, select

from convo.model import tables
from convo.model.notification_views import NewsItem, NewsView
from convo.model.words import Direction

_SHOWN = 5
_BEGINNING = 200
_MOST = 1_000


def news(connection: Connection, operator: int | None, after: int | None) -> NewsView:
    """The inbound messages with numbers above `after` in unread threads that are the operator's own or nobody's.

    Without `after` nothing is news yet; what matters then is `upto`.
    """
    message, thread, customer = tables.message, tables.thread, tables.customer
    newest = connection.execute(select(func.max(message.c.id))).scalar() or 0
    if after is None or newest <= after:
        return NewsView(max(newest, after or 0), 0, ())
    whose = thread.c.assignee_id.is_(None)
    found = connection.execute(
        select(message.c.id, thread.c.id, customer.c.name, thread.c.subject, func.substr(message.c.body, 1, _BEGINNING))
        .join(thread, thread.c.id == message.c.thread_id)
        .join(customer, customer.c.id == message.c.customer_id)
        .where(
            message.c.id > after,
            message.c.direction == Direction.INBOUND.value,
            thread.c.unread.is_(True),
            whose if operator is None else or_(whose, thread.c.assignee_id == operator),
        )
        .order_by(message.c.id.desc())
        .limit(_MOST)
    ).all()
    return NewsView(newest, len(found), tuple(NewsItem(*row) for row in found[:_SHOWN]))
