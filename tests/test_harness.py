"""The tests' own ground: private homes, a server that dies with its run, and no silent skips in CI."""

import json
import os
import select
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from convo import clock
from convo.config import default_store, user_file
from convo.desk.desk import Desk
from tests.postgresql_server import Server

ROOT = Path(__file__).resolve().parent.parent


def run_pytest(folder: Path, body: str, **environ: str) -> subprocess.CompletedProcess[str]:
    test = folder / "test_inner.py"
    test.write_text(body)
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_ADDOPTS"}}
    return subprocess.run(
        [*command, f"--basetemp={folder / 'base'}", "-c", str(ROOT / "pyproject.toml"), str(test)],
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_fails_the_run_in_ci_and_only_there(tmp_path: Path) -> None:
    body = "import pytest\n\ndef test_it():\n    pytest.skip('no such server')\n"
    here, in_ci = run_pytest(tmp_path, body), run_pytest(tmp_path, body, CI="true")
    assert (here.returncode, in_ci.returncode) == (0, 1), in_ci.stdout + in_ci.stderr
    assert "which fails the run in CI" in in_ci.stdout
    assert "no such server" in in_ci.stdout


def test_benchmarks_run_only_when_asked_for(tmp_path: Path) -> None:
    body = "import pytest\n\n@pytest.mark.bench\ndef test_it():\n    assert False\n\ndef test_other():\n    pass\n"
    assert "1 passed, 1 deselected" in run_pytest(tmp_path, body).stdout


def test_a_killed_run_leaves_no_server_behind(tmp_path: Path, postgresql_server: Server) -> None:
    assert postgresql_server.folder.is_dir()
    script = (
        "import os, sys; from pathlib import Path; from tests.postgresql_server import shared_server\n"
        "print(shared_server(Path(sys.argv[1]), os.getpid()).folder, flush=True); sys.stdin.read()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip())
    assert (folder / "data").is_dir()
    keeper = os.pidfd_open(json.loads((tmp_path / "postgresql.json").read_text())["pid"])
    run.kill()
    run.communicate()
    with os.fdopen(keeper):
        ended, _, _ = select.select([keeper], [], [], 30)
    assert ended
    assert not folder.exists()
    postgresql_server.run("SELECT 1")


@pytest.mark.parametrize("number", [1, 2])
def test_every_test_has_a_home_of_its_own(home_of_its_own: Path, number: int) -> None:
    assert list(home_of_its_own.rglob("*.convo")) == []
    for place in (Path(default_store()), user_file()):
        assert place.is_relative_to(home_of_its_own)
    Path(default_store()).parent.mkdir(parents=True, exist_ok=True)
    Path(default_store()).touch()


def test_the_clock_can_stand_still(frozen_now: datetime) -> None:
    assert clock.now() == frozen_now == datetime(2026, 11, 17, 12, tzinfo=UTC)


def test_a_desk_is_there_on_both_engines(desk: Desk) -> None:
    assert desk.store.location.engine in {"sqlite", "postgresql"}
    assert desk.actor.role.value == "admin"


def test_random_tests_keep_no_database_and_no_deadline() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert settings.default.database is None
