"""What a query means once it is parsed: frozen nodes, and the text that parses to them again."""

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from typing import TypeAlias

from convo.query.fields import BY_NAME
from convo.query.op import Op
from convo.store.search_index import TextTerm


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in thousandths of a unit; no currency means any one currency."""

    milli: int
    currency: str = ""

    def __str__(self) -> str:
        """As a query writes it: 12.5EUR."""
        return f"{plain(Decimal(self.milli) / 1000)}{self.currency}"


@dataclass(frozen=True, slots=True)
class Age:
    """A stretch of time: so many of `min`, `h`, `d`, `w`, `m` (calendar months) or `y`."""

    count: int
    unit: str

    def __str__(self) -> str:
        """As a query writes it: 3d."""
        return f"{self.count}{self.unit}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, a month or a year as written (2010-01-31, 2010-01, 2010), or `today` or `yesterday`."""

    written: str

    def __str__(self) -> str:
        """As a query writes it."""
        return self.written


Scalar: TypeAlias = str | int | Decimal | Amount | Age | Day


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` to `high`, both included."""

    low: Scalar
    high: Scalar


Value: TypeAlias = Scalar | Span | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value; `name` is the attribute's for `attr`, `column` is where it stood."""

    field: str
    op: Op
    value: Value = None
    name: str = ""
    column: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """Words to find; `written` is how the query wrote them, without quotes and star."""

    term: TextTerm
    written: str
    column: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What does not match `child`."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """What matches every child; without children, everything."""

    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """What matches any child."""

    children: tuple["Node", ...]


Node: TypeAlias = And | Or | Not | Text | Condition

EVERYTHING = And()

_BARE = re.compile(r"[^\W\d]\w*\Z|[0-9]+\Z")
_BARE_NAME = re.compile(r"[\w@+][\w@.+-]*\Z")
_KEYWORDS = frozenset({"AND", "OR", "NOT"})
_WITHOUT_VALUE = frozenset({Op.ANY, Op.NONE, Op.ME})


def both(children: list[Node]) -> Node:
    """All of them at once, flat."""
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, And) else (child,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(children: list[Node]) -> Node:
    """Any of them, flat."""
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Or) else (child,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negated(node: Node) -> Node:
    """The opposite, with `Not` only around terms and conditions, so that it nests no deeper than `node`."""
    if isinstance(node, Not):
        return pushed(node.child)
    if isinstance(node, And):
        return either([negated(child) for child in node.children]) if node.children else Or(())
    if isinstance(node, Or):
        return both([negated(child) for child in node.children]) if node.children else EVERYTHING
    return Not(node)


def pushed(node: Node) -> Node:
    """The same query with every `Not` moved down to the terms and conditions."""
    if isinstance(node, Not):
        return negated(node.child)
    if isinstance(node, And):
        return both([pushed(child) for child in node.children])
    if isinstance(node, Or):
        return either([pushed(child) for child in node.children])
    return node


def plain(number: Decimal) -> str:
    """A number in digits, without an exponent and without zeros that say nothing."""
    shown = format(number, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def render(node: Node) -> str:
    """Text that parses to the same tree."""
    if isinstance(node, And):
        return " ".join(_inner(child) for child in node.children)
    if isinstance(node, Or):
        return " OR ".join(_inner(child) for child in node.children)
    return _inner(node)


def _inner(node: Node) -> str:
    if isinstance(node, And | Or):
        return f"({render(node)})"
    if isinstance(node, Not):
        return f"-{_inner(node.child)}"
    if isinstance(node, Text):
        bare = _BARE.match(node.written) and node.written not in _KEYWORDS
        shown = node.written if bare else quoted(node.written)
        return ("subject:" if node.term.subject_only else "") + shown + ("*" if node.term.prefix else "")
    name = f"attr.{node.name if _BARE_NAME.match(node.name) else quoted(node.name)}" if node.name else node.field
    return f"{name}:{_value(node)}"


def _value(condition: Condition) -> str:
    if condition.op in _WITHOUT_VALUE:
        special = BY_NAME[condition.field].special
        return next(word for word, op in special.items() if op is condition.op)
    value = condition.value
    if isinstance(value, Span):
        return f"{_scalar(value.low)}..{_scalar(value.high)}"
    if condition.op is not Op.IS:
        return f"{condition.op.value}{_scalar(value)}"
    if not isinstance(value, str):
        return _scalar(value)
    reserved = value.isdigit() or value.casefold() in {"me", "none", "any", "unknown"} or ".." in value
    return value if _BARE_NAME.match(value) and not reserved else quoted(value)


def _scalar(value: Value) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def quoted(text: str) -> str:
    """The text between quotation marks, with what is special there escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
