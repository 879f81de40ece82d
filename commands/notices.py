"""The only module that writes on standard error: remarks, questions, and errors in words or in JSON."""

import sys
import unicodedata
from collections.abc import Iterable

from convo.errors import ConvoError, QueryError
from convo.text import safe

from .json_form import encode
from .session import Session

_QUERY_WIDTH = 76


def say(session: Session, sentence: str) -> None:
    """A remark for a person; silent under --quiet and --json."""
    if not session.quiet and not session.json:
        _write([sentence])


def more(session: Session, cursor: str | None) -> None:
    """Say how to go on when a page was not the last."""
    if cursor is None:
        return
    if session.json:
        _write([encode({"next": cursor})])
    else:
        say(session, f"there is more: add --after {cursor}")


def ask(question: str) -> str:
    """The line that a person types as an answer; empty at the end of input."""
    sys.stderr.write(safe(question))
    sys.stderr.flush()
    return sys.stdin.readline()


def ask_unseen(question: str) -> str:
    """The line that a person types without its being shown; raises EOFError at the end of input."""
    import getpass

    return getpass.getpass(safe(question), stream=sys.stderr)


def tell(sentence: str) -> None:
    """Something a person must know whatever was asked for, such as where a draft is kept."""
    _write([sentence])


def refuse(session: Session, error: ConvoError) -> None:
    """An error, in words or (under --json) as one JSON object."""
    if session.json:
        _write([encode(error.as_json())])
        return
    lines = [f"convo: {error.message}"]
    if isinstance(error, QueryError):
        lines += _pointed_at(error)
    if error.hint:
        lines.append(f"hint: {error.hint}")
    _write(lines)


def _pointed_at(error: QueryError) -> list[str]:
    """The query, and under it a caret at the column that the error names."""
    query = safe(error.query.replace("\n", " ").replace("\t", " "))
    place = max(0, min(error.column - 1, len(query)))
    first = max(0, place - _QUERY_WIDTH * 3 // 4) if len(query) > _QUERY_WIDTH else 0
    shown = query[first : first + _QUERY_WIDTH]
    return [f"  {shown}", "  " + " " * _cells(shown[: place - first]) + "^"]


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _write(lines: Iterable[str]) -> None:
    from .output import finish

    finish()
    for line in lines:
        sys.stderr.write(safe(line) + "\n")
    sys.stderr.flush()
