"""Attachments are opened after asking and saved over nothing; what one reads is copied, harmless."""

import os
import stat
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.model.envelope import Part
from tests.tui.piloting import Screen, on_screen
from tests.tui.talking import mail, maras, opened, story, take


def test_an_attachment_is_opened_after_asking_and_saved_over_nothing(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, customer = story(demo)
    told = tmp_path / "told"
    (tmp_path / "bin").mkdir()
    for name in ("xdg-open", "open"):
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{told}.part" && mv "{told}.part" "{told}"\n')
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    paths: list[Path] = []

    async def script(screen: Screen) -> None:
        pane = await opened(screen, thread, customer)
        assert screen.shows("⊞ ../../bill.pdf · 13 bytes", pane)
        await screen.press("o")
        assert screen.shows("nothing is attached")
        await screen.press("k", "k", "o")
        assert screen.shows("open it as pdf")
        assert not told.exists()
        await screen.press("enter")
        await screen.until(told.exists)
        path = Path(told.read_text())
        paths.append(path)
        assert path.name == "bill.pdf"
        assert path.read_bytes() == b"%PDF-1.7 bill"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        await screen.press("w", "enter")
        assert (tmp_path / "bill.pdf").read_bytes() == b"%PDF-1.7 bill"
        (tmp_path / "bill.pdf").write_text("mine")
        await screen.press("w", "enter")
        assert screen.shows("is there already")
        assert (tmp_path / "bill.pdf").read_text() == "mine"
        await screen.press("escape")

    on_screen(demo, script)
    assert not paths[0].exists()


def test_what_may_do_more_than_show_itself_is_never_opened(demo: Desk) -> None:
    take(demo, mail(1, "look", parts=(Part("a.pdf.desktop", "application/pdf", b"[Desktop Entry]"),)))

    async def script(screen: Screen) -> None:
        await opened(screen, *maras(demo))
        await screen.press("o")
        assert screen.shows("is not opened from here")
        assert not screen.shows("open it as")

    on_screen(demo, script)


def test_a_message_is_copied_by_the_desktop_or_the_terminal(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(demo, mail(1, "take \x1b]52;c;AAAA\x07 this"))
    program = tmp_path / "wl-copy"
    program.write_text(f'#!/bin/sh\ncat > "{tmp_path}/board"\n')
    program.chmod(0o700)
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    async def script(screen: Screen) -> None:
        await opened(screen, *maras(demo))
        await screen.press("y")
        assert screen.shows("OSC 52")
        assert screen.app.clipboard == "take ␛]52;c;AAAA␇ this"
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        await screen.press("y")
        assert screen.shows("wl-copy")
        assert (tmp_path / "board").read_text() == "take ␛]52;c;AAAA␇ this"

    on_screen(demo, script)
