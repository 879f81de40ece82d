"""Finds the one customer that somebody means: by number, by a handle, or by a name that only one bears."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from convo.desk.customer_views import customer_rows
from convo.desk.merging import alive_or_root
from convo.errors import BadInput, Conflict, NotFound
from convo.intake.identities import guess_kind, normalise
from convo.model import tables
from convo.model.words import IdentityKind
from convo.text import index_words

_SHOWN = 8
_LARGEST_ID = 2**63


def find_customer(connection: Connection, text: str, *, home_region: str) -> int:
    """The id of the customer that `text` means.

    A number is an id (also of one who is merged away); else it is a handle, `kind:value` or as it is written; else a
    name, whole or some of its words. Raises NotFound, and Conflict listing the candidates when it fits several.
    """
    wanted = text.strip()
    customer = tables.customer
    if wanted.isascii() and wanted.isdigit() and int(wanted) < _LARGEST_ID:
        found = connection.execute(select(customer.c.id).where(customer.c.id == int(wanted))).scalar()
        if found is not None:
            return int(found)
    holders = _holders(connection, wanted, home_region)
    if len(holders) == 1:
        return holders[0]
    candidates = holders or _named(connection, wanted)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise NotFound(
            f"there is no customer {text[:80]!r}", hint="give a number, an address or a name: convo customer list"
        )
    rows = connection.execute(select(customer).where(customer.c.id.in_(candidates[:_SHOWN])).order_by(customer.c.id))
    shown = [f"{row.id} {row.name} {row.identity}".rstrip() for row in customer_rows(connection, rows.all())]
    more = f" and {len(candidates) - _SHOWN} more" if len(candidates) > _SHOWN else ""
    raise Conflict(
        f"{text[:80]!r} fits {len(candidates)} customers: {'; '.join(shown)}{more}",
        hint="give the number",
        candidates=candidates[:_SHOWN],
    )


def _holders(connection: Connection, text: str, home_region: str) -> list[int]:
    """Who holds the handle; several when it is the handle of one on one channel and of another on another."""
    identity = tables.identity
    kind, _, value = text.partition(":")
    kinds: Iterable[str] = IdentityKind
    if value and kind in list(IdentityKind):
        kinds, text = [kind], value
    elif guessed := guess_kind(text):
        kinds = [guessed, *(kind for kind in IdentityKind if kind != guessed)]
    holders: dict[int, None] = {}
    for kind in kinds:
        try:
            form = normalise(kind, text, home_region=home_region)
        except BadInput:
            continue
        holder = connection.execute(
            select(identity.c.customer_id).where(identity.c.kind == str(kind), identity.c.value == form)
        ).scalar()
        if holder is not None:
            holders[int(holder)] = None
    return list(holders)


def _named(connection: Connection, text: str) -> list[int]:
    """Whose name it is; failing that, whose name holds all its words."""
    words = index_words(text).split()
    if not words:
        return []
    customer = tables.customer
    whole, part = [], []
    for number, name in connection.execute(
        select(customer.c.id, customer.c.name)
        .where(customer.c.name != "", customer.c.merged_into_id.is_(None))
        .order_by(customer.c.id)
    ):
        held = index_words(name).split()
        if held == words:
            whole.append(number)
        elif set(words) <= set(held):
            part.append(number)
    return whole or part


def alive(connection: Connection, customer: int) -> int:
    """The customer, to be changed; raises NotFound, and Conflict naming who stands for it when it is merged away."""
    into = alive_or_root(connection, customer)
    if into != customer:
        raise Conflict(f"customer {customer} is merged into {into}", hint=f"use {into}, or unmerge {customer} first")
    return customer
