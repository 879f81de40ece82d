"""Lets customers say things: messages and events that come in the way all others do."""

from datetime import UTC, datetime, timedelta

from convo import clock
from convo.desk.desk import Desk
from convo.intake.channels import find_or_add
from convo.intake.policy import IntakePolicy
from convo.intake.receive import Destination, Received, receive
from convo.model.envelope import Envelope, EventEnvelope, Handle, Part
from convo.model.words import Direction, EventKind

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def say(
    desk: Desk,
    address: str,
    text: str,
    *,
    at: datetime,
    name: str = "",
    channel: str = "email",
    subject: str = "",
    parts: tuple[Part, ...] = (),
    external_id: str | None = None,
    thread_key: str | None = None,
    direction: Direction = Direction.INBOUND,
    received: datetime | None = None,
) -> Received:
    """A message of the customer who holds the address; it comes when it is sent, unless `received` says when."""
    envelope = Envelope(
        direction,
        (Handle("email", address, name),),
        at,
        text,
        subject=subject,
        parts=parts,
        external_id=external_id,
        thread_key=thread_key,
    )
    return take(desk, envelope, at=received or at, channel=channel)


def buy(desk: Desk, address: str, *, at: datetime, amount: int = 1000) -> Received:
    """A purchase by the customer who holds the address."""
    event = EventEnvelope(EventKind.PURCHASE, (Handle("email", address),), at, "order", amount, "EUR")
    return take(desk, event, at=at, channel="shop")


def take(desk: Desk, item: Envelope | EventEnvelope, *, at: datetime, channel: str) -> Received:
    """Take an item in as it would be at that time."""
    with clock.fixed(at + timedelta(seconds=1)):
        with desk.store.write() as connection:
            number = find_or_add(connection, channel, channel, at)
        return receive(desk.store, item, Destination(number, channel), IntakePolicy())
