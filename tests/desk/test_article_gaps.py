"""What customers ask that no article answers, and what more of them ask this week."""

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.model import tables
from convo.model.knowledge_views import GapsView
from convo.model.words import Direction
from tests.desk.said import say

DAY = timedelta(days=1)
NAMES = (
    *("ana", "ben", "cleo", "dora", "emil", "finn", "gala", "hugo", "ines", "jon"),
    *("kai", "lea", "mia", "noa", "olga", "pia", "quim", "rosa", "sam", "tom"),
)
FILLERS = (
    "the {} chain is loud",
    "please call me about {} today",
    "which {} do you like best",
    "I lost my {} voucher",
    "is {} a good colour for a saddle",
    "your shop in {} was closed",
)
NOUNS = ["red", "blue", "green", "north", "south", "spring", "autumn", "gift", "winter", "summer", "small", "large"]


def ask(desk: Desk, who: str, text: str, at: datetime) -> int:
    """A question that opens a thread."""
    return say(desk, f"{who}@example.org", text, at=at, thread_key=f"{who}{at:%y%m%d%H%M%S%f}").message_id or 0


@pytest.fixture
def shop(desk: Desk, frozen_now: datetime) -> Desk:
    """A desk that was asked about returns, which an article answers, and about import duty, which none does."""
    desk.articles.add("returns", "How do I return a wheel?", "Send the wheel back.", questions=["return my wheel"])
    for number, name in enumerate(NAMES[:8]):
        at = frozen_now - (10 + 3 * number) * DAY
        ask(desk, name, f"How do I return the wheel, number {number}?", at)
        ask(desk, name, f"Is there import duty to {('Norway', 'Serbia')[number % 2]}?", at + DAY)
    return desk


def test_a_frequent_question_without_an_article_is_a_gap(shop: Desk) -> None:
    view = shop.articles.gaps()
    (topic,) = view.topics
    assert {"import", "duty"} <= set(topic.words)
    assert (topic.count, topic.customers, topic.unanswered, topic.checked) == (8, 8, 8, 8)
    assert topic.examples[0].startswith("Is there import duty to")
    assert len(topic.examples) == 3
    assert view.questions == 16
    found = shop.search.messages(topic.query, limit=100).items
    assert {hit.message_id for hit in found} == set(topic.message_ids)
    assert {hit.thread_id for hit in found} == set(topic.thread_ids)
    assert {hit.customer_id for hit in found} == set(topic.customer_ids)


def test_a_gap_is_closed_by_an_article(shop: Desk) -> None:
    answer = "To Norway and Serbia you pay it at the door."
    shop.articles.add("duty", "Import duty", answer, questions=["Is there import duty to Norway?"])
    assert shop.articles.gaps().topics == ()


def test_what_machines_and_the_shop_itself_wrote_is_no_question(shop: Desk, frozen_now: datetime) -> None:
    message = tables.message
    for number in range(5):
        ask(shop, f"robot{number}", "undeliverable mailbox full", frozen_now - 20 * DAY)
        say(
            shop,
            f"cold{number}@example.org",
            "newsletter voucher inside",
            at=frozen_now - 20 * DAY,
            direction=Direction.OUTBOUND,
            thread_key=f"n{number}",
        )
        ask(shop, f"blocked{number}", "casino bonus jackpot", frozen_now - 20 * DAY)
        shop.customers.block(shop.customers.find(f"blocked{number}@example.org"))
    with shop.store.write() as connection:
        connection.execute(update(message).where(message.c.body.contains("mailbox")).values(automatic=True))
    assert len(shop.articles.gaps().topics) == 1


def test_only_the_span_and_the_language_asked_for_is_read(shop: Desk, frozen_now: datetime) -> None:
    assert shop.articles.gaps(since=frozen_now - 12 * DAY).questions == 3
    assert shop.articles.gaps(language="es").questions == 0
    message = tables.message
    with shop.store.write() as connection:
        connection.execute(update(message).where(message.c.body.contains("Norway")).values(language="es-mx"))
    assert shop.articles.gaps(language="es").questions == 4
    for since, limit in ((frozen_now + DAY, 20), (None, 0), (None, 101)):
        with pytest.raises(BadInput):
            shop.articles.gaps(since=since, limit=limit)


def test_the_same_intent_and_a_word_make_a_topic(desk: Desk, frozen_now: datetime) -> None:
    texts = ("my parcel never came", "where is it? parcel!", "still no parcel", "the parcel is lost")
    for name, text in zip(NAMES, texts, strict=False):
        ask(desk, name, text, frozen_now - 3 * DAY)
    for name in NAMES:
        ask(desk, name, f"hello {name} {name}ly", frozen_now - 5 * DAY)
    message = tables.message
    with desk.store.write() as connection:
        connection.execute(update(message).where(message.c.body.contains("parcel")).values(intent="lost parcel"))
    topic = desk.articles.gaps().topics[0]
    assert (topic.words, topic.intent, topic.count) == (("parcel",), "lost parcel", 4)
    assert topic.query == 'parcel intent:"lost parcel" after:2026-08-19'
    assert len(desk.search.messages(topic.query).items) == 4


def busy(desk: Desk, now: datetime, *, spike: int) -> GapsView:
    """A quarter of all sorts of questions, and in the last days so many about a firmware update."""
    dice = random.Random(8)
    for week in range(9):
        for number in range(10):
            text = dice.choice(FILLERS).format(dice.choice(NOUNS))
            ask(desk, f"{dice.choice(NAMES)}{week}{number}", text, now - 7 * week * DAY - dice.random() * 6.9 * DAY)
    for number in range(spike):
        ask(
            desk,
            f"new{number}",
            f"since the firmware update the {dice.choice(NOUNS)} motor stops",
            now - number * DAY / 3,
        )
    return desk.articles.gaps()


def test_what_rises_this_week_is_told_with_who_is_concerned(desk: Desk, frozen_now: datetime) -> None:
    view = busy(desk, frozen_now, spike=9)
    (rise,) = view.rising
    assert set(rise.words) & {"firmware", "update", "motor", "stops"}
    assert (rise.observed, rise.expected) == (9, 0.0)
    assert rise.p < rise.q <= 0.05
    assert len(rise.customer_ids) == len(rise.thread_ids) == 9
    assert {hit.message_id for hit in desk.search.messages(rise.query).items} == set(rise.message_ids)
    assert (view.baseline_weeks, view.week_customers) == (8, 19)
    assert view.topics_tried > 10
    assert desk.articles.gaps() == view


def test_a_quiet_week_rises_nothing(desk: Desk, frozen_now: datetime) -> None:
    assert busy(desk, frozen_now, spike=0).rising == ()


def test_hostile_questions_make_topics_like_others(desk: Desk, frozen_now: datetime) -> None:
    for number in range(4):
        for text in ('evil" OR intent:x \x1b[31m zzz', "東京都 " * 300, "a" * 10_000, "'; DROP TABLE article; --"):
            ask(desk, f"h{number}", text, frozen_now - number * DAY - timedelta(seconds=len(text)))
    view = desk.articles.gaps()
    assert view.topics
    for topic in view.topics:
        assert desk.search.messages(topic.query).items
    with clock.fixed(frozen_now + 400 * DAY):
        assert desk.articles.gaps().topics == ()
