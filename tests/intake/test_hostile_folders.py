"""Files and folders that change, hide, loop or are none: nothing hangs, nothing is lost, and a run can be taken up."""

import os
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.importers import registry
from convo.intake import run as reading
from tests.intake.bringing import account, bring_in, stored
from tests.intake.hostile import sound_log, sound_mail
from tests.intake.saying import rows


def test_a_file_that_vanishes_before_its_turn_costs_a_sentence_and_can_be_taken_up_again(
    desk: Desk, tmp_path: Path
) -> None:
    first, second, third = (sound_log(tmp_path / f"{n}.jsonl", 5, n * 5) for n in range(3))
    kept = second.read_bytes()
    reports = desk.imports.run([first, second, third], progress=lambda told: second.unlink(missing_ok=True))
    assert [report.stored for report in reports] == [5, 0, 5]
    assert reports[1].state == "not read: there is no file '1.jsonl'"
    second.write_bytes(kept)
    assert stored(desk, second) == 5
    assert [row[0] for row in rows(desk.store, "import_run", "state")] == ["done"] * 3


def _make_unreadable(path: Path) -> None:
    """Reading it fails with an error of the system, for the superuser too."""
    path.unlink()
    path.symlink_to("/proc/self/mem")


def test_a_file_that_cannot_be_read_any_more_costs_a_sentence_and_stops_no_other(desk: Desk, tmp_path: Path) -> None:
    first, second, third = (sound_log(tmp_path / f"{n}.jsonl", 5, n * 5) for n in range(3))
    reports = desk.imports.run([first, second, third], progress=lambda told: _make_unreadable(second))
    assert [report.stored for report in reports] == [5, 0, 5]
    assert "cannot be read: Input/output error" in reports[1].state
    with pytest.raises(BadInput, match="Input/output error"):
        desk.imports.run([second])
    second.unlink()
    assert stored(desk, sound_log(second, 5, 5)) == 5


def test_a_run_whose_file_breaks_off_midway_is_taken_up_where_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 10)
    log = tmp_path / "log.jsonl"
    sound_log(log, 50)
    importer = registry.by_name("jsonl")
    real = type(importer).read

    def breaks(self, source, options):
        for number, item in enumerate(real(self, source, options)):
            if number == 25:
                raise OSError(5, "Input/output error")
            yield item

    with monkeypatch.context() as patch:
        patch.setattr(type(importer), "read", breaks)
        with pytest.raises(BadInput, match="cannot be read: Input/output error"):
            desk.imports.run([log])
    assert rows(desk.store, "import_run", "state") == [("running",)]
    assert len(rows(desk.store, "message", "id")) == 20
    report = account(desk, log)
    assert (report.run_id, report.fetched, report.stored) == (1, 50, 50)


