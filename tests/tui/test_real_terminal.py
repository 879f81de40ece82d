"""The screen in a terminal that others wrote (tmux): keys go in, and what it shows is read back."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from convo.desk.desk import Desk
from convo.model import tables
from tests.tui.tmux import PROMPT, TMUX, Tmux

pytestmark = pytest.mark.skipif(TMUX is None, reason="there is no tmux here")

SIZES = ((120, 40), (80, 24), (50, 20))


def place(desk: Desk) -> Path:
    path = desk.store.location.path
    assert path is not None
    return path


def bodies(desk: Desk) -> list[str]:
    """What was written in all threads, but for what was taken back."""
    return [
        message.body
        for thread in desk.threads.list().items
        for message in desk.threads.show(thread.id).messages
        if message.delivery != "cancelled"
    ]


def snoozed(desk: Desk) -> int:
    return len(desk.threads.list("is:snoozed").items)


def stored(terminal: Tmux, holds: Callable[[], bool]) -> None:
    """Wait until something holds of the store, while the terminal shows whatever it shows."""
    terminal.until(lambda _: holds())


def fills(columns: int, lines: int) -> Callable[[list[str]], bool]:
    """Whether the screen was drawn for such a terminal: its borders reach the last column, its keys the last line."""

    def holds(shown: list[str]) -> bool:
        borders = [line for line in shown if line.endswith(("│", "╮", "╯"))]
        return len(shown) == lines and "? keys" in shown[-1] and {len(line) for line in borders} == {columns}

    return holds


@pytest.mark.parametrize(("columns", "lines"), SIZES)
def test_a_thread_is_answered_noted_put_away_and_taken_back_in_a_real_terminal(
    demo: Desk, columns: int, lines: int
) -> None:
    with Tmux(place(demo), columns=columns, lines=lines) as terminal:
        terminal.type("stty -g > before; convo; stty -g > after")
        terminal.press("Enter")
        terminal.until(fills(columns, lines))
        terminal.until_shown("Ana Ruiz")
        assert terminal.modes() == "1 0 1"

        terminal.press("r")
        terminal.until_shown("reply to Lena", "F1 keys")
        terminal.type("Hola, ¿qué tal? 日本 🚲")
        terminal.until_shown("日本 🚲")
        terminal.press("C-s")
        terminal.until_shown("leaves in 10 s", "? keys")
        assert bodies(demo).count("Hola, ¿qué tal? 日本 🚲") == 1
        terminal.press("u")
        terminal.until_shown("taken back", "F1 keys")
        stored(terminal, lambda: [one.body for one in demo.drafts.mine()] == ["Hola, ¿qué tal? 日本 🚲"])
        assert "Hola, ¿qué tal? 日本 🚲" not in bodies(demo)
        terminal.type("!")
        terminal.press("C-s")
        stored(terminal, lambda: "Hola, ¿qué tal? 日本 🚲!" in bodies(demo) and not demo.drafts.mine())
        terminal.until_shown("? keys")

        terminal.press("n")
        terminal.until_shown("F1 keys")
        terminal.type("only for us")
        terminal.press("C-s")
        stored(terminal, lambda: "only for us" in bodies(demo))
        terminal.until_shown("? keys")

        terminal.press("BTab")
        terminal.until_shown("Mine")
        before = snoozed(demo)
        terminal.press("s")
        terminal.until_shown("Snooze until")
        terminal.type("3d")
        terminal.press("Enter")
        stored(terminal, lambda: snoozed(demo) == before + 1)
        terminal.press("u")
        stored(terminal, lambda: snoozed(demo) == before)
        terminal.until_gone("Snooze until")

        terminal.press("C-p")
        terminal.until_shown("Actions", "what to do")
        terminal.press("Escape")
        terminal.until_gone("what to do")
        terminal.press("F1")
        terminal.until_shown("Esc closes")
        terminal.press("Down", "PageDown", "Escape")
        terminal.until_gone("Esc closes")
        terminal.press("F5")
        terminal.until_shown("Channels")
        terminal.press("Escape")
        terminal.until_shown("filter")

        terminal.press("r")
        terminal.until_shown("ctrl+s send")
        terminal.press("BTab")
        terminal.until_shown("? keys")
        terminal.press("Tab")
        terminal.until_shown("ctrl+s send")
        terminal.press("Escape")
        terminal.until_shown("? keys")
        terminal.press("BTab")
        shown = terminal.until_shown("Mine", "hola, soy")
        row = next(number for number, line in enumerate(shown) if "hola, soy" in line)
        terminal.click(5, row)
        terminal.until_shown("#2 hola")

        for other in SIZES:
            terminal.resize(*other)
            terminal.until(fills(*other))
        terminal.press("C-q")
        terminal.until(lambda seen: seen[-1].rstrip() == PROMPT)
        assert terminal.modes() == "0 1 0"
        assert "convo; stty" in "\n".join(terminal.lines()), "the shell has its own screen back"
        terminal.type("cmp before after && echo the sa''me")
        terminal.press("Enter")
        terminal.until_shown("the same")


def test_the_screen_is_drawn_though_errors_go_into_a_file(demo: Desk) -> None:
    with Tmux(place(demo), columns=80, lines=24) as terminal:
        terminal.type("convo 2>errors; wc -c <errors | sed 's/^/bytes: /'")
        terminal.press("Enter")
        terminal.until(fills(80, 24))
        terminal.press("C-q")
        terminal.until_shown("bytes: 0")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")
def test_closing_the_window_leaves_no_process_and_no_presence_and_keeps_the_draft(demo: Desk) -> None:
    with Tmux(place(demo), columns=80, lines=24) as terminal:
        terminal.type("convo")
        terminal.press("Enter")
        terminal.until_shown("reply to Lena")
        terminal.press("r")
        terminal.until_shown("F1 keys")
        terminal.type("half a thought!")
        terminal.until_shown("thought!")
        number = terminal.child()
        terminal.do("kill-window")
        deadline = time.monotonic() + 20
        while Path(f"/proc/{number}").exists():
            assert time.monotonic() < deadline, "the screen goes on without a terminal"
            time.sleep(0.02)
    assert [one.body for one in demo.drafts.mine()] == ["half a thought!"]
    with demo.store.read() as connection:
        assert connection.execute(select(tables.presence.c.session)).all() == []
