"""Hostile words in every field, on every screen, in a real terminal of three sizes."""

import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from convo.desk.desk import Desk
from tests.tui.hostile_shop import make_hostile
from tests.tui.terminal_bytes import foreign
from tests.tui.tmux import PROMPT, TMUX, Tmux

pytestmark = pytest.mark.skipif(TMUX is None, reason="there is no tmux here")

ODD = ("\u200d", "\u0301", "\U0001f1ea", "\U0001f1ef")
"""Of what these stand in, terminals and Textual may think differently how wide it is."""
STEPS: tuple[tuple[str, ...], ...] = (
    *((key,) for key in ("j", "j", "Enter", "z", "G", "k", "k", "o", "Escape", "w", "Escape", "g", "c", "c")),
    *((key, "Escape") for key in ("W", "a", "s", "t", "p", "m", "M", "B", "R", "v", "f", "C-p", "F1")),
    ("/", "c", "u", "s", "t"),
    ("Tab", "Escape"),
    ("r",),
    ("C-b", "Escape"),
    ("C-o", "Escape"),
    ("C-t", "@"),
    ("BSpace", "Escape"),
    ("i",),
    ("u",),
    ("F3", "w", "h", "e", "e", "l"),
    ("Enter",),
    ("Escape",),
    ("F4",),
    ("Down", "Enter"),
    ("Escape",),
    ("F5",),
    ("F6",),
    ("F2",),
    ("]",),
    ("]",),
    ("]",),
)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b]52;c;aGk=\x07",
        b"\x1b]8;;http://x\x1b\\",
        b"\x1b[2J",
        b"\x1b[?1047h",
        b"\xc2\x9b31m",
        b"\x9b31m",
        "\u202e".encode(),
        b"\x07",
        b"\t\r",
    ],
)
def test_the_reader_of_bytes_knows_what_is_foreign(sent: bytes) -> None:
    assert list(foreign(b"\x1b[1;2Hfine \x1b[0m" + sent + b"\x1b[?25h"))
    assert not list(foreign("\x1b[1;2Hfine 日本 \x1b[0m\r\n\x1b[?25h".encode()))


@pytest.mark.parametrize(("columns", "lines"), [(120, 40), (80, 24), (50, 20)])
def test_no_foreign_byte_comes_out_and_the_borders_hold(demo: Desk, tmp_path: Path, columns: int, lines: int) -> None:
    make_hostile(demo)
    path = demo.store.location.path
    assert path is not None
    hostile = tmp_path / "shop\x1b]0;owned\x07\u202e[@click=app.quit()].convo"
    demo.store.close()
    shutil.move(path, hostile)
    with Tmux(hostile, columns=columns, lines=lines) as terminal:
        sent = terminal.record()
        terminal.type("convo")
        terminal.press("Enter")
        terminal.until_shown("wheel [/]")
        terminal.still()
        for keys in STEPS:
            for key in keys:
                terminal.press(key)
                shown = terminal.still()
                assert terminal.modes().startswith("1"), f"{key} ended it\n" + terminal.do("capture-pane", "-pS", "-")
                assert not list(torn(shown, columns)), f"after {key}\n" + "\n".join(shown)
        terminal.press("C-q")
        terminal.until(lambda seen: seen[-1].rstrip().endswith(PROMPT))
        said = "\n".join(terminal.lines())
        assert "fault" not in said, said
        assert "Traceback" not in said, said
        screen = sent.read_bytes()
    begin, end = screen.index(b"\x1b[?1049h"), screen.rindex(b"\x1b[?1049l")
    assert len(screen) > 20_000
    assert not list(foreign(screen[begin:end]))[:5]


def torn(shown: list[str], columns: int) -> list[str]:
    """The lines between borders that do not reach the last column, or go beyond it."""
    return [
        line
        for line in shown
        if line.startswith(("│", "╭", "╰"))
        and not any(odd in line for odd in ODD)
        and (cell_len(line) != columns or not line.endswith(("│", "╮", "╯")))
    ]
