"""Operations on deliveries: outbound messages on their way."""

from sqlalchemy import select

from convo.desk import cursor
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import DeliveryView, Page
from convo.model.words import DeliveryStatus, Role
from convo.model.writing_views import LeavingView


class Deliveries(Operations):
    """Outbound messages on their way."""

    @operation(Role.VIEWER)
    def list(self, status: str | None = None, *, after: str | None = None, limit: int = 50) -> Page[DeliveryView]:
        """A page of deliveries, the newest first, all or those of one status; raises BadInput."""
        delivery, message = tables.delivery, tables.message
        customer, channel = tables.customer, tables.channel
        if status is not None and status not in list(DeliveryStatus):
            raise BadInput(f"{status[:40]!r} is no status of a delivery", hint="one of " + ", ".join(DeliveryStatus))
        rows = (
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
            )
            .join(message, message.c.id == delivery.c.message_id)
            .join(customer, customer.c.id == delivery.c.customer_id)
            .join(channel, channel.c.id == delivery.c.channel_id)
        )
        if status is not None:
            rows = rows.where(delivery.c.status == str(status))
        if after is not None:
            rows = rows.where(delivery.c.id < cursor.decode(after, int)[0])
        found = self.connection.execute(rows.order_by(delivery.c.id.desc()).limit(cursor.check_limit(limit) + 1)).all()
        items = tuple(DeliveryView(*row) for row in found[:limit])
        return Page(items, cursor.encode(items[-1].id) if len(found) > limit else None)

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
