"""A PostgreSQL server of the tests' own: started once a run, shared by its workers, gone when the run is gone."""

import ctypes
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock

START_SECONDS = 60.0
_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "shared_buffers=64MB",
    "max_connections=100",
    "dynamic_shared_memory_type=mmap",
    "log_min_messages=fatal",
)


class NoServer(Exception):
    """There is no PostgreSQL here, or it does not start; the text says which."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, reached through a socket in its private folder."""

    folder: Path

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://convo@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Execute a statement that cannot be inside a transaction, such as CREATE DATABASE."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def find_programs() -> Path:
    """The folder of initdb and postgres; raises NoServer when neither Debian's place nor PATH has them."""
    versions = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if (p / "initdb").is_file()]
    if versions:
        return max(versions, key=lambda p: float(p.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NoServer("PostgreSQL is not installed: neither /usr/lib/postgresql/*/bin nor PATH has initdb")
    return Path(on_path).resolve().parent


def shared_server(run_folder: Path, controller: int) -> Server:
    """The run's server, started by whoever asks first; it lives as long as the process `controller`.

    Raises NoServer when it cannot be had.
    """
    notes = run_folder / "postgresql.json"
    with FileLock(run_folder / "postgresql.lock"):
        if not notes.exists():
            notes.write_text(json.dumps(_start(run_folder, controller)))
    found = json.loads(notes.read_text())
    if "error" in found:
        raise NoServer(found["error"])
    return Server(Path(found["folder"]))


def stop_server(run_folder: Path) -> None:
    """End the run's server, if one was started, and wait until it is gone."""
    notes = run_folder / "postgresql.json"
    if not notes.exists():
        return
    found = json.loads(notes.read_text())
    if "pid" not in found:
        return
    try:
        gone = os.pidfd_open(found["pid"])
    except (AttributeError, ProcessLookupError):
        return
    with os.fdopen(gone):
        signal.pidfd_send_signal(gone, signal.SIGTERM)
        select.select([gone], [], [], START_SECONDS)


def _start(run_folder: Path, controller: int) -> dict[str, Any]:
    try:
        programs = find_programs()
    except NoServer as error:
        return {"error": str(error)}
    log = run_folder / "postgresql.log"
    with log.open("wb") as written:
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(programs), str(controller)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"},
        )
        assert keeper.stdout is not None
        folder = keeper.stdout.readline().decode().strip()
        keeper.stdout.close()
    if not folder:
        keeper.wait()
        said = log.read_text(errors="replace").strip().splitlines() or ["it says nothing"]
        return {"error": f"PostgreSQL does not start: {said[-1]}"}
    keeper.returncode = 0  # it is the run's child now, not this worker's to wait for
    return {"pid": keeper.pid, "folder": folder}


def keep(programs: Path, controller: int) -> None:
    """Run a server until the process `controller` ends or SIGTERM comes; prints its folder when it answers."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    user = _unprivileged_user()
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="convo-pg-", dir=memory if os.access(memory, os.W_OK) else None))
    server: subprocess.Popen[bytes] | None = None
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        as_user: dict[str, Any] = (
            {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
        )
        data = folder / "data"
        _initialise(programs, data, as_user)
        server = subprocess.Popen(
            [
                programs / "postgres",
                *("-D", data, "-k", folder, "-c", "listen_addresses="),
                *(word for setting in _FAST for word in ("-c", setting)),
            ],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            preexec_fn=_die_with_parent,
            **as_user,
        )
        _wait_until_it_answers(Server(folder), server)
        print(folder, flush=True)
        _wait_for_end(controller, server)
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, data: Path, as_user: dict[str, Any]) -> None:
    common = (programs / "initdb", "-D", data, "-U", "convo", "-A", "trust", "-E", "UTF8", "-N", "--no-instructions")
    # A server that sorts and folds case as people do shows where the code counts on one engine's habits.
    human = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
    attempts: Sequence[Sequence[str]] = (human, ("--locale=C",))
    for number, locale in enumerate(attempts):
        done = subprocess.run(
            [*common, *locale], cwd=data.parent, capture_output=True, text=True, check=False, **as_user
        )
        if done.returncode == 0:
            return
        if number == len(attempts) - 1:
            sys.exit(done.stderr.strip() or "initdb failed")


def _unprivileged_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    sys.exit("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        death_signal = 1
        ctypes.CDLL(None).prctl(death_signal, signal.SIGQUIT)


def _wait_until_it_answers(server: Server, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            server.run("SELECT 1")
            return
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"the server does not answer: {error}")
            select.select([], [], [], 0.02)


def _wait_for_end(controller: int, server: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "pidfd_open"):
        try:
            watched = os.pidfd_open(controller)
        except ProcessLookupError:
            return
        select.select([watched, os.pidfd_open(server.pid)], [], [])
        return
    while server.poll() is None:
        try:
            os.kill(controller, 0)
        except ProcessLookupError:
            return
        time.sleep(0.5)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