@pytest.mark.parametrize("change", ["grows", "shrinks", "is emptied", "is replaced"])
def test_a_file_that_changes_while_it_is_read_loses_nothing_in_the_end(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(reading, "BATCH", 500)
    told: list[object] = []
    log = sound_log(tmp_path / "log.jsonl", 5_000)

    def disturb(progress: object) -> None:
        if told:
            return
        told.append(progress)
        if change == "grows":
            with log.open("ab") as file:
                file.write(sound_log(tmp_path / "more.jsonl", 100, 5_000).read_bytes())
        elif change == "shrinks":
            os.truncate(log, log.stat().st_size // 2 + 7)
        elif change == "is emptied":
            os.truncate(log, 0)
        else:
            sound_log(tmp_path / "other.jsonl", 100, 9_000).replace(log)

    (report,) = desk.imports.run([log], progress=disturb)
    assert report.fetched == report.stored + report.skipped + report.quarantined
    account(desk, sound_log(log, 5_100))
    assert {row[0] for row in rows(desk.store, "message", "body")} == {f"sound {n}" for n in range(5_100)}
    assert len(rows(desk.store, "message", "id")) == 5_100


def test_a_folder_with_loops_pipes_and_devices_is_walked_and_nothing_hangs(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    sound_log(folder / "deep" / "log.jsonl")
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    (folder / "empty").touch()
    found = {str(Path(report.path).relative_to(folder)): report for report in desk.imports.run([folder])}
    assert found["deep/log.jsonl"].stored == 5
    assert {name: report.state for name, report in found.items()} == {
        "deep/log.jsonl": "done",
        "deep/loop": "not read: it is a link",
        "empty": "not recognised",
        "gone": "not read: it is a link",
        "pipe": "not read: it is no regular file",
        "self": "not read: it is a link",
        "zero": "not read: it is a link",
    }


def test_a_pipe_a_device_or_a_broken_link_named_itself_is_refused(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    names = (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null"), tmp_path / "self", tmp_path / "gone",
             tmp_path / ("n" * 300), tmp_path / "a\0b", tmp_path / "pipe" / "inside")  # fmt: skip
    for path in names:
        assert isinstance(bring_in(desk, path), BadInput)


def test_a_maildir_with_pipes_links_and_mails_that_vanish_is_read_to_its_end(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for n in range(6):
        (folder / "cur" / f"176000000{n}.x:2,S").write_bytes(sound_mail(n))
    os.mkfifo(folder / "cur" / "1760000006.pipe:2,S")
    (folder / "new" / "1760000007.out").symlink_to("/etc/passwd")
    (folder / "new" / "1760000008.loop").symlink_to(folder / "new" / "1760000008.loop")
    (folder / "cur" / "1760000009.\udcff\udcfe:2,S").write_bytes(sound_mail(9))
    report = account(desk, folder)
    assert (report.fetched, report.stored) == (10, 7)


def test_folders_nested_a_thousand_deep_are_walked(desk: Desk, tmp_path: Path) -> None:
    top = here = tmp_path / "deep"
    top.mkdir()
    for _ in range(1_200):
        here = here / "d"
        here.mkdir()
    try:
        sound_log(here / "log.jsonl")
        (report,) = desk.imports.run([top])
        assert report.stored == 5
    finally:
        (here / "log.jsonl").unlink()
        while here != tmp_path:  # pytest's own cleaning recurses
            here.rmdir()
            here = here.parent


NAMES = (b"caf\xe9.jsonl", b"\xff\xfe\xfd.jsonl", b"-x.jsonl", b"--help", b"a\nb\t\x1b]52;c;eA==\x07.jsonl",
         b"\xe2\x80\xaetxt.jsonl", b"[bold].jsonl", b" .jsonl", b"%s%n.jsonl", b"C:\\x.jsonl", b"n" * 255)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_imported_reported_and_found_again(desk: Desk, tmp_path: Path, name: bytes) -> None:
    path = tmp_path / "logs" / os.fsdecode(name)
    path.parent.mkdir()
    sound_log(path)
    with path.open("ab") as file:
        file.write(b"{broken\n")
    told: list[str] = []
    report = desk.imports.run([path], progress=lambda progress: told.append(progress.path))[0]
    assert (report.stored, report.quarantined) == (5, 1)
    for text in (report.path, *told, *(row.path for row in desk.imports.quarantine().items)):
        text.encode()
    sound_log(path, 6)
    (again,) = desk.imports.retry()
    assert (again.stored, again.quarantined) == (6, 0)
    (whole,) = desk.imports.run([path.parent])
    assert whole.skipped == 6
    path.write_bytes(b"")
    refusal = bring_in(desk, path)
    assert isinstance(refusal, BadInput)


def test_a_file_named_from_its_own_folder_is_found_again_from_another(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.jsonl").write_text("{broken\n")
    assert account(desk, Path("log.jsonl"), format="jsonl").path == "log.jsonl"
    sound_log(Path("log.jsonl"), 1)
    monkeypatch.chdir("/")
    (again,) = desk.imports.retry()
    assert (again.stored, again.quarantined) == (1, 0)


def test_a_file_that_is_gone_stops_no_retry_of_the_others(desk: Desk, tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.jsonl").write_text("{broken\n")
        account(desk, tmp_path / f"{n}.jsonl", format="jsonl")
        sound_log(tmp_path / f"{n}.jsonl", 1, n)
    (tmp_path / "1.jsonl").unlink()
    reports = desk.imports.retry()
    assert [report.stored for report in reports] == [1, 0, 1]
    assert reports[1].state.startswith("not read: ")
    assert "is gone" in reports[1].state


def test_a_chat_whose_file_name_is_in_an_old_encoding_still_tells_whom_it_is_with(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("WhatsApp Chat mit Jürgen.txt".encode("cp1252"))
    path.write_text("02.11.26, 09:00 - Jürgen: hallo\n02.11.26, 09:01 - Laden: guten Tag\n", "utf-8")
    assert account(desk, path).stored == 2
    assert rows(desk.store, "customer", "name") == [("Jürgen",)]
    assert sorted(rows(desk.store, "message", "direction")) == [("inbound",), ("outbound",)]
