"""Telling that somebody changed the store: at once, whoever it was, and again after the store was away."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from convo.config import Settings
from convo.desk.changes import Changes
from convo.desk.desk import Actor, Desk
from convo.errors import BadInput, Busy, StoreError
from convo.model.words import Role
from convo.store.store import Store
from tests.desk.acting import acting
from tests.postgresql_server import Server
from tests.store.processes import spawn

LONG = 60.0
"""Seconds in which a change is told or the test is broken."""


@pytest.fixture
def changes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Changes]:
    """What tells of changes, with the first call behind it; on a server only by what writers tell."""
    monkeypatch.setattr("convo.store.watch._POLL_SERVER", 10 * LONG)
    assert desk.changes.wait(0)
    yield desk.changes
    desk.changes.close()


def test_nothing_is_told_while_nothing_happens(desk: Desk, changes: Changes) -> None:
    desk.threads.list()
    with pytest.raises(BadInput):
        desk.teams.add("")
    assert not changes.wait(0.5)
    assert not changes.wait(0)


def test_the_commit_of_another_process_wakes_the_waiter(desk: Desk, changes: Changes) -> None:
    script = """
        import sys
        from convo.config import Settings
        from convo.desk.desk import open_desk
        desk = open_desk(sys.argv[1], settings=Settings(store=sys.argv[1]), create=False)
        print("ready", flush=True)
        for name in sys.stdin:
            desk.teams.add(name.strip())
        """
    process = spawn(script, str(desk.store.location.path or desk.store.location.url))
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    assert not changes.wait(0)
    with ThreadPoolExecutor(1) as pool:
        for name in ("one", "two"):
            told = pool.submit(changes.wait, LONG)
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            assert told.result(LONG)
            assert name in [team.name for team in desk.teams.list()]
            assert not changes.wait(0)
    assert process.communicate(timeout=LONG) == ("", "")


def test_what_was_committed_between_two_calls_is_told_by_the_next_once(desk: Desk, changes: Changes) -> None:
    desk.teams.add("one")
    desk.teams.add("two")
    assert changes.wait(LONG)
    later = changes.wait(0.5)  # a server tells of the second commit when it comes to it
    assert not (later and (desk.store.is_sqlite or changes.wait(0.5)))


def test_a_screen_that_says_where_it_is_is_a_change(desk: Desk, changes: Changes) -> None:
    acting(desk, "kim", Role.VIEWER).presence.touch("kim-1", None)
    assert changes.wait(LONG)


def test_it_can_be_waited_while_other_threads_read_and_write(desk: Desk, changes: Changes) -> None:
    done, told = threading.Event(), [0]

    def wait() -> int:
        while not done.is_set():
            told[0] += changes.wait(0.2)
        return told[0]

    def work(name: int) -> None:
        for number in range(10):
            desk.teams.add(f"{name}-{number}")
            desk.teams.list()

    with ThreadPoolExecutor(4) as pool:
        waiter = pool.submit(wait)
        for worker in [pool.submit(work, name) for name in range(3)]:
            worker.result(LONG)
        done.set()
        assert waiter.result(LONG) + changes.wait(0) >= 1
    assert len(desk.teams.list()) == 30


def test_closing_wakes_the_waiter_and_nothing_is_told_any_more(desk: Desk, changes: Changes) -> None:
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(changes.wait, LONG)
        assert not told.done()
        desk.close()
        assert told.result(LONG / 2) is False
    assert changes.wait(LONG) is False
    changes.close()


def test_a_server_that_goes_away_raises_and_is_found_again(postgresql_store: Store, postgresql_server: Server) -> None:
    desk = Desk(postgresql_store, Settings(), Actor("tester", Role.ADMIN))
    assert desk.changes.wait(0)
    name = postgresql_store.engine.url.database
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(desk.changes.wait, LONG)
        postgresql_server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        postgresql_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with pytest.raises(Busy):
            told.result(LONG)
    for _ in range(2):
        with pytest.raises((Busy, StoreError)):
            desk.changes.wait(LONG)
    postgresql_server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    assert desk.changes.wait(LONG)
    assert not desk.changes.wait(0)
    desk.teams.add("one")
    assert desk.changes.wait(LONG)
    desk.close()


def test_a_file_that_goes_away_raises_and_is_found_again(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))
    path = sqlite_store.location.path
    assert path is not None
    assert desk.changes.wait(0)
    aside = path.with_name("aside")
    path.rename(aside)
    for _ in range(2):
        with pytest.raises(StoreError):
            desk.changes.wait(LONG)
    assert not path.exists()
    aside.rename(path)
    assert desk.changes.wait(LONG)
    assert not desk.changes.wait(0)
    desk.close()


def test_a_server_whose_word_does_not_get_through_is_looked_at(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(postgresql_store, Settings(), Actor("tester", Role.ADMIN))
    monkeypatch.setattr("convo.store.watch.CHANNEL", "elsewhere")
    monkeypatch.setattr("convo.store.watch._POLL_SERVER", 0.1)
    assert desk.changes.wait(0)
    assert not desk.changes.wait(0.5)
    desk.teams.add("one")
    assert desk.changes.wait(LONG)
    assert not desk.changes.wait(0.5)
    desk.close()
