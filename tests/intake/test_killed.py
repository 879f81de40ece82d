"""An import killed at any moment, again and again, ends as one clean run does and loses nothing acknowledged."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.store.check import check_store
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.intake.hostile import mbox, sound_log, sound_mail
from tests.intake.saying import rows
from tests.store.processes import spawn

KILLS = 4
_IMPORT = """
import sys
from pathlib import Path
from convo.config import Settings
from convo.desk.desk import open_desk
from convo.intake import run
run.BATCH = 50
url = sys.argv[1]
with open_desk(url, settings=Settings(store=url)) as desk:
    print("ready", flush=True)
    (report,) = desk.imports.run([Path(sys.argv[2])], enrich=False, progress=lambda told: print(told.read, flush=True))
    print("done", flush=True)
"""
_TABLES = ("customer", "identity", "thread", "episode", "message", "ledger", "attachment", "event", "blob")


def _kill_after(url: str, log: Path, seconds: float) -> int | None:
    """Import, and kill the process so long after it is ready; how many items it said were in, None when it ended."""
    process = spawn(_IMPORT, url, log)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    said, complaints = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), complaints
    lines = said.split()
    return None if "done" in lines else int(lines[-1]) if lines else 0


def _wait_until_gone(store: Store) -> None:
    """A PostgreSQL server takes a moment to notice that a client was killed."""
    while not store.is_sqlite:
        with store.read() as connection:
            others = "SELECT count(*), pg_sleep(0.02) FROM pg_stat_activity WHERE datname = current_database()"
            ours = " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            if connection.exec_driver_sql(others + ours).one()[0] == 0:
                return


def _state(store: Store) -> dict[str, object]:
    with store.read() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(tables.METADATA.tables[name])).scalar_one()
            for name in _TABLES
        }
    return counts | {
        "said": sorted(rows(store, "message", "body", "external_id", "sent_at", "direction")),
        "keys": rows(store, "ledger", "ordinal", "key", "outcome", "place"),
        "threads": sorted(rows(store, "thread", "subject", "message_count", "status", "last_message_at")),
        "runs": rows(store, "import_run", "state", "fetched", "stored", "skipped", "quarantined"),
        "blobs": sorted(store.blobs.names()),
        "attachments": sorted(rows(store, "attachment", "sha256", "name")),
    }


def _log(folder: Path, kind: str) -> Path:
    if kind == "jsonl":
        log = sound_log(folder / "log.jsonl", 2_000)
        log.write_bytes(log.read_bytes().replace(b'"date": 17600005', b'"date: 17600005'))
        return log
    from email import message_from_bytes, policy

    mails = []
    for number in range(400):
        mail = message_from_bytes(sound_mail(number), policy=policy.default)
        mail.add_attachment(b"%d" % (number % 90) * 500, maintype="image", subtype="png", filename=f"{number}.png")
        mails.append(mail.as_bytes())
    return mbox(folder / "log.mbox", mails)


@pytest.mark.parametrize("kind", ["jsonl", "mbox"])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_import_killed_at_random_moments_ends_as_a_clean_one(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str, kind: str
) -> None:
    if engine == "sqlite":
        url = str(request.getfixturevalue("sqlite_store").location.path)
        second = str(request.getfixturevalue("second_sqlite_path"))
    else:
        url = request.getfixturevalue("postgresql_url")
        second = request.getfixturevalue("second_postgresql_url")
    log = _log(tmp_path, kind)
    clean = open_store(locate(second), create=False)
    started = time.monotonic()
    Desk(clean, Settings(store=second), Actor("tester", Role.ADMIN)).imports.run([log], enrich=False)
    took = time.monotonic() - started

    seed = int.from_bytes(os.urandom(4))
    dice = random.Random(seed)
    store = open_store(locate(url), create=False)
    for _ in range(KILLS):
        told = _kill_after(url, log, dice.uniform(0, took * 0.7))
        if told is None:
            break
        _wait_until_gone(store)
        assert len(rows(store, "ledger", "id")) >= told, seed
        assert [finding for finding in check_store(store) if not finding.ok and finding.name != "attachments"] == [], (
            seed
        )
    (report,) = Desk(store, Settings(store=url), Actor("tester", Role.ADMIN)).imports.run([log], enrich=False)
    if told is None:
        assert report.stored == 0
        with store.write() as connection:  # it was done before the last kill: the run that found nothing new goes
            connection.execute(tables.ledger.delete().where(tables.ledger.c.import_run_id == report.run_id))
            connection.execute(tables.import_run.delete().where(tables.import_run.c.id == report.run_id))
    assert _state(store) == _state(clean), seed
    assert [finding for finding in check_store(store) if not finding.ok] == [], seed
    store.close()
    clean.close()
