"""A small shop in a store of its own, and the command line to ask about it."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from convo.commands.main import main
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.store import Store
from tests.commands.terminal import Ran

SHOP = Path(__file__).with_name("shop.jsonl")

Convo = Callable[..., Ran]


@pytest.fixture
def desk_on(sqlite_store: Store) -> Desk:
    """A desk with an admin at it, on an empty SQLite store."""
    return Desk(sqlite_store, Settings(store=str(sqlite_store.location.path)), Actor("tester", Role.ADMIN))


@pytest.fixture
def shop(desk_on: Desk) -> Path:
    """A store with two customers, three threads, a call and a purchase."""
    desk_on.imports.run_lines(SHOP.read_bytes().splitlines(keepends=True))
    assert desk_on.store.location.path is not None
    return desk_on.store.location.path


class Screen(io.StringIO):
    """Standard output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture
def convo(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Convo:
    """Runs a command line on the shop in this process: `stdin` on its input, its output in a pipe, or on a screen.

    With `columns` standard output says it is a terminal that wide; only the real one of `run_on_terminal` has a
    terminal's input, too.
    """
    monkeypatch.setenv("CONVO_STORE", str(shop))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*words: str, stdin: bytes = b"", columns: int = 0) -> Ran:
        capsys.readouterr()
        screen = Screen()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setenv("COLUMNS", str(columns or 80))
            if columns:
                patch.setattr(sys, "stdout", screen)
            code = main(words)
        written = capsys.readouterr()
        return Ran(int(code), screen.getvalue() if columns else written.out, written.err)

    return run
