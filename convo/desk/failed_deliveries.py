"""What follows when an answer does not go: those whom it concerns are told, and the rules are asked."""

import logging
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from convo import clock
from convo.desk.reading import AnyRow
from convo.errors import Busy, StoreError
from convo.model import tables
from convo.model.words import DeliveryStatus

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LONGEST = 500
_log = logging.getLogger(__name__)


def hold_thread(connection: Connection, delivery: int) -> None:
    """Hold the thread of a delivery before the delivery itself, in the order in which everybody takes them."""
    row, message, thread = tables.delivery, tables.message, tables.thread
    connection.execute(
        select(thread.c.id)
        .join(message, message.c.thread_id == thread.c.id)
        .join(row, row.c.message_id == message.c.id)
        .where(row.c.id == delivery)
        .with_for_update(of=thread)
    ).first()


def not_gone(desk: "Desk", delivery: int) -> None:
    """Tell of a delivery that just failed, or of which nobody knows; rules are asked about the one that failed.

    What a rule runs into is logged, and takes nothing back of what is known of the delivery.
    """
    connection, row = desk.store.current(), _row(desk.store.current(), delivery)
    if row is None:
        return
    _tell(connection, row)
    if row.status != DeliveryStatus.FAILED:
        return
    try:
        with connection.begin_nested():
            desk.routing.route(row.thread_id, "delivery failed", message=row.message_id)
    except (Busy, StoreError):
        raise
    except Exception:
        # A rule that breaks must not leave the delivery as if it were still on its way.
        _log.exception("the rules about delivery %d could not be run", delivery)


def _tell(connection: Connection, row: AnyRow) -> None:
    """Notify who wrote the answer and who has the thread, each once, where they are still here."""
    operator = tables.operator
    wanted = {number for number in (row.operator_id, row.assignee_id) if number is not None}
    here = select(operator.c.id).where(operator.c.id.in_(wanted), operator.c.removed_at.is_(None))
    told = sorted(connection.execute(here).scalars())
    if not told:
        return
    whom = row.customer or row.recipient
    said = (
        f"the answer to {whom} did not go by {row.channel}: {row.error}"
        if row.status == DeliveryStatus.FAILED
        else f"nobody knows whether the answer to {whom} went by {row.channel}: {row.error}"
    )
    values = {
        "thread_id": row.thread_id,
        "customer_id": row.customer_id,
        "body": said[:_LONGEST],
        "by": f"channel {row.channel}",
        "at": clock.now(),
    }
    connection.execute(insert(tables.notification), [values | {"operator_id": number} for number in told])


def _row(connection: Connection, delivery: int) -> AnyRow | None:
    table, message, thread = tables.delivery, tables.message, tables.thread
    return connection.execute(
        select(
            table.c.status,
            table.c.error,
            table.c.recipient,
            table.c.message_id,
            table.c.customer_id,
            message.c.thread_id,
            message.c.operator_id,
            thread.c.assignee_id,
            tables.customer.c.name.label("customer"),
            tables.channel.c.name.label("channel"),
        )
        .join(message, message.c.id == table.c.message_id)
        .join(thread, thread.c.id == message.c.thread_id)
        .join(tables.customer, tables.customer.c.id == table.c.customer_id)
        .join(tables.channel, tables.channel.c.id == table.c.channel_id)
        .where(table.c.id == delivery)
    ).first()
