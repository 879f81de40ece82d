"""`convo import`: paths and verbs under one noun, sums that are right, and everything undone again."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.commands.conftest import Convo
from tests.commands.terminal import run, run_on_terminal

RECORD = {"from": "eve@example.org", "date": "2026-05-09T10:00:00Z", "text": "Is it open?"}


def log(folder: Path, name: str = "log.jsonl", count: int = 3, bad: int = 0) -> Path:
    lines = [json.dumps(RECORD | {"id": f"{name}-{number}"}) for number in range(count)]
    path = folder / name
    path.write_text("\n".join([*lines, *(["{nonsense"] * bad)]) + "\n")
    return path


def test_each_file_has_one_line_whose_sum_is_right(convo: Convo, tmp_path: Path) -> None:
    ran = convo("import", str(log(tmp_path, bad=1)), str(log(tmp_path, "more.jsonl")))
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "log.jsonl: 4 read = 3 stored + 0 skipped + 1 quarantined (run 2)",
        "more.jsonl: 3 read = 3 stored + 0 skipped + 0 quarantined (run 3)",
    ]
    assert "convo import quarantine" in ran.err


def test_the_same_file_again_stores_nothing(convo: Convo, tmp_path: Path) -> None:
    path = str(log(tmp_path))
    convo("import", path)
    assert "3 read = 0 stored + 3 skipped" in convo("import", path).out


def test_options_may_stand_before_and_after_the_path(convo: Convo, tmp_path: Path) -> None:
    path = str(log(tmp_path))
    for words in (["--dry-run", path], [path, "--dry-run"], ["--channel", "desk", "--dry-run", path]):
        ran = convo("import", *words)
        assert ran.code == 0, ran.err
        assert "3 stored" in ran.out
        assert "dry run" in ran.out
    assert "eve@example.org" not in convo("customer", "list").out


def test_a_dry_run_makes_no_store(tmp_path: Path, convo: Convo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVO_STORE", str(tmp_path / "none.convo"))
    assert convo("import", "--dry-run", str(log(tmp_path))).code == 1
    assert not (tmp_path / "none.convo").exists()


def test_a_file_named_as_a_verb_is_reached_by_its_path(
    convo: Convo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(tmp_path, "undo")
    monkeypatch.chdir(tmp_path)
    assert "undo: 3 read" in convo("import", f".{os.sep}undo").out
    assert convo("import", "undo").code == 2


def test_a_mistyped_verb_is_a_path_that_is_not_there(convo: Convo) -> None:
    ran = convo("import", "quarantin")
    assert ran.code == 1
    assert "quarantin" in ran.err


def test_lines_come_from_a_pipe(convo: Convo) -> None:
    ran = convo("import", "-", stdin=json.dumps(RECORD).encode())
    assert ran.out == "standard input: 1 read = 1 stored + 0 skipped + 0 quarantined (run 2)\n"


def test_a_report_in_json_says_all(convo: Convo, tmp_path: Path) -> None:
    (line,) = convo("import", "--json", str(log(tmp_path, bad=2))).out.splitlines()
    report = json.loads(line)
    assert report["fetched"] == report["stored"] + report["skipped"] + report["quarantined"] == 5
    assert sum(report["quarantined_because"].values()) == 2
    assert json.loads(convo("import", str(tmp_path), "--json", "stored").out.splitlines()[0]) == {"stored": 0}


def test_what_was_quarantined_is_listed_shown_and_tried_again(convo: Convo, tmp_path: Path) -> None:
    path = log(tmp_path, bad=1)
    convo("import", str(path))
    (row,) = convo("import", "quarantine", "--json").out.splitlines()
    found = json.loads(row)
    assert found["place"] == "line 4"
    assert convo("import", "quarantine", "list", "--run", "2", "--json").out == row + "\n"
    shown = convo("import", "quarantine", "show", str(found["id"])).out
    assert "{nonsense" in shown
    path.write_text(path.read_text().replace("{nonsense", json.dumps(RECORD | {"id": "mended"})))
    assert "4 read = 4 stored" in convo("import", "quarantine", "retry").out
    assert convo("import", "quarantine").out == ""


def test_a_run_is_undone_by_its_number(convo: Convo, tmp_path: Path) -> None:
    convo("import", str(log(tmp_path)))
    assert "eve@example.org" in convo("customer", "list").out
    ran = convo("import", "undo", "2")
    assert ran.code == 0
    assert "3 stored things" in ran.err
    assert "eve@example.org" not in convo("customer", "list").out
    assert json.loads(convo("import", "runs", "--json").out.splitlines()[0])["state"] == "undone"


def test_a_mapping_is_given_saved_and_used(convo: Convo, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Email,When,Said\neve@example.org,2026-05-09 10:00,Hello\n")
    mapping = ["--map", "customer.email=Email", "--map", "date=When", "--map", "text=Said"]
    ran = convo("import", "--dry-run", str(table), *mapping)
    assert "1 stored" in ran.out, ran.err
    assert convo("import", str(table), *mapping, "--save-profile", "shop").code == 0
    assert "customer.email=Email" in convo("import", "profile", "list").out
    assert "1 skipped" in convo("import", str(table), "--profile", "shop").out
    assert convo("import", "profile", "remove", "shop", "--yes").code == 0
    assert convo("import", "profile", "list").out == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--since", "whenever", "x"], 2, "whenever"),
        (["--date-order", "myd", "x"], 2, "one of auto"),
        (["--map", "customer.email", "x"], 2, "name=value"),
        (["--save-profile", "shop", "x"], 2, "no mapping"),
        (["--format", "mbox", "-"], 2, "JSONL"),
        (["--format", "pigeon", "/dev/null"], 1, "pigeon"),
        (["/nowhere/log"], 1, "/nowhere/log"),
        (["--dry-run"], 2, "PATH"),
    ],
)
def test_what_cannot_be_imported_is_refused(words: list[str], code: int, said: str, convo: Convo) -> None:
    ran = convo("import", *words)
    assert ran.code == code
    assert said in ran.err


def test_every_format_is_listed_with_what_it_reads(convo: Convo) -> None:
    listed = convo("import", "formats").out
    for name in ("mbox", "slack", "whatsapp", "telegram", "csv", "jsonl"):
        assert re.search(rf"^{name}\t", listed, re.MULTILINE)


def test_a_terminal_sees_progress_and_then_the_summary(shop: Path, tmp_path: Path) -> None:
    ran = run_on_terminal("import", str(log(tmp_path, count=2000)), store=shop)
    assert ran.code == 0
    assert "read" in ran.out
    assert "\x1b[2K" in ran.out, "the bar is taken away again"
    last = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", ran.out.rstrip("\n").splitlines()[-1])
    assert last.strip() == "log.jsonl: 2000 read = 2000 stored + 0 skipped + 0 quarantined (run 2)"
    quiet = run_on_terminal("--quiet", "import", str(log(tmp_path, "b.jsonl", count=50)), store=shop)
    assert "\x1b" not in quiet.out


def test_progress_does_not_reach_a_pipe(shop: Path, tmp_path: Path) -> None:
    assert run("import", str(log(tmp_path)), store=shop).err == ""
