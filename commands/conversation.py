"""`convo conversation`: everything exchanged with one customer, on one timeline."""

from typing import Annotated

import typer

from convo.model.views import ConversationView

from . import notices, output, timeline
from .arguments import After, CustomerName, zone
from .command import gives, typer_app
from .session import session_of

app = typer_app("conversation")


@app.callback()
def verbs() -> None:
    """Hold the verbs, of which there is one so far."""


@app.command(cls=gives(ConversationView))
def show(
    context: typer.Context,
    customer: CustomerName,
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="COUNT", help="The newest so many entries.", min=1, max=1000)
    ] = 200,
    after: After = None,
) -> None:
    """Show a customer's messages and events of all channels in order."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.conversations.show(desk.customers.find(customer), after=after, limit=limit)
    if session.json:
        output.record(session, view)
        return
    output.page(session, timeline.conversation(view, zone(session)))
    notices.more(session, view.next)
