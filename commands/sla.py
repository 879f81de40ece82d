"""`convo sla`: promised times, what is due when, and what was not kept."""

from typing import Annotated

import typer

from convo import clock
from convo.errors import UsageError
from convo.model.sla_views import BreachView, ClockView, PolicyView
from convo.text import times
from convo.text.when import parse_past

from . import live_names, notices, output, sla_calendar
from .arguments import After, Limit, Query, ThreadId, Yes, given, query_text, zone
from .command import gives, typer_app
from .lines import Column, Span
from .pages import Pages
from .session import session_of
from .timeline import customer_name

app = typer_app("sla")
app.add_typer(sla_calendar.app)


def _long(seconds: int | None) -> str | None:
    return None if seconds is None else times.lasting(seconds)


def _left(row: ClockView) -> Span | None:
    if row.left is not None:
        late = row.left < 0 or row.breached
        return Span(f"{times.lasting(abs(row.left))}{' late' if late else ''}", "bad" if late else "")
    return None if row.resolution_left is None else Span(f"{times.lasting(row.resolution_left)}, paused", "faint")


def _words(promise: str | None) -> str:
    return (promise or "").replace("_", " ")


COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("first response", lambda row: _long(row.first_response)),
    Column("next response", lambda row: _long(row.next_response)),
    Column("resolution", lambda row: _long(row.resolution)),
    Column("calendar", lambda row: row.calendar),
    Column("threads", lambda row: row.threads, right=True),
)
CLOCKS = (
    Column("id", lambda row: row.thread_id, right=True, style="accent"),
    Column("customer", lambda row: customer_name(row.customer, row.customer_id), elastic=True),
    Column("subject", lambda row: row.subject, elastic=True),
    Column("left", _left),
    Column("promise", lambda row: _words(row.promise)),
    Column("due", lambda row: row.due),
    Column("policy", lambda row: row.policy),
    Column("assignee", lambda row: row.assignee),
    Column("status", lambda row: row.status),
)
BREACHES = (
    Column("thread", lambda row: row.thread_id, right=True, style="accent"),
    Column("customer", lambda row: customer_name(row.customer, row.customer_id), elastic=True),
    Column("subject", lambda row: row.subject, elastic=True),
    Column("assignee", lambda row: row.assignee),
    Column("policy", lambda row: row.policy),
    Column("promise", lambda row: _words(row.promise), style="warning"),
    Column("was due", lambda row: row.due_at),
    Column("noted", lambda row: row.at),
)

PolicyName = Annotated[
    str, typer.Argument(metavar="POLICY", help="The policy's name.", autocompletion=live_names.policies)
]
First = Annotated[
    str | None, typer.Option("--first", metavar="TIME", help="First response: 90m, 4h, 1d (a business day).")
]
Next = Annotated[str | None, typer.Option("--next", metavar="TIME", help="Every later response.")]
Resolution = Annotated[str | None, typer.Option("--resolution", metavar="TIME", help="Until it is resolved.")]
Calendar = Annotated[
    str | None,
    typer.Option("--calendar", metavar="NAME", help="Whose hours count.", autocompletion=live_names.calendars),
]


@app.command("list", cls=gives(PolicyView))
def list_policies(context: typer.Context) -> None:
    """List SLA policies."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.sla.list(), COLUMNS, none="no policies yet: convo sla add NAME --first 4h")


@app.command(cls=gives(PolicyView))
def show(context: typer.Context, policy: PolicyName) -> None:
    """Show an SLA policy."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.sla.show(policy)
    output.facts(
        session,
        view,
        [
            ("policy", view.name),
            ("first response", _long(view.first_response)),
            ("next response", _long(view.next_response)),
            ("resolution", _long(view.resolution)),
            ("calendar", view.calendar or "all hours"),
            ("open threads", view.threads),
        ],
    )


@app.command(cls=gives(PolicyView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    first: First = None,
    following: Next = None,
    resolution: Resolution = None,
    calendar: Calendar = None,
) -> None:
    """Add an SLA policy.

    Times are open hours of the calendar, in which 1d is its longest day and 1w its whole week; without a calendar all
    hours count. A rule puts threads under it with the action 'sla NAME', and convo sla put does so by hand.
    """
    session = session_of(context)
    values = given(first=first, following=following, resolution=resolution, calendar=calendar)
    with session.desk(create=True) as desk:
        view = desk.sla.add(name, **values)
    output.done(session, view, f"SLA policy {view.name} is added")


@app.command(cls=gives(PolicyView))
def edit(
    context: typer.Context,
    policy: PolicyName,
    first: First = None,
    following: Next = None,
    resolution: Resolution = None,
    calendar: Calendar = None,
) -> None:
    """Change an SLA policy; 'none' takes a time away."""
    session = session_of(context)
    values = given(first=first, following=following, resolution=resolution, calendar=calendar)
    if not values:
        raise UsageError("nothing to change", hint=f"convo sla edit {policy} --first 4h")
    with session.desk() as desk:
        view = desk.sla.edit(policy, **values)
    output.done(session, view, f"SLA policy {view.name} is changed")


@app.command(cls=gives(()))
def remove(context: typer.Context, policy: PolicyName, yes: Yes = False) -> None:
    """Remove an SLA policy; its threads are promised nothing."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.sla.show(policy)
        session.confirm(f"Remove the SLA policy {view.name}?", yes)
        desk.sla.remove(policy)
    notices.say(session, f"SLA policy {view.name} is removed")


@app.command(cls=gives(()))
def put(
    context: typer.Context,
    thread: ThreadId,
    policy: Annotated[
        str | None,
        typer.Argument(metavar="POLICY", help="The policy's name.", autocompletion=live_names.policies),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Promise nothing.")] = False,
) -> None:
    """Put a thread under an SLA policy, or under none."""
    session = session_of(context)
    if none == bool(policy):
        raise UsageError("say under which policy", hint=f"convo sla put {thread} NAME, or --none")
    with session.desk() as desk:
        desk.sla.put(thread, policy)
        row = desk.threads.show(thread, messages=1).row
    due = f", due {times.minute(row.due, zone(session))}" if row.due else ""
    notices.say(session, f"thread {thread} is under {f'the SLA policy {row.sla}' if row.sla else 'no policy'}{due}")


@app.command(cls=gives(ClockView, query=True))
def status(context: typer.Context, query: Query = None, limit: Limit = 50, after: After = None) -> None:
    """List what is due in threads, the most urgent first."""
    session = session_of(context)
    words = query_text(query)
    with session.desk() as desk:
        found = Pages(lambda cursor, size: desk.sla.status(words, after=cursor, limit=size), after=after, limit=limit)
        output.rows(session, found, CLOCKS, none="nothing is due")


@app.command(cls=gives(BreachView))
def breaches(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Due since then: 7d, 2026-05-03.")
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List promises that were not kept, the last noted first."""
    session = session_of(context)
    begin = None if since is None else parse_past(since, now=clock.now(), zone=zone(session))
    with session.desk() as desk:
        found = Pages(
            lambda cursor, size: desk.sla.breaches(since=begin, after=cursor, limit=size), after=after, limit=limit
        )
        output.rows(session, found, BREACHES, none="every promise was kept")
