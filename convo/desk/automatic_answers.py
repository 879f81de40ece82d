"""What keeps automatic answers from machines, from forged senders and from floods (RFC 3834)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from convo.channels.base import Outgoing
from convo.model import tables
from convo.model.words import DeliveryStatus, Direction

MOST_TO_ONE = 5
"""How many automatic mails one address gets within `WITHIN`, whoever writes to us from it."""
WITHIN = timedelta(hours=1)
_UNDER_WAY = (
    *(DeliveryStatus.SENDING.value, DeliveryStatus.SENT.value, DeliveryStatus.DELIVERED.value),
    *(DeliveryStatus.READ.value, DeliveryStatus.UNKNOWN.value),
)


def why_unanswerable(connection: Connection, thread: int) -> str:
    """Why nothing automatic may answer the customer's newest message of a thread; empty when something may."""
    message = tables.message
    newest = (
        select(message.c.unanswerable, message.c.automatic)
        .where(message.c.thread_id == thread, message.c.direction == Direction.INBOUND.value)
        .order_by(message.c.sort_key.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    if found is None:
        return ""
    return found.unanswerable or ("a machine wrote what it answers" if found.automatic else "")


def refusal(connection: Connection, letter: Outgoing, kind: str, now: datetime) -> str:
    """Why an automatic message may not leave now; empty when it may, and for what a person wrote."""
    if not letter.automatic:
        return ""
    reason = why_unanswerable(connection, letter.thread)
    if reason:
        return f"no automatic answer may leave, because {reason}"
    if kind == "email" and _sent_lately(connection, letter, now) >= MOST_TO_ONE:
        return f"this address has had {MOST_TO_ONE} automatic mails within the last hour"
    return ""


def _sent_lately(connection: Connection, letter: Outgoing, now: datetime) -> int:
    delivery, message, channel = tables.delivery, tables.message, tables.channel
    since = now - WITHIN
    counted = (
        select(func.count())
        .select_from(delivery)
        .join(message, message.c.id == delivery.c.message_id)
        .join(channel, channel.c.id == delivery.c.channel_id)
        .where(
            delivery.c.recipient == letter.recipient.value,
            delivery.c.status.in_(_UNDER_WAY),
            # Of those that leave together, the first ones go.
            or_(delivery.c.status != DeliveryStatus.SENDING.value, delivery.c.id < letter.delivery),
            delivery.c.updated_at > since,
            or_(delivery.c.sent_at.is_(None), delivery.c.sent_at > since),
            message.c.automatic.is_(True),
            channel.c.kind == "email",
        )
    )
    return int(connection.execute(counted).scalar_one())
