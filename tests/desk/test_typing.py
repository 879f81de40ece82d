"""Whom somebody is writing to: what customers may be shown is only a reply that is being written right now."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from convo import clock
from convo.channels.base import Typing
from convo.desk.being_written import LATELY
from convo.desk.desk import Desk
from convo.desk.screen_names import screen_name
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction
from tests.desk.acting import audited, operator
from tests.desk.said import START, say, take

ANA = Handle("email", "ana@example.org")
NOW = START + timedelta(hours=1)


@pytest.fixture
def thread(desk: Desk) -> int:
    """A thread of Ana's, who has written by mail and before that by a chat."""
    envelope = Envelope(Direction.INBOUND, (Handle("telegram", "501", "Ana"), ANA), START, "hi", external_id="7/501/1")
    take(desk, envelope, at=START, channel="telegram")
    said = say(desk, ANA.value, "the wheel wobbles", at=START + timedelta(seconds=9), external_id="first@example.org")
    assert said.thread_id is not None
    return said.thread_id


def shown(desk: Desk, *, at: timedelta = timedelta(0), channel: str = "email") -> tuple[Typing, ...]:
    """Whom somebody is writing to by a channel, so long after NOW."""
    with clock.fixed(NOW + at):
        return desk.presence.typing(desk.channels.show(channel).id)


def writes(desk: Desk, thread: int, text: str = "Hola", *, at: timedelta = timedelta(0), **more: object) -> None:
    """An operator's screen keeps a draft and says that somebody writes there, so long after NOW."""
    with clock.fixed(NOW + at):
        desk.drafts.keep(thread, text, **more)  # type: ignore[arg-type]
        desk.presence.touch(f"{desk.actor.name}-1", thread, writing=True)


def test_a_reply_in_writing_is_shown_where_it_would_go_and_leaves_no_trace(desk: Desk, thread: int) -> None:
    marta = operator(desk)
    before = audited(desk)
    writes(marta, thread)
    (typing,) = shown(desk)
    assert shown(desk, channel="telegram") == ()
    assert audited(desk) == before
    with clock.fixed(NOW):
        marta.threads.reply(thread, "Hola Ana")
        (letter,) = desk.outbox.claim(desk.channels.show("email").id).letters
    goes = (letter.thread, letter.recipient.kind, letter.recipient.value, letter.thread_key, letter.answers)
    assert (thread, typing.recipient.kind, typing.recipient.value, typing.thread_key, typing.answers) == goes
    assert typing.answers == "first@example.org"
    assert shown(desk) == (), "it was sent"


def test_the_key_of_a_thread_is_that_of_the_channel_on_which_it_began(desk: Desk) -> None:
    said = say(desk, ANA.value, "hello", at=START, thread_key="room-1")
    say(desk, ANA.value, "and so", at=START, channel="forum")
    assert said.thread_id is not None
    for channel, key in (("email", "room-1"), ("forum", None)):
        writes(desk, said.thread_id, channel=channel)
        assert [each.thread_key for each in shown(desk, channel=channel)] == [key]


def test_a_note_is_never_shown(desk: Desk, thread: int) -> None:
    writes(desk, thread, "a bad payer", note=True)
    assert shown(desk) == ()
    writes(desk, thread, "Hola")
    assert shown(desk) != (), "and now a reply"
    writes(desk, thread, "a very bad payer", at=timedelta(seconds=1), note=True)
    assert shown(desk, at=timedelta(seconds=1)) == (), "the newest is a note"
    writes(desk, thread, "Hola A", at=timedelta(seconds=2))
    assert shown(desk, at=timedelta(seconds=2)) != ()


