"""Gives handles to customers and takes them away; a handle is one customer's at a time."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from convo.errors import Conflict, NotFound
from convo.intake.identities import LONGEST, normalise
from convo.model import tables
from convo.text import clean


def give(
    connection: Connection,
    customer: int,
    kind: str,
    value: str,
    *,
    shared: bool,
    home_region: str,
    at: datetime,
) -> str:
    """Give a handle to a customer, who may have it already; returns its one form.

    Raises BadInput for what is no handle of that kind, and Conflict when another customer has it.
    """
    identity = tables.identity
    form = normalise(kind, value, home_region=home_region)
    held = _held(connection, kind, form)
    if held is None:
        shown = " ".join(clean(value).split())[:LONGEST]
        connection.execute(
            insert(identity),
            {
                "customer_id": customer,
                "kind": kind,
                "value": form,
                "shown": shown,
                "shared": shared,
                "created_at": at,
            },
        )
        return form
    number, holder, was_shared = held
    if holder != customer:
        raise Conflict(
            f"{form} is customer {holder}'s",
            hint=f"convo customer merge {customer} {holder} makes them one; or take it from {holder} first",
        )
    if shared and not was_shared:
        connection.execute(update(identity).where(identity.c.id == number).values(shared=True))
    return form


def take(connection: Connection, customer: int, kind: str, value: str, *, home_region: str) -> str:
    """Take a handle from a customer; what came by it stays; returns its one form; raises NotFound."""
    identity, moved = tables.identity, tables.merge_move
    form = normalise(kind, value, home_region=home_region)
    held = _held(connection, kind, form)
    if held is None or held[1] != customer:
        raise NotFound(f"customer {customer} has no {kind} {form}", hint=f"convo customer show {customer}")
    number = held[0]
    for rows in (tables.message, tables.event):
        connection.execute(update(rows).where(rows.c.identity_id == number).values(identity_id=None))
    connection.execute(delete(moved).where(moved.c.entity == "identity", moved.c.row_id == number))
    connection.execute(delete(identity).where(identity.c.id == number))
    return form


def share(connection: Connection, kind: str, value: str, shared: bool, *, home_region: str) -> tuple[int, str]:
    """Mark a handle as several people's, or as one's own again; returns its holder and its one form."""
    identity = tables.identity
    form = normalise(kind, value, home_region=home_region)
    held = _held(connection, kind, form)
    if held is None:
        raise NotFound(f"nobody has the {kind} {form}", hint="convo customer identity add gives it to a customer")
    connection.execute(update(identity).where(identity.c.id == held[0]).values(shared=shared))
    return held[1], form


def _held(connection: Connection, kind: str, form: str) -> tuple[int, int, bool] | None:
    identity = tables.identity
    row = connection.execute(
        select(identity.c.id, identity.c.customer_id, identity.c.shared).where(
            identity.c.kind == kind, identity.c.value == form
        )
    ).first()
    return None if row is None else (row.id, row.customer_id, row.shared)
