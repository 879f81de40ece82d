"""A customer and a bot in a test: what the customer says comes in as all else does, understood as the test says."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.intake.channels import find_or_add
from convo.intake.policy import IntakePolicy
from convo.intake.receive import Destination, Received, receive
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part
from convo.model.views import MessageView
from convo.model.words import Direction, EventKind

NOW = datetime.fromisoformat("2026-11-17T12:00:00+00:00")

PICTURE = Part("crack.jpg", "image/jpeg", b"\xff\xd8\xff picture")


class Customer:
    """Somebody who writes by one channel, a message a minute."""

    def __init__(self, desk: Desk, handle: str, *, channel: str = "whatsapp", name: str = "Ana Ruiz") -> None:
        self.desk = desk
        self.channel = channel
        self.handle = Handle("email" if channel == "email" else channel, handle, name)
        self.at = NOW
        self.thread = 0

    def writes(self, text: str, *, bot: str = "", takes: bool = False, **rest: Any) -> list[str]:
        """A message, understood as `language`, `sentiment` and `intent` say; what the bot says to it.

        With `takes` the thread is handed to the bot as a rule would do it; all else is the worker's way.
        """
        understood = {key: rest.pop(key) for key in ("language", "sentiment", "intent", "intent_score") if key in rest}
        parts = rest.pop("parts", ())
        unverified = rest.pop("unverified", False)
        self.at += timedelta(minutes=1)
        said = self._comes(Envelope(Direction.INBOUND, (self.handle,), self.at, text, parts=parts, **rest))
        assert said.message_id is not None
        assert said.thread_id is not None
        self.thread = said.thread_id
        message = tables.message
        with self.desk.store.write() as connection:
            values = understood | {"unverified": unverified}
            connection.execute(update(message).where(message.c.id == said.message_id).values(**values))
        before = len(self.told())
        with clock.fixed(self.at + timedelta(seconds=5)):
            if takes:
                self.desk.bots.take(self.thread, bot)
            self.desk.arrivals.route()
        return [view.body for view in self.told()[before:]]

    def hears(self, text: str) -> None:
        """A person of ours writes to them outside the desk, and the log of the channel tells it."""
        self.at += timedelta(minutes=1)
        self._comes(Envelope(Direction.OUTBOUND, (self.handle,), self.at, text, author="Marta"))

    def buys(self, number: str, title: str, *, days_ago: int = 10) -> None:
        """A purchase, so many days before now."""
        at = NOW - timedelta(days=days_ago)
        self._comes(
            EventEnvelope(
                EventKind.PURCHASE,
                (self.handle,),
                at,
                f"Order {number}: {title}",
                10_000,
                "EUR",
                external_id=number,
                data={"order": number},
            ),
            channel="shop",
        )

    def told(self) -> list[MessageView]:
        """What the bot told the customer in the thread, the oldest first."""
        if not self.thread:
            return []
        shown = self.desk.threads.show(self.thread).messages
        return [view for view in shown if view.automatic and view.direction == "outbound"]

    def notes(self) -> list[str]:
        """The notes in the thread, the oldest first."""
        return [view.body for view in self.desk.threads.show(self.thread).messages if view.direction == "note"]

    def ended(self) -> tuple[str, str]:
        """How the newest session stands, and why."""
        view = self.desk.bots.sessions(limit=1).items[0]
        return view.state, view.reason

    def _comes(self, item: Item, *, channel: str = "") -> Received:
        kind = channel or self.channel
        with clock.fixed(max(self.at, NOW) + timedelta(seconds=1)):
            with self.desk.store.write() as connection:
                number = find_or_add(connection, kind, kind, NOW)
            return receive(self.desk.store, item, Destination(number, kind), IntakePolicy())
