"""What may be answered: what people answered to the like before, where that ended well, and snippets."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import NotFound
from convo.model import tables
from convo.model.knowledge_views import PastReply
from tests.desk.acting import operator
from tests.desk.said import START, say

DAY = timedelta(days=1)
QUESTION = "The left crank of my Pedersen bike creaks when I climb"
ANSWER = "Tighten the crank bolt to 40 Nm, then it is quiet."


def answered(desk: Desk, who: str, text: str = QUESTION, answer: str = ANSWER, *, close: bool = True) -> int:
    """A thread in which a question was answered."""
    thread = say(desk, f"{who}@example.org", text, at=START).thread_id or 0
    with clock.fixed(START + DAY):
        desk.threads.reply(thread, answer)
        if close:
            desk.threads.close(thread)
    return thread


def change(desk: Desk, thread: int, direction: str, **values: object) -> None:
    """Let the messages of a thread in one direction have these values."""
    message = tables.message
    with desk.store.write() as connection:
        connection.execute(
            update(message).where(message.c.thread_id == thread, message.c.direction == direction).values(**values)
        )


def replies(desk: Desk, text: str = "my crank creaks on the Pedersen, left side") -> tuple[PastReply, ...]:
    """What is suggested to somebody who asks this 30 days later."""
    at = START + 30 * DAY
    thread = say(desk, "new@example.org", text, at=at, thread_key=text).thread_id or 0
    with clock.fixed(at + DAY):
        return desk.suggestions.for_thread(thread).replies


def test_what_was_answered_to_the_like_is_suggested_with_why(desk: Desk) -> None:
    marta = operator(desk, "marta", shown="Marta P")
    thread = answered(marta, "ana")
    answered(marta, "ben", "Where is my parcel?", "It comes tomorrow.")
    (found,) = replies(desk)
    assert (found.reply, found.by, found.thread_id, found.used) == (ANSWER, "Marta P", thread, 1)
    assert found.question == QUESTION
    assert found.why == ("resolved and not reopened",)
    assert 0.3 <= found.score <= 1
    assert found.sent_at == START + DAY


def test_only_what_ended_well_is_suggested(desk: Desk) -> None:
    reopened, unhappy, machine, waiting = (answered(desk, who) for who in ("ana", "ben", "cleo", "dora"))
    with clock.fixed(START + 2 * DAY):
        desk.threads.reopen(reopened)
        desk.threads.close(reopened)
    say(desk, "ben@example.org", "That broke it!", at=START + 2 * DAY, thread_key="t")
    with desk.store.write() as connection:
        message, thread = tables.message, tables.thread
        angry = update(message).where(message.c.body == "That broke it!").values(sentiment=-0.9, thread_id=unhappy)
        connection.execute(angry)
        connection.execute(update(thread).where(thread.c.id == waiting).values(status="open"))
        connection.execute(update(tables.episode).where(tables.episode.c.thread_id == waiting).values(resolved_at=None))
    change(desk, machine, "outbound", automatic=True)
    assert replies(desk) == ()


def test_a_thread_that_nobody_resolved_and_that_stayed_quiet_ended_well(desk: Desk) -> None:
    thread = answered(desk, "ana", close=False)
    (found,) = replies(desk)
    assert found.why == ("the customer asked no more for 30 days",)
    say(desk, "ana@example.org", "and now the right one creaks", at=START + 2 * DAY)
    assert desk.threads.show(thread).row.messages == 3
    assert replies(desk, "my left crank creaks on the Pedersen again") == ()


def test_the_same_answer_is_shown_once_and_counted(desk: Desk) -> None:
    for number in range(4):
        answered(desk, f"c{number}", answer=ANSWER + " Bye" * (number % 2))
    answered(desk, "other", answer="Come by, we look at it in the workshop together, no charge for you.")
    found = replies(desk)
    assert sorted(one.used for one in found) == [1, 4]


def test_the_same_language_and_intent_come_first(desk: Desk) -> None:
    other, same, plain = (answered(desk, who, answer=f"{who} says so at length") for who in ("ana", "ben", "cleo"))
    change(desk, other, "inbound", language="de")
    change(desk, same, "inbound", intent="noise", language="en")
    at = START + 30 * DAY
    asked = say(desk, "new@example.org", QUESTION, at=at)
    change(desk, asked.thread_id or 0, "inbound", intent="noise", language="en")
    with clock.fixed(at):
        view = desk.suggestions.for_thread(asked.thread_id or 0)
    assert [one.thread_id for one in view.replies] == [same, plain, other]
    assert view.replies[0].why[0] == "the same intent"
    assert (view.language, view.intent) == ("en", "noise")


def test_a_message_that_says_nothing_is_read_with_what_came_before(desk: Desk) -> None:
    answered(desk, "ana")
    at = START + 30 * DAY
    asked = say(desk, "new@example.org", "My crank creaks on the Pedersen", at=at)
    hello = say(desk, "new@example.org", "hello??", at=at + timedelta(minutes=5))
    assert asked.thread_id == hello.thread_id
    with clock.fixed(at + DAY):
        view = desk.suggestions.for_thread(asked.thread_id or 0)
        assert (view.message_id, len(view.replies)) == (hello.message_id, 1)
        assert desk.suggestions.for_thread(asked.thread_id or 0, asked.message_id).message_id == asked.message_id
        with pytest.raises(NotFound):
            desk.suggestions.for_thread(asked.thread_id or 0, 999)
        with pytest.raises(NotFound):
            desk.suggestions.for_thread(999)


def test_snippets_that_share_words_are_filled_in(desk: Desk) -> None:
    desk.snippets.add("crank-creaks", "Hello {customer.first_name|there}, a creaking crank needs its bolt tightened.")
    desk.snippets.add("crank-creaks.de", "Die Kurbel knarzt, creak crank", "de")
    desk.snippets.add("parcel", "Your parcel is on its way.")
    asked = say(desk, "new@example.org", "my crank creaks", at=START, name="Ana Ruiz")
    view = desk.suggestions.for_thread(asked.thread_id or 0)
    assert view.snippets[0].text == "Hello Ana, a creaking crank needs its bolt tightened."
    assert view.snippets[0].matched == ("crank", "creaks")
    assert "parcel" not in [one.name for one in view.snippets]


def test_hostile_questions_are_looked_up_like_others(desk: Desk) -> None:
    answered(desk, "ana")
    for number, text in enumerate(
        ('") OR 1=1 --', "NEAR(a b) * ^x", "x" * 100_000, "a b " * 50_000, "\x00\x1b[2J", "東京" * 5000)
    ):
        asked = say(desk, f"h{number}@example.org", text, at=START + 40 * DAY)
        with clock.fixed(START + 41 * DAY):
            assert desk.suggestions.for_thread(asked.thread_id or 0).replies == ()
