"""Reads what stands after a field's colon, as the field's type wants it."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from convo.query.fields import Field, Takes, brief, nearest
from convo.query.op import Op
from convo.query.tree import Age, Amount, Day, Scalar, Span, Value

LARGEST_ID = 2**63 - 1
LONGEST_NUMBER = 15

_COMPARISON = re.compile(r"(<=|>=|<|>|=)(.*)\Z", re.DOTALL)
_NUMBER = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\Z")
_MONEY = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,3})?) ?([A-Za-z]{3})?\Z")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?\Z")
_AGE = re.compile(r"([0-9]{1,6})(min|[hdwmy])\Z")
_ID = re.compile(r"#?([0-9]{1,19})\Z")
_OPERATORS = {op.value: op for op in (Op.LESS, Op.AT_MOST, Op.MORE, Op.AT_LEAST, Op.IS)}


class BadValue(Exception):
    """A value that its field does not take; `problem` says why, `expected` what it takes."""

    def __init__(self, problem: str, expected: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.expected = expected


def read_value(field: Field, written: str, *, quoted: bool) -> tuple[Op, Value]:
    """The comparison and the value that `written` asks for; raises BadValue.

    Between quotation marks special words, comparisons and ranges are plain text where the field takes text.
    """
    if not written.strip():
        raise BadValue(f"{field.name}: has an empty value", field.expected)
    if field.takes in _TEXTS and quoted:
        return Op.IS, _text(field, written)
    special = field.special.get(written.lower())
    if special is not None:
        return special, None
    if field.takes is Takes.PERSON:
        identifier = _ID.match(written) if field.name == "customer" else None
        return Op.IS, _identifier(field, written) if identifier else _text(field, written)
    read = _READERS[field.takes]
    compared = _COMPARISON.match(written)
    if compared is None and ".." in written and field.compares and field.takes is not Takes.CHOICE:
        return _range(field, written, read)
    if compared is None:
        value = read(field, written)
        if field.takes is Takes.AGE and field.compares:
            return field.alone, value
        return Op.IS, value
    op = _OPERATORS[compared[1]]
    if op is not Op.IS and (not field.compares or field.takes is Takes.DATE):
        raise BadValue(f"{field.name}: does not compare with {compared[1]}", field.expected)
    if field.takes is Takes.ATTRIBUTE and op is not Op.IS:
        return op, _number(field, compared[2])
    if field.takes is Takes.AGE and op is Op.IS:
        op = field.alone
    return op, read(field, compared[2])


def _range(field: Field, written: str, read: Callable[[Field, str], Scalar]) -> tuple[Op, Value]:
    low, _, high = written.partition("..")
    if field.takes is Takes.ATTRIBUTE:
        if not (_NUMBER.match(low) and _NUMBER.match(high)):
            return Op.IS, written
        read = _number
    if not low or not high:
        raise BadValue(f"{field.name}: has a range with one end", f"low..high, or a comparison such as {field.name}:>…")
    first, last = read(field, low), read(field, high)
    if isinstance(first, Amount) and isinstance(last, Amount):
        if first.currency and last.currency and first.currency != last.currency:
            raise BadValue(f"{field.name}: has two currencies in one range", "one currency")
        currency = first.currency or last.currency
        first, last = Amount(first.milli, currency), Amount(last.milli, currency)
    return Op.BETWEEN, Span(first, last)


def _choice(field: Field, written: str) -> str:
    value = written.lower()
    if value in field.choices:
        return value
    near = nearest(value, field.choices)
    raise BadValue(
        f"{field.name}: does not know {brief(written)}" + (f"; did you mean {near}?" if near else ""), field.expected
    )


def _text(field: Field, written: str) -> str:
    value = written.strip()
    if field.takes is Takes.PERSON:
        value = value.removeprefix("<").removesuffix(">").strip()
    if field.takes is Takes.TAG:
        value = value.casefold()
    if not value:
        raise BadValue(f"{field.name}: has an empty value", field.expected)
    return value


def _decimal(field: Field, written: str) -> Decimal:
    found = _NUMBER.match(written)
    if found is None or len(found[2]) > LONGEST_NUMBER:
        raise BadValue(
            f"{field.name}: does not take {brief(written)}", "a number such as 0.5 or 42, of at most 15 digits"
        )
    value = Decimal(written)
    return value if value else Decimal(0)


def _number(field: Field, written: str) -> Scalar:
    return _decimal(field, written)


def _sentiment(field: Field, written: str) -> Scalar:
    value = _decimal(field, written)
    if abs(value) > 1:
        raise BadValue(f"{field.name}: does not reach {brief(written)}", "a number from -1 to 1")
    return value


def _amount(field: Field, written: str) -> Amount:
    found = _MONEY.match(written)
    if found is None:
        raise BadValue(f"{field.name}: does not take {brief(written)}", "an amount such as 500 or 99.50EUR")
    return Amount(int(Decimal(found[1]) * 1000), (found[2] or "").upper())


def _day(field: Field, written: str) -> Day:
    if written.lower() in {"today", "yesterday"}:
        return Day(written.lower())
    found = _DAY.match(written)
    if found is not None:
        parts = [part for part in found.groups() if part]
        try:
            date(*[*map(int, parts), 1, 1][:3])
        except ValueError:
            raise BadValue(
                f"{field.name}: there is no such date as {brief(written)}", "a date such as 2010-01-31, 2010-01 or 2010"
            ) from None
        return Day("-".join([parts[0], *(part.zfill(2) for part in parts[1:])]))
    raise BadValue(
        f"{field.name}: does not take {brief(written)}",
        "a date such as 2010-01-31, 2010-01 or 2010, or today, or yesterday",
    )


def _age(field: Field, written: str) -> Age:
    found = _AGE.match(written.lower())
    if found is None:
        raise BadValue(
            f"{field.name}: does not take {brief(written)}",
            "a time such as 30min, 2h, 3d, 1w, 6m (months) or 1y",
        )
    return Age(int(found[1]), found[2])


def _identifier(field: Field, written: str) -> int:
    found = _ID.match(written)
    if found is None or int(found[1]) > LARGEST_ID:
        raise BadValue(f"{field.name}: does not take {brief(written)}", f"an id such as {field.name}:7")
    return int(found[1])


_TEXTS = frozenset({Takes.NAME, Takes.PERSON, Takes.TAG, Takes.ATTRIBUTE})
_READERS: dict[Takes, Callable[[Field, str], Scalar]] = {
    Takes.CHOICE: _choice,
    Takes.NAME: _text,
    Takes.PERSON: _text,
    Takes.TAG: _text,
    Takes.ATTRIBUTE: _text,
    Takes.NUMBER: _sentiment,
    Takes.MONEY: _amount,
    Takes.DATE: _day,
    Takes.AGE: _age,
    Takes.ID: _identifier,
}
