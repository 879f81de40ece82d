"""A disk that fills up: a clear refusal, a sound store, and nothing acknowledged lost."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from convo.model import tables
from convo.store.content import count_rows
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.store.filled import fill
from tests.store.processes import finish, spawn

LIMITED = """
    import resource, signal, sys
    from datetime import UTC, datetime
    from sqlalchemy import insert
    from convo.errors import ConvoError, StoreError
    from convo.model import tables
    from convo.store.location import locate
    from convo.store.opening import open_store
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    row = {"created_at": datetime.now(UTC), "title": "", "body": "x" * 20000, "updated_at": datetime.now(UTC)}
    """
FILL = """
    store = open_store(locate(sys.argv[1]), create=False)
    try:
        for number in range(10_000):
            with store.write() as connection:
                connection.execute(insert(tables.article), row | {"name": str(number)})
            print(number, flush=True)
    except StoreError as error:
        print("refused:", error.message)
    with store.read() as connection:
        print("still readable:", len(connection.execute(tables.article.select()).all()))
    """


def path_of(store: Store) -> Path:
    assert store.location.path is not None
    return store.location.path


def test_a_full_disk_refuses_the_write_and_keeps_all_that_was_acknowledged(sqlite_store: Store) -> None:
    path = path_of(sqlite_store)
    sqlite_store.close()
    *acknowledged, refusal, readable = finish(spawn(LIMITED + FILL, path, 3_000_000)).splitlines()

    assert len(acknowledged) > 10
    assert refusal.startswith("refused: the disk that holds ")
    assert readable == f"still readable: {len(acknowledged)}"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(open_store(locate(path), create=False)) as store:
        with store.read() as connection:
            assert count_rows(connection, tables.article) == len(acknowledged)
        with store.write() as connection:
            connection.execute(delete(tables.article))
        fill(store)


def test_a_store_that_does_not_fit_is_not_made_by_halves(tmp_path: Path) -> None:
    script = (
        LIMITED
        + """
    try:
        open_store(locate(sys.argv[1]))
    except StoreError as error:
        print(error.message)
    """
    )
    printed = finish(spawn(script, tmp_path / "shop.convo", 20_000))
    assert printed.startswith(f"the disk that holds {tmp_path / 'shop.convo'} ")
    assert [p.name for p in tmp_path.iterdir() if p.name != "shop.convo.lock"] == []


def test_an_attachment_that_does_not_fit_leaves_no_half_file(sqlite_store: Store) -> None:
    path = path_of(sqlite_store)
    script = (
        LIMITED
        + """
    store = open_store(locate(sys.argv[1]), create=False)
    try:
        store.blobs.put(b"x" * (size + 1))
    except StoreError as error:
        print(error.message)
    """
    )
    printed = finish(spawn(script, path, 500_000))
    assert printed.startswith("the disk that holds ")
    assert [p for p in path.with_name("shop.convo.files").rglob("*") if p.is_file()] == []
    assert list(sqlite_store.blobs.names()) == []


@pytest.mark.parametrize("size", [20_000, 600_000], ids=["its database", "its attachments"])
def test_a_backup_that_does_not_fit_leaves_nothing_behind(sqlite_store: Store, tmp_path: Path, size: int) -> None:
    fill(sqlite_store)
    sqlite_store.blobs.put(b"x" * 700_000)
    with sqlite_store.write() as connection:
        connection.execute(
            update(tables.attachment)
            .where(tables.attachment.c.id == 1)
            .values(sha256=sqlite_store.blobs.put(b"x" * 700_000))
        )
    folder = tmp_path / "usb"
    folder.mkdir()
    script = (
        LIMITED
        + """
    from pathlib import Path
    from convo.store.backup import back_up
    store = open_store(locate(sys.argv[1]), create=False)
    try:
        back_up(store, Path(sys.argv[3]))
    except StoreError as error:
        print(error.message)
    """
    )
    printed = finish(spawn(script, path_of(sqlite_store), size, folder / "b"))
    assert len(printed.splitlines()) == 1
    assert list(folder.iterdir()) == []