def test_a_draft_that_lies_there_is_not_shown(desk: Desk, thread: int) -> None:
    writes(desk, thread)
    desk.presence.touch("tester-1", thread, writing=True)
    assert shown(desk, at=LATELY) != ()
    assert shown(desk, at=LATELY + timedelta(milliseconds=1)) == ()
    with clock.fixed(NOW + timedelta(seconds=20)):
        desk.presence.touch("tester-1", thread, writing=True)
    assert shown(desk, at=timedelta(seconds=20)) == (), "that a screen is still there is no writing"
    writes(desk, thread, "Hola Ana", at=timedelta(seconds=20))
    assert shown(desk, at=timedelta(seconds=20)) != ()


def test_a_draft_of_a_clock_far_ahead_is_not_shown_until_that_time(desk: Desk, thread: int) -> None:
    writes(desk, thread, at=timedelta(minutes=5))
    assert shown(desk) == ()


def test_a_draft_for_another_channel_is_shown_there_alone(desk: Desk, thread: int) -> None:
    writes(desk, thread, channel="telegram")
    assert shown(desk) == ()
    (typing,) = shown(desk, channel="telegram")
    assert (typing.recipient, typing.answers) == (Handle("telegram", "501"), None), "it answers nothing said there"
    writes(desk, thread, channel="a channel that is gone")
    assert (shown(desk), shown(desk, channel="telegram")) == ((), ())


def test_who_only_looks_or_has_left_or_writes_elsewhere_is_not_shown(desk: Desk, thread: int) -> None:
    writes(desk, thread)
    with clock.fixed(NOW):
        desk.presence.touch("tester-1", thread)
        assert shown(desk) == ()
        desk.presence.touch("tester-1", None, writing=True)
        assert shown(desk) == ()
        operator(desk, "kim").presence.touch("kim-1", thread, writing=True)
        assert shown(desk) == (), "the draft is not theirs"
        desk.presence.touch("tester-1", thread, writing=True)
        assert shown(desk) != ()
        desk.presence.leave("tester-1")
        assert shown(desk) == ()


def test_who_writes_on_a_screen_that_was_not_heard_of_for_long_is_not_shown(desk: Desk, thread: int) -> None:
    writes(desk, thread)
    for seconds, there in ((90, True), (91, False)):
        with clock.fixed(NOW + timedelta(seconds=seconds)):
            desk.drafts.keep(thread, "kept by another face")
        assert bool(shown(desk, at=timedelta(seconds=seconds))) is there


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")
def test_who_writes_on_a_screen_that_was_killed_is_not_shown(desk: Desk, thread: int) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    screen = screen_name().replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    with clock.fixed(NOW):
        desk.drafts.keep(thread, "Hola")
        desk.presence.touch(screen, thread, writing=True)
    assert shown(desk) == ()
    with clock.fixed(START):
        desk.presence.touch(screen_name(), thread, writing=True)
    assert shown(desk) != (), "its process runs, however long ago it said so"


def test_what_cannot_go_now_is_not_shown(desk: Desk) -> None:
    """The window for free text of this kind is a day."""
    envelope = Envelope(Direction.INBOUND, (Handle("whatsapp", "+34600111222", "Ana"),), START, "hi", external_id="w1")
    said = take(desk, envelope, at=START, channel="whatsapp")
    assert said.thread_id is not None
    for hours, there in ((22, True), (24, False)):
        writes(desk, said.thread_id, f"Hola {hours}", at=timedelta(hours=hours))
        assert bool(shown(desk, at=timedelta(hours=hours), channel="whatsapp")) is there


def test_several_who_write_in_one_thread_are_shown_once_and_each_thread_for_itself(desk: Desk, thread: int) -> None:
    other = say(desk, "jo@example.org", "an invoice", at=START).thread_id
    assert other is not None
    marta, kim = operator(desk), operator(desk, "kim")
    for each in (marta, kim):
        writes(each, thread)
    assert [typing.thread for typing in shown(desk)] == [thread]
    writes(kim, other)
    assert sorted(typing.thread for typing in shown(desk)) == sorted((thread, other))
    marta.presence.leave("marta-1")
    assert [typing.thread for typing in shown(desk)] == [other], "kim's screen has left the first"
