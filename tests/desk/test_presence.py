"""Who is at a thread right now: screens say so, and those that say nothing any more are forgotten."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
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
