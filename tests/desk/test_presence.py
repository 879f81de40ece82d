"""Who is at a thread right now: screens say so, and those that say nothing any more are forgotten."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.desk.screen_names import runs, screen_name
from convo.errors import BadInput, NotFound
from convo.model.words import Role
from convo.store.store import Store
from convo.store.watch import Watch
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


def said(desk: Desk) -> list[tuple[str, bool, datetime]]:
    found = rows(desk.store, "presence", "session", "writing", "at")
    return sorted((session, writing, at) for session, writing, at in found)


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


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")


@needs_proc
def test_a_screen_that_was_killed_on_this_machine_is_forgotten_at_once(desk: Desk, thread: int) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    alive, jo, kim = screen_name(), operator(desk, "jo"), operator(desk, "kim")
    machine, _, started, chance = alive.split("-")
    dead = "-".join((machine, str(ended.pid), started, chance))
    jo.presence.touch(alive, thread)
    kim.presence.touch(dead, thread, writing=True)
    assert seen(desk, thread) == [("jo", False, "")]
    assert [other.name for other in desk.inbox.list().rows[0].others] == ["jo"]
    kim.presence.touch(dead.replace(machine, "elsewhere"), thread)
    assert seen(desk, thread) == [("jo", False, ""), ("kim", False, "")]


@needs_proc
def test_a_name_tells_of_this_machines_processes_alone() -> None:
    alive = screen_name()
    machine, number, started, chance = alive.split("-")
    assert (runs(alive), int(number), len(alive) <= 64) == (True, os.getpid(), True)
    assert runs(f"{machine}-{number}-1-{chance}") is False, "another process got the number"
    unknown = (f"{machine}-99999999999-1-x", f"{machine}-²-1-x", f"-{number}-{started}-x", f"{machine}--{started}-x")
    for name in (*unknown, f"elsewhere-{number}-{started}-x", f"{machine}-{number}", f"{machine}-{number}--x", ""):
        assert runs(name) is None, name


@needs_proc
def test_a_screen_that_runs_on_this_machine_is_there_without_saying_so_again(desk: Desk, thread: int) -> None:
    mine, kim = screen_name(), operator(desk, "kim")
    with clock.fixed(START):
        kim.presence.touch(mine, thread)
    with clock.fixed(START + timedelta(days=1)):
        desk.presence.touch("elsewhere", None)
        assert seen(desk, thread) == [("kim", False, "")]
        assert [other.name for other in desk.inbox.list().rows[0].others] == ["kim"]


@needs_proc
def test_to_stay_changes_nothing_where_all_screens_see_each_other(desk: Desk, thread: int) -> None:
    mine, later = screen_name(), START + timedelta(seconds=30)
    watch = Watch(desk.store.location)
    try:
        with clock.fixed(START):
            desk.presence.stay(mine, thread)
        assert watch.wait(0)
        with clock.fixed(later):
            desk.presence.stay(mine, thread)
            assert said(desk) == [(mine, False, START)]
            assert not watch.wait(0)
            desk.presence.stay(mine, thread, writing=True)
            assert said(desk) == [(mine, True, later)]
            assert watch.wait(5)
    finally:
        watch.close()


def test_to_stay_says_so_again_to_a_screen_that_cannot_see_this_one(desk: Desk, thread: int) -> None:
    mine, kim = screen_name(), operator(desk, "kim")
    with clock.fixed(START):
        desk.presence.touch(mine, thread)
        kim.presence.touch("elsewhere", thread)
    with clock.fixed(START + timedelta(seconds=30)):
        desk.presence.stay(mine, thread)
    assert {(session, at - START) for session, _, at in said(desk)} == {
        (mine, timedelta(seconds=30)),
        ("elsewhere", timedelta(0)),
    }


def test_to_stay_is_said_once_more_by_who_was_forgotten(desk: Desk, thread: int) -> None:
    with clock.fixed(START):
        desk.presence.touch("mine", thread)
    with clock.fixed(START + timedelta(minutes=5)):
        operator(desk, "kim").presence.touch("kim-1", thread)
        assert [session for session, _, _ in said(desk)] == ["kim-1"]
        desk.presence.stay("mine", thread)
        assert [session for session, _, _ in said(desk)] == ["kim-1", "mine"]


def test_a_server_tells_nobody_of_a_screen_that_stays(postgresql_store: Store) -> None:
    desk = Desk(postgresql_store, Settings(), Actor("tester", Role.ADMIN))
    desk.presence.touch("mine", None)
    watch = Watch(postgresql_store.location)
    try:
        assert watch.wait(0)
        desk.presence.stay("mine", None)
        assert not watch.wait(0.3)
        desk.presence.stay("mine", None, writing=True)
        assert watch.wait(5)
    finally:
        watch.close()


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
