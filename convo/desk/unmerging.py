"""Takes a merged customer out again: what was moved returns, and what came since goes where its identity belongs."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, select, update

from convo.desk import customer_state, last_seen
from convo.desk.merging import MOVED, follow_threads, hold_off_intake, move, moved_ids
from convo.desk.splitting import part_threads
from convo.errors import Conflict, NotFound
from convo.model import tables
from convo.store.store import Store

_HANGS_ON = (
    ("attachment", "message"),
    ("delivery", "message"),
    ("intent_label", "message"),
    ("episode", "thread"),
    ("arrival", "thread"),
    ("decision", "thread"),
    ("breach", "thread"),
    ("notification", "thread"),
    ("bot_session", "thread"),
    ("article_use", "thread"),
    ("rule_firing", "episode"),
)
"""What belongs to a message, a thread or an episode and goes where that goes, owners before what hangs on them."""


def unmerge(store: Store, connection: Connection, merged: int, *, at: datetime) -> int:
    """Undo the merge that took `merged` away; returns the merge's id.

    Works whatever was merged or taken apart before and since. Raises NotFound, and Conflict when `merged` is merged
    into nobody.
    """
    hold_off_intake(connection)
    table, customer = tables.merge, tables.customer
    undone = connection.execute(select(table).where(table.c.merged_id == merged, table.c.undone_at.is_(None))).first()
    if undone is None:
        if connection.execute(select(customer.c.id).where(customer.c.id == merged)).first() is None:
            raise NotFound(f"there is no customer {merged}", hint="convo customer list shows them")
        raise Conflict(
            f"customer {merged} is merged into nobody", hint="name the one that was merged, not the kept one"
        )
    path, root = _path(connection, undone.kept_id)
    connection.execute(update(table).where(table.c.id == undone.id).values(undone_at=at))
    _note_what_came_since(connection, undone.id, root)
    part_threads(store, connection, undone.id, root=root, since=undone.at)
    _note_what_hangs_on(connection, undone.id, root)
    for name in MOVED:
        rows = tables.METADATA.tables[name]
        connection.execute(
            update(rows)
            .where(rows.c.customer_id == root, rows.c.id.in_(moved_ids(undone.id, name)))
            .values(customer_id=merged)
        )
    follow_threads(connection, root, merged)
    _release(connection, undone.id, path)
    connection.execute(update(customer).where(customer.c.id == merged).values(merged_into_id=None))
    customer_state.withdraw(connection, undone.id, path)
    last_seen.part(connection, undone.id, undone.kept_id, merged, path)
    return int(undone.id)


def _path(connection: Connection, kept: int) -> tuple[list[int], int]:
    """The merges that took the kept customer away in turn, and the customer where it all is now."""
    table = tables.merge
    path: list[int] = []
    while True:
        link = connection.execute(
            select(table.c.id, table.c.kept_id).where(table.c.merged_id == kept, table.c.undone_at.is_(None))
        ).first()
        if link is None:
            return path, kept
        path.append(link.id)
        kept = link.kept_id


def _note_what_came_since(connection: Connection, number: int, root: int) -> None:
    """Add the messages and events of the returning identities; a shared identity says nothing about whose they are."""
    identity = tables.identity
    returning = select(identity.c.id).where(
        identity.c.customer_id == root, identity.c.shared.is_(False), identity.c.id.in_(moved_ids(number, "identity"))
    )
    for name in ("message", "event"):
        rows = tables.METADATA.tables[name]
        came = select(rows.c.id).where(rows.c.customer_id == root, rows.c.identity_id.in_(returning))
        move(connection, number, name, came.where(rows.c.id.not_in(moved_ids(number, name))))


def _note_what_hangs_on(connection: Connection, number: int, root: int) -> None:
    """Add what belongs to the returning messages and threads."""
    for name, owner in _HANGS_ON:
        rows = tables.METADATA.tables[name]
        theirs = rows.c[f"{owner}_id"].in_(moved_ids(number, owner))
        came = select(rows.c.id).where(rows.c.customer_id == root, theirs)
        move(connection, number, name, came.where(rows.c.id.not_in(moved_ids(number, name))))


def _release(connection: Connection, number: int, path: list[int]) -> None:
    """Let the merges further up forget what has returned, since it is no longer theirs to give back."""
    if not path:
        return
    noted = tables.merge_move
    mine = noted.alias()
    connection.execute(
        delete(noted).where(
            noted.c.merge_id.in_(path),
            exists().where(
                and_(mine.c.merge_id == number, mine.c.entity == noted.c.entity, mine.c.row_id == noted.c.row_id)
            ),
        )
    )
