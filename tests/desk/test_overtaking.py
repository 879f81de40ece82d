"""Answers that cross: what came since the writer looked, the same key twice, and an answer that is held back."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, Overtaken
from convo.model import tables
from convo.model.words import Direction
from tests.desk.acting import audited, operator
from tests.desk.test_at_once import at_once
from tests.intake.saying import START, mail, rows, take

LATER = START + timedelta(days=1)
RACE = """[
        outcome
        for number in range(1, 21)
        for outcome in [attempt(lambda: desk.threads.reply(number, 'mine', seen=number).thread_id)]
    ]"""
_ATTEMPT = """
    def attempt(call):
        try:
            return call()
        except Exception as error:
            return type(error).__name__
    """


def newest(desk: Desk, thread: int = 1) -> int:
    return desk.threads.show(thread).messages[-1].id


def test_a_reply_to_what_one_has_seen_goes_out(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    assert desk.threads.reply(1, "hello", seen=newest(desk)).delivery == "queued"


def test_a_reply_is_refused_with_the_words_of_the_customer_who_wrote_meanwhile(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, external_id="a@x"))
    seen = newest(desk)
    take(desk.store, mail("ana@x.example", 9, "still waiting :(", references=("a@x",), name="Ana"))
    before = audited(desk), rows(desk.store, "message"), rows(desk.store, "delivery")
    with pytest.raises(Overtaken, match=r"Ana wrote meanwhile: still waiting :\(") as caught:
        desk.threads.reply(1, "hello", seen=seen)
    assert caught.value.details == {"messages": [newest(desk)]}
    assert (caught.value.code, isinstance(caught.value, Conflict)) == ("overtaken", True)
    assert (audited(desk), rows(desk.store, "message"), rows(desk.store, "delivery")) == before
    assert desk.threads.reply(1, "hello", seen=newest(desk)).delivery == "queued"


def test_a_colleagues_reply_and_ones_own_from_elsewhere_overtake(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    seen, marta = newest(desk), operator(desk, "marta")
    first = marta.threads.reply(1, "I am on it.")
    second = marta.threads.reply(1, "Done.")
    for each in (desk, marta):
        with pytest.raises(Overtaken, match=r"marta wrote meanwhile: Done\. \(2 new messages\)") as caught:
            each.threads.reply(1, "hello", seen=seen)
        assert caught.value.details == {"messages": [first.id, second.id]}


def test_notes_other_threads_and_what_rules_sent_overtake_nothing(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 0))
    seen = newest(desk)
    desk.threads.note(1, "call her")
    desk.threads.reply(2, "to Ben")
    automatic = desk.threads.reply(1, "We got it.")
    with desk.store.write() as connection:
        values = {"automatic": True, "author": "rule receipt"}
        connection.execute(update(tables.message).where(tables.message.c.id == automatic.id).values(**values))
    assert desk.threads.reply(1, "hello", seen=seen).delivery == "queued"


def test_a_bots_answer_overtakes(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    seen, said = newest(desk), desk.threads.reply(1, "Which size?")
    with desk.store.write() as connection:
        values = {"automatic": True, "author": "greeter"}
        connection.execute(update(tables.message).where(tables.message.c.id == said.id).values(**values))
    with pytest.raises(Overtaken, match="greeter wrote meanwhile: Which size"):
        desk.threads.reply(1, "hello", seen=seen)


def test_without_seen_nothing_is_asked(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    operator(desk, "marta").threads.reply(1, "first")
    assert desk.threads.reply(1, "second").delivery == "queued"


def test_of_processes_that_answer_the_same_message_at_once_exactly_one_passes(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{number}@x.example", number) for number in range(20)))
    told = at_once(desk, RACE, RACE, RACE, before=_ATTEMPT)
    for number in range(1, 21):
        assert sorted(str(part[number - 1]) for part in told) == sorted([str(number), "Overtaken", "Overtaken"])
    assert sorted(thread for _, thread in rows(desk.store, "message", "id", "thread_id")) == sorted([*range(1, 21)] * 2)


def test_a_reply_under_the_same_key_is_written_once_and_answers_the_same(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    seen = newest(desk)
    first = desk.threads.reply(1, "hello", key="a1-B_2", seen=seen)
    told = audited(desk)
    assert desk.threads.reply(1, "hello", key="a1-B_2", seen=seen) == first
    assert audited(desk) == told
    assert rows(desk.store, "delivery", "message_id", "idempotency_key") == [(first.id, "a1-B_2@convo.invalid")]
    note = desk.threads.note(1, "call her", key="n1")
    assert desk.threads.note(1, "call her", key="n1") == note
    assert len(rows(desk.store, "message")) == 3


def test_a_key_that_was_used_for_something_else_is_refused(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 0))
    desk.threads.reply(1, "hello", key="k1")
    with pytest.raises(Conflict, match="was used for message 3 in thread 1"):
        desk.threads.reply(2, "hello", key="k1")
    with pytest.raises(Conflict, match="was used for message 3"):
        desk.threads.note(1, "hello", key="k1")


def test_by_mail_an_id_has_the_domain_of_the_mailbox_and_a_key_is_still_found(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.channels.configure("email", {"address": "Support@Bikes.Example"})
    first = desk.threads.reply(1, "hello", key="k1")
    assert desk.threads.reply(1, "hello", key="k1") == first
    desk.threads.reply(1, "hello again")
    ids = dict(rows(desk.store, "delivery", "message_id", "idempotency_key"))
    assert ids.pop(first.id) == "k1@bikes.example"
    assert [key.rpartition("@")[2] for key in ids.values()] == ["bikes.example"]
    desk.channels.configure("email", {"address": "no domain at all"})
    other = desk.threads.reply(1, "hello", key="k2")
    assert (other.id, "k2@convo.invalid") in rows(desk.store, "delivery", "message_id", "idempotency_key")
    with pytest.raises(Conflict):
        desk.threads.note(1, "hello", key="k2")


def test_what_a_stranger_sent_under_a_key_swallows_no_reply(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, external_id="k1@convo.invalid"))
    assert desk.threads.reply(1, "hello", key="k1").direction == Direction.OUTBOUND


@pytest.mark.parametrize("key", ["", "-a", "a.b", "a b", "ä", "a\n", "a@b", "<a>", "x" * 65])
def test_a_key_that_could_not_stand_in_a_message_id_is_refused(desk: Desk, key: str) -> None:
    take(desk.store, mail("ana@x.example", 0))
    for write in (desk.threads.reply, desk.threads.note):
        with pytest.raises(BadInput, match="is no key"):
            write(1, "hello", key=key)


def test_processes_that_send_under_one_key_at_once_send_once(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{number}@x.example", number) for number in range(20)))
    send = "[desk.threads.reply(number, 'mine', key=f'k{number}').id for number in range(1, 21)]"
    first, second, third = at_once(desk, send, send, send)
    assert first == second == third
    assert sorted(first) == sorted(number for number, *_ in rows(desk.store, "delivery", "message_id"))


def test_a_reply_is_held_back_as_long_as_asked(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with clock.fixed(LATER):
        desk.threads.reply(1, "at once")
        desk.threads.reply(1, "in a moment", hold=10)
    assert rows(desk.store, "delivery", "id", "next_at") == [(1, LATER), (2, LATER + timedelta(seconds=10))]


@pytest.mark.parametrize("hold", [-1, float("nan"), float("inf"), 8 * 86400])
def test_no_reply_is_held_for_what_is_no_time(desk: Desk, hold: float) -> None:
    take(desk.store, mail("ana@x.example", 0))
    with pytest.raises(BadInput, match="no time to hold"):
        desk.threads.reply(1, "hello", hold=hold)
    assert rows(desk.store, "delivery") == []
