"""`convo queue`: the threads that nobody could take yet, the longest waiting first, and why."""

import typer

from convo.model.queue_views import QueuedView

from . import output
from .arguments import After, Limit
from .command import gives, single_app
from .lines import Column
from .pages import Pages
from .session import session_of
from .timeline import customer_name

app = single_app()

COLUMNS = (
    Column("id", lambda row: row.thread_id, right=True, style="accent"),
    Column("customer", lambda row: customer_name(row.customer, row.customer_id), elastic=True),
    Column("subject", lambda row: row.subject, elastic=True),
    Column("since", lambda row: row.queued_since),
    Column("wanted", lambda row: row.wanted, style="strong"),
    Column("because", lambda row: row.why, elastic=True),
    Column("then", lambda row: row.next_operator),
    Column("from", lambda row: row.next_at),
)


@app.command(cls=gives(QueuedView))
def queue(context: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """Threads that nobody could take yet, and why.

    Each tells how it is wanted, why nobody can take it now, and whose shift begins next. They are handed out, the
    longest waiting first, as soon as somebody can; until then anybody may take one: convo thread assign.
    """
    session = session_of(context)
    with session.desk() as desk:
        found = Pages(lambda cursor, size: desk.assignments.queue(after=cursor, limit=size), after=after, limit=limit)
        output.rows(session, found, COLUMNS, none="nothing waits for somebody")
