"""Transactions: one moment for readers, one writer at a time, all or nothing, and no loss when a process dies."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import insert, select, text, update

from convo.errors import Busy
from convo.model import tables
from convo.store import store as store_module
from convo.store.content import count_rows
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.store.filled import AT
from tests.store.processes import finish, spawn

WRITER = """
    import sys
    from datetime import UTC, datetime
    from sqlalchemy import insert
    from convo.model import tables
    from convo.store.location import locate
    from convo.store.opening import open_store
    place, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store = open_store(locate(place), create=False)
    row = {"created_at": datetime.now(UTC)}
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        with store.write() as connection:
            ids = store.allocate(connection, "customer", 2)
            connection.execute(insert(tables.customer), [row | {"id": n, "name": name} for n in ids])
        print(number, flush=True)
    """


def place(store: Store) -> str:
    return str(store.location.path or store.location.url)


def add_team(store: Store, name: str) -> None:
    with store.write() as connection:
        connection.execute(insert(tables.team), {"name": name, "created_at": AT})


def teams(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(select(tables.team.c.name)).scalars())


def test_writers_in_several_processes_all_succeed_and_all_their_rows_are_there(store: Store) -> None:
    writers = [spawn(WRITER, place(store), name, 25) for name in "abc"]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        finish(writer)
    with store.read() as connection:
        names = list(connection.execute(select(tables.customer.c.name)).scalars())
        ids = set(connection.execute(select(tables.customer.c.id)).scalars())
    assert {name: names.count(name) for name in "abc"} == {"a": 50, "b": 50, "c": 50}
    assert len(ids) == 150


@pytest.mark.parametrize("moment", ["between writes", "inside a write"])
def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged_and_blocks_nobody(store: Store, moment: str) -> None:
    script = WRITER
    if moment == "inside a write":
        stop = 'if number == 7: print("inside", flush=True); sys.stdin.readline()'
        script = WRITER.replace("        print(number, flush=True)", "        print(number, flush=True)").replace(
            "            ids = ", f"            {stop}\n            ids = "
        )
        script = script.replace("for n in ids])", "for n in ids])\n            " + stop)
    writer = spawn(script, place(store), "a", 100_000)
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write("\n")
    writer.stdin.flush()
    acknowledged = -1
    for line in writer.stdout:
        if line.strip() == "inside":
            break
        if line.strip() != "ready":
            acknowledged = int(line)
        if acknowledged == 40:
            break
    writer.kill()
    # Not communicate(), which forgets the lines that the loop above has read ahead.
    rest = [line.strip() for line in writer.stdout.read().splitlines()]
    writer.communicate()
    acknowledged = max([acknowledged, *(int(line) for line in rest if line.isdigit())])

    add_team(store, "the next writer")

    with store.read() as connection:
        rows = count_rows(connection, tables.customer)
    assert rows in {2 * (acknowledged + 1), 2 * (acknowledged + 2)}, "what was acknowledged, and at most one more"
    if moment == "inside a write":
        assert rows == 14
    if store.is_sqlite:
        with closing(sqlite3.connect(str(store.location.path))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    with closing(open_store(store.location, create=False)) as other:
        with other.read() as connection:
            first = count_rows(connection, tables.team)
            add_team(store, "meanwhile")
            assert count_rows(connection, tables.team) == first == 0
        assert teams(other) == {"meanwhile"}


def test_nobody_sees_a_write_before_it_is_whole(store: Store) -> None:
    with closing(open_store(store.location, create=False)) as other:
        with store.write() as connection:
            connection.execute(insert(tables.team), {"name": "half", "created_at": AT})
            assert teams(other) == set()
        assert teams(other) == {"half"}


def test_an_error_takes_back_rows_and_tables_alike(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:  # noqa: PT012 - the error ends the write
        connection.execute(insert(tables.team), {"name": "gone", "created_at": AT})
        connection.execute(text("CREATE TABLE extra (x int)"))
        connection.execute(text("ALTER TABLE team ADD COLUMN colour text"))
        raise ZeroDivisionError
    assert teams(store) == set()
    with store.write() as connection:
        connection.execute(text("CREATE TABLE extra (x int)"))
        connection.execute(text("ALTER TABLE team ADD COLUMN colour text"))


def test_a_write_inside_a_write_is_one_write(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as outer:  # noqa: PT012 - the error ends the write
        with store.write() as inner:
            assert inner is outer
            inner.execute(insert(tables.team), {"name": "inner", "created_at": AT})
        assert teams(store) == {"inner"}, "a read joins the open write"
        raise ZeroDivisionError
    assert teams(store) == set()


def test_a_write_inside_a_read_is_a_fault_of_the_program(store: Store) -> None:
    with store.read(), pytest.raises(RuntimeError, match="inside a read"), store.write():
        pass


def test_outside_of_a_transaction_there_is_no_connection(store: Store) -> None:
    with store.read() as connection:
        assert store.current() is connection
    with pytest.raises(RuntimeError):
        store.current()


def test_after_a_commit_and_only_then_comes_what_was_to_follow_it(store: Store) -> None:
    told: list[str] = []
    with store.write():
        with store.write():
            store.after_commit(lambda: told.append("committed: " + ", ".join(teams(store))))
        add_team(store, "one")
        assert told == []
    assert told == ["committed: one"]
    with pytest.raises(ZeroDivisionError), store.write():  # noqa: PT012 - the error ends the write
        store.after_commit(lambda: told.append("never"))
        raise ZeroDivisionError
    assert len(told) == 1
    with pytest.raises(RuntimeError):
        store.after_commit(lambda: None)


def test_rows_must_point_at_rows_that_are_there(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), store.write() as connection:
        connection.execute(insert(tables.team_member), {"team_id": 1, "operator_id": 1})


def test_words_outside_a_vocabulary_are_refused(store: Store) -> None:
    row = {"name": "ana", "shown": "", "skills": [], "languages": [], "capacity": 1, "created_at": AT}
    with pytest.raises(Exception, match="ck_operator_role"), store.write() as connection:
        connection.execute(insert(tables.operator), row | {"role": "king", "availability": "away"})


def test_a_writer_that_waits_too_long_is_told_to_try_again(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "LOCK_SECONDS", 0.2)
    other = open_store(sqlite_store.location, create=False)
    with closing(other), sqlite_store.write(), pytest.raises(Busy, match="for 0 s"), other.write():
        pass
    add_team(other, "then")


def test_ids_are_new_and_ascending(store: Store) -> None:
    with store.write() as connection:
        first = store.allocate(connection, "customer", 3)
        connection.execute(insert(tables.customer), [{"id": n, "name": "", "created_at": AT} for n in first])
        second = store.allocate(connection, "customer", 2)
        assert store.allocate(connection, "customer", 0) == []
    assert first == sorted(first)
    assert min(second) > max(first)


def test_a_file_store_is_opened_as_the_design_settles_it(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "secure_delete")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
    }


def test_a_read_of_a_shared_store_cannot_write(postgresql_store: Store) -> None:
    with pytest.raises(Exception, match="read-only"), postgresql_store.read() as connection:
        connection.execute(update(tables.team).values(name="x"))


def test_a_connection_that_the_server_closed_is_replaced(postgresql_store: Store) -> None:
    add_team(postgresql_store, "before")
    with closing(Store(locate(place(postgresql_store)))) as other, other.write() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    assert teams(postgresql_store) == {"before"}


def test_a_server_that_goes_away_in_the_middle_is_busy_in_one_sentence(postgresql_store: Store) -> None:
    with pytest.raises(Busy) as told, postgresql_store.write() as connection:  # noqa: PT012 - the error ends the write
        with closing(Store(locate(place(postgresql_store)))) as other, other.write() as killer:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar()
            killer.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        connection.execute(insert(tables.team), {"name": "lost", "created_at": AT})
    assert "\n" not in told.value.message
    assert teams(postgresql_store) == set()
