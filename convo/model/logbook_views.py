"""What leaves the desk when a call or a visit was written down."""

from dataclasses import dataclass

from convo.model.views import EventView


@dataclass(frozen=True, slots=True)
class LoggedView:
    """A call or visit as it stands on the customer's timeline, and what was written beside it.

    `thread_id` is the thread of the note and the message, `message_id` what waits there for an answer; both are None
    where nothing was written. `new_customer` says that nobody was known by that number before.
    """

    event: EventView
    customer_id: int
    customer: str
    new_customer: bool
    thread_id: int | None = None
    message_id: int | None = None
    note_id: int | None = None
