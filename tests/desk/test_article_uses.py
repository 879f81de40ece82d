"""What became of articles: how often they were offered and sent, and how it went on."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.knowledge_views import ArticleStats
from tests.desk.acting import acting
from tests.desk.said import START, say

DAY = timedelta(days=1)


def opened(desk: Desk, who: str, text: str = "How do I return it?") -> int:
    """The thread that a customer opens."""
    return say(desk, f"{who}@example.org", text, at=START).thread_id or 0


def stats(desk: Desk, name: str = "returns") -> ArticleStats:
    """How an article did."""
    return next(one for one in desk.articles.stats() if one.name == name)


def feel(desk: Desk, message: int | None, sentiment: float) -> None:
    """Let a message have this sentiment."""
    with desk.store.write() as connection:
        message_table = tables.message
        connection.execute(update(message_table).where(message_table.c.id == message).values(sentiment=sentiment))


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A desk with an article."""
    desk.articles.add("returns", "Returns", "Send it back within 30 days.")
    desk.articles.add("hours", "Hours", "9 to 18")
    return desk


def test_a_reply_with_an_article_says_it_and_counts_as_sent(shop: Desk) -> None:
    thread = opened(shop, "ana")
    with clock.fixed(START + DAY):
        sent = shop.threads.reply(thread, "Hello Ana,", article="RETURNS")
    assert sent.body == "Hello Ana,\n\nReturns\n\nSend it back within 30 days."
    with shop.store.read() as connection:
        use = connection.execute(select(tables.article_use)).one()
    assert (use.use, use.message_id, use.by, use.thread_id) == ("sent", sent.id, "tester", thread)
    assert (stats(shop).sent, stats(shop).suggested, stats(shop).last_used_at) == (1, 0, START + DAY)
    with pytest.raises(NotFound):
        shop.threads.reply(thread, "x", article="missing")


def test_what_is_suggested_twice_in_a_thread_counts_once(shop: Desk) -> None:
    thread = opened(shop, "ana")
    for _ in range(2):
        shop.suggestions.offer(thread)
    assert stats(shop).suggested == 1
    shop.suggestions.for_thread(thread)
    assert stats(shop).suggested == 1


def test_how_it_went_on_is_told_by_resolution_reopening_and_what_the_customer_said(shop: Desk) -> None:
    good, bad, open_still = opened(shop, "ana"), opened(shop, "ben"), opened(shop, "cleo")
    with clock.fixed(START + DAY):
        for thread in (good, bad, open_still):
            shop.threads.reply(thread, "see", article="returns")
    thanks = say(shop, "ana@example.org", "Thank you!", at=START + 2 * DAY)
    feel(shop, thanks.message_id, 0.8)
    with clock.fixed(START + 3 * DAY):
        shop.threads.close(good)
        shop.threads.close(bad)
    with clock.fixed(START + 4 * DAY):
        shop.threads.reopen(bad)
    with clock.fixed(START + 20 * DAY):
        shop.threads.reopen(good)
    told = stats(shop)
    assert (told.sent, told.resolved, told.reopened, told.handed_over, told.sentiment) == (3, 1, 1, 0, 0.8)
    assert [one.name for one in shop.articles.stats()] == ["returns", "hours"]
    assert shop.articles.stats(since=START + 2 * DAY)[0].sent == 0
    assert shop.articles.stats(until=START + 2 * DAY)[0].sent == 3


def test_a_use_is_of_something_that_is_there(shop: Desk) -> None:
    thread, other = opened(shop, "ana"), opened(shop, "ben")
    message = shop.threads.show(other).messages[0].id
    with pytest.raises(BadInput):
        shop.articles.note_use("returns", thread, "loved")
    for article, where, which in (("x", thread, None), ("returns", 999, None), ("returns", thread, message)):
        with pytest.raises(NotFound):
            shop.articles.note_use(article, where, "sent", which)
    shop.articles.note_use("returns", other, "sent", message, by="bot helper")
    assert stats(shop).sent == 1


def test_an_article_that_was_used_can_be_removed(shop: Desk) -> None:
    shop.articles.note_use("returns", opened(shop, "ana"), "sent")
    shop.articles.remove("returns")
    assert [one.name for one in shop.articles.stats()] == ["hours"]


def test_a_viewer_looks_and_offers_nothing(shop: Desk) -> None:
    from convo.errors import NotAllowed
    from convo.model.words import Role

    viewer, thread = acting(shop, "eve", Role.VIEWER), opened(shop, "ana")
    assert viewer.suggestions.for_thread(thread).articles[0].name == "returns"
    assert viewer.articles.stats()[0].suggested == 0
    with pytest.raises(NotAllowed):
        viewer.suggestions.offer(thread)
