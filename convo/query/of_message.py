"""What conditions on a message ask in SQL."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true

from convo.model import tables
from convo.model.words import AttachmentRole, Direction
from convo.query.compare import contains, ends_with, equals, lowered, number_test
from convo.query.context import QueryContext
from convo.query.letters import identity_values, spellings
from convo.query.moments import ago, end, start
from convo.query.op import Op
from convo.query.rows import Builder, Level, Part, Rows, Truth, some
from convo.query.tree import Age, Condition, Day, Span
from convo.store.search_index import earliest_key


def window(condition: Condition, context: QueryContext) -> tuple[datetime | None, datetime | None]:
    """The first instant that a condition on time admits, and the first after it that it no more admits."""
    value = condition.value
    if isinstance(value, Age):
        moment = ago(value, context)
        return (moment, None) if condition.field == "newer" else (None, moment)
    first, last = (value.low, value.high) if isinstance(value, Span) else (value, value)
    assert isinstance(first, Day)
    assert isinstance(last, Day)
    if condition.field == "before":
        return None, start(first, context)
    if condition.field == "after":
        return start(first, context), None
    return start(first, context), end(last, context)


def keys(window: tuple[datetime | None, datetime | None]) -> tuple[int | None, int | None]:
    """Bounds of the sort keys of messages sent in a window, the lower included, the upper not; None where open."""
    since, until = window
    lowest = None if since is None else earliest_key(since)
    if until is None or until.year == 9999:
        return lowest, None
    return lowest, earliest_key(until + timedelta(seconds=1))


def _sent(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    since, until = period = window(condition, context)
    lowest, beyond = keys(period)

    def test(rows: Rows) -> Truth:
        message = rows.message.c
        return and_(
            true(),
            *([] if lowest is None else [message.sort_key >= lowest]),
            *([] if beyond is None else [message.sort_key < beyond]),
            *([] if since is None else [message.sent_at >= since]),
            *([] if until is None else [message.sent_at < until]),
        )

    return [Part(Level.MESSAGE, test)]


def who(rows: Rows, name: str, context: QueryContext) -> Truth:
    """Whether the customer is called so, or has such an identity; @example.org is any address there."""
    identity = tables.identity.alias()
    value = (
        ends_with(identity.c.value, name, context)
        if name.startswith("@")
        else lowered(identity.c.value, context).in_(identity_values(name))
    )
    return or_(
        contains(rows.customer.c.name, name, context),
        some(rows, identity, identity.c.customer_id == rows.customer.c.id, value),
    )


def _from(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    """What the customer wrote is from them by any of their names; what others wrote is from its author."""
    name = str(condition.value)

    def test(rows: Rows) -> Truth:
        message = rows.message.c
        return or_(
            contains(message.author, name, context),
            and_(message.direction == Direction.INBOUND.value, who(rows, name, context)),
        )

    return [Part(Level.MESSAGE, test, above=(Level.CUSTOMER,))]


def _word(condition: Condition, column: ColumnElement[Any], context: QueryContext) -> Truth:
    """Whether a column is the condition's word, or (`*`, `unknown`) holds any or none."""
    if condition.op is Op.ANY:
        return column.is_not(None)
    if condition.op is Op.NONE:
        return column.is_(None)
    return equals(column, str(condition.value), context)


def _intent(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [Part(Level.MESSAGE, lambda rows: _word(condition, rows.message.c.intent, context))]


def _language(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    """A language is met by its regional forms, too: pt by pt-BR."""

    def spoken(column: ColumnElement[Any]) -> Truth:
        whole = _word(condition, column, context)
        if condition.op is not Op.IS:
            return whole
        text = lowered(column, context)
        regional = (f"{code}-" for code in spellings(str(condition.value)))
        return or_(whole, *(and_(column.is_not(None), func.substr(text, 1, len(c)) == c) for c in regional))

    of_message = Part(Level.MESSAGE, lambda rows: spoken(rows.message.c.language))
    of_customer = Part(Level.CUSTOMER, lambda rows: spoken(rows.customer.c.language))
    return [of_message, of_customer] if listed is Level.CUSTOMER else [of_message]


def _sentiment(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    if condition.op in {Op.ANY, Op.NONE}:
        return [Part(Level.MESSAGE, lambda rows: _word(condition, rows.message.c.sentiment, context))]
    test = number_test(condition)
    return [
        Part(
            Level.MESSAGE,
            lambda rows: and_(rows.message.c.sentiment.is_not(None), test(rows.message.c.sentiment)),
        )
    ]


def _has_html(rows: Rows) -> Truth:
    attachment = tables.attachment.alias()
    return some(
        rows,
        attachment,
        attachment.c.message_id == rows.message.c.id,
        attachment.c.role == AttachmentRole.HTML.value,
    )


HAS_ATTACHMENT = Part(Level.MESSAGE, lambda rows: rows.message.c.has_attachment.is_(True))
HAS_HTML = Part(Level.MESSAGE, _has_html)

FLAGS: Mapping[str, Part] = {
    "inbound": Part(Level.MESSAGE, lambda rows: rows.message.c.direction == "inbound"),
    "outbound": Part(Level.MESSAGE, lambda rows: rows.message.c.direction == "outbound"),
    "note": Part(Level.MESSAGE, lambda rows: rows.message.c.direction == "note"),
    "automatic": Part(Level.MESSAGE, lambda rows: rows.message.c.automatic.is_(True)),
    "unverified": Part(Level.MESSAGE, lambda rows: rows.message.c.unverified.is_(True)),
}

BUILDERS: Mapping[str, Builder] = {
    "before": _sent,
    "after": _sent,
    "sent": _sent,
    "newer": _sent,
    "older": _sent,
    "from": _from,
    "language": _language,
    "sentiment": _sentiment,
    "intent": _intent,
}
