"""The search index on its own: what goes in is found, what comes out is not, and it can be made anew."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text, update

from convo.model import tables
from convo.store import search_index
from convo.store.reindex import rebuild
from convo.store.search_index import TextTerm, earliest_key, sort_key
from convo.store.store import Store
from tests.store.filled import fill

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)


def matches(connection: Connection, term: TextTerm) -> list[int]:
    """What the index alone finds, newest first; on PostgreSQL with the check of adjacency that goes with it."""
    if connection.dialect.name == "sqlite":
        statement = "SELECT rowid FROM message_fts WHERE message_fts MATCH :term ORDER BY rowid DESC"
        return list(connection.execute(text(statement), {"term": term.fts5}).scalars())
    words, place = ("subject_words", "subject") if term.subject_only else ("words", "subject || '  ' || body")
    statement = (
        f"SELECT sort_key FROM message_search WHERE {words} @@ CAST(:term AS tsquery)"
        f" AND position(:run in ' ' || {place} || ' ') > 0 ORDER BY sort_key DESC"
    )
    return list(connection.execute(text(statement), {"term": term.tsquery, "run": term.run}).scalars())


@pytest.fixture
def indexed(store: Store) -> Store:
    with store.write() as connection:
        search_index.add(
            connection,
            [
                (10, "treadmill belt", "the belt squeaks since monday"),
                (20, "", "a monday belt"),
                (30, "belt", "東京 京都 都 warranties"),
            ],
        )
    return store


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (TextTerm(("belt",)), [30, 20, 10]),
        (TextTerm(("monday", "belt")), [20]),
        (TextTerm(("belt",), subject_only=True), [30, 10]),
        (TextTerm(("belt", "the")), []),
        (TextTerm(("warrant",), prefix=True), [30]),
        (TextTerm(("warrant",)), []),
        (TextTerm(("東京", "京都")), [30]),
        (TextTerm(("mon",), prefix=True), [20, 10]),
        (TextTerm(("nothing",)), []),
    ],
)
def test_a_term_finds_its_messages_newest_first(indexed: Store, term: TextTerm, found: list[int]) -> None:
    with indexed.read() as connection:
        assert matches(connection, term) == found


def test_what_is_removed_is_not_found(indexed: Store) -> None:
    with indexed.write() as connection:
        search_index.remove(connection, [10, 30, 999])
        search_index.remove(connection, [])
        search_index.forget_removed(connection)
        assert matches(connection, TextTerm(("belt",))) == [20]
        assert search_index.count(connection) == 1
        search_index.clear(connection)
        assert search_index.count(connection) == 0


def test_rebuilding_mends_an_index_that_is_wrong_and_takes_in_every_message(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        connection.execute(update(tables.message).where(tables.message.c.id == 2).values(body="a new saddle"))
        search_index.add(connection, [(5, "ghost", "of no message")])
    with store.write() as connection:
        assert rebuild(connection) == 3
    with store.read() as connection:
        keys = {row.id: row.sort_key for row in connection.execute(text("SELECT id, sort_key FROM message"))}
        assert matches(connection, TextTerm(("saddle",))) == [keys[2]]
        assert matches(connection, TextTerm(("warranty",))) == [keys[3]]
        assert matches(connection, TextTerm(("ghost",))) == []


def test_rebuilding_mends_an_index_that_is_gone(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        connection.execute(text("DROP TABLE " + ("message_fts" if store.is_sqlite else "message_search")))
    with store.write() as connection:
        assert rebuild(connection) == 3
        assert search_index.count(connection) == 3


def test_a_rebuild_that_fails_leaves_the_old_index(indexed: Store) -> None:
    with pytest.raises(ZeroDivisionError), indexed.write() as connection:  # noqa: PT012 - the error ends the write
        rebuild(connection)
        raise ZeroDivisionError
    with indexed.read() as connection:
        assert matches(connection, TextTerm(("belt",))) == [30, 20, 10]


@given(
    st.timedeltas(timedelta(days=-700_000), timedelta(days=2_900_000)).map(lambda since: AT + since),
    st.integers(1, 2**62),
    st.timedeltas(timedelta(seconds=1), timedelta(days=1)),
)
def test_keys_grow_with_time_and_fit_in_64_bits(sent: datetime, number: int, later: timedelta) -> None:
    key = sort_key(sent, number)
    assert -(2**63) <= key < 2**63
    assert earliest_key(sent) <= key < earliest_key(sent + timedelta(seconds=1))
    assert key < sort_key(sent + timedelta(seconds=1) + later, 1)
