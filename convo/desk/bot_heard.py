"""What a customer has from us: what our people and systems wrote to them, and the subjects that they answered."""

from sqlalchemy import Connection, Row, and_, func, or_, select

from convo.bot.situation import Said
from convo.intake.topic import base_subject
from convo.model import tables
from convo.model.words import Direction

_MOST = 50
_LONGEST_TEXT = 6_000


def heard(connection: Connection, customer: int) -> tuple[Said, ...]:
    """The newest of what we wrote to a customer, and of the subjects they answered to, the newest first.

    What bots said is left out: it asks for what is not known, and lists what may be meant.
    """
    message, bot = tables.message, tables.bot
    ours = and_(
        message.c.direction == Direction.OUTBOUND.value,
        or_(message.c.automatic.is_(False), message.c.author.not_in(select(bot.c.name))),
    )
    answered = and_(
        message.c.direction == Direction.INBOUND.value, message.c.subject != "", message.c.unverified.is_(False)
    )
    rows = connection.execute(
        select(
            message.c.id,
            message.c.thread_id,
            message.c.direction,
            message.c.subject,
            func.substr(message.c.body, 1, _LONGEST_TEXT).label("body"),
            message.c.sent_at,
        )
        .where(message.c.customer_id == customer, or_(ours, answered))
        .order_by(message.c.sort_key.desc())
        .limit(_MOST)
    ).all()
    return tuple(Said(row.id, row.thread_id, text, row.sent_at) for row in rows if (text := _text(row)))


def _text(row: Row[int, int, str, str, str, object]) -> str:
    if row.direction == Direction.OUTBOUND:
        return f"{row.subject}\n{row.body}"
    # Without its "Re:" it is what somebody said before; with none, it is the customer's own word and read as such.
    return row.subject if base_subject(row.subject) != row.subject.strip().casefold() else ""
