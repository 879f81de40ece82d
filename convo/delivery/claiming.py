"""Claims what is due on a channel: each message by one worker alone, those of a thread one after the other.

A claim is a token with a lease that is longer than sending may take. A worker that dies leaves its claims to run out:
what may be sent twice without harm is queued again then, of the rest nobody knows and a person decides.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, or_, select, update

from convo.model import tables
from convo.model.words import DeliveryStatus

SEND_SECONDS = 60.0
"""How long sending one message may take."""
_LEASE = timedelta(seconds=2 * SEND_SECONDS)

_MOST_BYTES = 50_000_000
"""How large the files of one claim may be together, in bytes: they are in memory while it is sent."""

QUEUED, SENDING = DeliveryStatus.QUEUED.value, DeliveryStatus.SENDING.value
_EARLIER = (QUEUED, SENDING)


def claim(connection: Connection, channel: int, now: datetime, most: int) -> tuple[str, Sequence[int]]:
    """Claim up to `most` deliveries of a channel that are due, the oldest first; the claim's token and their ids.

    One whose thread has an earlier one under way on this channel waits for that one.
    """
    delivery, message = tables.delivery, tables.message
    earlier, before = delivery.alias("earlier"), message.alias("before")
    waits = (
        select(earlier.c.id)
        .join(before, before.c.id == earlier.c.message_id)
        .where(
            before.c.thread_id == message.c.thread_id,
            before.c.sort_key < message.c.sort_key,
            earlier.c.channel_id == channel,
            earlier.c.status.in_(_EARLIER),
        )
        .exists()
    )
    due = (
        select(delivery.c.id)
        .join(message, message.c.id == delivery.c.message_id)
        .where(
            delivery.c.channel_id == channel,
            delivery.c.status == QUEUED,
            or_(delivery.c.next_at.is_(None), delivery.c.next_at <= now),
            ~waits,
        )
        .order_by(delivery.c.id)
        .limit(most)
        .with_for_update(of=delivery, skip_locked=True)
    )
    numbers = _light(connection, connection.execute(due).scalars().all())
    token = uuid4().hex
    if numbers:
        connection.execute(
            update(delivery)
            .where(delivery.c.id.in_(numbers))
            .values(
                status=SENDING,
                claimed_by=token,
                claimed_until=now + _LEASE,
                attempts=delivery.c.attempts + 1,
                updated_at=now,
            )
        )
    return token, numbers


def _light(connection: Connection, numbers: Sequence[int]) -> Sequence[int]:
    """As many of these deliveries as have files of a bearable size together, and one in any case."""
    delivery, attachment = tables.delivery, tables.attachment
    sizes = connection.execute(
        select(delivery.c.id, func.sum(attachment.c.size))
        .join(attachment, attachment.c.message_id == delivery.c.message_id)
        .where(delivery.c.id.in_(numbers))
        .group_by(delivery.c.id)
    )
    weight, total = {number: int(size or 0) for number, size in sizes}, 0
    for place, number in enumerate(numbers):
        total += weight.get(number, 0)
        if place and total > _MOST_BYTES:
            return numbers[:place]
    return numbers


def next_due(connection: Connection, channel: int) -> datetime | None:
    """When the next delivery of a channel is due; None when none waits. One without a time is due since it was made."""
    delivery = tables.delivery
    wanted = select(delivery.c.next_at, delivery.c.created_at).where(
        delivery.c.channel_id == channel, delivery.c.status == QUEUED
    )
    found = connection.execute(wanted.order_by(delivery.c.next_at).limit(1)).first()
    return None if found is None else found.next_at or found.created_at


def end_claims(connection: Connection, channel: int, now: datetime) -> None:
    """Let all claims of a channel run out now."""
    delivery = tables.delivery
    sending = delivery.c.channel_id == channel, delivery.c.status == SENDING
    connection.execute(update(delivery).where(*sending).values(claimed_until=now))


def run_out(connection: Connection, channel: int, now: datetime, *, resends_safely: bool) -> Sequence[int]:
    """Deal with claims whose workers died: the ids of those of which nobody knows whether they went."""
    delivery = tables.delivery
    values: dict[str, Any] = {"claimed_by": None, "claimed_until": None, "updated_at": now}
    if resends_safely:
        values |= {"status": QUEUED, "next_at": now}
    else:
        values |= {
            "status": DeliveryStatus.UNKNOWN.value,
            "error": "the program ended while it was being sent: ask the customer, or look at the provider's",
        }
    ended = connection.execute(
        update(delivery)
        .where(
            delivery.c.channel_id == channel,
            delivery.c.status == SENDING,
            or_(delivery.c.claimed_until.is_(None), delivery.c.claimed_until <= now),
        )
        .values(**values)
        .returning(delivery.c.id)
    )
    numbers = ended.scalars().all()
    return () if resends_safely else numbers
