"""How far a thread was read, and the message on which it opens."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import NotFound
from convo.model.words import Direction
from tests.intake.saying import START, mail, rows, take

LATER = START + timedelta(minutes=30)


def says(desk: Desk, minute: int, *, ours: bool = False) -> None:
    """Ana says something in thread 1, or we do by the log of her channel."""
    direction = Direction.OUTBOUND if ours else Direction.INBOUND
    references = ("m0",) if minute else ()
    said = mail("ana@x.example", minute, direction=direction, external_id=f"m{minute}", references=references)
    take(desk.store, said)


def test_a_thread_opens_on_the_oldest_message_that_nobody_has_read(desk: Desk) -> None:
    says(desk, 0)
    says(desk, 1)
    assert desk.conversations.first_unread(1) == 1
    desk.threads.mark_read(1)
    assert desk.conversations.first_unread(1) is None
    says(desk, 2)
    says(desk, 3)
    assert desk.conversations.first_unread(1) == 3
    assert desk.threads.show(1).row.unread


def test_reading_what_was_said_marks_how_far(desk: Desk) -> None:
    says(desk, 0)
    says(desk, 1)
    assert rows(desk.store, "thread", "read_key") == [(None,)]
    desk.threads.mark_read(1)
    assert rows(desk.store, "thread", "read_key") == [rows(desk.store, "message", "sort_key")[-1]]


def test_replying_and_closing_read_what_stood_there(desk: Desk) -> None:
    says(desk, 0)
    with clock.fixed(LATER):
        desk.threads.reply(1, "hello")
    assert desk.conversations.first_unread(1) is None
    says(desk, 40)
    says(desk, 41)
    assert desk.conversations.first_unread(1) == 3
    desk.threads.close(1)
    says(desk, 50)
    assert desk.conversations.first_unread(1) == 5


def test_a_thread_that_is_to_be_read_again_opens_on_the_customers_newest_message(desk: Desk) -> None:
    says(desk, 0)
    says(desk, 1)
    with clock.fixed(LATER):
        desk.threads.reply(1, "hello")
    row = desk.threads.mark_read(1, read=False)
    assert (row.unread, desk.conversations.first_unread(1)) == (True, 2)
    says(desk, 40)
    assert desk.conversations.first_unread(1) == 4
    desk.threads.mark_read(1)
    assert desk.conversations.first_unread(1) is None


def test_who_answered_outside_the_desk_had_read_what_stood_there(desk: Desk) -> None:
    says(desk, 0)
    says(desk, 1, ours=True)
    says(desk, 2)
    says(desk, 3)
    assert desk.conversations.first_unread(1) == 3


def test_a_thread_in_which_only_we_spoke_has_nothing_to_read(desk: Desk) -> None:
    says(desk, 0, ours=True)
    assert desk.threads.mark_read(1, read=False).unread
    assert desk.conversations.first_unread(1) is None
    with pytest.raises(NotFound, match="no thread 2"):
        desk.conversations.first_unread(2)
