"""The themes can be read by everybody, and auto follows the terminal."""

import os
import pty
import sys
from threading import Thread

import pytest
from textual.color import Color
from textual.theme import Theme

from convo.tui.background import ask_background, background_in
from convo.tui.theme import CONTRAST, NAMES, THEMES, theme_for

GROUNDS = ("background", "surface", "panel", "surface-lighten-1", "primary-muted")
PLAIN = ("background", "surface")
DIM = 0.66
"""How much of its colour Textual leaves to text that is dim."""


def _light(colour: Color) -> float:
    """The relative luminance, as WCAG 2.1 defines it."""
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(text: Color, ground: Color) -> float:
    one, other = sorted((_light(text), _light(ground)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def _pairs(theme: Theme) -> list[tuple[str, str, float]]:
    colours = theme.to_color_system().generate()

    def colour(name: str) -> Color:
        return Color.parse(colours[name])

    made = []
    for ground in GROUNDS:
        made.append(("foreground", ground, _ratio(colour("foreground"), colour(ground))))
        dim = colour(ground).blend(colour("foreground"), DIM)
        made.append(("dim foreground", ground, _ratio(dim, colour(ground))))
        made.append(("text-muted", ground, _ratio(colour("text-muted"), colour(ground))))
    for ground in PLAIN:
        for text in ("primary", "secondary", "accent", "warning", "error", "text-warning", "text-error"):
            made.append((text, ground, _ratio(colour(text), colour(ground))))
    for ground in ("error", "accent"):
        made.append(("background", ground, _ratio(colour("background"), colour(ground))))
    return made


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_stands_out_from_what_is_behind_it(theme: Theme) -> None:
    least = 7.0 if theme is CONTRAST else 4.5
    assert [(text, ground, round(ratio, 2)) for text, ground, ratio in _pairs(theme) if ratio < least] == []


def test_auto_follows_the_terminal_and_no_color_takes_all_colour() -> None:
    assert theme_for("auto", {}, (0.98, 0.98, 0.95)) == NAMES["light"]
    assert theme_for("auto", {"COLORFGBG": "0;15"}, (0.1, 0.1, 0.1)) == NAMES["dark"]
    assert theme_for("auto", {"COLORFGBG": "0;15"}) == NAMES["light"]
    assert theme_for("auto", {"COLORFGBG": "15;default;0"}) == NAMES["dark"]
    assert theme_for("auto", {"NO_COLOR": "1"}, (1.0, 1.0, 1.0)) == NAMES["mono"]
    assert theme_for("contrast", {"NO_COLOR": "1"}) == NAMES["contrast"]


def test_an_answer_is_read_whatever_its_digits() -> None:
    assert background_in(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\") == (1.0, 1.0, 1.0)
    assert background_in(b"\x1b]11;rgb:f/00/0000\x07") == (1.0, 0.0, 0.0)
    assert background_in(b"\x1b]11;rgba:00/00/00/ff\x07") == (0.0, 0.0, 0.0)
    for wrong in (b"", b"\x1b[?62;4c", b"\x1b]11;rgb:zz/0/0\x07", b"\x1b]11;" + b"9" * 100_000):
        assert background_in(wrong) is None


@pytest.mark.parametrize(
    ("answer", "colour"),
    [(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c", (1.0, 1.0, 1.0)), (b"\x1b[?62;22c", None), (b"", None)],
    ids=["known", "unknown", "silent"],
)
def test_the_terminal_is_asked_and_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, colour: tuple[float, float, float] | None
) -> None:
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    asked: list[bytes] = []

    def terminal() -> None:
        asked.append(os.read(ours, 100))
        os.write(ours, answer)

    with os.fdopen(theirs, "r+b", buffering=0) as end:
        monkeypatch.setattr(sys, "stdin", end)
        monkeypatch.setattr(sys, "stdout", end)
        monkeypatch.setenv("TERM", "xterm-256color")
        thread = Thread(target=terminal)
        thread.start()
        # What answers at once is waited for as long as it takes; what is silent, for no time worth naming.
        assert ask_background(30.0 if answer else 0.01) == colour
        thread.join()
        assert asked[0].startswith(b"\x1b]11;?")
        assert termios.tcgetattr(theirs) == before
    os.close(ours)
