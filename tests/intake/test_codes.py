"""Codes in what customers write: the visit is recorded with the message, once a day, and nothing else happens."""

import time
from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.intake.codes import candidates
from convo.model.envelope import Envelope
from convo.model.views import EventView, MessageView
from convo.model.words import Authentication, Direction
from tests.intake.saying import START, chat, mail, rows, take

WORD = "r7whe3"


@pytest.fixture
def shelf(desk: Desk) -> Desk:
    """A desk with a code on a shelf."""
    desk.channels.add("telegram", "telegram", {"link": "https://t.me/our_bot"})
    desk.codes.make("Shelf 3", channel="telegram", context={"product": "R7-wheel", "floor": "2"}, word=WORD)
    return desk


def uses(desk: Desk) -> int:
    return desk.codes.show(WORD).uses


def events(desk: Desk) -> list[tuple[object, ...]]:
    return rows(desk.store, "event", "id", "customer_id", "kind", "title")


def test_the_visit_stands_before_the_message_and_the_thread_is_tagged_before_it_is_routed(shelf: Desk) -> None:
    shelf.rules.add("wheels", "tag:product:r7-wheel", ["priority high"])
    text = "/start R7WHE3"
    with clock.fixed(START):
        received = shelf.arrivals.receive(chat("77", 0, text), channel="telegram", kind="telegram")
    visit, said = shelf.conversations.show(1).entries
    assert isinstance(visit, EventView)
    assert isinstance(said, MessageView)
    assert (visit.kind, visit.title, visit.channel) == ("visit", "Shelf 3 (floor 2, product R7-wheel)", "telegram")
    assert visit.data == {"code": "R7WHE3", "product": "R7-wheel", "floor": "2"}
    assert said.body == text, "nothing is taken from what the customer wrote"
    thread = shelf.threads.show(received.thread_id or 0)
    assert thread.tags == ("code:r7whe3", "floor:2", "product:r7-wheel")
    assert thread.row.priority == "high"
    assert uses(shelf) == 1


def test_a_customer_counts_once_a_day_however_often_they_write_the_word(shelf: Desk) -> None:
    take(shelf.store, *(chat("77", minute, f"r7WHE3 {minute}") for minute in range(3)), channel="telegram", size=2)
    assert (uses(shelf), len(events(shelf))) == (1, 1)
    take(shelf.store, chat("78", 4, "(R7WHE3)"), chat("77", 24 * 60, "r7whe3"), channel="telegram")
    assert (uses(shelf), len(events(shelf))) == (3, 3)
    with clock.fixed(START + timedelta(minutes=24 * 60 + 10)):
        shelf.logbook.visit("telegram:78", code=WORD)
        shelf.logbook.visit("telegram:78", code=WORD)
    assert uses(shelf) == 4
    assert len(events(shelf)) == 5


def test_what_a_link_brought_along_beside_the_text_counts_as_well(shelf: Desk) -> None:
    take(shelf.store, chat("77", 0, "hello", opened_with="R7WHE3"), channel="telegram")
    assert uses(shelf) == 1


def test_a_subject_counts_where_it_opened_the_thread_and_no_answer_repeats_the_visit(shelf: Desk) -> None:
    take(shelf.store, mail("ana@x.example", 0, subject="About the R7 (R7WHE3)"))
    later = {"subject": "Re: About the R7 (R7WHE3)", "references": ("ana@x.example-0@example",)}
    take(shelf.store, mail("ana@x.example", 3 * 24 * 60, "thanks\n\n> About (R7WHE3)\n", **later))
    assert (uses(shelf), len(events(shelf))) == (1, 1)


@pytest.mark.parametrize(
    "rest",
    [
        {"direction": Direction.OUTBOUND},
        {"direction": Direction.NOTE},
        {"automatic": True},
        {"authentication": Authentication.FAIL},
    ],
)
def test_only_what_a_customer_wrote_counts(shelf: Desk, rest: dict[str, object]) -> None:
    take(shelf.store, mail("ana@x.example", 0, "see R7WHE3", **rest))
    assert (uses(shelf), events(shelf)) == (0, [])


def test_history_blocked_customers_removed_codes_and_longer_words_do_not_count(shelf: Desk) -> None:
    take(shelf.store, mail("ana@x.example", 0, "R7WHE3"), history=True)
    take(shelf.store, mail("ben@x.example", 0, "r7whe33 xr7whe3 r7whe3é r7 whe3"))
    shelf.customers.block(1)
    take(shelf.store, mail("ana@x.example", 1, "R7WHE3"))
    assert (uses(shelf), events(shelf)) == (0, [])
    shelf.codes.remove(WORD)
    take(shelf.store, mail("cleo@x.example", 0, "R7WHE3"))
    assert events(shelf) == []
    assert rows(shelf.store, "thread_tag") == []


def test_the_ledger_counts_what_came_and_not_what_was_made_of_it(shelf: Desk) -> None:
    (received,) = take(shelf.store, chat("77", 0, "R7WHE3"), channel="telegram")
    assert received.outcome == "stored"
    assert len(rows(shelf.store, "ledger")) == 1
    (again,) = take(shelf.store, chat("77", 0, "R7WHE3"), channel="telegram")
    assert (again.outcome, uses(shelf)) == ("skipped", 1)


def test_a_message_full_of_codes_records_a_few_and_one_full_of_guesses_costs_one_question(shelf: Desk) -> None:
    words = [shelf.codes.make(f"Shelf {number}", channel="telegram").word for number in range(5)]
    take(shelf.store, chat("77", 0, " ".join(words)), channel="telegram")
    assert len(events(shelf)) == 3
    guesses = " ".join(f"a{number}b{number}c" for number in range(100_000))
    assert len(candidates(guesses)) == 200


def test_candidates_are_found_in_linear_time() -> None:
    def seconds(text: str) -> float:
        start = time.perf_counter()
        candidates(text)
        return time.perf_counter() - start

    for text in ("a1" * 2_000_000, "é" * 4_000_000, "_" * 4_000_000, "a1b2 " * 800_000):
        assert seconds(text) < 0.5
    assert candidates("Straße R7WHE3, r7whe3; ١٢٣٤a 12345 wheels x9_y8z7") == ("r7whe3", "y8z7")


def test_a_code_is_no_command(shelf: Desk) -> None:
    hostile: Envelope = chat("77", 0, "R7WHE3; DROP TABLE code --\x1b]0;x\x07 [b]{title}")
    take(shelf.store, hostile, channel="telegram")
    assert uses(shelf) == 1
    assert [name for (name,) in rows(shelf.store, "thread", "status")] == ["open"]
