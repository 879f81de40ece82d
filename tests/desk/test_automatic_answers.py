"""What automatic answers never do: answer machines and senders nobody vouches for, or flood one address."""

from datetime import timedelta

import pytest

from convo import clock
from convo.channels.base import Outgoing, Receipt
from convo.delivery.outcomes import Taken
from convo.desk.answering import channel_for, queue, recipient_on, write_down
from convo.desk.desk import Desk
from convo.desk.rule_replies import reply_automatically
from convo.errors import Conflict
from convo.model.words import Direction
from convo.query.inflight import InFlight
from tests.intake.saying import START, mail, take

LATER = START + timedelta(hours=3)


def say(desk: Desk, thread: int, text: str, *, automatic: bool = True) -> None:
    """A message of ours is queued in a thread."""
    with desk.store.write() as connection:
        row = desk.threads.show(thread).row
        account = channel_for(connection, thread, None)
        identity, recipient = recipient_on(connection, row, account)
        message = write_down(desk, row, text, Direction.OUTBOUND, account, identity, automatic=automatic)
        queue(connection, message, recipient)


def leaving(desk: Desk) -> tuple[Outgoing, ...]:
    """What may leave now, and is sent."""
    claim = desk.outbox.claim(desk.channels.show("email").id)
    for letter in claim.letters:
        desk.outbox.sent(claim.token, [Taken(letter.delivery, Receipt(), clock.now())])
    return claim.letters


def errors(desk: Desk) -> list[str]:
    return [row.error for row in desk.deliveries.list("failed").items]


def test_what_must_not_be_answered_automatically_fails_with_the_reason_and_a_person_may_answer(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, unanswerable="our server does not vouch for its sender"))
    take(desk.store, mail("robot@x.example", 0, automatic=True))
    with clock.fixed(LATER):
        for thread in (1, 2):
            say(desk, thread, "We have your mail.")
            say(desk, thread, "A person here.", automatic=False)
        assert {letter.text for letter in leaving(desk)} | {letter.text for letter in leaving(desk)} == {
            "A person here."
        }
    assert sorted(errors(desk)) == [
        "no automatic answer may leave, because a machine wrote what it answers",
        "no automatic answer may leave, because our server does not vouch for its sender",
    ]


def test_a_rule_does_not_even_write_such_an_answer(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, unanswerable="it came through a mailing list"))
    desk.snippets.add("received", "We have it.")
    with pytest.raises(Conflict, match="because it came through a mailing list"), desk.store.write():
        reply_automatically(desk, 1, InFlight(START), "received")


def test_one_address_gets_five_automatic_mails_an_hour_and_people_are_not_counted(desk: Desk) -> None:
    take(desk.store, *(mail("ana@x.example", 60 * number, subject=f"No {number}") for number in range(9)))
    take(desk.store, mail("bo@x.example", 0))
    with clock.fixed(LATER):
        for thread in range(1, 10):
            say(desk, thread, "We have your mail.")
        say(desk, 1, "A person here.", automatic=False)
        say(desk, 10, "We have your mail.")
        sent = [*leaving(desk), *leaving(desk)]
        to_ana = [one.thread for one in sent if one.recipient.value == "ana@x.example" and one.automatic]
        assert sorted(to_ana) == [1, 2, 3, 4, 5], "the first ones go"
        assert len([one for one in sent if not one.automatic]) == 1
        assert len([one for one in sent if one.recipient.value == "bo@x.example"]) == 1
    assert errors(desk) == ["this address has had 5 automatic mails within the last hour"] * 4
    with clock.fixed(LATER + timedelta(hours=1, seconds=1)):
        say(desk, 2, "We have it still.")
        assert len(leaving(desk)) == 1
