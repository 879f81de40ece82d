"""A disk that fills up during an import: one sentence, a sound store, nothing lost, and later it goes on."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from convo.config import Settings
from convo.desk.desk import open_desk
from convo.model import tables
from convo.store.check import check_store
from tests.intake.hostile import mbox, sound_log, sound_mail

ROOT = Path(__file__).resolve().parent.parent.parent
COUNT = 2_000
_IMPORT = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from convo.commands.main import main
from convo.intake import run
size, run.BATCH = int(sys.argv.pop(1)), int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
def told(store, job, run_id, done, progress):
    def says(number):
        open(sys.argv[-1] + ".acknowledged", "w").write(str(number))
        progress(number)
    real(store, job, run_id, done, says)
real, run.carry_out = run.carry_out, told
sys.exit(main())
"""


def _import(store: Path, log: Path, size: int, *words: str, batch: int = 200) -> "subprocess.CompletedProcess[str]":
    """`convo import` where no file can grow beyond `size` bytes."""
    return subprocess.run(
        [sys.executable, "-c", _IMPORT, str(size), str(batch), "import", *words, str(log)],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1", "CONVO_STORE": str(store)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _messages(store: Path) -> int:
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return int(connection.execute("SELECT count(*) FROM message").fetchone()[0])


def _whole(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the store says, without times of writing and numbers."""
    with open_desk(path, settings=Settings(store=str(path))) as desk:
        assert [finding for finding in check_store(desk.store) if not finding.ok] == []
        with desk.store.read() as connection:
            said = connection.execute(select(tables.message.c.body, tables.message.c.external_id)).all()
            outcomes = connection.execute(
                select(tables.ledger.c.ordinal, tables.ledger.c.outcome, tables.ledger.c.key)
            ).all()
            runs = connection.execute(select(tables.import_run.c.state, tables.import_run.c.fetched)).all()
            counts = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.customer, tables.thread, tables.identity, tables.episode, tables.attachment)
            ]
    return {
        "said": sorted(map(tuple, said)),
        "ledger": sorted(map(tuple, outcomes)),
        "runs": list(map(tuple, runs)),
        "counts": [tuple(counts)],
    }


@pytest.mark.parametrize("kind", ["messages", "attachments"])
def test_an_import_stops_in_one_sentence_and_goes_on_when_there_is_room(
    sqlite_store, second_sqlite_path: Path, tmp_path: Path, kind: str
) -> None:
    path = sqlite_store.location.path
    sqlite_store.close()
    if kind == "messages":
        log = sound_log(tmp_path / "log.jsonl", COUNT)
        size, batch = 900_000, 200
    else:
        log = mbox(tmp_path / "log.mbox", map(_with_attachment, range(12)))
        size, batch = 900_000, 4
    full = _import(path, log, size, batch=batch)
    assert full.returncode == 1, full.stderr
    assert full.stdout == ""
    sentence, hint = full.stderr.strip().splitlines()
    assert sentence.startswith("convo: the disk that holds ")
    assert "nothing that was stored before is lost" in hint
    acknowledged = Path(f"{log}.acknowledged")
    told = int(acknowledged.read_text()) if acknowledged.exists() else 0
    assert _messages(path) == told
    assert 0 < told < (COUNT if kind == "messages" else 12)

    again = _import(path, log, 1 << 40, batch=batch)
    assert again.returncode == 0, again.stderr
    clean = _import(second_sqlite_path, log, 1 << 40, batch=batch)
    assert clean.returncode == 0, clean.stderr
    assert _whole(path) == _whole(second_sqlite_path)


def _with_attachment(number: int) -> bytes:
    """A mail whose attachment is larger than the rest of the disk from the sixth on."""
    from email import message_from_bytes, policy

    mail = message_from_bytes(sound_mail(number), policy=policy.default)
    size = 1_000_000 if number >= 6 else 1_000
    mail.add_attachment(bytes([number]) * size, maintype="application", subtype="octet-stream", filename="f.bin")
    return mail.as_bytes()


def test_a_full_disk_is_told_as_json_when_json_is_asked_for(sqlite_store, tmp_path: Path) -> None:
    path = sqlite_store.location.path
    sqlite_store.close()
    log = sound_log(tmp_path / "log.jsonl", COUNT)
    full = _import(path, log, 900_000, "--json")
    assert full.returncode == 1
    assert json.loads(full.stderr)["error"] == "store"
