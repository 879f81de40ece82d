"""Operations on deliveries: outbound messages on their way, those that did not go, another try, and none."""

from typing import Any

from sqlalchemy import Select, select, update

from convo import clock
from convo.desk import cursor
from convo.desk.channel_health import DEAD, dead_letter, sent_again
from convo.desk.names import id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.views import DeliveryView, Page
from convo.model.words import ChannelState, DeliveryStatus, Role
from convo.model.writing_views import LeavingView

_QUEUED = DeliveryStatus.QUEUED.value


class Deliveries(Operations):
    """Outbound messages on their way."""

    @operation(Role.VIEWER)
    def list(
        self,
        status: str | None = None,
        *,
        channel: str | None = None,
        dead: bool = False,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[DeliveryView]:
        """A page of deliveries, the newest first, all or those of one status or channel.

        The `dead` are those that did not go, or of which nobody knows, and that have left by no other way. Raises
        BadInput, NotFound for no such channel.
        """
        delivery = tables.delivery
        if status is not None and status not in list(DeliveryStatus):
            raise BadInput(f"{status[:40]!r} is no status of a delivery", hint="one of " + ", ".join(DeliveryStatus))
        rows = _rows()
        if status is not None:
            rows = rows.where(delivery.c.status == str(status))
        if channel is not None:
            rows = rows.where(delivery.c.channel_id == id_of(self.connection, tables.channel, channel, "channel"))
        if dead:
            rows = rows.where(dead_letter())
        if after is not None:
            rows = rows.where(delivery.c.id < cursor.decode(after, int)[0])
        found = self.connection.execute(rows.order_by(delivery.c.id.desc()).limit(cursor.check_limit(limit) + 1)).all()
        items = tuple(DeliveryView(*row) for row in found[:limit])
        return Page(items, cursor.encode(items[-1].id) if len(found) > limit else None)

    @operation(Role.VIEWER)
    def show(self, number: int) -> DeliveryView:
        """A delivery; raises NotFound."""
        row = self.connection.execute(_rows().where(tables.delivery.c.id == number)).first()
        if row is None:
            raise NotFound(f"there is no delivery {number}", hint="convo delivery list shows them")
        return DeliveryView(*row)

    @operation(Role.AGENT, writes=True)
    def retry(self, number: int, *, even_if_gone: bool = False) -> DeliveryView:
        """Send what failed, or waits for its time, as soon as its channel works.

        One of which nobody knows whether it went is sent again only `even_if_gone`: the customer may get it twice.
        Raises NotFound, and Conflict for one that has gone, is being sent, is cancelled, has been sent another way
        since, or whose channel is removed.
        """
        view = self._held(number)
        if view.status == DeliveryStatus.UNKNOWN and not even_if_gone:
            raise Conflict(
                f"delivery {number} may have gone already: {view.error}", hint="send it all the same with --yes"
            )
        if view.again:
            raise Conflict(f"the message of delivery {number} was sent another way since")
        if view.status not in {*DEAD, _QUEUED}:
            raise Conflict(f"delivery {number} is {view.status}", hint=_INSTEAD.get(view.status, ""))
        if self._channel_is_removed(number):
            raise Conflict(f"the channel {view.channel} is removed", hint="answer by another: convo thread reply")
        values: dict[str, Any] = {"status": _QUEUED, "next_at": clock.now(), "claimed_by": None, "claimed_until": None}
        return self._changed(view, values)

    @operation(Role.AGENT, writes=True)
    def cancel(self, number: int) -> DeliveryView:
        """Let what is queued never leave, or put aside what did not go; its message stays, marked as cancelled.

        Raises NotFound, and Conflict for one that has gone or is being sent.
        """
        view = self._held(number)
        if view.status not in {*DEAD, _QUEUED}:
            raise Conflict(f"delivery {number} is {view.status}: only what has not gone can be cancelled")
        return self._changed(view, {"status": DeliveryStatus.CANCELLED.value, "next_at": None})

    @operation(Role.VIEWER)
    def leaving(self, thread: int) -> tuple[LeavingView, ...]:
        """What is queued in a thread and waits for its time, the oldest message first."""
        delivery, message = tables.delivery, tables.message
        found = self.connection.execute(
            select(delivery.c.message_id, delivery.c.next_at, delivery.c.attempts)
            .join(message, message.c.id == delivery.c.message_id)
            .where(
                message.c.thread_id == thread,
                delivery.c.status == DeliveryStatus.QUEUED.value,
                delivery.c.next_at.is_not(None),
            )
            .order_by(message.c.sort_key)
        )
        return tuple(LeavingView(*row) for row in found)

    def _held(self, number: int) -> DeliveryView:
        """A delivery that nobody else changes until the write ends; its thread is held first, as everywhere."""
        delivery, message, thread = tables.delivery, tables.message, tables.thread
        view = self.show(number)
        self.connection.execute(
            select(thread.c.id)
            .join(message, message.c.thread_id == thread.c.id)
            .where(message.c.id == view.message_id)
            .with_for_update(of=thread)
        ).first()
        self.connection.execute(select(delivery.c.id).where(delivery.c.id == number).with_for_update()).first()
        return self.show(number)

    def _channel_is_removed(self, number: int) -> bool:
        delivery, channel = tables.delivery, tables.channel
        wanted = select(channel.c.state).join(delivery, delivery.c.channel_id == channel.c.id)
        return self.connection.execute(wanted.where(delivery.c.id == number)).scalar() == ChannelState.REMOVED.value

    def _changed(self, view: DeliveryView, values: dict[str, Any]) -> DeliveryView:
        delivery = tables.delivery
        changed = update(delivery).where(delivery.c.id == view.id)
        self.connection.execute(changed.values(updated_at=clock.now(), **values))
        after = self.show(view.id)
        self.record("delivery", view.id, {"status": view.status, "error": view.error}, {"status": after.status})
        return after


_INSTEAD = {
    DeliveryStatus.SENDING.value: "it is being sent; look again in a moment",
    DeliveryStatus.CANCELLED.value: "write again: convo thread reply",
}


def _rows() -> Select[Any]:
    delivery, message = tables.delivery, tables.message
    customer, channel = tables.customer, tables.channel
    return (
        select(
            delivery.c.id,
            delivery.c.message_id,
            message.c.thread_id,
            customer.c.name.label("customer"),
            channel.c.name.label("channel"),
            delivery.c.status,
            delivery.c.attempts,
            delivery.c.error,
            delivery.c.created_at,
            delivery.c.recipient,
            delivery.c.next_at,
            delivery.c.sent_at,
            sent_again().label("again"),
        )
        .join(message, message.c.id == delivery.c.message_id)
        .join(customer, customer.c.id == delivery.c.customer_id)
        .join(channel, channel.c.id == delivery.c.channel_id)
    )
