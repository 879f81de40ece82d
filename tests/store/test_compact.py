"""Compacting gives back room and drops only what nobody needs."""

import os
from pathlib import Path

from sqlalchemy import delete, insert

from convo.model import tables
from convo.store.blobs import FileBlobs
from convo.store.check import check_store
from convo.store.compact import compact_store
from convo.store.content import count_rows
from convo.store.store import Store
from tests.store.filled import AT, fill


def test_attachments_that_no_message_has_are_dropped_and_the_others_kept(store: Store) -> None:
    names = fill(store)
    orphan = store.blobs.put(b"nobody's")
    assert compact_store(store).dropped == 1
    assert set(store.blobs.names()) == set(names)
    assert orphan not in set(store.blobs.names())
    assert all(finding.ok for finding in check_store(store))
    assert compact_store(store).dropped == 0


def test_a_file_gets_smaller_when_much_of_it_is_gone(sqlite_store: Store) -> None:
    with sqlite_store.write() as connection:
        rows = [{"name": str(n), "query": "x" * 4000, "created_at": AT} for n in range(2000)]
        connection.execute(insert(tables.saved_query), rows)
    with sqlite_store.write() as connection:
        connection.execute(delete(tables.saved_query).where(tables.saved_query.c.id > 10))
    done = compact_store(sqlite_store)
    path = sqlite_store.location.path
    assert path is not None
    assert done.after < done.before / 5
    assert done.after == path.stat().st_size
    assert Path(f"{path}-wal").stat().st_size == 0
    with sqlite_store.read() as connection:
        assert count_rows(connection, tables.saved_query) == 10


def test_half_files_of_a_crash_are_removed_when_they_are_old_enough_to_be_nobodys(sqlite_store: Store) -> None:
    assert isinstance(sqlite_store.blobs, FileBlobs)
    path = sqlite_store.blobs.path(fill(sqlite_store)[0])
    old, new = path.with_name("old.part"), path.with_name("new.part")
    for draft in (old, new):
        draft.write_bytes(b"half")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    compact_store(sqlite_store)
    assert not old.exists()
    assert new.exists()
