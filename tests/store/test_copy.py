"""Copying a whole store from one engine to another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, insert, select, update

from convo.errors import Conflict, StoreError
from convo.model import tables
from convo.store import content, copy, search_index
from convo.store.content import count_rows, fingerprint
from convo.store.copy import copy_store, copy_to
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.store.filled import AT, FILES, fill


@pytest.fixture(params=["second_sqlite_path", "second_postgresql_url"], ids=["to sqlite", "to postgresql"])
def target(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store to copy into, on each engine."""
    with_target = open_store(locate(request.getfixturevalue(request.param)))
    yield with_target
    with_target.close()


def everything(store: Store) -> dict[str, tuple[int, str]]:
    with store.read() as connection:
        return {table.name: fingerprint(connection, table) for table in tables.ORDER if table is not tables.blob}


def rows(store: Store) -> dict[str, list[object]]:
    with store.read() as connection:
        return {
            table.name: sorted((repr(tuple(row)) for row in connection.execute(select(table))), key=str)
            for table in tables.ORDER
            if table is not tables.blob and not any(str(c.type) in {"JSON", "JSONB"} for c in table.c)
        }


def test_every_table_arrives_as_it_was(store: Store, target: Store) -> None:
    fill(store)
    assert all(count > 0 for count, _ in everything(store).values()), "every table is tried"

    copied = copy_store(store, target)

    assert everything(target) == everything(store)
    assert rows(target) == rows(store)
    assert copied.rows == {name: count for name, (count, _) in everything(store).items()}
    assert sorted(target.blobs.get(name) for name in target.blobs.names()) == sorted(FILES)
    assert copied.attachments == 3
    assert copied.missing == ()


def test_the_copy_can_be_searched(store: Store, target: Store) -> None:
    fill(store)
    copy_store(store, target)
    with target.read() as connection:
        assert search_index.count(connection) == 3


def test_numbering_goes_on_after_the_highest_copied_row(store: Store, target: Store) -> None:
    fill(store)
    copy_store(store, target)
    with target.write() as connection:
        assert target.allocate(connection, "message", 2) == [4, 5]
        made = connection.execute(
            insert(tables.saved_query).returning(tables.saved_query.c.id), {"name": "x", "query": "", "created_at": AT}
        ).scalar()
    assert made == 2


def test_a_target_that_holds_anything_is_refused_and_unchanged(store: Store, target: Store) -> None:
    with target.write() as connection:
        connection.execute(insert(tables.team), {"name": "mine", "created_at": AT})
    fill(store)
    with pytest.raises(Conflict, match="not empty"):
        copy_store(store, target)
    with target.read() as connection:
        assert count_rows(connection, tables.customer) == 0
    assert list(target.blobs.names()) == []


def test_replacing_leaves_nothing_of_what_was_there(store: Store, target: Store) -> None:
    fill(target)
    with target.write() as connection:
        connection.execute(update(tables.message).values(body="old"))
        other = target.blobs.put(b"old bytes")
    with store.write() as connection:
        connection.execute(insert(tables.team), {"name": "new", "created_at": AT})

    copy_store(store, target, replace=True)

    assert everything(target) == everything(store)
    assert other not in set(target.blobs.names())
    with target.read() as connection:
        assert search_index.count(connection) == 0


def test_a_copy_that_differs_is_taken_back(sqlite_store: Store, target: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sqlite_store)

    def forgetful(target: Store, old_rows: Connection, new_rows: Connection, table: Table) -> int:
        done = real(target, old_rows, new_rows, table)
        if table is tables.team:
            new_rows.execute(update(table).values(name="changed on the way"))
        return done

    real = copy._copy_table
    monkeypatch.setattr(copy, "_copy_table", forgetful)
    with pytest.raises(StoreError, match="team"):
        copy_store(sqlite_store, target)
    with target.read() as connection:
        assert all(count_rows(connection, table) == 0 for table in tables.ORDER)
    assert list(target.blobs.names()) == []


def test_a_row_that_the_other_engine_cannot_hold_is_named(sqlite_store: Store, postgresql_store: Store) -> None:
    with sqlite_store.write() as connection:
        for number, name in enumerate(("fine", "with a NUL: \0", "fine, too"), start=40):
            connection.execute(insert(tables.team), {"id": number, "name": name, "created_at": AT})
    with pytest.raises(StoreError, match=r"team 41 cannot be kept .*NUL"):
        copy_store(sqlite_store, postgresql_store)
    with postgresql_store.read() as connection:
        assert count_rows(connection, tables.team) == 0


def test_lost_and_damaged_attachments_are_told_and_stop_nothing(sqlite_store: Store, target: Store) -> None:
    lost, damaged, fine = fill(sqlite_store)
    sqlite_store.blobs.drop(lost)
    sqlite_store.blobs.path(damaged).write_bytes(b"rotten")  # type: ignore[attr-defined]
    copied = copy_store(sqlite_store, target)
    assert set(copied.missing) == {lost, damaged}
    assert list(target.blobs.names()) == [fine]


def test_a_file_made_for_a_copy_that_fails_is_removed(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    place = tmp_path / "elsewhere" / "new.convo"
    monkeypatch.setattr(copy, "_compare", lambda *given: (_ for _ in ()).throw(StoreError("differs")))
    with pytest.raises(StoreError):
        copy_to(sqlite_store, locate(place))
    assert list(place.parent.iterdir()) == []


def test_many_rows_go_in_batches(sqlite_store: Store, target: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "BATCH", 7)
    monkeypatch.setattr(copy, "BATCH", 7)
    with sqlite_store.write() as connection:
        connection.execute(
            insert(tables.customer),
            [{"id": n, "name": f"c{n}", "created_at": AT, "merged_into_id": None} for n in range(1, 101)],
        )
        connection.execute(update(tables.customer).where(tables.customer.c.id < 100).values(merged_into_id=100))
    assert copy_store(sqlite_store, target).rows["customer"] == 100
    assert everything(target) == everything(sqlite_store)


def test_a_fingerprint_sees_any_change_of_any_column(store: Store) -> None:
    fill(store)
    before = everything(store)
    with store.write() as connection:
        connection.execute(update(tables.event).values(data={"z": [1]}))
        connection.execute(update(tables.ledger).where(tables.ledger.c.id == 2).values(raw=None))
    after = everything(store)
    assert {name for name in before if before[name] != after[name]} == {"event", "ledger"}
