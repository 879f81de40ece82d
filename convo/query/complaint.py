"""Says what is wrong with a query that does not parse, where, and what was expected there."""

from typing import TYPE_CHECKING

from convo.errors import QueryError
from convo.query.fields import BY_NAME, brief, nearest

if TYPE_CHECKING:
    from lark import Token
    from lark.exceptions import UnexpectedInput

_OPERATORS = {"_OR": "OR", "_AND": "AND", "_NOT": "NOT", "_MINUS": "-", "_ITEM_MINUS": "-"}
_OPENING = frozenset({"_LPAR", "FIELD_GROUP"})


def complain(text: str, seen: "list[Token]", error: "UnexpectedInput") -> QueryError:
    """The error of a query whose tokens `seen` were understood before `error`."""
    at_end = _is_end(error) or not 0 <= (error.pos_in_stream or 0) < len(text)
    place = len(text) if at_end else error.pos_in_stream or 0
    found = "" if at_end else text[place]
    last = seen[-1] if seen else None
    before = last.type if last is not None else ""

    def wrong(problem: str, expected: str, column: int | None = None) -> QueryError:
        return QueryError(problem, query=text, column=place + 1 if column is None else column, expected=expected)

    if last is not None and before == "FIELD":
        if found == '"' and place == _end(last):
            return wrong("this quotation mark is never closed", 'another "')
        name = last[:-1].lower()
        if name not in BY_NAME and not name.startswith("attr."):
            return unknown_field(text, last, last[:-1])
        return wrong(f"{last} has no value right after its colon", f"a value, as in {last}VALUE", _start(last) + 1)
    if found == '"':
        return wrong("this quotation mark is never closed", 'another "')
    if last is not None and before == "_COMMA":
        return wrong("this comma has no value right after it", "another value, without a space", _start(last) + 1)
    if last is not None and before in _OPERATORS:
        return wrong(f"{_OPERATORS[before]} has nothing on its right", "a term", _start(last) + 1)
    opened = _unclosed(seen)
    if found == ")":
        if not opened:
            return wrong("this ) closes nothing", "a ( before it")
        return wrong("there is nothing between these parentheses", "a term", _opening_column(opened[-1]))
    if at_end and opened:
        return wrong("this ( is never closed", "a ) after it", _opening_column(opened[-1]))
    for operator in ("OR", "AND"):
        if text.startswith(operator, place):
            return wrong(f"{operator} has nothing on its left", "a term before it")
    if found == ",":
        return wrong("this comma stands between no values", "a value before it")
    return wrong(f"{found!r} does not belong here" if found else "the query ends too soon", "a term")


def unknown_field(text: str, token: "Token", name: str) -> QueryError:
    """The error of a token that names a field which is not there; suggests the nearest one."""
    near = nearest(name)
    return QueryError(
        f"there is no field {name if len(name) <= 40 else brief(name)}:" + (f"; did you mean {near}:?" if near else ""),
        query=text,
        column=_start(token) + 1,
        expected=f'a field that convo help query lists, or quotation marks around plain text, as in "{name[:40]}:"',
    )


def _is_end(error: "UnexpectedInput") -> bool:
    token = getattr(error, "token", None)
    return token is not None and token.type == "$END"


def _start(token: "Token") -> int:
    return token.start_pos or 0


def _end(token: "Token") -> int:
    return _start(token) + len(token)


def _opening_column(token: "Token") -> int:
    return _end(token)


def _unclosed(seen: "list[Token]") -> "list[Token]":
    opened: list[Token] = []
    for token in seen:
        if token.type in _OPENING:
            opened.append(token)
        elif token.type == "_RPAR" and opened:
            opened.pop()
    return opened
