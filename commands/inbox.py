"""`convo inbox`: the lists of threads that wait, with their counts, and the threads of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from convo import clock
from convo.errors import NotFound
from convo.model.inbox_views import InboxRow, InboxView
from convo.text import safe

from . import notices, output, plain, timeline
from .arguments import After, Limit, zone
from .command import gives, single_app
from .lines import BLANK, Column, Line, Span
from .session import session_of

app = single_app()

COLUMNS = (
    Column("id", lambda row: row.thread.id, right=True, style="accent"),
    Column("customer", lambda row: timeline.customer_name(row.thread.customer, row.thread.customer_id), elastic=True),
    Column("subject", lambda row: timeline.subject_of(row.thread), elastic=True),
    Column("begins", lambda row: row.preview, elastic=True, style="faint"),
    Column("channel", lambda row: row.thread.channel, style="faint"),
    Column("", lambda row: ", ".join(_remarks(row)), style="warning"),
    Column("waiting", lambda row: row.thread.waiting_since),
    Column("due", lambda row: row.thread.due, style="warning"),
)


@dataclass(frozen=True, slots=True)
class InboxShown:
    """An inbox as it is shown: its lists, the name of the one whose rows follow, and the cursor of more of them."""

    views: tuple[InboxView, ...]
    view: str
    rows: tuple[InboxRow, ...]
    next: str | None


@app.command(cls=gives(InboxShown))
def inbox(
    context: typer.Context,
    view: Annotated[
        str | None, typer.Argument(metavar="VIEW", help="Such as mine, unassigned, team:NAME or a saved query's name.")
    ] = None,
    plainly: Annotated[bool, typer.Option("--plain", help="In full sentences, for screen readers.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """What waits: yours, nobody's, all of it, with counts.

    Below the lists stand the threads of one: what is yours unless you name another; whoever acts as no operator sees
    all that is open.
    """
    session = session_of(context)
    with session.desk() as desk:
        views = desk.inbox.views()
        chosen = _chosen(views, view)
        page = desk.inbox.list(chosen.query, after=after, limit=limit)
    if session.json:
        output.record(session, InboxShown(views, chosen.name, page.rows, page.after))
        return
    if plainly:
        told = plain.inbox(views, chosen, page.rows, more=page.after is not None, now=clock.now(), zone=zone(session))
        output.page(session, told, paged=False)
    else:
        if output.on_terminal():
            output.page(session, (_counts(views, chosen), BLANK), paged=False)
        output.rows(session, page.rows, COLUMNS, none=f"no thread is in {safe(chosen.title, single_line=True)}")
    notices.more(session, page.after)


def _chosen(views: Sequence[InboxView], name: str | None) -> InboxView:
    """The list of that name or title, a saved query's last; without one the first of mine and all."""
    wanted = ("mine", "all") if name is None else (name, f"team:{name}")
    for word in wanted:
        for view in views:
            if word.casefold() in {view.name.casefold(), view.title.casefold()}:
                return view
    names = ", ".join(view.name for view in views)
    raise NotFound(f"no list of the inbox is called {(name or '')[:80]!r}", hint=f"one of {names}")


def _counts(views: Sequence[InboxView], chosen: InboxView) -> Line:
    """The lists with their counts, the one that is shown in brackets."""
    spans: list[Span] = []
    for view in views:
        words = f"{safe(view.title, single_line=True)} {view.count:,}{'+' if view.more else ''}"
        spans += [Span(" · ", "faint")] if spans else []
        spans.append(Span(f"[{words}]", "accent") if view is chosen else Span(words))
    return Line(tuple(spans), wraps=True)


def _remarks(row: InboxRow) -> list[str]:
    """What a person should know of a thread before opening it."""
    thread = row.thread
    remarks = ["unread"] if thread.unread else []
    remarks += [thread.priority] if thread.priority != "normal" else []
    remarks += ["unverified"] if thread.unverified else []
    remarks += [f"{other.name} {'writes' if other.writing else 'looks'}" for other in row.others]
    return [*remarks, "draft"] if row.draft else remarks
