"""Takes an import run back: what it stored goes, and so do the threads and customers that are empty without it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, or_, select, update

from convo.intake.ledger import ERASED
from convo.model import tables
from convo.model.table import to_micros
from convo.model.words import Direction, RunState, ThreadStatus
from convo.store import search_index
from convo.store.bulk import among, update_rows
from convo.store.store import Store
from convo.store.undo_steps import forget_rows

_CHUNK = 10_000


def take_back(store: Store, run_id: int) -> dict[str, int]:
    """Undo a run in one transaction; how many rows went, by table."""
    with store.write(alone="intake") as connection:
        blobs = _blobs(connection, run_id)
        touched = _touched(connection, run_id)
        heard = _heard(connection, run_id)
        gone = {
            "messages": _messages(connection, run_id),
            "events": _delete(connection, tables.event, tables.event.c.import_run_id == run_id),
        }
        gone["threads"] = _threads(connection, run_id)
        _recount(connection, touched)
        gone["customers"] = _customers(connection, run_id)
        _see_again(connection, heard)
        ledger = tables.ledger
        _delete(connection, ledger, and_(ledger.c.import_run_id == run_id, ~ledger.c.key.startswith(ERASED)))
        connection.execute(
            update(tables.import_run).where(tables.import_run.c.id == run_id).values(state=RunState.UNDONE.value)
        )
        attachment = tables.attachment
        for sha256 in blobs:
            if (
                connection.execute(select(attachment.c.id).where(attachment.c.sha256 == sha256).limit(1)).first()
                is None
            ):
                store.blobs.drop(sha256)
    return gone


def _blobs(connection: Connection, run_id: int) -> list[str]:
    attachment, message = tables.attachment, tables.message
    return list(
        connection.execute(
            select(attachment.c.sha256)
            .join(message, message.c.id == attachment.c.message_id)
            .where(message.c.import_run_id == run_id, attachment.c.sha256.is_not(None))
            .distinct()
        ).scalars()
    )


def _touched(connection: Connection, run_id: int) -> list[int]:
    message = tables.message
    return list(
        connection.execute(select(message.c.thread_id).where(message.c.import_run_id == run_id).distinct()).scalars()
    )


def _heard(connection: Connection, run_id: int) -> set[int]:
    message, event = tables.message, tables.event
    of_messages = select(message.c.customer_id).where(message.c.import_run_id == run_id)
    of_events = select(event.c.customer_id).where(event.c.import_run_id == run_id)
    return set(connection.execute(of_messages.union(of_events)).scalars())


def _see_again(connection: Connection, customers: set[int]) -> None:
    customer = tables.customer
    seen: dict[int, datetime] = {}
    for table, at in ((tables.message, tables.message.c.sent_at), (tables.event, tables.event.c.at)):
        for number, last in connection.execute(
            select(table.c.customer_id, func.max(at))
            .where(among(connection, table.c.customer_id, customers))
            .group_by(table.c.customer_id)
        ):
            seen[number] = max(last, seen.get(number, last))
    rows = [(to_micros(seen[number]) if number in seen else None, number) for number in sorted(customers)]
    update_rows(connection, customer, ("last_seen_at",), rows)


def _messages(connection: Connection, run_id: int) -> int:
    message = tables.message
    of_run = message.c.import_run_id == run_id
    keys = list(connection.execute(select(message.c.sort_key).where(of_run)).scalars())
    for start in range(0, len(keys), _CHUNK):
        search_index.remove(connection, keys[start : start + _CHUNK])
    ids = select(message.c.id).where(of_run)
    for table in (
        tables.attachment,
        tables.delivery,
        tables.arrival,
        tables.decision,
        tables.article_use,
        tables.intent_label,
    ):
        _delete(connection, table, table.c.message_id.in_(ids))
    forget_rows(connection, tables.undo_row.c.message_id.in_(ids))
    return _delete(connection, message, of_run)


def _threads(connection: Connection, run_id: int) -> int:
    thread, message, episode, tag = tables.thread, tables.message, tables.episode, tables.thread_tag
    empty = and_(
        thread.c.import_run_id == run_id, ~exists().where(message.c.thread_id == thread.c.id).correlate(thread)
    )
    ids = select(thread.c.id).where(empty)
    for table in (
        tables.decision,
        tables.breach,
        tables.notification,
        tables.bot_session,
        tables.article_use,
        tables.draft,
        tables.presence,
    ):
        _delete(connection, table, table.c.thread_id.in_(ids))
    forget_rows(connection, tables.undo_row.c.thread_id.in_(ids))
    firing = tables.rule_firing
    _delete(connection, firing, firing.c.episode_id.in_(select(episode.c.id).where(episode.c.thread_id.in_(ids))))
    _delete(connection, episode, episode.c.thread_id.in_(ids))
    _delete(connection, tag, tag.c.thread_id.in_(ids))
    gone = _delete(connection, thread, empty)
    _hand_on(connection, thread, "thread_id", run_id)
    return gone


def _hand_on(connection: Connection, table: Table, name: str, run_id: int) -> None:
    """Let what a run made and others need belong to one of those runs, so that it goes with the last of them."""
    needing = [
        select(func.min(source.c.import_run_id)).where(source.c[name] == table.c.id).correlate(table).scalar_subquery()
        for source in (tables.message, tables.event)
        if name in source.c
    ]
    connection.execute(
        update(table).where(table.c.import_run_id == run_id).values(import_run_id=func.coalesce(*needing, None))
    )


def _recount(connection: Connection, threads: list[int]) -> None:
    thread, message = tables.thread, tables.message
    for start in range(0, len(threads), 500):
        chunk = threads[start : start + 500]
        counted = connection.execute(
            select(
                message.c.thread_id,
                func.count(),
                func.max(message.c.sent_at),
                func.max(message.c.sent_at).filter(message.c.direction == Direction.INBOUND.value),
                func.max(message.c.sent_at).filter(message.c.direction == Direction.OUTBOUND.value),
            )
            .where(message.c.thread_id.in_(chunk))
            .group_by(message.c.thread_id)
        ).all()
        for number, total, last, inbound, outbound in counted:
            values = {
                "message_count": total,
                "last_message_at": last,
                "last_inbound_at": inbound,
                "last_outbound_at": outbound,
            }
            if inbound is None or (outbound is not None and outbound >= inbound):
                # Nobody waits for an answer, so none is owed; without the customer's words nor is anything else.
                values |= {"waiting_since": None, "first_response_due": None, "next_response_due": None}
                values |= {"resolution_due": None, "resolution_left": None} if inbound is None else {}
                connection.execute(
                    update(thread)
                    .where(thread.c.id == number, thread.c.status == ThreadStatus.OPEN.value)
                    .values(status=ThreadStatus.PENDING.value)
                )
            connection.execute(update(thread).where(thread.c.id == number).values(**values))


def _customers(connection: Connection, run_id: int) -> int:
    customer, identity = tables.customer, tables.identity
    used: list[ColumnElement[bool]] = [
        exists().where(table.c.customer_id == customer.c.id).correlate(customer)
        for table in (tables.thread, tables.message, tables.event, tables.consent, tables.customer_tag)
    ]
    merge = tables.merge
    used.append(
        exists().where(or_(merge.c.kept_id == customer.c.id, merge.c.merged_id == customer.c.id)).correlate(customer)
    )
    used.append(
        exists()
        .where(
            identity.c.customer_id == customer.c.id,
            or_(identity.c.import_run_id.is_(None), identity.c.import_run_id != run_id),
        )
        .correlate(customer)
    )
    empty = and_(customer.c.import_run_id == run_id, ~or_(*used))
    ids = select(customer.c.id).where(empty)
    forget_rows(connection, tables.undo_row.c.customer_id.in_(ids))
    _delete(connection, identity, identity.c.customer_id.in_(ids))
    _delete(connection, tables.customer_attribute, tables.customer_attribute.c.customer_id.in_(ids))
    gone = _delete(connection, customer, empty)
    _hand_on(connection, customer, "customer_id", run_id)
    spoken = exists().where(tables.message.c.identity_id == identity.c.id).correlate(identity)
    happened = exists().where(tables.event.c.identity_id == identity.c.id).correlate(identity)
    _delete(connection, identity, and_(identity.c.import_run_id == run_id, ~spoken, ~happened))
    _hand_on(connection, identity, "identity_id", run_id)
    return gone


def _delete(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    moved = tables.merge_move
    if "id" in table.c:
        connection.execute(
            delete(moved).where(moved.c.entity == table.name, moved.c.row_id.in_(select(table.c.id).where(condition)))
        )
    return connection.execute(delete(table).where(condition)).rowcount
