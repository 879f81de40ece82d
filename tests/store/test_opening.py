"""Opening, making, upgrading and refusing stores."""

import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, text

from convo.errors import Busy, ConvoError, NotFound, StoreError
from convo.model import tables
from convo.store import migrate
from convo.store.content import count_rows
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.store.filled import AT, fill
from tests.store.processes import finish, spawn


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o022, 0o000], ids=["usual umask", "open umask"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_new_store_is_private_with_everything_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "shop.convo"
    with closing(open_store(locate(path))) as store:
        with store.write() as connection:
            connection.execute(insert(tables.team), {"name": "t", "created_at": AT})
            name = store.blobs.put(b"secret")
        assert mode(path.parent) == 0o700
        assert {mode(p) for p in path.parent.iterdir() if p.is_file()} == {0o600}
        assert {p.name for p in path.parent.iterdir()} >= {"shop.convo", "shop.convo-wal", "shop.convo.lock"}
        files = path.with_name("shop.convo.files")
        assert (mode(files), mode(files / name[:2]), mode(files / name[:2] / name)) == (0o700, 0o700, 0o600)


def test_a_new_store_leaves_no_drafts_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "shop.convo"
    open_store(locate(path)).close()
    assert {p.name for p in tmp_path.iterdir()} <= {"shop.convo", "shop.convo.lock"}
    before = path.read_bytes()
    open_store(locate(path), create=False).close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["a?b#c%20.convo", "with space & ümlaut 🚲.convo", "-dash.convo", "a'b\"c.convo"])
def test_odd_file_names_are_names(tmp_path: Path, name: str) -> None:
    open_store(locate(tmp_path / name)).close()
    assert (tmp_path / name).stat().st_size > 0
    open_store(locate(tmp_path / name), create=False).close()


def test_a_missing_store_is_not_made_where_nobody_asked(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no store at"):
        open_store(locate(tmp_path / "shop.convo"), create=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_store_that_is_private(tmp_path: Path) -> None:
    path = tmp_path / "shop.convo"
    path.touch(mode=0o644)
    with pytest.raises(NotFound):
        open_store(locate(path), create=False)
    open_store(locate(path)).close()
    assert mode(path) == 0o600


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"x" * 5000, b"SQLite format 3"])
def test_a_file_of_something_else_is_refused_and_unchanged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a convo store"):
        open_store(locate(path))
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("tables_of_others", ["CREATE TABLE t (x)", "CREATE TABLE alembic_version (version_num)"])
def test_somebody_elses_database_is_refused_and_unchanged(tmp_path: Path, tables_of_others: str) -> None:
    path = tmp_path / "browser-history.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(tables_of_others)
        if "alembic" in tables_of_others:
            connection.execute("INSERT INTO alembic_version VALUES ('f3a9')")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a convo store"):
        open_store(locate(path))
    if "alembic" not in tables_of_others:
        assert path.read_bytes() == before


def test_somebody_elses_postgresql_database_is_refused(empty_postgresql_url: str) -> None:
    store = Store(locate(empty_postgresql_url))
    with closing(store), store.write() as connection:
        connection.execute(text("CREATE TABLE theirs (x int)"))
    with pytest.raises(StoreError, match="not a convo store"):
        open_store(locate(empty_postgresql_url))


def test_a_store_is_made_in_an_empty_postgresql_database_only_when_asked(empty_postgresql_url: str) -> None:
    with pytest.raises(NotFound, match="holds no store"):
        open_store(locate(empty_postgresql_url), create=False)
    open_store(locate(empty_postgresql_url)).close()
    open_store(locate(empty_postgresql_url), create=False).close()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_store(locate(tmp_path))


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be"):
        open_store(locate(tmp_path / "file" / "shop.convo"))


def test_a_file_that_may_not_be_read_is_refused_in_one_sentence(sqlite_store: Store) -> None:
    path = sqlite_store.location.path
    assert path is not None
    sqlite_store.close()
    path.chmod(0)
    path.parent.chmod(0o755)
    script = """
        import os, sys
        from convo.errors import StoreError
        from convo.store.location import locate
        from convo.store.opening import open_store
        import convo.store.migrate, filelock, sqlalchemy.dialects.sqlite, sqlalchemy.dialects.sqlite.pysqlite
        if os.geteuid() == 0:
            os.setegid(65534)
            os.seteuid(65534)
        for place in sys.argv[1:]:
            try:
                open_store(locate(place))
            except StoreError as error:
                print(error.message)
        """
    for folder in path.parents:
        if os.geteuid() == 0 and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    printed = finish(spawn(script, path, path.parent / "other.convo")).splitlines()
    assert printed[0].endswith("cannot be read: Permission denied")
    assert len(printed) == (2 if os.geteuid() == 0 else 1)


