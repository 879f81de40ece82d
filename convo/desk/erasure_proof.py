"""Proves an erasure: pieces of what was there are kept in memory and looked for in the store's raw files afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, LargeBinary, Select, Text, cast, func, select
from sqlalchemy import text as sql

from convo.errors import NotFound
from convo.model import tables
from convo.store.erase import rewrite, traces
from convo.store.store import Store
from convo.text import index_words

_SHORTEST_HANDLE = 6
_SHORTEST = 12
_PIECE = 32
_SAMPLES = 25


@dataclass(frozen=True, slots=True)
class Proof:
    """The pieces to look for, the person's handles and names among them."""

    pieces: tuple[bytes, ...]
    handles: tuple[str, ...]
    names: tuple[str, ...]

    def check(self, store: Store) -> tuple[bool, tuple[str, ...]]:
        """Whether all is gone, and the files in which something still stands; False on a server, whose files we lack.

        What somebody else's rows still say (a quote, the same handle in a rule) does not count.
        """
        if not store.is_sqlite:
            return False, ()
        left = self._left(store)
        if any(path == store.location.path for path in left):
            rewrite(store)
            left = self._left(store)
        return not left, tuple(str(path) for path in left)

    def _left(self, store: Store) -> list[Path]:
        left: set[Path] = set()
        with store.read() as connection:
            for piece in self.pieces:
                found = [path for path in traces(store, piece) if not _is_attached(connection, path)]
                if found and not _still_said(connection, piece):
                    left.update(found)
        return sorted(left)


def gather(store: Store, connection: Connection, people: Sequence[int]) -> Proof:
    """Take pieces of what is there of these customers: handles, names, subjects, texts, files."""
    customer, identity, attribute = tables.customer, tables.identity, tables.customer_attribute
    names = _texts(connection, select(customer.c.name).where(customer.c.id.in_(people)))
    handles = [
        *_texts(connection, select(identity.c.value).where(identity.c.customer_id.in_(people))),
        *_texts(connection, select(identity.c.shown).where(identity.c.customer_id.in_(people))),
    ]
    handles = [handle for handle in dict.fromkeys(handles) if len(handle) >= _SHORTEST_HANDLE]
    named = [name for name in names if len(name) >= _SHORTEST_HANDLE]
    said: list[str] = []
    for name, column in (
        ("message", "body"),
        ("message", "original"),
        ("message", "subject"),
        ("thread", "subject"),
        ("attachment", "name"),
        ("event", "title"),
        ("draft", "body"),
    ):
        rows = tables.METADATA.tables[name]
        newest = select(rows.c[column]).where(rows.c.customer_id.in_(people)).order_by(rows.c.id.desc())
        said += _texts(connection, newest.limit(_SAMPLES))
    said += _texts(connection, select(attribute.c.value).where(attribute.c.customer_id.in_(people)).limit(_SAMPLES))
    pieces = [*handles, *named]
    for text in said:
        pieces += [_piece(text), _piece(index_words(text))]
    held = [text.encode() for text in pieces if text] + _file_pieces(store, connection, people)
    return Proof(tuple(dict.fromkeys(held)), (*handles, *named), tuple(name for name in names if name))


def _texts(connection: Connection, wanted: Select[Any]) -> list[str]:
    return [text for text in connection.execute(wanted).scalars() if text]


def _piece(text: str) -> str:
    """The middle of a text, short enough to stand on one page of the file; empty when it says too little."""
    line = max(text.split("\n"), key=len)
    if len(line) < _SHORTEST:
        return ""
    start = max(0, (len(line) - _PIECE) // 2)
    return line[start : start + _PIECE]


def _file_pieces(store: Store, connection: Connection, people: Sequence[int]) -> list[bytes]:
    attachment = tables.attachment
    wanted = select(attachment.c.sha256).where(attachment.c.customer_id.in_(people), attachment.c.sha256.is_not(None))
    pieces = []
    for sha256 in connection.execute(wanted.distinct().limit(_SAMPLES)).scalars():
        try:
            data = store.blobs.get(sha256)
        except NotFound:
            continue
        if len(data) >= _SHORTEST:
            middle = max(0, (len(data) - _PIECE) // 2)
            pieces.append(data[middle : middle + _PIECE])
    return pieces


def _is_attached(connection: Connection, path: Path) -> bool:
    """Whether the file is an attachment of a message that stays."""
    attachment = tables.attachment
    return (
        connection.execute(select(attachment.c.id).where(attachment.c.sha256 == path.name).limit(1)).first() is not None
    )


def _still_said(connection: Connection, piece: bytes) -> bool:
    """Whether a row that stays holds the piece, in whatever column, or the index of one does."""
    text = piece.decode("utf-8", "replace")
    for table in tables.ORDER:
        for column in table.c:
            if isinstance(column.type, LargeBinary):
                holds = func.instr(column, piece) > 0
            elif isinstance(column.type, Text | JSON):
                holds = func.instr(cast(column, Text), text) > 0
            else:
                continue
            if connection.execute(select(1).select_from(table).where(holds).limit(1)).first() is not None:
                return True
    indexed = sql("SELECT 1 FROM message_fts WHERE instr(subject, :text) OR instr(body, :text) LIMIT 1")
    return connection.execute(indexed, {"text": text}).first() is not None
