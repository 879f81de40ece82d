"""`convo customer merge`, `unmerge` and `merges`: two customers who are one, and back again."""

from typing import Annotated

import typer

from convo.model.views import MergeView

from . import live_names, notices, output
from .arguments import CustomerName, DryRun
from .command import gives
from .lines import Column, Span
from .session import session_of

MERGE_COLUMNS = (
    Column("merge", lambda row: row.id, right=True),
    Column("kept", lambda row: row.kept_id, right=True, style="accent"),
    Column("merged", lambda row: row.merged_id, right=True, style="accent"),
    Column("moved", lambda row: _moved(row), elastic=True),
    Column("by", lambda row: row.by),
    Column("", lambda row: Span("undone" if row.undone_at else "", "warning")),
    Column("at", lambda row: row.at, style="faint"),
)


def merge(
    context: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="Who stays.", autocompletion=live_names.customers)],
    merged: Annotated[
        str, typer.Argument(metavar="MERGED", help="Who is the same person.", autocompletion=live_names.customers)
    ],
    dry_run: DryRun = False,
) -> None:
    """Make one customer of two; it can be undone at any time.

    Everything of both is kept, and messages to either are one conversation from then on.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.customers.merge(desk.customers.find(keep), desk.customers.find(merged), dry_run=dry_run)
    would = "would be" if dry_run else "is"
    output.done(session, view, f"customer {view.merged_id} {would} merged into {view.kept_id}: {_moved(view)}")
    if not dry_run:
        notices.say(session, f"to undo it: convo customer unmerge {view.merged_id}")


def unmerge(
    context: typer.Context,
    merged: Annotated[int, typer.Argument(metavar="MERGED", help="The number of the customer who was merged.")],
    dry_run: DryRun = False,
) -> None:
    """Take two merged customers apart again.

    Messages that came since the merge stay where their identity belongs.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.customers.unmerge(merged, dry_run=dry_run)
    would = "would be" if dry_run else "is"
    output.done(session, view, f"customer {view.merged_id} {would} apart from {view.kept_id} again: {_moved(view)}")


def merges(context: typer.Context, customer: CustomerName) -> None:
    """List a customer's merges, undone ones too."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.customers.merges(desk.customers.find(customer))
    output.rows(session, found, MERGE_COLUMNS, none="nobody was merged with this customer")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the customer noun."""
    for verb in (merge, unmerge, merges):
        app.command(cls=gives(MergeView))(verb)


def _moved(view: MergeView) -> str:
    return (
        ", ".join(_counted(count, name.replace("_", " ")) for name, count in view.moved.items() if count) or "nothing"
    )


def _counted(count: int, noun: str) -> str:
    plural = {"identity": "identities", "delivery": "deliveries"}.get(noun, f"{noun}s")
    return f"{count:,} {noun if count == 1 else plural}"
