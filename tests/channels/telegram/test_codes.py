"""A code on a shelf, scanned: the bot is started by its link, and the desk knows where the customer stands."""

from convo.desk.desk import Desk
from convo.model.views import EventView
from tests.channels.telegram.bots import ANA, bot_on
from tests.channels.using import work
from tests.servers.bot_api import BotApi


def test_a_scanned_code_opens_the_chat_with_its_context(desk: Desk, bot_api_server: BotApi) -> None:
    bot_on(desk, bot_api_server, link="https://t.me/our_bot")
    code = desk.codes.make("Shelf 3", channel="bot", context={"product": "R7-wheel"})
    word = code.link.partition("?start=")[2]
    bot_api_server.world.starts(ANA, word)
    work(desk)
    (row,) = desk.threads.list("tag:product:r7-wheel").items
    assert (row.customer, desk.codes.show(word).uses) == ("Ana Ruiz", 1)
    event = next(entry for entry in desk.conversations.show(row.customer_id).entries if isinstance(entry, EventView))
    assert (event.kind, event.title, event.channel) == ("visit", "Shelf 3 (product R7-wheel)", "bot")
