"""What became of a claimed delivery, written down only while the claim still holds; and what providers tell later."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, update

from convo.channels.base import Receipt, Report
from convo.delivery.claiming import QUEUED, SENDING
from convo.model import tables
from convo.model.words import DeliveryStatus

SENT, DELIVERED, READ = (
    status.value for status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
)
FAILED, UNKNOWN = DeliveryStatus.FAILED.value, DeliveryStatus.UNKNOWN.value

_LONGEST_REASON = 500

_COMES_AFTER = {
    DeliveryStatus.SENT: (SENDING, UNKNOWN, QUEUED),
    DeliveryStatus.DELIVERED: (SENDING, UNKNOWN, QUEUED, SENT),
    DeliveryStatus.READ: (SENDING, UNKNOWN, QUEUED, SENT, DELIVERED),
    DeliveryStatus.FAILED: (SENDING, UNKNOWN, SENT),
}
"""Which states a report can follow on: reports come in any order, and a later state is never taken back."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a provider took: the delivery (its id), what the provider said, and when."""

    delivery: int
    receipt: Receipt
    at: datetime


def sent(connection: Connection, token: str, taken: Iterable[Taken], now: datetime) -> frozenset[int]:
    """Providers took these; the deliveries that are written down so, and not those whose claim is somebody else's.

    Those of which the provider said the same, as mail servers do, are one statement, with the time of the first.
    """
    alike = defaultdict[Receipt, list[Taken]](list)
    for each in taken:
        alike[each.receipt].append(each)
    return frozenset(
        number
        for receipt, group in alike.items()
        for number in _settle(
            connection,
            [each.delivery for each in group],
            token,
            {
                "status": receipt.status.value,
                "external_id": receipt.external_id,
                "error": "",
                "sent_at": min(each.at for each in group),
            },
            now,
        )
    )


def failed(connection: Connection, number: int, token: str, reason: str, now: datetime) -> bool:
    """It will never go; False when the claim is somebody else's by now."""
    return bool(_settle(connection, [number], token, {"status": FAILED, "error": reason[:_LONGEST_REASON]}, now))


def unsure(connection: Connection, number: int, token: str, reason: str, now: datetime) -> bool:
    """Nobody knows whether it went; False when the claim is somebody else's by now."""
    return bool(_settle(connection, [number], token, {"status": UNKNOWN, "error": reason[:_LONGEST_REASON]}, now))


def put_off(
    connection: Connection, number: int, token: str, reason: str, now: datetime, wait: timedelta, *, tried: bool = True
) -> bool:
    """It did not go and is tried again after a while; False when the claim is somebody else's by now.

    Without `tried` it was not its fault, and counts as no attempt.
    """
    values: dict[str, Any] = {"status": QUEUED, "error": reason[:_LONGEST_REASON], "next_at": now + wait}
    if not tried:
        values["attempts"] = tables.delivery.c.attempts - 1
    return bool(_settle(connection, [number], token, values, now))


def reported(
    connection: Connection, channel: int, reports: Iterable[Report], now: datetime
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Write down what a provider tells of sent messages; the ids of the deliveries that this changed, and that failed.

    Of those that were told to have failed only the ones that are so in the end are among the second.
    """
    delivery, changed, failed = tables.delivery, list[int](), dict[int, None]()
    for report in reports:
        values: dict[str, Any] = {"status": report.status.value, "updated_at": now, "error": report.reason}
        if report.status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ):
            values["claimed_by"] = values["claimed_until"] = None
        if report.status == DeliveryStatus.SENT:
            values["sent_at"] = report.at
        if report.external_id and report.key:
            values["external_id"] = report.external_id
        rows = connection.execute(
            update(delivery)
            .where(
                delivery.c.channel_id == channel,
                delivery.c.status.in_(_COMES_AFTER[report.status]),
                *_meant(report),
            )
            .values(**values)
            .returning(delivery.c.id)
        )
        for number in rows.scalars():
            changed.append(number)
            failed.pop(number, None)
            if report.status == DeliveryStatus.FAILED:
                failed[number] = None
    return tuple(changed), tuple(failed)


def _meant(report: Report) -> tuple[ColumnElement[bool], ...]:
    delivery = tables.delivery
    if report.key:
        return (delivery.c.idempotency_key == report.key,)
    if report.external_id:
        return (delivery.c.external_id == report.external_id,)
    return (
        delivery.c.recipient == report.recipient,
        delivery.c.sent_at <= report.at,
        delivery.c.status.in_((SENT, DELIVERED)),
    )


def _settle(
    connection: Connection, numbers: Sequence[int], token: str, values: dict[str, Any], now: datetime
) -> Sequence[int]:
    delivery = tables.delivery
    done = connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(numbers), delivery.c.claimed_by == token, delivery.c.status == SENDING)
        .values(claimed_by=None, claimed_until=None, updated_at=now, **values)
        .returning(delivery.c.id)
    )
    return done.scalars().all()
