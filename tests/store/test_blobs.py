"""Attachments' bytes: kept once, private, whole or absent, gone when dropped."""

import hashlib
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import insert

from convo.errors import NotFound, StoreError
from convo.model import tables
from convo.store.blobs import FileBlobs
from convo.store.content import count_rows
from convo.store.store import Store
from tests.store.filled import AT


def file_blobs(store: Store) -> FileBlobs:
    assert isinstance(store.blobs, FileBlobs)
    return store.blobs


@pytest.mark.parametrize("data", [b"", b"warranty", bytes(range(256)) * 5000], ids=["nothing", "text", "much"])
def test_bytes_come_back_as_they_went_under_the_hash_of_their_content(store: Store, data: bytes) -> None:
    name = store.blobs.put(data)
    assert name == hashlib.sha256(data).hexdigest()
    assert store.blobs.get(name) == data


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    with store.write():
        assert store.blobs.put(b"same") == store.blobs.put(b"same")
    store.blobs.put(b"same")
    other = store.blobs.put(b"other")
    assert list(store.blobs.names()) == sorted({hashlib.sha256(b"same").hexdigest(), other})


def test_bytes_that_are_gone_are_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="000000000000…"):
        store.blobs.get("0" * 64)
    store.blobs.drop("0" * 64)


def test_dropped_bytes_are_gone(store: Store) -> None:
    name = store.blobs.put(b"secret")
    store.blobs.drop(name)
    assert list(store.blobs.names()) == []
    with pytest.raises(NotFound):
        store.blobs.get(name)


def test_a_drop_that_is_rolled_back_has_dropped_nothing(store: Store) -> None:
    name = store.blobs.put(b"secret")
    with pytest.raises(ZeroDivisionError), store.write():  # noqa: PT012 - the error ends the write
        store.blobs.drop(name)
        raise ZeroDivisionError
    assert store.blobs.get(name) == b"secret"


def test_bytes_dropped_and_put_again_in_one_write_are_kept(store: Store) -> None:
    name = store.blobs.put(b"secret")
    with store.write():
        store.blobs.drop(name)
        store.blobs.put(b"secret")
    assert store.blobs.get(name) == b"secret"


def test_listing_names_leaves_no_transaction_open(store: Store) -> None:
    store.blobs.put(b"one")
    store.blobs.put(b"two")
    for name in store.blobs.names():
        with store.write() as connection:
            connection.execute(insert(tables.team), {"name": name, "created_at": AT})
    with store.read() as connection:
        assert count_rows(connection, tables.team) == 2


def test_bytes_put_in_a_write_that_fails_are_no_rows_of_a_shared_store(postgresql_store: Store) -> None:
    with pytest.raises(ZeroDivisionError), postgresql_store.write():  # noqa: PT012 - the error ends the write
        postgresql_store.blobs.put(b"secret")
        raise ZeroDivisionError
    assert list(postgresql_store.blobs.names()) == []


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_files_are_for_their_owner_only_whatever_the_umask(sqlite_store: Store, mask: int) -> None:
    before = os.umask(mask)
    try:
        path = file_blobs(sqlite_store).path(sqlite_store.blobs.put(b"secret"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in path.parents[:2]} == {0o700}


def test_a_dropped_file_is_overwritten_before_it_is_removed(sqlite_store: Store, tmp_path: Path) -> None:
    name = sqlite_store.blobs.put(b"secret" * 300_000)
    witness = tmp_path / "witness"
    witness.hardlink_to(file_blobs(sqlite_store).path(name))
    sqlite_store.blobs.drop(name)
    assert set(witness.read_bytes()) == {0}
    assert witness.stat().st_size == 1_800_000


def test_half_a_file_left_by_a_crash_is_no_attachment(sqlite_store: Store) -> None:
    name = sqlite_store.blobs.put(b"whole")
    path = file_blobs(sqlite_store).path(name)
    path.with_name(f"{name}.12345.part").write_bytes(b"who")
    (path.parent / "notes.txt").write_text("a stray file")
    assert list(sqlite_store.blobs.names()) == [name]


def test_a_folder_that_cannot_be_written_to_is_told_in_one_sentence(sqlite_store: Store) -> None:
    file_blobs(sqlite_store).folder.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written to"):
        sqlite_store.blobs.put(b"secret")
