"""Sends an answer that failed by another channel, once: its message gets a second delivery with a key of its own."""

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from convo import clock
from convo.desk import reading
from convo.desk.fitting import check_fits
from convo.desk.reaching import route_of
from convo.errors import Conflict
from convo.model import tables
from convo.model.envelope import Part
from convo.model.words import DeliveryStatus

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_SECOND = "/2"


def send_by(desk: "Desk", thread: int, message: int, channel: str) -> int:
    """Queue a failed answer on another channel; the number of the new delivery.

    Raises NotFound for no such channel, and Conflict where nothing failed, it was sent another way already, the channel
    is the one that failed, cannot be used now or does not take text or files, or the customer is not known on it.
    """
    connection, delivery, now = desk.store.current(), tables.delivery, clock.now()
    failed = connection.execute(
        select(delivery, tables.message.c.body)
        .join(tables.message, tables.message.c.id == delivery.c.message_id)
        .where(delivery.c.message_id == message)
        .order_by(delivery.c.id.desc())
        .limit(1)
    ).first()
    if failed is None or failed.status != DeliveryStatus.FAILED:
        raise Conflict("no answer has failed here, so nothing is to be sent another way")
    if failed.idempotency_key.endswith(_SECOND):
        raise Conflict("this answer was sent another way already")
    row = reading.thread_row(connection.execute(reading.thread_rows().where(tables.thread.c.id == thread)).one())
    account, _, recipient = route_of(desk, row, channel)
    if account.id == failed.channel_id:
        raise Conflict(f"{account.name} is the channel by which it did not go")
    check_fits(desk, row, account, failed.body, _files(desk, message))
    made = connection.execute(
        insert(delivery).returning(delivery.c.id),
        {
            "message_id": message,
            "customer_id": failed.customer_id,
            "channel_id": account.id,
            "recipient": recipient,
            "status": DeliveryStatus.QUEUED.value,
            "idempotency_key": failed.idempotency_key + _SECOND,
            "attempts": 0,
            "next_at": now,
            "error": "",
            "created_at": now,
            "updated_at": now,
        },
    )
    return int(made.scalar_one())


def _files(desk: "Desk", message: int) -> list[Part]:
    attachment = tables.attachment
    wanted = select(attachment.c.name, attachment.c.media_type, attachment.c.sha256).where(
        attachment.c.message_id == message, attachment.c.sha256.is_not(None)
    )
    rows = desk.store.current().execute(wanted.order_by(attachment.c.id))
    return [Part(row.name, row.media_type, desk.store.blobs.get(row.sha256)) for row in rows]
