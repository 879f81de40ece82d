"""`convo customer`: who the people are, how they are known, who of them is the same, and what they agreed to."""

from pathlib import Path
from typing import Annotated

import typer

from convo.errors import UsageError
from convo.model.views import CustomerRow, CustomerView, DuplicateView
from convo.model.words import ConsentKind

from . import customer_identity, customer_merge, output
from .arguments import After, CustomerName, Limit, Query, Yes, given, pairs, query_text
from .command import gives, typer_app
from .customer_facts import facts
from .lines import Column, Span
from .pages import Pages
from .session import Session, session_of
from .timeline import customer_name

app = typer_app("customer")
customer_merge.add_to(app)
app.add_typer(customer_identity.app)

COLUMNS = (
    Column("id", lambda row: row.id, right=True, style="accent"),
    Column("name", lambda row: row.name, elastic=True, style="strong"),
    Column("identity", lambda row: row.identity, elastic=True),
    Column("open", lambda row: row.open_threads, right=True),
    Column("", lambda row: Span("blocked" if row.blocked else "", "bad")),
    Column("last seen", lambda row: row.last_seen_at, style="faint"),
)
DUPLICATE_COLUMNS = (
    Column("first", lambda row: row.first_id, right=True, style="accent"),
    Column("", lambda row: row.first_name, elastic=True),
    Column("second", lambda row: row.second_id, right=True, style="accent"),
    Column("", lambda row: row.second_name, elastic=True),
    Column("sure", lambda row: f"{row.score:.0%}", right=True),
    Column("because", lambda row: ", ".join(row.reasons), elastic=True, style="faint"),
)

Language = Annotated[str | None, typer.Option("--language", metavar="CODE", help="The language, such as de.")]
TimeZone = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Madrid.")]


@app.command("list", cls=gives(CustomerRow, query=True))
def list_customers(context: typer.Context, query: Query = None, limit: Limit = 50, after: After = None) -> None:
    """List customers."""
    session = session_of(context)
    words = query_text(query)
    with session.desk() as desk:
        found = Pages(
            lambda cursor, size: desk.customers.list(words, after=cursor, limit=size), after=after, limit=limit
        )
        output.rows(session, found, COLUMNS, none="no customer matches")


@app.command(cls=gives(CustomerView))
def show(context: typer.Context, customer: CustomerName) -> None:
    """Show all that is known about a customer."""
    session = session_of(context)
    with session.desk() as desk:
        _shown(session, desk.customers.show(desk.customers.find(customer)))


@app.command(cls=gives(CustomerView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="What the customer is called.")] = "",
    identity: Annotated[
        list[str] | None,
        typer.Option("--identity", "-i", metavar="KIND=VALUE", help="Such as email=ana@example.org."),
    ] = None,
    language: Language = None,
    time_zone: TimeZone = None,
) -> None:
    """Add a customer."""
    session = session_of(context)
    handles = [(kind, value) for item in identity or () for kind, value in pairs([item], "an identity").items()]
    with session.desk(create=True) as desk:
        view = desk.customers.add(name, identities=handles, language=language, time_zone=time_zone)
    _changed(session, view, "added")


@app.command(cls=gives(CustomerView))
def edit(
    context: typer.Context,
    customer: CustomerName,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What the customer is called.")] = None,
    language: Language = None,
    time_zone: TimeZone = None,
) -> None:
    """Change a customer's name, language or time zone."""
    session = session_of(context)
    changes = given(name=name, language=language, time_zone=time_zone)
    if not changes:
        raise UsageError("nothing to change", hint="--name, --language or --time-zone")
    with session.desk() as desk:
        view = desk.customers.edit(desk.customers.find(customer), **changes)
    _changed(session, view, "changed")


@app.command(cls=gives(CustomerView))
def tag(
    context: typer.Context,
    customer: CustomerName,
    tags: Annotated[list[str] | None, typer.Argument(metavar="TAG", help="Tags to add.", show_default=False)] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="TAG", help="Take a tag away.")] = None,
) -> None:
    """Add tags to a customer, or take them away with --remove."""
    session = session_of(context)
    if not tags and not remove:
        raise UsageError("name a tag", hint=f"convo customer tag {customer} vip --remove new")
    with session.desk() as desk:
        view = desk.customers.tag(desk.customers.find(customer), add=tags or (), remove=remove or ())
    _changed(session, view, f"tagged {', '.join(view.tags) or 'with nothing'}")


