"""Operations on deliveries: outbound messages on their way."""

from sqlalchemy import select

from convo.desk import cursor
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import DeliveryView
from convo.model.words import DeliveryStatus, Role


class Deliveries(Operations):
    """The outbox."""

    @operation(Role.VIEWER)
    def list(self, status: str | None = None, *, limit: int = 50) -> tuple[DeliveryView, ...]:
        """The newest deliveries, all or of one status, newest first; raises BadInput for a word that is no status."""
        if status is not None and status not in list(DeliveryStatus):
            raise BadInput(f"{status!r} is no status of a delivery", hint="one of " + ", ".join(DeliveryStatus))
        delivery, message, customer, channel = tables.delivery, tables.message, tables.customer, tables.channel
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
            rows = rows.where(delivery.c.status == status)
        found = self.connection.execute(rows.order_by(delivery.c.id.desc()).limit(cursor.check_limit(limit)))
        return tuple(DeliveryView(*row) for row in found)
