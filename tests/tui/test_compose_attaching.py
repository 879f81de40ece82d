"""Files that go with a reply: found by a path that completes itself, left out, and back when that is taken back."""

from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.tui.compose.attaching import entries
from tests.tui.piloting import Screen, on_screen
from tests.tui.test_compose import WHATSAPP, at, said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files, another folder, and names that hide or try things."""
    place = tmp_path / "out"
    (place / "bills").mkdir(parents=True)
    (place / "bills" / "may.pdf").write_bytes(b"%PDF may")
    (place / "photo.jpg").write_bytes(b"\xff\xd8")
    (place / ".hidden").write_bytes(b"x")
    (place / "Bu\x1b[2J.txt").write_bytes(b"x")
    return place


def test_a_file_is_found_folder_by_folder_sent_and_back_when_the_reply_is_taken_back(demo: Desk, folder: Path) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("r")
        await screen.type("here it is")
        await screen.press("ctrl+f")
        await screen.press("ctrl+u")
        await screen.type(f"{folder}/bi")
        await screen.press("enter")
        await screen.press("enter")
        assert screen.shows("with may.pdf (8 bytes", pane)
        await screen.press("ctrl+s")
        (file,) = said(demo, WHATSAPP)[-1].attachments
        assert (file.name, file.media_type) == ("may.pdf", "application/pdf")
        assert not screen.shows("may.pdf", pane)
        await screen.press("u")
        assert pane.box.text == "here it is"
        assert screen.shows("with may.pdf", pane)
        await screen.press("ctrl+f", "enter")
        assert not screen.shows("may.pdf", pane)
        await screen.press("ctrl+s")
        assert said(demo, WHATSAPP)[-1].attachments == ()

    on_screen(demo, script)


def test_a_note_takes_no_file(demo: Desk) -> None:
    async def script(screen: Screen) -> None:
        pane = await at(screen, WHATSAPP)
        await screen.press("n", "ctrl+f")
        assert pane.box.has_focus

    on_screen(demo, script)


def test_a_path_is_completed_folders_first_and_hidden_names_only_when_asked_for(folder: Path) -> None:
    assert [one.title for one in entries(f"{folder}/")] == ["bills/", "Bu\x1b[2J.txt", "photo.jpg"]
    assert [one.title for one in entries(f"{folder}/B")] == ["bills/", "Bu\x1b[2J.txt"]
    assert [one.title for one in entries(f"{folder}/.h")] == [".hidden"]
    assert [one.value for one in entries(f"{folder}/bills/")] == [f"{folder}/bills/may.pdf"]
    for nothing in (f"{folder}/nowhere/x", "\0", f"{folder}/photo.jpg/x"):
        assert entries(nothing) == []
