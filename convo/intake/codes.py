"""Knows codes in what customers wrote: with the message that holds one, the visit is recorded and its thread tagged.

A code's word is a name for a place and nothing more: whoever sends it tells us where they stand, and no word makes
anything happen but that.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from convo.intake.line import Line
from convo.intake.prepare import Prepared
from convo.intake.record import write_events
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Handle
from convo.model.table import from_micros
from convo.model.words import Direction, EventKind, LedgerOutcome, Opening
from convo.store.bulk import among, insert_rows
from convo.store.store import Store

SHORTEST, LONGEST = 4, 20
"""How many letters and digits a code's word has."""
_READ = 10_000
_MOST_CANDIDATES = 200
_MOST_CODES = 3
_RUNS = re.compile(r"[^\W_]+")
_OURS = "code:"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that is in use."""

    id: int
    word: str
    title: str
    context: Mapping[str, str]

    @property
    def visit(self) -> str:
        """What the visit is called: where it was, and what is known of that."""
        known = ", ".join(f"{name} {value}" for name, value in self.context.items())
        return f"{self.title} ({known})" if known else self.title

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of a thread that began with the code: code:WORD, and NAME:VALUE for each part of its context."""
        return (f"{_OURS}{self.word}", *(f"{name}:{value}".casefold() for name, value in self.context.items()))

    @property
    def data(self) -> dict[str, str]:
        """What the visit's event holds."""
        return {"code": self.word.upper(), **self.context}


def code_of(row: Any) -> Code:
    """The code of a row of its table; its context in the order of its names, which PostgreSQL does not keep."""
    return Code(row.id, row.word, row.title, dict(sorted(row.context.items())))


def could_be_code(word: str) -> bool:
    """Whether a casefolded word is one that a code can have: letters and digits of ASCII, and some of both.

    So no word of a language is one, and no number.
    """
    mixed = word.isascii() and word.isalnum() and not word.isalpha() and not word.isdigit()
    return mixed and SHORTEST <= len(word) <= LONGEST


def candidates(text: str) -> tuple[str, ...]:
    """The words at the beginning of a text that could be codes, casefolded, in order and each once; in linear time."""
    found: dict[str, None] = {}
    for run in _RUNS.finditer(text[:_READ].casefold()):
        if could_be_code(run[0]):
            found[run[0]] = None
            if len(found) == _MOST_CANDIDATES:
                break
    return tuple(found)


def live_codes(connection: Connection, words: Iterable[str]) -> dict[str, Code]:
    """The codes in use among these words, by word."""
    code, wanted = tables.code, list(dict.fromkeys(words))
    if not wanted:
        return {}
    rows = connection.execute(
        select(code.c.id, code.c.word, code.c.title, code.c.context).where(
            among(connection, code.c.word, wanted), code.c.removed_at.is_(None)
        )
    )
    return {row.word: code_of(row) for row in rows}


def used_since(connection: Connection, customers: Iterable[int], first: date) -> set[tuple[int, str, date]]:
    """Which customers used which codes on which days (UTC) from a day on."""
    event = tables.event
    rows = connection.execute(
        select(event.c.customer_id, event.c.external_id, event.c.at).where(
            among(connection, event.c.customer_id, list(customers)),
            event.c.kind == EventKind.VISIT.value,
            event.c.external_id.startswith(_OURS),
            event.c.at >= datetime.combine(first, time(0), UTC),
        )
    )
    return {(row.customer_id, row.external_id.split(":")[1], row.at.date()) for row in rows}


def external_id(word: str, unique: str) -> str:
    """The id of the event of a visit by a code, by which that is known again."""
    return f"{_OURS}{word}:{unique}"


def count_uses(connection: Connection, codes: Sequence[int]) -> None:
    """Count one more use for each of these codes' ids."""
    code = tables.code
    if codes:
        grown = update(code).where(code.c.id == bindparam("number")).values(uses=code.c.uses + 1)
        connection.execute(grown, [{"number": number} for number in codes])


def note_codes(store: Store, connection: Connection, run_id: int | None, lines: Sequence[Line]) -> None:
    """Record the visits that stand behind these new messages, whose rows are written, and tag their threads.

    Of a customer one visit a code and day is recorded, and counted.
    """
    held = [(line, words) for line in lines if _counts(line) and (words := _words(line))]
    known = live_codes(connection, (word for _, words in held for word in words))
    meant = [(line, [known[word] for word in words if word in known][:_MOST_CODES]) for line, words in held]
    meant = [(line, codes) for line, codes in meant if codes]
    if not meant:
        return
    days = [from_micros(line.at or 0).date() for line, _ in meant]
    seen = used_since(connection, {_customer(line) for line, _ in meant}, min(days))
    visits, used = [], []
    for (line, codes), day in zip(meant, days, strict=True):
        for code in codes:
            use = (_customer(line), code.word, day)
            if use not in seen:
                seen.add(use)
                visits.append(_visit(line, code))
                used.append(code.id)
    write_events(store, connection, run_id, visits)
    count_uses(connection, used)
    _tag(connection, meant)


def _counts(line: Line) -> bool:
    item = line.prepared.item
    assert isinstance(item, Envelope)
    blocked = line.person is not None and line.person.blocked
    return item.direction == Direction.INBOUND and not (item.automatic or line.unverified or blocked)


def _words(line: Line) -> tuple[str, ...]:
    """The candidates of a message; its subject counts where it opened the thread, as every answer repeats it."""
    item = line.prepared.item
    assert isinstance(item, Envelope)
    subject = line.prepared.subject if line.opening == Opening.OPENED else ""
    return tuple(
        dict.fromkeys(word for text in (item.opened_with, subject, line.prepared.body) for word in candidates(text))
    )


def _customer(line: Line) -> int:
    assert line.person is not None
    assert line.person.id is not None
    return line.person.id


def _visit(line: Line, code: Code) -> Line:
    handles = tuple(Handle(handle.kind, handle.value) for handle in line.prepared.handles)
    item = EventEnvelope(
        EventKind.VISIT,
        handles,
        from_micros(line.at or 0),
        title=code.visit,
        external_id=external_id(code.word, str(line.message_id)),
        data=code.data,
    )
    prepared = Prepared(item, at=line.at, handles=line.prepared.handles, subject=code.visit)
    return Line(prepared, line.channel_id, "", LedgerOutcome.STORED, person=line.person, account=line.account)


def _tag(connection: Connection, meant: Sequence[tuple[Line, Sequence[Code]]]) -> None:
    wanted: dict[tuple[int, str], None] = {}
    for line, codes in meant:
        if line.topic is not None and line.topic.id is not None:
            wanted |= {(line.topic.id, tag): None for code in codes for tag in code.tags}
    table = tables.thread_tag
    there = select(table.c.thread_id, table.c.tag).where(
        among(connection, table.c.thread_id, list({thread for thread, _ in wanted}))
    )
    held = {(row.thread_id, row.tag) for row in connection.execute(there)}
    insert_rows(connection, table, ("thread_id", "tag"), [each for each in wanted if each not in held])
