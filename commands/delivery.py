"""`convo delivery`: what is on its way to customers, what did not go and why, another try, and none."""

from typing import Annotated

import typer

from convo.errors import UsageError
from convo.model.views import DeliveryView

from . import live_names, output
from .arguments import After, Limit, Yes
from .command import gives, typer_app
from .lines import Column, Span, Style, Value
from .pages import Pages
from .session import session_of

app = typer_app("delivery")

_STYLES: dict[str, Style] = {"failed": "bad", "unknown": "warning", "queued": "accent", "cancelled": "faint"}
_STATUSES = ("queued", "sending", "sent", "delivered", "read", "failed", "unknown", "cancelled")


def _why(row: DeliveryView) -> Value:
    return "sent another way since" if row.again and row.status in {"failed", "unknown"} else row.error


COLUMNS = (
    Column("id", lambda row: row.id, right=True),
    Column("status", lambda row: Span(row.status, _STYLES.get(row.status, ""))),
    Column("thread", lambda row: row.thread_id, right=True),
    Column("customer", lambda row: row.customer, style="strong"),
    Column("channel", lambda row: row.channel),
    Column("tries", lambda row: row.attempts, right=True),
    Column("written", lambda row: row.created_at, style="faint"),
    Column("leaves", lambda row: row.next_at if row.status == "queued" else None, style="faint"),
    Column("why", _why, elastic=True),
)
DeliveryId = Annotated[
    int, typer.Argument(metavar="DELIVERY", help="The delivery's number.", autocompletion=live_names.deliveries)
]


@app.command("list", cls=gives(DeliveryView))
def list_deliveries(
    context: typer.Context,
    status: Annotated[
        str | None,
        typer.Option("--status", metavar="STATUS", help="Only " + ", ".join(_STATUSES[:-1]) + " or cancelled ones."),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option("--channel", metavar="CHANNEL", help="Only of this one.", autocompletion=live_names.channels),
    ] = None,
    dead: Annotated[
        bool, typer.Option("--dead", help="Only what did not go, or nobody knows, and left by no other way.")
    ] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List deliveries, the newest first."""
    session = session_of(context)
    if dead and status is not None:
        raise UsageError("--dead and --status cannot be used together")
    with session.desk() as desk:
        found = Pages(
            lambda cursor, size: desk.deliveries.list(status, channel=channel, dead=dead, after=cursor, limit=size),
            after=after,
            limit=limit,
        )
        output.rows(session, found, COLUMNS, none="nothing is on its way" if not dead else "everything has gone")


@app.command(cls=gives(DeliveryView))
def show(context: typer.Context, delivery: DeliveryId) -> None:
    """Show a delivery."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.deliveries.show(delivery)
    pairs: list[tuple[str, Value]] = [
        ("delivery", view.id),
        ("status", Span(view.status, _STYLES.get(view.status, ""))),
        ("why", _why(view) or None),
        ("customer", view.customer),
        ("to", view.recipient),
        ("channel", view.channel),
        ("thread", view.thread_id),
        ("message", view.message_id),
        ("tries", view.attempts),
        ("written", view.created_at),
        ("leaves", view.next_at if view.status == "queued" else None),
        ("sent", view.sent_at),
    ]
    output.facts(session, view, pairs)


@app.command(cls=gives(DeliveryView))
def retry(context: typer.Context, delivery: DeliveryId, yes: Yes = False) -> None:
    """Send what failed, or waits, as soon as can be.

    Of a delivery whose status is unknown nobody knows whether it went: to send it again may bring the customer the same
    twice, so that it asks, or wants --yes.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.deliveries.show(delivery)
        if view.status == "unknown" and not view.again:
            session.confirm(f"Delivery {view.id} may have gone already ({view.error}). Send it again?", yes)
        view = desk.deliveries.retry(delivery, even_if_gone=True)
    output.done(session, view, f"delivery {view.id} is queued; convo work sends it by {view.channel}")


@app.command(cls=gives(DeliveryView))
def cancel(context: typer.Context, delivery: DeliveryId) -> None:
    """Let a delivery never leave, or put a failed one aside."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.deliveries.cancel(delivery)
    output.done(session, view, f"delivery {view.id} is cancelled; the customer was not answered by it")
