"""`convo customer identity`: the handles by which channels know a customer."""

from typing import Annotated

import typer

from convo.model.views import CustomerView
from convo.model.words import IdentityKind

from . import output
from .arguments import CustomerName
from .command import gives, verbs_below
from .session import Session, session_of
from .timeline import customer_name

app = verbs_below("identity", "The handles by which channels know a customer.")

Kind = Annotated[IdentityKind, typer.Argument(metavar="KIND", help=", ".join(IdentityKind) + ".")]
Handle = Annotated[str, typer.Argument(metavar="VALUE", help="The address, number or name.")]


@app.command(cls=gives(CustomerView))
def add(
    context: typer.Context,
    customer: CustomerName,
    kind: Kind,
    value: Handle,
    shared: Annotated[bool, typer.Option("--shared", help="Others use it too: it never says who somebody is.")] = False,
) -> None:
    """Add a handle to a customer."""
    session = session_of(context)
    with session.desk() as desk:
        number = desk.customers.find(customer)
        desk.customers.add_identity(number, kind.value, value, shared=shared)
        _changed(session, desk.customers.show(number), f"known as {kind.value} {value}")


@app.command(cls=gives(CustomerView))
def remove(context: typer.Context, customer: CustomerName, kind: Kind, value: Handle) -> None:
    """Take a handle from a customer."""
    session = session_of(context)
    with session.desk() as desk:
        number = desk.customers.find(customer)
        desk.customers.remove_identity(number, kind.value, value)
        _changed(session, desk.customers.show(number), f"no longer known as {kind.value} {value}")


@app.command(cls=gives(CustomerView))
def share(
    context: typer.Context,
    kind: Kind,
    value: Handle,
    off: Annotated[bool, typer.Option("--off", help="It is one person's after all.")] = False,
) -> None:
    """Say that several people share a handle.

    A shared handle, such as info@ or a family's phone, never makes two people one.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.customers.share_identity(kind.value, value, not off)
    _changed(session, view, f"known by {kind.value} {value}, {'shared' if not off else 'not shared'}")


def _changed(session: Session, view: CustomerView, now: str) -> None:
    output.done(session, view, f"customer {view.id} ({customer_name(view.name, view.id)}) is {now}")
