"""The comparisons of conditions in SQL; each is true or false and never null, so that its opposite is what it says."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal, or_

from convo.query.context import QueryContext
from convo.query.letters import spellings
from convo.query.op import Op
from convo.query.tree import Condition, Span
from convo.query.values import LONGEST_NUMBER

Truth = ColumnElement[bool]

_COMPARISONS: dict[Op, Callable[[Any, Any], Truth]] = {
    Op.IS: operator.eq,
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.MORE: operator.gt,
    Op.AT_LEAST: operator.ge,
}


def lowered(column: ColumnElement[Any], context: QueryContext) -> ColumnElement[str]:
    """The text with its ASCII letters small and the others as they are, on either engine."""
    return func.lower(column if context.dialect == "sqlite" else column.collate("C"))


def equals(column: ColumnElement[Any], name: str, context: QueryContext) -> Truth:
    """Whether a text is a name, in any of its spellings."""
    return and_(column.is_not(None), lowered(column, context).in_(spellings(name)))


def contains(column: ColumnElement[Any], name: str, context: QueryContext) -> Truth:
    """Whether a text holds a name, in any of its spellings."""
    find = func.instr if context.dialect == "sqlite" else func.strpos
    text = lowered(column, context)
    return or_(*(find(text, spelling) > 0 for spelling in spellings(name)))


def ends_with(column: ColumnElement[Any], ending: str, context: QueryContext) -> Truth:
    """Whether a text ends so, in any of its spellings."""
    text = lowered(column, context)
    if context.dialect == "sqlite":
        return or_(*(func.substr(text, -len(end)) == end for end in spellings(ending)))
    return or_(*(func.right(text, len(end)) == end for end in spellings(ending)))


def compare(left: ColumnElement[Any], op: Op, right: Any) -> Truth:
    """`left op right`, where left is not null."""
    return _COMPARISONS[op](left, right)


def number_test(condition: Condition) -> Callable[[ColumnElement[Any]], Truth]:
    """The test of a floating-point column that a condition with a number or a span of them asks for."""
    value = condition.value
    if isinstance(value, Span):
        low, high = _float(value.low), _float(value.high)
        return lambda column: and_(column >= low, column <= high)
    number = _float(value)
    return lambda column: compare(column, condition.op, number)


def _float(value: object) -> ColumnElement[float]:
    assert isinstance(value, Decimal)
    return literal(float(value), Float())


def as_number(column: ColumnElement[Any], context: QueryContext) -> tuple[Truth, ColumnElement[float]]:
    """Whether a text is a plain number (at most 15 digits and a point), and that number.

    The number may be computed only where the text is one: PostgreSQL refuses to cast others, so it is guarded.
    """
    if context.dialect == "sqlite":
        digits = case((func.substr(column, 1, 1) == "-", func.substr(column, 2)), else_=column)
        plain: Truth = and_(
            func.length(digits) <= LONGEST_NUMBER,
            digits.op("GLOB")("[0-9]*"),
            digits.op("GLOB")("*[0-9]"),
            digits.op("NOT GLOB")("*[^0-9.]*"),
            digits.op("NOT GLOB")("*.*.*"),
        )
    else:
        plain = and_(
            func.length(func.ltrim(column, "-")) <= LONGEST_NUMBER,
            column.op("~")(r"^-?[0-9]+(\.[0-9]+)?$"),
        )
    return plain, case((plain, cast(column, Float(53))))
