"""The full-text index: the same normalised words in FTS5 and in a tsvector, so that both engines give one answer.

Rows are numbered by a message's `sort_key`, which grows with time, so that the newest come first without a sort.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from convo.model.table import from_micros, to_micros

_KEY_BITS = 20

SQLITE_DDL = (
    "CREATE VIRTUAL TABLE message_fts USING fts5(subject, body, tokenize = 'ascii')",
    "INSERT INTO message_fts(message_fts, rank) VALUES ('automerge', 8)",
)
POSTGRESQL_DDL = (
    """CREATE TABLE message_search (
        sort_key bigint PRIMARY KEY,
        subject text NOT NULL,
        body text NOT NULL,
        subject_words tsvector GENERATED ALWAYS AS
            (array_to_tsvector(array_remove(string_to_array(subject, ' '), ''))) STORED,
        words tsvector GENERATED ALWAYS AS
            (array_to_tsvector(array_remove(string_to_array(subject || ' ' || body, ' '), ''))) STORED
    )""",
    "CREATE INDEX ix_message_search_subject_words ON message_search USING gin (subject_words)",
    "CREATE INDEX ix_message_search_words ON message_search USING gin (words)",
)


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Words that must stand side by side, in this order; with `prefix` the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False
    subject_only: bool = False

    @property
    def fts5(self) -> str:
        """The term as an FTS5 expression; words hold only letters and digits, so nothing needs escaping."""
        return (
            ("subject : " if self.subject_only else "")
            + '"'
            + " ".join(self.words)
            + '"'
            + ("*" if self.prefix else "")
        )

    @property
    def tsquery(self) -> str:
        """The term's words as a tsquery; PostgreSQL checks their adjacency on the text itself."""
        last = f"'{self.words[-1]}':*" if self.prefix else f"'{self.words[-1]}'"
        return " & ".join([*(f"'{word}'" for word in self.words[:-1]), last])

    @property
    def run(self) -> str:
        """What must be found in ` text ` when its words are set between single blanks."""
        return " " + " ".join(self.words) + ("" if self.prefix else " ")


def sort_key(sent_at: datetime, message_id: int) -> int:
    """A number that orders messages by second and, within it, by id; unique below a million messages a second."""
    return (to_micros(sent_at) // 1_000_000 << _KEY_BITS) | (message_id & ((1 << _KEY_BITS) - 1))


def earliest_key(instant: datetime) -> int:
    """The least sort key that a message of this second can have."""
    return to_micros(instant) // 1_000_000 << _KEY_BITS


def second_of(sort_key: int) -> datetime:
    """The whole second of the message that has this sort key."""
    return from_micros((sort_key >> _KEY_BITS) * 1_000_000)


def add(connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """Index (sort_key, subject words, body words) rows."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO message_fts(rowid, subject, body) VALUES (?, ?, ?)", list(rows))
    else:
        connection.exec_driver_sql(
            "INSERT INTO message_search(sort_key, subject, body) VALUES (%s, %s, %s)", list(rows)
        )


def remove(connection: Connection, sort_keys: Sequence[int]) -> None:
    """Take messages out of the index."""
    if not sort_keys:
        return
    rows = [(key,) for key in sort_keys]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM message_fts WHERE rowid = ?", rows)
    else:
        connection.exec_driver_sql("DELETE FROM message_search WHERE sort_key = %s", rows)


def newest(connection: Connection, words: Sequence[str], limit: int) -> list[int]:
    """The sort keys of the newest messages that have all the words (as `index_words` gives them) somewhere."""
    if connection.dialect.name == "sqlite":
        wanted = "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
        asked = " AND ".join(TextTerm((word,)).fts5 for word in words)
    else:
        wanted = "SELECT sort_key FROM message_search WHERE words @@ %s::tsquery ORDER BY sort_key DESC LIMIT %s"
        asked = TextTerm(tuple(words)).tsquery
    return list(connection.exec_driver_sql(wanted, (asked, limit)).scalars())


def count(connection: Connection) -> int:
    """How many messages are in the index."""
    on_sqlite = connection.dialect.name == "sqlite"
    found = connection.execute(
        text("SELECT count(*) FROM message_fts_docsize" if on_sqlite else "SELECT count(*) FROM message_search")
    )
    return int(found.scalar_one())


def forget_removed(connection: Connection) -> None:
    """Rewrite the index so that no segment still holds the words of what was removed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO message_fts(message_fts) VALUES ('optimize')")


def clear(connection: Connection) -> None:
    """Empty the index."""
    connection.execute(
        text("DELETE FROM message_fts" if connection.dialect.name == "sqlite" else "DELETE FROM message_search")
    )


def recreate(connection: Connection) -> None:
    """Put an empty index in the place of the old one, however damaged that is."""
    on_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("DROP TABLE IF EXISTS " + ("message_fts" if on_sqlite else "message_search"))
    for statement in SQLITE_DDL if on_sqlite else POSTGRESQL_DDL:
        connection.exec_driver_sql(statement)
