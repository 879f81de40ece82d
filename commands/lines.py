"""Lines of styled text, as commands compose them; `output` makes them safe and decides how they look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Style = Literal["", "strong", "faint", "accent", "good", "warning", "bad", "note"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style; its text may be anything."""

    text: str
    style: Style = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `gutter` begins it and every line it wraps to, `right` stands at its right end where there is room.

    With `wraps` it is text that may have many lines of its own; `rule` draws it as a heading across the page.
    """

    spans: tuple[Span, ...] = ()
    gutter: Span = Span("")
    right: tuple[Span, ...] = ()
    wraps: bool = False
    rule: bool = False


BLANK = Line()


def line(*spans: Span | str, gutter: Span | str = "", right: tuple[Span, ...] = ()) -> Line:
    """A line of spans and plain strings."""
    return Line(tuple(_span(item) for item in spans), gutter=_span(gutter), right=right)


def prose(text: str, *, gutter: Span | str = "", style: Style = "") -> Line:
    """Text of any length, wrapped to the page."""
    return Line((Span(text, style),), gutter=_span(gutter), wraps=True)


def _span(item: Span | str) -> Span:
    return Span(item) if isinstance(item, str) else item


Value = str | int | float | bool | datetime | tuple[str, ...] | Span | None
"""What a cell of a table may hold; an instant is shown as people say it on a terminal and in ISO 8601 in a pipe."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, how a record fills it, and whether it gives way when the page is narrow.

    One that is `for_people` is left out of the lines for programs, whose fields stay the same ones.
    """

    heading: str
    value: Callable[[Any], Value]
    style: Style = ""
    elastic: bool = False
    right: bool = False
    for_people: bool = False
