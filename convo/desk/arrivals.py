"""Operations on arrivals: what comes in is stored, routed, answered if it is simple, and put on the clock."""

from sqlalchemy import delete, select

from convo import clock
from convo.desk.operation import Operations, operation
from convo.errors import NotFound
from convo.intake.channels import find_or_add
from convo.intake.line import Destination, Received
from convo.intake.policy import IntakePolicy, parse_span
from convo.intake.receive import receive
from convo.model import tables
from convo.model.envelope import Envelope
from convo.model.words import Opening, Role

_OPENING = {Opening.OPENED: "thread opened", Opening.REOPENED: "thread reopened"}


class Arrivals(Operations):
    """Messages on their way in."""

    @operation(Role.AGENT, writes=True, batches=True)
    def receive(self, envelope: Envelope, *, channel: str, kind: str) -> Received:
        """Take one message in that has just come by a channel, which is made when there is none, and route it.

        What cannot be stored is quarantined, and the outcome says so. Stored and not yet routed, when the program is
        ended between the two, it is routed by the next `route`.
        """
        settings = self.desk.settings
        policy = IntakePolicy(settings.home_region, parse_span(settings.thread_window))
        with self.store.write(alone="intake") as connection:
            number = find_or_add(connection, kind, channel, clock.now())
        received = receive(self.store, envelope, Destination(number, kind), policy)
        if received.message_id is not None:
            self.route_one(received.message_id)
        return received

    @operation(Role.AGENT, writes=True, batches=True)
    def route(self, *, limit: int = 1000) -> int:
        """Route what has come and waits for it, the oldest first; how many messages that were."""
        arrival = tables.arrival
        with self.store.read() as connection:
            waiting = connection.execute(select(arrival.c.message_id).order_by(arrival.c.id).limit(limit)).scalars()
            numbers = list(waiting)
        return sum(self.route_one(number) for number in numbers)

    @operation(Role.AGENT, writes=True)
    def route_one(self, message: int) -> bool:
        """Route one message, whole or not at all; False when it is routed already; raises NotFound for none."""
        arrival = tables.arrival
        taken = self.connection.execute(
            delete(arrival).where(arrival.c.message_id == message).returning(arrival.c.thread_id, arrival.c.opening)
        ).first()
        if taken is None:
            if self.connection.execute(select(tables.message.c.id).where(tables.message.c.id == message)).first():
                return False
            raise NotFound(f"there is no message {message}", hint="convo search finds messages")
        self.desk.routing.route(taken.thread_id, "message received", message=message)
        opened = _OPENING.get(Opening(taken.opening))
        if opened is not None:
            self.desk.routing.route(taken.thread_id, opened, message=message)
        self.desk.bots.go_on(taken.thread_id, message)
        self.desk.sla.refresh(taken.thread_id)
        self.record("message", message, after={"thread": taken.thread_id}, operation="arrivals.route")
        return True
