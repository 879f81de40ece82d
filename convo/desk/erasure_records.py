"""Takes a person's words out of the records that stay: the ledger, the audit log, names of import runs, undo steps."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, bindparam, null, or_, select, update

from convo.intake.ledger import erased_key
from convo.model import tables
from convo.model.words import LedgerOutcome
from convo.store.bulk import among
from convo.store.undo_steps import forget_rows
from convo.text import index_words

T = TypeVar("T")

_CHUNK = 5_000
_NAMED_IN = {"customer": "customer", "keep": "customer", "merged": "customer", "thread": "thread", "message": "message"}
_ERASED = "erased"


def scrub_ledger(
    connection: Connection, messages: Sequence[int], events: Sequence[int], handles: Sequence[str]
) -> None:
    """Leave of the rows of these messages and events only that they came, and a hash of their keys.

    What could not be stored and names one of the handles loses its bytes.
    """
    ledger = tables.ledger
    keys: dict[int, str] = {}
    for column, ids in ((ledger.c.message_id, messages), (ledger.c.event_id, events)):
        for chunk in _chunks(ids):
            rows = connection.execute(select(ledger.c.id, ledger.c.key).where(column.in_(chunk)))
            keys.update((row.id, row.key) for row in rows)
    for names in _chunks(sorted(set(keys.values()) - {""})):
        again = select(ledger.c.id, ledger.c.key).where(
            ledger.c.outcome != LedgerOutcome.STORED.value, ledger.c.key.in_(names)
        )
        keys.update((row.id, row.key) for row in connection.execute(again))
    if keys:
        connection.execute(
            update(ledger)
            .where(ledger.c.id == bindparam("the_id"))
            .values(
                key=bindparam("the_key"),
                reason="",
                place="",
                item_at=None,
                message_id=None,
                event_id=None,
                raw=None,
            ),
            [{"the_id": number, "the_key": key and erased_key(key)} for number, key in keys.items()],
        )
    _scrub_quarantine(connection, [handle.casefold().encode() for handle in handles])


def _scrub_quarantine(connection: Connection, needles: Sequence[bytes]) -> None:
    ledger = tables.ledger
    held = select(ledger.c.id, ledger.c.raw, ledger.c.reason, ledger.c.place).where(
        ledger.c.outcome == LedgerOutcome.QUARANTINED.value
    )
    last = 0
    while found := connection.execute(held.where(ledger.c.id > last).order_by(ledger.c.id).limit(100)).all():
        last = found[-1].id
        naming = [
            row.id
            for row in found
            if any(
                needle in text
                for text in (bytes(row.raw or b"").lower(), f"{row.reason} {row.place}".casefold().encode())
                for needle in needles
            )
        ]
        if naming:
            connection.execute(update(ledger).where(ledger.c.id.in_(naming)).values(raw=None, reason=_ERASED, place=""))


def scrub_audit(connection: Connection, erased: Mapping[str, Sequence[int]], handles: Sequence[str]) -> None:
    """Leave of what was done to the erased, or with their handles, only that it was done."""
    audit = tables.audit
    numbers = {entity: set(ids) for entity, ids in erased.items()}
    needles = [handle.casefold() for handle in handles]
    last = 0
    wanted = select(audit.c.id, audit.c.entity, audit.c.entity_id, audit.c.before, audit.c.after).where(
        or_(audit.c.before.is_not(None), audit.c.after.is_not(None))
    )
    while rows := connection.execute(wanted.where(audit.c.id > last).order_by(audit.c.id).limit(_CHUNK)).all():
        last = rows[-1].id
        naming = []
        for row in rows:
            values = {**(row.before or {}), **(row.after or {})}
            told = json.dumps([row.before, row.after], ensure_ascii=False).casefold()
            if (
                row.entity_id in numbers.get(row.entity, ())
                or any(_is_one(values.get(key), numbers[entity]) for key, entity in _NAMED_IN.items())
                or any(needle in told for needle in needles)
            ):
                naming.append(row.id)
        if naming:
            connection.execute(update(audit).where(audit.c.id.in_(naming)).values(before=null(), after=null()))


def _is_one(value: object, numbers: set[int]) -> bool:
    return isinstance(value, int) and value in numbers


def scrub_runs(connection: Connection, names: Sequence[str]) -> None:
    """Take the person's name out of the paths of files that were read, such as "Chat with Ann Example.txt"."""
    run = tables.import_run
    wanted = [words for name in names if (words := index_words(name).split())]
    for number, path, options in connection.execute(select(run.c.id, run.c.path, run.c.options)).all():
        held = set(index_words(f"{path} {json.dumps(options, ensure_ascii=False)}").split())
        if any(held.issuperset(words) for words in wanted):
            connection.execute(update(run).where(run.c.id == number).values(path=_ERASED, options={}))


def scrub_steps(connection: Connection, people: Sequence[int], names: Sequence[str]) -> None:
    """Let nothing that was done to these customers be taken back; what else a step did can be, and names none of them.

    A step of which nothing is left goes.
    """
    step, row = tables.undo_step, tables.undo_row
    kept = forget_rows(connection, row.c.customer_id.in_(people))
    needles = [name.casefold() for name in names]
    titles = connection.execute(select(step.c.id, step.c.title).where(among(connection, step.c.id, kept)))
    naming = [number for number, title in titles if any(needle in title.casefold() for needle in needles)]
    if naming:
        connection.execute(update(step).where(among(connection, step.c.id, naming)).values(title=_ERASED))


def _chunks(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
