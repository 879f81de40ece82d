"""Imports are idempotent, go on where they were killed, account for everything, and can be taken back."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, Busy, Conflict, NotFound
from convo.intake import run as reading
from convo.model import tables
from convo.store import search_index
from tests.intake.saying import rows


def _log(path: Path, count: int, *, start: int = 0, bad: frozenset[int] = frozenset()) -> Path:
    lines = []
    for n in range(start, start + count):
        line = {"from": f"c{n % 7}@example.org", "date": 1_760_000_000 + n * 60, "text": f"message {n}", "id": f"m{n}"}
        lines.append("{broken" if n in bad else json.dumps(line))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


_NUMBERS = {"id", "sort_key"}
"""What a PostgreSQL sequence leaves gaps in, when a transaction is cut off."""
_TABLES = ("customer", "identity", "thread", "episode", "message", "ledger", "attachment", "event", "channel")


def _state(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    left_out = {"received_at", "at", "created_at", "started_at", "finished_at"}
    state = {}
    for name in _TABLES:
        columns = [c.name for c in tables.METADATA.tables[name].columns if c.name not in left_out]
        if not desk.store.is_sqlite:
            columns = [c for c in columns if c not in _NUMBERS and not c.endswith("_id")]
        state[name] = sorted(rows(desk.store, name, *columns), key=str) if columns else []
    state["import_run"] = rows(desk.store, "import_run", "id", "state", "fetched", "stored", "skipped", "quarantined")
    return state


def test_a_second_import_of_the_same_file_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    log = _log(tmp_path / "log.jsonl", 30)
    (first,) = desk.imports.run([log])
    (second,) = desk.imports.run([log])
    assert (first.fetched, first.stored, first.skipped) == (30, 30, 0)
    assert (second.fetched, second.stored, second.skipped) == (30, 0, 30)
    assert second.skipped_because == {"already stored": 30}
    assert len(rows(desk.store, "message")) == 30


def test_everything_read_is_stored_skipped_or_quarantined_and_says_why(desk: Desk, tmp_path: Path) -> None:
    log = _log(tmp_path / "log.jsonl", 20, bad=frozenset({3, 7}))
    (report,) = desk.imports.run([log])
    assert (report.fetched, report.stored, report.quarantined) == (20, 18, 2)
    page = desk.imports.quarantine()
    assert [row.place for row in page.items] == ["line 4", "line 8"]
    row, raw = desk.imports.quarantined(page.items[0].id)
    assert raw.strip() == b"{broken"
    assert row.reason


def test_a_quarantined_thing_is_taken_in_after_its_file_is_mended(desk: Desk, tmp_path: Path) -> None:
    log = _log(tmp_path / "log.jsonl", 20, bad=frozenset({3, 7}))
    desk.imports.run([log])
    _log(log, 20, bad=frozenset({7}))
    (report,) = desk.imports.retry()
    assert (report.fetched, report.stored, report.quarantined) == (20, 19, 1)
    assert [row.place for row in desk.imports.quarantine().items] == ["line 8"]
    log.unlink()
    with pytest.raises(BadInput, match="is gone"):
        desk.imports.retry()


def test_a_dry_run_counts_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.imports.run([_log(tmp_path / "half.jsonl", 10)])
    before = _state(desk)
    (report,) = desk.imports.run([_log(tmp_path / "log.jsonl", 30, bad=frozenset({20}))], dry_run=True)
    assert (report.stored, report.skipped, report.quarantined) == (19, 10, 1)
    assert _state(desk) == before


def test_undo_leaves_the_desk_as_it_was_before_the_run(desk: Desk, tmp_path: Path) -> None:
    desk.imports.run([_log(tmp_path / "one.jsonl", 20)])
    before = _state(desk)
    (report,) = desk.imports.run([_log(tmp_path / "two.jsonl", 30, start=15, bad=frozenset({40}))])
    assert report.run_id is not None
    undone = desk.imports.undo(report.run_id)
    assert undone.state == "undone"
    after = _state(desk)
    assert after.pop("import_run")[:-1] == before.pop("import_run")
    assert after == before
    with pytest.raises(Conflict, match="already"):
        desk.imports.undo(report.run_id)


def test_undo_keeps_the_thread_that_somebody_answered_since(desk: Desk, tmp_path: Path) -> None:
    (report,) = desk.imports.run([_log(tmp_path / "log.jsonl", 7)], channel="web")
    (thread, *_) = desk.threads.list().items
    desk.threads.note(thread.id, "call them back")
    desk.imports.undo(report.run_id)
    assert [row.id for row in desk.threads.list().items] == [thread.id]
    assert [message.body for message in desk.threads.show(thread.id).messages] == ["call them back"]
    assert len(rows(desk.store, "customer")) == 1


def test_what_came_before_a_date_is_skipped(desk: Desk, tmp_path: Path) -> None:
    since = datetime.fromtimestamp(1_760_000_000 + 10 * 60, UTC)
    (report,) = desk.imports.run([_log(tmp_path / "log.jsonl", 20)], since=since)
    assert (report.stored, report.skipped) == (10, 10)


def test_a_missing_or_strange_file_is_refused_before_anything_is_stored(desk: Desk, tmp_path: Path) -> None:
    log, strange = _log(tmp_path / "log.jsonl", 5), tmp_path / "strange.bin"
    strange.write_bytes(bytes(range(256)) * 40)
    for path in (strange, tmp_path / "missing.mbox"):
        with pytest.raises(BadInput):
            desk.imports.run([log, path])
    assert rows(desk.store, "message") == []


def test_a_folder_is_walked_and_what_is_no_log_is_named(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    _log(folder / "a.jsonl", 3)
    (folder / "picture.bin").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    reports = desk.imports.run([folder])
    assert [(Path(r.path).name, r.state) for r in reports] == [("a.jsonl", "done"), ("picture.bin", "not recognised")]


def test_only_one_import_runs_at_a_time(desk: Desk, tmp_path: Path) -> None:
    with desk.store.only_one("import"), pytest.raises(Busy, match="another import"):
        desk.imports.run([_log(tmp_path / "log.jsonl", 3)])


def test_lines_from_a_pipe_are_taken_in(desk: Desk) -> None:
    line = b'{"from": "ana@example.org", "date": "2026-11-02T09:00:00Z", "text": "hello"}\n'
    report = desk.imports.run_lines([line, line])
    assert (report.fetched, report.stored) == (2, 2)
    assert desk.imports.run_lines([line]).skipped == 1


def test_an_unknown_run_or_number_is_said_so(desk: Desk) -> None:
    for missing in (lambda: desk.imports.report(7), lambda: desk.imports.undo(7), lambda: desk.imports.quarantined(7)):
        with pytest.raises(NotFound):
            missing()


_KILLED = """
import os, signal, sys
from pathlib import Path
from convo.config import Settings
from convo.desk.desk import open_desk
from convo.intake import receive, run
from convo.store import search_index
url, log, point, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
run.BATCH = 10
left = count
def dies(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
owner, name = {
    "start": (run, "start"), "batch": (run, "receive_many"), "messages": (receive, "write_messages"),
    "index": (search_index, "add"), "ledger": (receive, "write_ledger"), "finish": (run, "finish"),
    "after-start": (run, "carry_out"),
}[point]
setattr(owner, name, dies(getattr(owner, name)))
with open_desk(url, settings=Settings(store=url)) as desk:
    desk.imports.run([log])
"""


@pytest.mark.parametrize(
    ("point", "count"),
    [
        ("start", 1),
        ("after-start", 1),
        ("batch", 1),
        ("batch", 3),
        ("messages", 2),
        ("index", 3),
        ("ledger", 2),
        ("finish", 1),
    ],
)
def test_a_killed_import_goes_on_to_the_same_end_as_a_clean_one(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, count: int
) -> None:
    monkeypatch.setattr(reading, "BATCH", 10)
    log = _log(tmp_path / "log.jsonl", 45, bad=frozenset({13, 33}))
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            _KILLED,
            str(desk.store.location.path or desk.store.location.url),
            log,
            point,
            str(count),
        ],
        check=False,
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert killed.returncode == -signal.SIGKILL
    (report,) = desk.imports.run([log])
    assert (report.fetched, report.stored, report.quarantined, report.state) == (45, 43, 2, "done")
    resumed = _state(desk)
    _forget_everything(desk)
    desk.imports.run([log])
    clean = _state(desk)
    assert resumed == clean


def _forget_everything(desk: Desk) -> None:
    with desk.store.write() as connection:
        for table in reversed(tables.ORDER):
            connection.execute(table.delete())
        search_index.clear(connection)
        if not desk.store.is_sqlite:
            for table in tables.ORDER:
                if "id" in table.c and table.name != "merge_move":
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), 1, false)"
                    )
