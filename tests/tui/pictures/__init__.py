"""Pictures of the screen, compared exactly: what the demo shop shows at noon, as text and in the themes as SVG.

`python -m tests.tui.pictures` takes them anew; look at what has changed before you commit it.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from textual.widgets import Input, TextArea

from convo import clock
from convo.commands.main import main
from convo.desk.desk import open_desk
from convo.tui.theme import NAMES
from tests.tui.piloting import MEDIUM, NARROW, WIDE, Screen, screen_of

FOLDER = Path(__file__).parent
FRONT = FOLDER.parents[2] / "docs" / "desk.svg"
"""The picture that README shows."""
NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
DECIDED = (1, 13, 7)
"""Threads that the rules are asked about, so that the screen of rules has something to tell."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the keys that lead to it, the screen's columns and lines, words to type, and the theme of an SVG.

    `until` is what the screen shows once all that follows from the keys has come about.
    """

    keys: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    words: str = ""
    theme: str = ""
    until: str = ""


PICTURES: Mapping[str, Picture] = {
    "desk-wide.txt": Picture(),
    "desk-medium.txt": Picture(size=MEDIUM),
    "desk-narrow.txt": Picture(size=NARROW),
    FRONT.name: Picture(("j",), theme="dark", until="Ana Ruiz · #13"),
    **{f"desk-{name}.svg": Picture(theme=name) for name in NAMES if name != "dark"},
    "search.txt": Picture(("f3",), words="wheel"),
    "rules.txt": Picture(("f4", "tab")),
    "channels.txt": Picture(("f5",), MEDIUM),
    "dashboard.txt": Picture(("f6",)),
    "help.txt": Picture(("f1",), MEDIUM),
}


def file_of(name: str) -> Path:
    """Where a picture is kept."""
    return FRONT if name == FRONT.name else FOLDER / name


@contextmanager
def shop(folder: Path) -> Iterator[Path]:
    """The store of a demo shop in a folder, while the clock stands at noon."""
    path = folder / "demo.convo"
    with clock.fixed(NOON), patch.dict(os.environ, {"LOGNAME": "shop", "CONVO_PAGER": "off"}):
        assert main(["demo", str(path), "--quiet"]) == 0
        with open_desk(path) as desk:
            for thread in DECIDED:
                desk.routing.route(thread, "message received")
        yield path


def take(path: Path, picture: Picture) -> str:
    """A picture of the screen on a copy of a store, so that no picture knows of another."""

    async def taken(folder: Path) -> str:
        copied = Path(shutil.copytree(path.parent, folder / "shop")) / path.name
        with open_desk(copied, operator="kim") as desk:
            async with screen_of(desk, picture.size) as screen:
                if picture.theme:
                    screen.app.theme = NAMES[picture.theme]
                _still(screen)
                await screen.press(*picture.keys)
                await screen.type(picture.words)
                await screen.until(lambda: screen.shows(picture.until))
                _still(screen)
                await screen.settled()
                return screen.app.export_screenshot() if picture.theme else "\n".join(screen.lines()) + "\n"

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(taken(Path(folder)))


def _still(screen: Screen) -> None:
    """Let no cursor blink."""
    for widget in (*screen.app.screen.query(Input), *screen.app.screen.query(TextArea)):
        widget.cursor_blink = False
