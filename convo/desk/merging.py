"""Makes two customers one: the kept one gets everything of the other, and what moved is noted."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, literal, or_, select, update

from convo.desk import customer_state, last_seen
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.views import MergeView

TOLD = ("identity", "thread", "episode", "message", "attachment", "event", "delivery", "consent")
"""What a merge tells that it moved."""
BESIDE = (
    "arrival",
    "decision",
    "rule_firing",
    "breach",
    "notification",
    "bot_session",
    "article_use",
    "intent_label",
)
"""What the desk keeps beside a customer's threads and messages, and that goes before them."""
MOVED = (*TOLD, *BESIDE)
FOLLOWING = ("draft", "undo_row")
"""What is always its thread's customer's, so that no merge notes it; what was done to a customer stays theirs."""


def check_merge(connection: Connection, keep: int, merged: int) -> None:
    """Refuse what is no merge.

    Raises BadInput for a customer and itself, NotFound, and Conflict when either is merged into another.
    """
    if keep == merged:
        raise BadInput(f"customer {keep} cannot be merged into itself", hint="name the one to keep, then the other")
    for customer in (keep, merged):
        into = alive_or_root(connection, customer)
        if into != customer:
            raise Conflict(
                f"customer {customer} is merged into {into} already", hint=f"use {into}, or unmerge it first"
            )


def merge(connection: Connection, keep: int, merged: int, *, by: str, at: datetime) -> int:
    """Merge `merged` into `keep`; returns the merge's id; raises what `check_merge` raises."""
    hold_off_intake(connection)
    check_merge(connection, keep, merged)
    table = tables.merge
    number = connection.execute(
        insert(table).returning(table.c.id),
        {"kept_id": keep, "merged_id": merged, "at": at, "by": by, "changed": {}},
    ).scalar_one()
    for entity in MOVED:
        rows = tables.METADATA.tables[entity]
        move(connection, number, entity, select(rows.c.id).where(rows.c.customer_id == merged))
        connection.execute(update(rows).where(rows.c.customer_id == merged).values(customer_id=keep))
    follow_threads(connection, merged, keep)
    changed: dict[str, Any] = dict(customer_state.fill(connection, keep, merged))
    changed[last_seen.KEY] = last_seen.join(connection, keep, merged)
    connection.execute(update(table).where(table.c.id == number).values(changed=changed))
    customers = tables.customer
    connection.execute(update(customers).where(customers.c.id == merged).values(merged_into_id=keep))
    return int(number)


def move(connection: Connection, number: int, entity: str, ids: Any) -> None:
    """Note that a merge moved the rows that a query for ids finds."""
    found = ids.subquery()
    noted = select(literal(number), literal(entity), found.c.id)
    connection.execute(insert(tables.merge_move).from_select(["merge_id", "entity", "row_id"], noted))


def follow_threads(connection: Connection, left: int, owner: int) -> None:
    """Give a customer whose threads left another what follows them."""
    thread = tables.thread
    theirs = select(thread.c.id).where(thread.c.customer_id == owner)
    for name in FOLLOWING:
        rows = tables.METADATA.tables[name]
        gone = and_(rows.c.customer_id == left, rows.c.thread_id.in_(theirs))
        connection.execute(update(rows).where(gone).values(customer_id=owner))


def moved_ids(number: int, entity: str) -> Select[tuple[int]]:
    """A query for the ids of the rows of a table that a merge moved."""
    noted = tables.merge_move
    return select(noted.c.row_id).where(noted.c.merge_id == number, noted.c.entity == entity)


def hold_off_intake(connection: Connection) -> None:
    """Let no message come in for a customer who is just being merged; a file store has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(zlib.crc32(b"intake"))))


def alive_or_root(connection: Connection, customer: int) -> int:
    """The customer who stands for this one: itself, or the one that it is merged into at last; raises NotFound."""
    table = tables.customer
    while True:
        found = connection.execute(select(table.c.id, table.c.merged_into_id).where(table.c.id == customer)).first()
        if found is None:
            raise NotFound(f"there is no customer {customer}", hint="convo customer list shows them")
        if found.merged_into_id is None:
            return int(found.id)
        customer = found.merged_into_id


def merged_into(connection: Connection, customer: int) -> list[int]:
    """All customers that are merged into this one, and into those."""
    table = tables.customer
    found: list[int] = []
    level = [customer]
    while level:
        rows = connection.execute(select(table.c.id).where(table.c.merged_into_id.in_(level)).order_by(table.c.id))
        level = list(rows.scalars())
        found += level
    return found


def merge_views(connection: Connection, customers: Sequence[int] = (), *, number: int | None = None) -> list[MergeView]:
    """The merges in which these customers took part, oldest first, or the one of this number."""
    table = tables.merge
    wanted = select(table).order_by(table.c.id)
    if number is not None:
        wanted = wanted.where(table.c.id == number)
    else:
        wanted = wanted.where(or_(table.c.kept_id.in_(customers), table.c.merged_id.in_(customers)))
    return [_view(connection, row) for row in connection.execute(wanted).all()]


def _view(connection: Connection, row: Row[*tuple[Any, ...]]) -> MergeView:
    moved = tables.merge_move
    counted = select(moved.c.entity, func.count()).where(moved.c.merge_id == row.id).group_by(moved.c.entity)
    counts = {row[0]: row[1] for row in connection.execute(counted)}
    return MergeView(
        row.id,
        row.kept_id,
        row.merged_id,
        row.at,
        row.by,
        row.undone_at,
        {name: counts[name] for name in TOLD if name in counts},
    )
