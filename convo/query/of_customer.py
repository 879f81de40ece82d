"""What conditions on a customer ask in SQL."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select

from convo.model import tables
from convo.model.words import EventKind
from convo.query.compare import as_number, compare, equals, number_test
from convo.query.context import QueryContext
from convo.query.of_message import who
from convo.query.op import Op
from convo.query.rows import Builder, Level, Part, Rows, Truth, some
from convo.query.tree import Amount, Condition, Span

_MILLION = 1_000_000


def _customer(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    """Read from the nearest row, so that an index on its customer serves."""
    if not isinstance(condition.value, int):
        return [Part(Level.CUSTOMER, lambda rows: who(rows, str(condition.value), context))]
    if listed is Level.CUSTOMER:
        return [Part(Level.CUSTOMER, lambda rows: rows.customer.c.id == condition.value)]
    return [Part(listed, lambda rows: rows.around[0].c.customer_id == condition.value)]


def _attribute(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    def wanted(value: ColumnElement[str]) -> Truth | None:
        if condition.op is Op.ANY:
            return None
        if condition.op is Op.IS:
            return equals(value, str(condition.value), context)
        plain, number = as_number(value, context)
        return and_(plain, number_test(condition)(number))

    def test(rows: Rows) -> Truth:
        attribute = tables.customer_attribute.alias()
        value = wanted(attribute.c.value)
        return some(
            rows,
            attribute,
            attribute.c.customer_id == rows.customer.c.id,
            attribute.c.name == condition.name,
            *([] if value is None else [value]),
        )

    return [Part(Level.CUSTOMER, test)]


def _spent(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    return [Part(Level.CUSTOMER, lambda rows: _has_spent(rows, condition))]


def _has_spent(rows: Rows, condition: Condition) -> Truth:
    """Sums per currency; a customer who bought nothing has spent 0."""
    event = tables.event.alias()
    currency = currency_of(condition)
    bought = and_(
        event.c.customer_id == rows.customer.c.id,
        event.c.kind == EventKind.PURCHASE.value,
        event.c.amount_milli.is_not(None),
        *([event.c.currency == currency] if currency else []),
    )
    # Summed in two parts, because SQLite fails where a sum of integers overflows; a product becomes a float there.
    total = func.sum(event.c.amount_milli.op("/")(_MILLION)) * _MILLION + func.sum(event.c.amount_milli % _MILLION)
    enough = (
        select(literal(1))
        .select_from(event)
        .where(bought)
        .group_by(event.c.currency)
        .having(_within(total, condition))
        .correlate(*rows.around)
        .exists()
    )
    if not spent_within(0, condition):
        return enough
    return or_(enough, not_(some(rows, event, bought)))


def _within(total: ColumnElement[int], condition: Condition) -> Truth:
    value = condition.value
    if isinstance(value, Span):
        assert isinstance(value.low, Amount)
        assert isinstance(value.high, Amount)
        return and_(total >= value.low.milli, total <= value.high.milli)
    assert isinstance(value, Amount)
    return compare(total, condition.op, value.milli)


def currency_of(condition: Condition) -> str:
    """The currency that a condition on spending names; empty where it names none."""
    value = condition.value.low if isinstance(condition.value, Span) else condition.value
    assert isinstance(value, Amount)
    return value.currency


def spent_within(total: int, condition: Condition) -> bool:
    """Whether a sum in thousandths of a unit meets the condition."""
    value = condition.value
    if isinstance(value, Span):
        assert isinstance(value.low, Amount)
        assert isinstance(value.high, Amount)
        return value.low.milli <= total <= value.high.milli
    assert isinstance(value, Amount)
    return {
        Op.LESS: total < value.milli,
        Op.AT_MOST: total <= value.milli,
        Op.MORE: total > value.milli,
        Op.AT_LEAST: total >= value.milli,
    }.get(condition.op, total == value.milli)


FLAGS: Mapping[str, Part] = {
    "blocked": Part(Level.CUSTOMER, lambda rows: rows.customer.c.blocked_at.is_not(None)),
}

BUILDERS: Mapping[str, Builder] = {"customer": _customer, "attr": _attribute, "spent": _spent}
