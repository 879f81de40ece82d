"""What every test stands on: a home of its own, a fresh store on either engine, a still clock, and no silent skips."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store import migrate
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.postgresql_server import NoServer, Server, shared_server, stop_server

pytest_plugins = ["tests.servers.fixtures"]

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
ALLOWED_SKIPS: tuple[str, ...] = ()
"""Reasons for which a test may be skipped in CI, too."""

_HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
_TEMPLATE = "convo_template"

_slow_machine = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("here", deadline=None, database=None, suppress_health_check=_slow_machine)
hypothesis.settings.register_profile("ci", parent=hypothesis.settings.get_profile("here"), derandomize=True)
hypothesis.settings.load_profile("ci" if IN_CI else "here")

_numbers = itertools.count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the benchmarks out unless `-m` asks for them."""
    if config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("bench") is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("bench") is None]


def _forbidden_skips(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or reporter is None:
        return []
    skipped = []
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in ALLOWED_SKIPS):
            skipped.append(f"{report.nodeid}: {reason}")
    return skipped


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run."""
    if not hasattr(session.config, "workerinput") and _forbidden_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why skipped tests failed the run."""
    skipped = _forbidden_skips(config)
    if skipped:
        terminalreporter.section("skipped, which fails the run in CI", red=True)
        for line in skipped:
            terminalreporter.line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last to go stops the PostgreSQL server."""
    factory = getattr(config, "_tmp_path_factory", None)
    if not hasattr(config, "workerinput") and factory is not None:
        stop_server(factory.getbasetemp())


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(autouse=True)
def home_of_its_own(run_folder: Path) -> Iterator[Path]:
    """No test reads or writes the settings, the store, the caches or the keyring of whoever runs it."""
    home = run_folder / "homes" / f"{os.getpid()}-{next(_numbers)}"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("CONVO_", "PG"))]:
            patch.delenv(name)
        for name in _HOMES:
            folder = home if name == "HOME" else home / name.lower()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            patch.setenv(name, str(folder))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield home


@pytest.fixture
def frozen_now() -> Iterator[datetime]:
    """The instant at which the clock stands still: 2026-11-17 12:00 UTC, a Tuesday."""
    instant = datetime(2026, 11, 17, 12, tzinfo=UTC)
    with clock.fixed(instant):
        yield instant


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.convo"
    open_store(locate(path)).close()
    return path


@pytest.fixture
def sqlite_store(_sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file of its own."""
    path = tmp_path / "shop.convo"
    shutil.copy(_sqlite_template, path)
    store = open_store(locate(path), create=False)
    yield store
    store.close()


@pytest.fixture
def second_sqlite_path(_sqlite_template: Path, tmp_path: Path) -> Path:
    """The path of another empty store, beside the one of `sqlite_store`."""
    path = tmp_path / "second" / "shop.convo"
    path.parent.mkdir()
    return Path(shutil.copy(_sqlite_template, path))


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest, run_folder: Path) -> Server:
    """The run's PostgreSQL server; skips where there is none."""
    controller = os.getppid() if hasattr(request.config, "workerinput") else os.getpid()
    try:
        return shared_server(run_folder, controller)
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: Server, run_folder: Path) -> str:
    made = run_folder / "postgresql-template"
    with FileLock(run_folder / "postgresql-template.lock"):
        if not made.exists():
            postgresql_server.run(f"CREATE DATABASE {_TEMPLATE}")
            migrate.upgrade(locate(postgresql_server.url(_TEMPLATE)))
            made.touch()
    return _TEMPLATE


@contextmanager
def _database(server: Server, template: str = "template1") -> Iterator[str]:
    name = f"convo_{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: Server, _postgresql_template: str) -> Iterator[str]:
    """The URL of a database that holds an empty store."""
    with _database(postgresql_server, _postgresql_template) as url:
        yield url


@pytest.fixture
def second_postgresql_url(postgresql_server: Server, _postgresql_template: str) -> Iterator[str]:
    """The URL of another database that holds an empty store, beside the one of `postgresql_url`."""
    with _database(postgresql_server, _postgresql_template) as url:
        yield url


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    """An empty store in a PostgreSQL database of its own."""
    store = open_store(locate(postgresql_url), create=False)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store, once on each engine."""
    found = request.getfixturevalue(f"{request.param}_store")
    assert isinstance(found, Store)
    return found


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on an empty store, once on each engine, with an admin at it."""
    place = str(store.location.path or store.location.url)
    return Desk(store, Settings(store=place), Actor("tester", Role.ADMIN))
