"""What becomes of articles in threads: that one was offered or sent, and how it went on after that."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, insert, select

from convo import clock
from convo.desk.endings import Endings
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.knowledge_views import ArticleStats
from convo.model.words import ArticleUse


def keep_use(connection: Connection, article: int, thread: int, use: str, message: int | None, *, by: str) -> None:
    """Write a use down; what was suggested in a thread before is not suggested anew.

    Raises NotFound for a thread or message that is not there, BadInput for a use that is none.
    """
    if use not in list(ArticleUse):
        raise BadInput(f"{use!r} is no use of an article", hint="one of " + ", ".join(ArticleUse))
    held, used = tables.thread, tables.article_use
    customer = connection.execute(select(held.c.customer_id).where(held.c.id == thread)).scalar()
    if customer is None:
        raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
    if message is not None:
        of = select(tables.message.c.thread_id).where(tables.message.c.id == message)
        if connection.execute(of).scalar() != thread:
            raise NotFound(f"there is no message {message} in thread {thread}", hint="convo thread show lists them")
    again = select(used.c.id).where(used.c.article_id == article, used.c.thread_id == thread, used.c.use == use)
    if use == ArticleUse.SUGGESTED and connection.execute(again.limit(1)).first():
        return
    connection.execute(
        insert(used),
        {
            "article_id": article,
            "thread_id": thread,
            "message_id": message,
            "customer_id": customer,
            "use": use,
            "by": by,
            "at": clock.now(),
        },
    )


def statistics(connection: Connection, since: datetime | None, until: datetime | None) -> tuple[ArticleStats, ...]:
    """All articles with what became of them in a period, the most sent first; a thread counts once for each."""
    article, use = tables.article, tables.article_use
    wanted = select(use.c.article_id, use.c.thread_id, use.c.use, use.c.at).order_by(use.c.at, use.c.id)
    if since is not None:
        wanted = wanted.where(use.c.at >= since)
    if until is not None:
        wanted = wanted.where(use.c.at < until)
    uses = connection.execute(wanted).all()
    suggested: dict[int, int] = defaultdict(int)
    sent: dict[int, dict[int, datetime]] = defaultdict(dict)
    sendings: dict[int, int] = defaultdict(int)
    last: dict[int, datetime] = {}
    for row in uses:
        last[row.article_id] = row.at
        if row.use == ArticleUse.SENT:
            sent[row.article_id].setdefault(row.thread_id, row.at)
            sendings[row.article_id] += 1
        else:
            suggested[row.article_id] += 1
    ended = Endings(connection, {thread for threads in sent.values() for thread in threads})
    found = []
    for number, name, title in connection.execute(select(article.c.id, article.c.name, article.c.title)):
        after = [(thread, at) for thread, at in sent[number].items()]
        next_said = [mood for thread, at in after for mood in ended.moods(thread, at, most=1)]
        felt = [mood for mood in next_said if mood is not None]
        found.append(
            ArticleStats(
                name,
                title,
                suggested[number],
                sendings[number],
                sum(ended.resolved(thread, at) for thread, at in after),
                sum(ended.reopened(thread, at) for thread, at in after),
                sum(ended.handed_over(thread, at) for thread, at in after),
                round(sum(felt) / len(felt), 3) if felt else None,
                last.get(number),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.sent, -one.suggested, one.name.casefold())))
