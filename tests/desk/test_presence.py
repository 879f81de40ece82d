"""Who is at a thread right now: screens say so, and those that say nothing any more are forgotten."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.desk.screen_names import is_over, screen_name
from convo.errors import BadInput, NotFound
from convo.model.words import Role
from tests.desk.acting import acting, audited, operator
from tests.desk.said import START, say
from tests.intake.saying import rows


@pytest.fixture
def thread(desk: Desk) -> int:
    said = say(desk, "ana@example.org", "the wheel wobbles", at=START, name="Ana")
    assert said.thread_id is not None
    return said.thread_id


def seen(desk: Desk, thread: int, session: str = "") -> list[tuple[str, bool, str]]:
    return [(view.name, view.writing, view.text) for view in desk.presence.others(thread, session)]


def test_who_writes_comes_first_with_what_they_wrote(desk: Desk, thread: int) -> None:
    jo, kim, viewer = operator(desk, "jo"), operator(desk, "kim"), acting(desk, "vera", Role.VIEWER)
    kim.drafts.keep(thread, "Hola Ana,")
    kim.presence.touch("kim-1", thread, writing=True)
    jo.presence.touch("jo-1", thread)
    viewer.presence.touch("vera-1", thread)
    desk.presence.touch("mine", thread)
    assert seen(desk, thread, "mine") == [("kim", True, "Hola Ana,"), ("jo", False, ""), ("vera", False, "")]
    assert seen(kim, thread, "kim-1") == [("jo", False, ""), ("tester", False, ""), ("vera", False, "")]


def test_a_screen_is_where_it_last_said_and_nowhere_once_it_left(desk: Desk, thread: int) -> None:
    other = say(desk, "jo@example.org", "an invoice", at=START).thread_id
    assert other is not None
    kim = operator(desk, "kim")
    kim.presence.touch("kim-1", thread, writing=True)
    kim.presence.touch("kim-1", other)
    assert (seen(desk, thread), seen(desk, other)) == ([], [("kim", False, "")])
    kim.presence.touch("kim-1", None)
    assert seen(desk, other) == []
    kim.presence.touch("kim-1", thread)
    kim.presence.leave("kim-1")
    kim.presence.leave("kim-1")
    assert seen(desk, thread) == []


def test_a_screen_that_says_nothing_for_a_minute_and_a_half_is_forgotten(desk: Desk, thread: int) -> None:
    kim = operator(desk, "kim")
    with clock.fixed(START):
        kim.presence.touch("kim-1", thread)
    with clock.fixed(START + timedelta(seconds=90)):
        assert seen(desk, thread) == [("kim", False, "")]
    with clock.fixed(START + timedelta(seconds=91)):
        assert seen(desk, thread) == []
        desk.presence.touch("mine", thread)
    assert rows(desk.store, "presence", "session") == [("mine",)]


def test_somebody_with_two_screens_is_one_person_and_their_writing_counts(desk: Desk, thread: int) -> None:
    kim = operator(desk, "kim")
    kim.presence.touch("kim-1", thread, writing=True)
    kim.presence.touch("kim-2", thread)
    assert seen(desk, thread) == [("kim", True, "")]
    assert seen(kim, thread, "kim-2") == [("kim", True, "")]
    assert seen(kim, thread) == []


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")
def test_a_screen_that_was_killed_on_this_machine_is_forgotten_at_once(desk: Desk, thread: int) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    alive, jo, kim = screen_name(), operator(desk, "jo"), operator(desk, "kim")
    machine, number, _ = alive.split("-")
    dead = alive.replace(number, str(ended.pid))
    jo.presence.touch(alive, thread)
    kim.presence.touch(dead, thread, writing=True)
    assert seen(desk, thread) == [("jo", False, "")]
    assert [other.name for other in desk.inbox.list().rows[0].others] == ["jo"]
    kim.presence.touch(dead.replace(machine, "elsewhere"), thread)
    assert seen(desk, thread) == [("jo", False, ""), ("kim", False, "")]
    for unknown in (f"{machine}-1-x", f"{machine}-99999999999-x", f"{machine}-²-x", f"-{ended.pid}-x", machine, ""):
        assert not is_over(unknown)
    assert alive.split("-")[1] == str(os.getpid())


def test_presence_is_no_deed(desk: Desk, thread: int) -> None:
    before = audited(desk)
    desk.presence.touch("mine", thread)
    desk.presence.leave("mine")
    assert audited(desk) == before


def test_refusals(desk: Desk, thread: int) -> None:
    with pytest.raises(NotFound):
        desk.presence.touch("mine", 4711)
    with pytest.raises(BadInput):
        desk.presence.touch("", thread)
    assert desk.presence.others(4711) == ()
