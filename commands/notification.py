"""`convo notification`: what rules and colleagues told you about threads."""

from typing import Annotated

import typer

from convo.model.notification_views import NotificationView

from . import notices, output, timeline
from .arguments import After, Limit
from .command import gives, typer_app
from .lines import Column, Span
from .pages import Pages
from .session import session_of

app = typer_app("notification")

COLUMNS = (
    Column("id", lambda row: row.id, right=True, style="accent"),
    Column("for", lambda row: row.operator),
    Column("thread", lambda row: row.thread_id, right=True, style="accent"),
    Column("customer", lambda row: row.customer, elastic=True),
    Column("subject", lambda row: timeline.subject_of(row), elastic=True),
    Column("says", lambda row: Span(row.body, "" if row.seen_at else "strong"), elastic=True),
    Column("by", lambda row: row.by, style="faint"),
    Column("when", lambda row: row.at, style="faint"),
)


@app.command("list", cls=gives(NotificationView))
def list_notifications(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what you have seen.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List what you have not seen yet, the newest first."""
    session = session_of(context)
    with session.desk() as desk:
        found = Pages(
            lambda cursor, size: desk.notifications.list(all=everything, after=cursor, limit=size),
            after=after,
            limit=limit,
        )
        output.rows(session, found, COLUMNS, none="nothing new")


@app.command(cls=gives(()))
def seen(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="ID", help="These; without any, all.")] = None,
) -> None:
    """Say that you have seen them."""
    session = session_of(context)
    with session.desk() as desk:
        count = desk.notifications.see(numbers or ())
    notices.say(session, f"{count} seen")
