"""Drafts outside the store: private files while it is lost, and one's own editor, whatever that does."""

import json
import stat
import sys
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock

from convo.desk.desk import Desk
from convo.store.store import lock_path
from convo.tui.compose.editor import edit, editor_command
from convo.tui.compose.keeping import bring_back
from convo.tui.compose.spare import SpareDraft, SpareDrafts
from tests.tui.piloting import Screen, on_screen
from tests.tui.test_compose import WHATSAPP, at


def spare_of(desk: Desk) -> SpareDrafts:
    return SpareDrafts(str(desk.store.location), desk.actor.name)


def test_while_the_store_is_lost_drafts_go_to_a_private_file_and_return(
    demo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = demo.store.location.path
    assert place is not None

    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        with FileLock(lock_path(place)), monkeypatch.context() as patch:
            patch.setattr("convo.store.store.LOCK_SECONDS", 0.01)
            await screen.type("not lost")
            await screen.press("escape")
            assert [one.body for one in spare_of(demo).held(WHATSAPP)] == ["not lost"]
            await screen.press("r", "ctrl+s")
            assert pane.box.text == "not lost"
            assert not any(one.body == "not lost" for one in demo.threads.show(WHATSAPP).messages)
            folder = Path(platformdirs.user_state_dir("convo", appauthor=False)) / "drafts"
            (file,) = folder.iterdir()
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert str(place) not in file.read_text()
        pane.refresh_from_store()
        await screen.settled()
        assert demo.drafts.kept(WHATSAPP)[0].body == "not lost"
        assert spare_of(demo).all() == ()
        await screen.press("ctrl+s")
        assert demo.threads.show(WHATSAPP).messages[-1].body == "not lost"

    on_screen(demo, script)


def test_the_next_screen_puts_a_file_back_into_the_store_but_over_nothing_newer(demo: Desk) -> None:
    spare = spare_of(demo)
    spare.write(SpareDraft(WHATSAPP, False, "", "from a crash", ""))
    spare.write(SpareDraft(WHATSAPP, True, "", "a note, too", ""))
    spare.write(SpareDraft(8, False, "", "older\x1b[2J", ""))
    spare.write(SpareDraft(99_999, False, "", "of a thread that is gone", ""))
    demo.drafts.keep(8, "newer")

    async def script(screen: Screen) -> None:
        assert {one.body for one in demo.drafts.kept(WHATSAPP)} == {"from a crash", "a note, too"}
        pane = await at(screen, 8)
        assert pane.box.text == "newer"
        assert screen.shows("ctrl+l: another text of yours: older␛[2J", pane)
        await screen.press("r", "ctrl+l", "escape")
        assert demo.drafts.kept(8)[0].body == "older␛[2J"

    on_screen(demo, script)
    assert spare.all() == ()


def test_files_that_hold_no_drafts_are_passed_over(demo: Desk, tmp_path: Path) -> None:
    spare = SpareDrafts("store", "kim", folder=tmp_path)
    spare.write(SpareDraft(1, False, "", "good", ""))
    (file,) = (tmp_path / "drafts").iterdir()
    for broken in ("", "[]", '{"drafts": [1]}', json.dumps({"drafts": [{"body": 1}]}), "[" * 100_000):
        file.with_name(file.name.replace("-1.", "-2.")).write_text(broken)
        assert [one.body for one in spare.all()] == ["good"]
    assert SpareDrafts("store", "alex", folder=tmp_path).all() == ()
    (tmp_path / "file").touch()
    assert not SpareDrafts("store", "kim", folder=tmp_path / "file").write(SpareDraft(1, False, "", "x", ""))
    assert bring_back(demo, SpareDrafts("other", "kim", folder=tmp_path)) == 0


def script_of(folder: Path, body: str) -> list[str]:
    path = folder / "an editor"
    path.write_text(f"#!{sys.executable}\nimport sys, os, stat\npath = sys.argv[-1]\n{body}\n")
    path.chmod(0o700)
    return editor_command({"VISUAL": f"'{path}' --wait", "EDITOR": "no"})


def test_the_editor_gets_a_private_file_and_no_shell(tmp_path: Path) -> None:
    command = script_of(
        tmp_path,
        "mode = stat.S_IMODE(os.stat(path).st_mode), stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode)\n"
        "text = open(path).read()\n"
        "open(path, 'w').write(f'{text}|{mode}|{sys.argv[1:-1]}|$(id)\\x1b[2J\\n')",
    )
    assert edit("hello", command).text == f"hello|{(0o600, 0o700)}|['--wait']|$(id)␛[2J"


@pytest.mark.parametrize(
    ("body", "remark", "aside"),
    [
        ("sys.exit(3)", "ended with 3", ""),
        ("open(path, 'w').write('half'); sys.exit(3)", "ended with 3", "half"),
        ("os.unlink(path)", "left no file", ""),
        ("os.unlink(path); os.mkdir(path)", "left no file", ""),
        ("open(path, 'w').write('x' * 5_000_000)", "left more than", ""),
        ("os.kill(os.getpid(), 9)", "ended with -9", ""),
    ],
)
def test_whatever_the_editor_does_the_text_stays(tmp_path: Path, body: str, remark: str, aside: str) -> None:
    edited = edit("hello", script_of(tmp_path, body))
    assert (edited.text, edited.aside) == ("hello", aside)
    assert remark in edited.remark
    assert edit("hello", ["/nowhere/editor"]).text == "hello"
