"""Messages find their thread: by what they answer, by the channel's thread id, by time; never another person's."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from convo.intake.topic import base_subject
from convo.model import tables
from convo.model.envelope import Handle
from convo.model.words import Authentication, Direction
from convo.store.store import Store
from tests.intake.saying import START, chat, mail, rows, take

DAY = 24 * 60


def _threads(received) -> list[int | None]:
    return [r.thread_id for r in received]


def test_an_answer_joins_the_thread_of_what_it_answers_however_late(store: Store) -> None:
    first, answer = take(
        store,
        mail("ana@example.org", 0, subject="Wheel", external_id="a@x"),
        mail("ana@example.org", 90 * DAY, subject="Something else", references=("a@x",)),
    )
    assert first.thread_id == answer.thread_id


def test_two_people_who_answer_one_newsletter_are_two_threads(store: Store) -> None:
    letter = mail("ana@example.org", 0, "news!", subject="News", external_id="n@shop", direction=Direction.OUTBOUND)
    _, ana, ben = take(
        store,
        letter,
        mail("ana@example.org", 5, subject="Re: News", references=("n@shop",)),
        mail("ben@example.org", 6, subject="Re: News", references=("n@shop",)),
    )
    assert ana.thread_id != ben.thread_id
    assert ana.customer_id != ben.customer_id


def test_a_chat_goes_on_in_the_open_thread_until_the_window_closes(store: Store) -> None:
    received = take(
        store,
        chat("7", 0),
        chat("7", 3 * DAY),
        chat("7", 9 * DAY),
        chat("7", 30 * DAY),
        channel="telegram",
        thread_window=timedelta(days=7),
    )
    first, second, third, much_later = _threads(received)
    assert first == second == third != much_later


def test_a_mail_on_another_subject_opens_another_thread(store: Store) -> None:
    wheel, again, invoice = take(
        store,
        mail("ana@example.org", 0, subject="Wheel"),
        mail("ana@example.org", 5, subject="AW: [shop] Re: wheel"),
        mail("ana@example.org", 9, subject="Invoice"),
    )
    assert wheel.thread_id == again.thread_id != invoice.thread_id


def test_a_channels_own_thread_id_decides(store: Store) -> None:
    one, two, one_again = take(
        store,
        chat("7", 0, thread_key="t1"),
        chat("7", 1, thread_key="t2"),
        chat("7", 60 * DAY, thread_key="t1"),
        channel="slack",
    )
    assert one.thread_id == one_again.thread_id != two.thread_id


def test_a_resolved_thread_takes_up_an_answer_and_opens_a_new_episode(store: Store) -> None:
    (first,) = take(store, mail("ana@example.org", 0, external_id="a@x"))
    with store.write() as connection:
        connection.execute(update(tables.thread).values(status="resolved", resolved_at=START, waiting_since=None))
        connection.execute(update(tables.episode).values(resolved_at=START))
    (second,) = take(store, mail("ana@example.org", 5, references=("a@x",)))
    assert first.thread_id == second.thread_id
    assert rows(store, "thread", "status", "resolved_at") == [("open", None)]
    assert len(rows(store, "episode")) == 2


def test_waiting_begins_with_the_first_unanswered_message_and_ends_with_our_answer(store: Store) -> None:
    take(store, chat("7", 0), chat("7", 5), channel="telegram")
    assert rows(store, "thread", "waiting_since", "status") == [(START, "open")]
    take(store, chat("7", 9, direction=Direction.OUTBOUND), channel="telegram")
    assert rows(store, "thread", "waiting_since", "status") == [(None, "pending")]
    assert rows(store, "episode", "first_response_at") == [(START + timedelta(minutes=9),)]


def test_an_old_message_that_comes_late_does_not_move_the_thread_back(store: Store) -> None:
    take(store, chat("7", 9, direction=Direction.OUTBOUND), channel="telegram")
    take(store, chat("7", 0), channel="telegram")
    assert rows(store, "thread", "status", "waiting_since", "created_at", "message_count") == [
        ("pending", None, START, 2)
    ]


def test_a_mail_that_fails_authentication_never_joins_the_customers_thread(store: Store) -> None:
    genuine, forged, forged_again = take(
        store,
        mail("ana@example.org", 0, subject="Wheel", external_id="a@x"),
        mail("ana@example.org", 1, subject="Re: Wheel", references=("a@x",), authentication=Authentication.FAIL),
        mail("ana@example.org", 2, subject="Re: Wheel", references=("a@x",), authentication=Authentication.FAIL),
    )
    assert genuine.customer_id == forged.customer_id
    assert genuine.thread_id != forged.thread_id == forged_again.thread_id
    assert rows(store, "thread", "id", "unverified") == [(genuine.thread_id, False), (forged.thread_id, True)]
    assert [row[1] for row in rows(store, "message", "id", "unverified")] == [False, True, True]


def test_a_forged_mail_cannot_attach_a_second_address_to_a_customer(store: Store) -> None:
    take(store, mail("ana@example.org", 0))
    forged = mail("ana@example.org", 1, authentication=Authentication.FAIL)
    forged = type(forged)(
        direction=forged.direction,
        customer=(Handle("email", "ana@example.org"), Handle("email", "evil@example.net")),
        sent_at=forged.sent_at,
        text="pay here",
        external_id="forged",
        authentication=Authentication.FAIL,
    )
    take(store, forged)
    assert rows(store, "identity", "value") == [("ana@example.org",)]


def test_a_shared_address_never_joins_two_people(store: Store) -> None:
    take(store, mail("info@example.org", 0))
    with store.write() as connection:
        connection.execute(update(tables.identity).values(shared=True))
    both = mail("info@example.org", 5)
    both = type(both)(
        direction=both.direction,
        customer=(Handle("email", "info@example.org"), Handle("phone", "+34612345678", "Ana")),
        sent_at=both.sent_at,
        text="it is me, Ana",
    )
    (by_phone,) = take(store, both)
    (by_mail,) = take(store, mail("info@example.org", 9))
    assert by_phone.customer_id != by_mail.customer_id


def test_a_blocked_customer_is_heard_but_does_not_come_up(store: Store) -> None:
    take(store, mail("spam@example.org", 0, subject="one"))
    with store.write() as connection:
        connection.execute(update(tables.customer).values(blocked_at=START))
    take(store, mail("spam@example.org", 5, subject="two"))
    assert rows(store, "thread", "subject", "status", "unread")[1] == ("two", "resolved", False)


def test_history_is_not_news(store: Store) -> None:
    take(store, mail("ana@example.org", 0), history=True)
    assert rows(store, "thread", "unread") == [(False,)]


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: AW: Fwd: Wheel", "wheel"),
        ("[USRP-users] Re: [USRP-users] gain", "gain"),
        ("RE[2]: Straße", "strasse"),
        ("Regarding: it", "regarding: it"),
        ("", ""),
    ],
)
def test_what_two_mails_of_one_topic_share(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_a_log_that_knows_its_threads_status_has_the_last_word(store: Store) -> None:
    done = {"thread.status": "resolved"}
    take(store, *[chat("7", minute, thread_key="t1", attributes=done) for minute in (0, 1, 2)], channel="web", size=2)
    assert rows(store, "thread", "status", "resolved_at", "waiting_since") == [
        ("resolved", START + timedelta(minutes=2), None)
    ]
    assert rows(store, "episode", "resolved_at") == [(START + timedelta(minutes=2),)]
    assert rows(store, "customer_attribute") == []


def test_a_chat_thread_is_called_by_how_it_begins(store: Store) -> None:
    take(
        store,
        chat("7", 0, "\n  my rear wheel\twobbles \nsince Tuesday"),
        chat("8", 0, "word " * 40),
        channel="telegram",
    )
    assert rows(store, "thread", "subject") == [("my rear wheel wobbles",), ("word " * 10 + "word…",)]


def test_a_customer_whom_the_log_knows_by_number_speaks_under_their_name(store: Store) -> None:
    take(store, mail("ana@example.org", 0, name="Ana"), mail("ana@example.org", 1, author="ana@example.org"))
    assert rows(store, "message", "author") == [("Ana",), ("Ana",)]
