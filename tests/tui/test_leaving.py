"""A screen that is closed from outside leaves as by its key: nothing typed is lost, nobody seems to be there still."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from convo import clock
from convo.desk.desk import Desk
from convo.model import tables
from convo.model.writing_views import PresenceView
from convo.tui.compose.spare import SpareDrafts
from tests.tui.process import STILL, ScreenProcess

SECONDS = 20.0
NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


def _killed(screen: ScreenProcess) -> None:
    screen.process.send_signal(signal.SIGTERM)
    screen.until(lambda: screen.process.poll() is not None)


def _window_closed(screen: ScreenProcess) -> None:
    for number in (signal.SIGHUP, signal.SIGCONT):  # what the system sends to those whose terminal is gone
        screen.process.send_signal(number)
    screen.hang_up()


def _terminal_lost(screen: ScreenProcess) -> None:
    screen.hang_up()


def sessions(desk: Desk) -> list[str]:
    """The screens that are open, as the store knows it."""
    with desk.store.read() as connection:
        return list(connection.execute(select(tables.presence.c.session)).scalars())


def threads_looked_at(desk: Desk) -> list[int]:
    """The threads that screens show."""
    with desk.store.read() as connection:
        return list(connection.execute(select(tables.presence.c.thread_id)).scalars())


def seen_by_another_screen(desk: Desk, thread: int) -> tuple[PresenceView, ...]:
    """Who is told to be at a thread, at the noon at which these screens are."""
    with clock.fixed(NOON):
        return desk.presence.others(thread, "mine")


@pytest.mark.parametrize("end", [_killed, _window_closed, _terminal_lost])
def test_a_screen_ended_from_outside_keeps_what_was_typed_last_and_is_gone(
    demo: Desk, end: Callable[[ScreenProcess], None]
) -> None:
    place = demo.store.location.path or Path()
    with ScreenProcess(place, command=STILL, env={"CONVO_OPERATOR": "kim"}) as screen:
        screen.until_said("reply to ")
        screen.type("r")
        screen.until_said("send")
        screen.until(lambda: bool(sessions(demo)))
        before = len(screen.sent)
        screen.type("half a thought!")
        screen.until_said("!", since=before)
        end(screen)
        assert screen.process.wait(SECONDS) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(screen.process.pid, 0)
        left = bytes(screen.sent)
    assert [one.body for one in demo.drafts.mine()] == ["half a thought!"]
    assert sessions(demo) == []
    assert not SpareDrafts(str(demo.store.location), "kim").all()
    if end is _killed:
        for given_back in (
            b"\x1b[?1049l",
            b"\x1b[?25h",
            b"\x1b[?1000l",
            b"\x1b[?1003l",
            b"\x1b[?1006l",
            b"\x1b[?2004l",
        ):
            assert left.rindex(given_back) > left.rindex(b"\x1b[?1049h")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")
def test_after_a_screen_was_killed_ones_next_one_warns_of_nobody(demo: Desk) -> None:
    with ScreenProcess(demo.store.location.path or Path(), command=STILL, env={"CONVO_OPERATOR": "kim"}) as screen:
        screen.until_said("reply to ")
        screen.until(lambda: bool(sessions(demo)))
        (session,) = sessions(demo)
        (thread,) = threads_looked_at(demo)
        assert [one.name for one in seen_by_another_screen(demo, thread)] == ["kim"]
        screen.process.kill()
        screen.process.wait(SECONDS)
        assert sessions(demo) == [session]
        assert seen_by_another_screen(demo, thread) == ()
