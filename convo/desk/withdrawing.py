"""Takes a reply back before it leaves: the message, its delivery, its files and its words in the index go."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from convo.errors import Conflict
from convo.model import tables
from convo.model.words import DeliveryStatus
from convo.store import search_index
from convo.store.store import Store

_GO_WITH_IT = ("delivery", "attachment", "article_use", "intent_label", "arrival")
_HERE = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.CANCELLED})
_OUTLIVE_IT = ("decision", "undo_row")


def withdraw(store: Store, message: int) -> None:
    """Remove a reply with its files inside the open write, and count it out of its thread.

    Raises Conflict once anybody began to send it: nobody can tell then whether the customer has it.
    """
    connection = store.current()
    table, delivery, thread = tables.message, tables.delivery, tables.thread
    found = connection.execute(select(delivery).where(delivery.c.message_id == message).with_for_update()).all()
    if not found or any(each.status not in _HERE or each.claimed_by is not None or each.attempts for each in found):
        raise Conflict("it has left already", hint="write again: convo thread reply")
    row = connection.execute(select(table.c.sort_key, table.c.thread_id).where(table.c.id == message)).one()
    for name in _OUTLIVE_IT:
        rows = tables.METADATA.tables[name]
        connection.execute(update(rows).where(rows.c.message_id == message).values(message_id=None))
    files = _files(connection, message)
    for name in _GO_WITH_IT:
        rows = tables.METADATA.tables[name]
        _delete(connection, rows, rows.c.message_id == message)
    _drop_unused(store, files)
    search_index.remove(connection, [row.sort_key])
    _delete(connection, table, table.c.id == message)
    connection.execute(
        update(thread).where(thread.c.id == row.thread_id).values(message_count=thread.c.message_count - 1)
    )


def _files(connection: Connection, message: int) -> Sequence[str]:
    attachment = tables.attachment
    wanted = select(attachment.c.sha256).where(attachment.c.message_id == message, attachment.c.sha256.is_not(None))
    return connection.execute(wanted.distinct()).scalars().all()


def _drop_unused(store: Store, files: Sequence[str]) -> None:
    """Forget the bytes that no other message holds."""
    attachment = tables.attachment
    for sha256 in files:
        other = select(attachment.c.id).where(attachment.c.sha256 == sha256).limit(1)
        if store.current().execute(other).first() is None:
            store.blobs.drop(sha256)


def _delete(connection: Connection, table: Table, condition: ColumnElement[bool]) -> None:
    moved = tables.merge_move
    ids = select(table.c.id).where(condition)
    connection.execute(delete(moved).where(moved.c.entity == table.name, moved.c.row_id.in_(ids)))
    connection.execute(delete(table).where(condition))
