"""The intake ledger: what is there already, what is new, and one row for everything."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeAlias

from sqlalchemy import Connection, Select, select

from convo.intake.line import Destination, Line
from convo.intake.prepare import Prepared
from convo.model import tables
from convo.model.words import LedgerOutcome
from convo.store.bulk import among, insert_rows, micros

Known: TypeAlias = Select[str, int]

ERASED = "erased:"
"""What the keys of erased things begin with."""
ALREADY_STORED = "already stored"

_COLUMNS = (
    "import_run_id",
    "channel_id",
    "ordinal",
    "key",
    "outcome",
    "reason",
    "place",
    "item_at",
    "message_id",
    "event_id",
    "raw",
    "at",
)


def erased_key(key: str) -> str:
    """The form in which the ledger keeps the key of something that was erased, so that it does not come back."""
    return key if key.startswith(ERASED) else ERASED + sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Sorting:
    """Tells what is new in a batch from what the ledger has already."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._some_erased = False

    def sort_out(self, placed: Sequence[tuple[Prepared, int]]) -> list[Line]:
        """Each item with the channel it came by, as what becomes of it: stored, skipped or quarantined."""
        there = self._known_keys(placed)
        lines = []
        for prepared, channel_id in placed:
            line = Line(prepared, channel_id, prepared.key, LedgerOutcome.STORED)
            if prepared.refused:
                line.outcome, line.reason = LedgerOutcome.QUARANTINED, prepared.refused
            elif prepared.dropped:
                line.outcome, line.reason = LedgerOutcome.SKIPPED, prepared.dropped
            else:
                self._check_key(line, there)
            lines.append(line)
        return lines

    def _check_key(self, line: Line, there: dict[tuple[int, str], int | None]) -> None:
        """A known id at the same time is the same thing; at another time it is another thing under a reused id."""
        name = (line.channel_id, line.key)
        if name in there and there[name] not in (None, line.at):
            line.key = f"{line.key} at {line.at}"
            name = (line.channel_id, line.key)
        erased = self._some_erased and (line.channel_id, erased_key(line.key)) in there
        if name in there or erased:
            line.outcome, line.reason = LedgerOutcome.SKIPPED, ALREADY_STORED
        else:
            there[name] = line.at

    def _known_keys(self, placed: Sequence[tuple[Prepared, int]]) -> dict[tuple[int, str], int | None]:
        ledger = tables.ledger
        wanted: dict[int, dict[str, list[int | None]]] = {}
        for prepared, channel_id in placed:
            if prepared.key:
                wanted.setdefault(channel_id, {}).setdefault(prepared.key, []).append(prepared.at)
        there: dict[tuple[int, str], int | None] = {}
        for channel_id, times in wanted.items():
            keys = list(times)
            known = select(ledger.c.key, micros(ledger.c.item_at)).where(
                ledger.c.channel_id == channel_id, ledger.c.outcome == LedgerOutcome.STORED.value
            )
            erased = known.where(ledger.c.key >= ERASED, ledger.c.key < "erased;").limit(1)
            if self._connection.execute(erased).first() is not None:
                self._some_erased = True
                keys = [*keys, *(erased_key(key) for key in keys)]
            self._look_up(known, channel_id, keys, there)
            again = [
                f"{key} at {at}"
                for key, all_at in times.items()
                if len(all_at) > 1 or (channel_id, key) in there
                for at in all_at
            ]
            self._look_up(known, channel_id, again, there)
        return there

    def _look_up(
        self, known: Known, channel_id: int, keys: Sequence[str], there: dict[tuple[int, str], int | None]
    ) -> None:
        """Add to `there` those of the keys that the ledger has, with the times of what they stand for."""
        if not keys:
            return
        for key, at in self._connection.execute(known.where(among(self._connection, tables.ledger.c.key, keys))):
            there[channel_id, key] = at


def write_ledger(connection: Connection, destination: Destination, lines: Sequence[Line], first: int, now: int) -> None:
    """One row a line, numbered from `first` on in its run; `now` is in microseconds."""
    insert_rows(
        connection,
        tables.ledger,
        _COLUMNS,
        [
            (
                destination.run_id,
                line.channel_id,
                ordinal,
                line.key,
                line.outcome.value,
                line.reason,
                line.prepared.item.place,
                line.at,
                line.message_id,
                line.event_id,
                line.prepared.raw,
                now,
            )
            for ordinal, line in enumerate(lines, first)
        ],
    )