def test_a_newer_store_is_refused_naming_both_versions(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(StoreError, match=r"0999.*" + migrate.SCHEMA_VERSION) as refused:
        open_store(store.location)
    assert "upgrade convo" in refused.value.hint
    with store.read() as connection:
        assert migrate.stored_version(connection) == "0999"


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Becomes this program one version on: with another migration, which adds a column and does what it is given."""

    def become(more: str = "") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "v9000_colour.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = '9000'\ndown_revision = '{migrate.SCHEMA_VERSION}'\n"
            "def upgrade():\n"
            "    with op.batch_alter_table('customer') as batch:\n"
            "        batch.add_column(sa.Column('colour', sa.Text(), nullable=False, server_default='red'))\n"
            f"    {more}\n"
        )
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)
        monkeypatch.setattr(migrate, "SCHEMA_VERSION", "9000")

    return become


def test_an_older_store_is_upgraded_with_everything_in_it(store: Store, newer_program: Callable[..., None]) -> None:
    fill(store)
    newer_program()
    store.close()
    with closing(open_store(store.location, create=False)) as upgraded, upgraded.read() as connection:
        assert migrate.stored_version(connection) == "9000"
        assert set(connection.execute(text("SELECT colour FROM customer")).scalars()) == {"red"}
        assert count_rows(connection, tables.message) == 3


def test_an_older_file_is_copied_first_and_the_copy_is_private_and_whole(
    sqlite_store: Store, newer_program: Callable[..., None]
) -> None:
    fill(sqlite_store)
    newer_program()
    path = sqlite_store.location.path
    assert path is not None
    open_store(sqlite_store.location).close()
    (copied,) = path.parent.glob("shop.convo.*.bak")
    assert mode(copied) == 0o600
    with closing(sqlite3.connect(copied)) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone() == (3,)
        assert "colour" not in str(connection.execute("PRAGMA table_info(customer)").fetchall())


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(store: Store, newer_program: Callable[..., None]) -> None:
    fill(store)
    newer_program("raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        open_store(store.location)
    with store.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() != "9000"
        assert count_rows(connection, tables.customer) == 3
        with pytest.raises(Exception, match="colour"):
            connection.execute(text("SELECT colour FROM customer"))


def test_an_upgrade_that_would_leave_rows_pointing_at_nothing_is_taken_back(
    sqlite_store: Store, newer_program: Callable[..., None]
) -> None:
    fill(sqlite_store)
    newer_program("op.execute('DELETE FROM customer WHERE id = 3')")
    with pytest.raises(StoreError, match="point at nothing"):
        open_store(sqlite_store.location)
    with sqlite_store.read() as connection:
        assert count_rows(connection, tables.customer) == 3


def test_processes_that_open_a_missing_store_at_once_all_get_the_same_one(
    tmp_path: Path, empty_postgresql_url: str
) -> None:
    script = """
        import sys, datetime
        from sqlalchemy import insert
        from convo.model import tables
        from convo.store.location import locate
        from convo.store.opening import open_store
        print("ready", flush=True)
        sys.stdin.readline()
        store = open_store(locate(sys.argv[1]))
        with store.write() as connection:
            row = {"name": sys.argv[2], "created_at": datetime.datetime.now(datetime.UTC)}
            connection.execute(insert(tables.team), row)
        """
    for place in (tmp_path / "shop.convo", empty_postgresql_url):
        openers = [spawn(script, place, name) for name in "abc"]
        for opener in openers:
            assert opener.stdout is not None
            opener.stdout.readline()
        for opener in openers:
            assert opener.stdin is not None
            opener.stdin.write("\n")
            opener.stdin.flush()
        for opener in openers:
            finish(opener)
        with closing(open_store(locate(place), create=False)) as store, store.read() as connection:
            assert count_rows(connection, tables.team) == 3


@pytest.mark.parametrize("url", ["postgresql://x@127.0.0.1:1/shop", "postgresql://x@localhost:1/shop"])
def test_a_server_that_does_not_answer_is_busy_in_one_sentence(url: str) -> None:
    began = time.monotonic()
    with pytest.raises(Busy) as refused:
        open_store(locate(url))
    assert "refused" in refused.value.message
    assert "\n" not in refused.value.message
    assert time.monotonic() - began < 20


def test_a_server_that_refuses_the_database_is_no_reason_to_try_again(postgresql_url: str) -> None:
    gone = postgresql_url.replace("/convo_", "/not_convo_")
    with pytest.raises(StoreError, match="does not exist") as refused:
        open_store(locate(gone))
    assert "\n" not in refused.value.message


def test_a_damaged_file_is_named_as_damaged(sqlite_store: Store) -> None:
    fill(sqlite_store)
    path = sqlite_store.location.path
    assert path is not None
    sqlite_store.close()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)
    with pytest.raises(ConvoError, match=r"damaged|not a convo store"):
        open_store(sqlite_store.location)


def test_the_migrations_make_exactly_the_tables_of_the_model(store: Store) -> None:
    def ours(_object: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
        return not (kind == "table" and name.startswith(("message_fts", "message_search", "alembic_version")))

    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []


def test_the_version_of_this_program_is_that_of_its_last_migration() -> None:
    scripts = ScriptDirectory(str(migrate.MIGRATIONS), version_locations=[str(migrate.MIGRATIONS / "versions")])
    assert scripts.get_heads() == [migrate.SCHEMA_VERSION]
