"""The only module that writes on standard output: tables, pages and JSON, without anything a terminal would obey."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from convo import clock
from convo.text import safe, times

from . import notices
from .json_form import encode, instant, selected
from .lines import Column, Line, Span, Value
from .pages import Pages
from .session import Session


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def draws_blocks() -> bool:
    """Whether standard output takes block characters."""
    return (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"


def rows(session: Session, records: Iterable[Any], columns: Sequence[Column], *, none: str = "nothing") -> None:
    """A list: one JSON object a line under --json, a table on a terminal, else fields separated by tabs.

    `none` is what a person reads when the list is empty.
    """
    if session.json:
        stream(session, records)
    elif not on_terminal():
        kept = [column for column in columns if not column.for_people]
        for one in records:
            _write("\t".join(_flat(column.value(one)) for column in kept) + "\n")
    else:
        _table(session, list(records), columns, none)
    if isinstance(records, Pages):
        notices.more(session, records.next)


def _table(session: Session, found: Sequence[Any], columns: Sequence[Column], none: str) -> None:
    if not found:
        notices.say(session, none)
        return
    from .rendering import table

    zone, now = ZoneInfo(session.settings.time_zone), clock.now()
    cells = [[_cell(column, record, now, zone) for column in columns] for record in found]
    _paged(session, table(session, columns, cells))


def stream(session: Session, records: Iterable[Any], *, to: Any = None) -> int:
    """Records as JSON, one object a line, on standard output or in an open file; returns how many."""
    count = 0
    for record in records:
        text = encode(selected(record, session.fields)) + "\n"
        if to is None:
            _write(text)
        else:
            to.write(text)
        count += 1
    return count


def record(session: Session, value: Any) -> None:
    """One record as one JSON object."""
    _write(encode(selected(value, session.fields)) + "\n")


def done(session: Session, value: Any, sentence: str) -> None:
    """Say what was changed: in a sentence, and under `--json` as the record that it made, too."""
    if session.json:
        record(session, value)
    notices.say(session, sentence)


def facts(session: Session, value: Any, pairs: Iterable[tuple[str, Value]]) -> None:
    """One record: JSON under --json, else its facts as names and values; a fact that is None is left out."""
    if session.json:
        record(session, value)
        return
    known = [(safe(name, single_line=True), fact) for name, fact in pairs if fact is not None and fact != ()]
    if not on_terminal():
        _write("".join(f"{name}\t{_flat(fact)}\n" for name, fact in known))
        return
    width = max((len(name) for name, _ in known), default=0)
    zone, now = ZoneInfo(session.settings.time_zone), clock.now()
    lines = []
    for name, fact in known:
        span = _cell(Column(name, lambda _: None), fact, now, zone, given=True)
        lines.append(Line((span,), gutter=Span(f"{name:<{width}}  ", "faint"), wraps=True))
    page(session, lines)


def page(session: Session, lines: Iterable[Line], *, paged: bool = True) -> None:
    """Composed lines: wrapped, coloured and paged on a terminal, as they are in a pipe."""
    if not on_terminal():
        _write("".join(_plain_lines(lines)))
        return
    from .rendering import composed

    rendered = composed(session, lines)
    if paged:
        _paged(session, rendered)
    else:
        _write(rendered)


def text(words: str) -> None:
    """Text of convo's own, such as help, as it is."""
    _write(safe(words))


def _plain_lines(lines: Iterable[Line]) -> Iterator[str]:
    for one in lines:
        words = "".join(safe(span.text) for span in one.spans)
        gutter, right = safe(one.gutter.text), "".join(safe(span.text) for span in one.right)
        if one.rule:
            yield f"── {words} ──\n"
            continue
        for number, piece in enumerate(words.split("\n")):
            yield f"{gutter}{piece}{'  ' + right if right and number == 0 else ''}".rstrip() + "\n"


def _flat(value: Value) -> str:
    """A value as one field of a line for programs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, tuple):
        return ", ".join(safe(item, single_line=True) for item in value)
    return safe(value.text if isinstance(value, Span) else str(value), single_line=True)


def _cell(column: Column, record: Any, now: datetime, zone: ZoneInfo, *, given: bool = False) -> Span:
    """A value as a person reads it in a table."""
    value: Value = record if given else column.value(record)
    if isinstance(value, datetime):
        return Span(times.minute(value, zone) if given else times.ago(value, now, zone), column.style)
    if isinstance(value, Span):
        return Span(safe(value.text, single_line=not given), value.style)
    if given and isinstance(value, str):
        return Span(safe(value), column.style)
    return Span(_flat(value), column.style)


def _paged(session: Session, rendered: str) -> None:
    """Through the pager when it is longer than the terminal is high."""
    if rendered.count("\n") < shutil.get_terminal_size().lines or not sys.stdin.isatty():
        _write(rendered)
        return
    from .pager import show

    if not show(rendered, session.settings.pager):
        _write(rendered)


def _write(words: str) -> None:
    """Everything that convo puts on standard output goes through here."""
    encoding = sys.stdout.encoding or "utf-8"
    if encoding.lower().replace("-", "") != "utf8":
        words = words.encode(encoding, "backslashreplace").decode(encoding)
    try:
        sys.stdout.write(words)
    except BrokenPipeError:
        _hush()
        raise ReaderGone from None


def finish() -> None:
    """Hand over what is still held back; a reader who has gone is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _hush()


class ReaderGone(Exception):
    """Nobody reads standard output any more, so there is nothing left to do."""


def _hush() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def wants_colour(session: Session) -> bool:
    """Whether colours are welcome: no --no-color, no NO_COLOR, no dumb terminal."""
    return session.colour and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