@app.command("set", cls=gives(CustomerView))
def set_attributes(
    context: typer.Context,
    customer: CustomerName,
    values: Annotated[list[str], typer.Argument(metavar="NAME=VALUE", help="An empty value removes it.")],
) -> None:
    """Set attributes of a customer; an empty value removes one."""
    session = session_of(context)
    wanted = {name: value or None for name, value in pairs(values, "an attribute").items()}
    with session.desk() as desk:
        view = desk.customers.set_attributes(desk.customers.find(customer), wanted)
    _changed(session, view, "changed")


@app.command(cls=gives(DuplicateView))
def duplicates(
    context: typer.Context,
    limit: Limit = 50,
    minimum: Annotated[
        float, typer.Option("--minimum", metavar="SCORE", help="How sure, from 0 to 1.", min=0, max=1)
    ] = 0.6,
) -> None:
    """Suggest pairs of customers who may be one, and why."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.customers.duplicates(limit=min(limit, 1000), minimum=minimum)
    output.rows(session, found, DUPLICATE_COLUMNS, none="no two customers look like one")


@app.command(cls=gives(CustomerView))
def consent(
    context: typer.Context,
    customer: CustomerName,
    kind: Annotated[ConsentKind, typer.Argument(metavar="KIND", help="transactional or marketing.")],
    grant: Annotated[bool | None, typer.Option("--grant/--refuse", help="Whether the customer agreed.")] = None,
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="How we know: a form, a call, a mail.")] = "",
) -> None:
    """Record whether a customer agreed to be contacted.

    KIND is transactional (about their own orders and questions) or marketing.
    """
    session = session_of(context)
    if grant is None or not source:
        raise UsageError("say what the customer chose and how we know", hint="--grant or --refuse, and --source TEXT")
    with session.desk() as desk:
        number = desk.customers.find(customer)
        desk.customers.consent(number, kind.value, grant, source=source)
        view = desk.customers.show(number)
    _changed(session, view, f"recorded: {kind.value} {'granted' if grant else 'refused'}")


@app.command(cls=gives(CustomerView))
def block(context: typer.Context, customer: CustomerName) -> None:
    """Take no more messages from a customer."""
    session = session_of(context)
    with session.desk() as desk:
        number = desk.customers.find(customer)
        desk.customers.block(number)
        view = desk.customers.show(number)
    _changed(session, view, "blocked")


@app.command(cls=gives(CustomerView))
def unblock(context: typer.Context, customer: CustomerName) -> None:
    """Take messages from a customer again."""
    session = session_of(context)
    with session.desk() as desk:
        number = desk.customers.find(customer)
        desk.customers.unblock(number)
        view = desk.customers.show(number)
    _changed(session, view, "no longer blocked")


@app.command(cls=gives(("path",)))
def export(
    context: typer.Context,
    customer: CustomerName,
    folder: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="A new folder; else customer-NUMBER, here.")
    ] = None,
) -> None:
    """Write everything about one person as JSON with attachments."""
    session = session_of(context)
    with session.desk() as desk:
        number = desk.customers.find(customer)
        written = desk.customers.export(number, folder or Path(f"customer-{number}"))
    output.facts(session, {"path": written}, [("written", str(written))])


@app.command(cls=gives(("id", "messages", "events", "attachments", "proven", "left_in")))
def erase(context: typer.Context, customer: CustomerName, yes: Yes = False) -> None:
    """Erase everything about one person for good.

    That nothing is left is proven by searching the raw files.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.customers.show(desk.customers.find(customer))
        session.confirm(
            f"Erase {customer_name(view.name, view.id)} (customer {view.id}) with {view.messages:,} messages for good?",
            yes,
        )
        done = desk.customers.erase(view.id)
    output.facts(
        session,
        done,
        [
            ("customer", done.id),
            ("messages", done.messages),
            ("events", done.events),
            ("attachments", done.attachments),
            ("proven", "yes, nothing is left in the files" if done.proven else "no"),
            ("left in", tuple(str(place) for place in done.left_in)),
        ],
    )


def _shown(session: Session, view: CustomerView) -> None:
    output.facts(session, view, facts(view))


def _changed(session: Session, view: CustomerView, now: str) -> None:
    output.done(session, view, f"customer {view.id} ({customer_name(view.name, view.id)}) is {now}")
