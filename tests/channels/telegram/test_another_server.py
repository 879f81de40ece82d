"""Telegram as somebody else made it up: what our own local Bot API may have taken for granted is not so there."""

from collections.abc import Mapping
from typing import Any

import httpx

from convo.channels.settings import Secret
from convo.channels.telegram.channel import TelegramChannel
from convo.channels.telegram.kind import TelegramConfig
from convo.model.envelope import Envelope, Handle, Unreadable
from tests.channels.telegram.bots import letter, with_channel
from tests.servers.emulators import Emulator

ANA = {"id": 501, "first_name": "Ana", "last_name": "Ruiz", "username": "anaruiz", "is_bot": False}
CHAT = {"id": 501, "type": "private", "first_name": "Ana"}
SECONDS = 1_795_878_000


def said(server: Emulator, token: str, text: str, **more: Any) -> None:
    """Ana writes to a bot."""
    told = {"botToken": token, "from": ANA, "chat": CHAT, "text": text, "date": SECONDS} | more
    httpx.post(f"{server.url}/sendMessage", json=told).raise_for_status()


def heard(server: Emulator, token: str) -> list[Mapping[str, Any]]:
    """What a bot has written to Ana."""
    answer = httpx.post(f"{server.url}/getUpdates", json={"token": token, "chatId": 501})
    return [each["message"] for each in answer.json()["result"]]


def config(server: Emulator, token: str) -> TelegramConfig:
    return TelegramConfig(Secret(token), False, False, server.url)


def test_a_customer_asks_and_gets_an_answer_below_what_they_wrote(telegram_test_api: Emulator) -> None:
    token = "666:a-bot-that-answers"
    said(telegram_test_api, token, "Is it in stock?")

    async def work(channel: TelegramChannel) -> Envelope:
        fetched = await channel.fetch({}, wait=0)
        (item,) = fetched.items
        assert isinstance(item, Envelope)
        receipt = await channel.send(letter("<b>Yes</b>, it is.", answers=item.external_id))
        assert receipt.external_id
        again = await channel.fetch(fetched.cursor, wait=0)
        assert again.items == ()
        return item

    item = with_channel(config(telegram_test_api, token), work)
    assert (item.text, item.sent_at.timestamp()) == ("Is it in stock?", SECONDS)
    assert item.customer[0] == Handle("telegram", "501", "Ana Ruiz")
    (answer,) = heard(telegram_test_api, token)
    assert (answer["text"], str(answer["chat_id"])) == ("<b>Yes</b>, it is.", "501")
    assert "parse_mode" not in answer


def test_a_date_that_cannot_be_costs_no_message(telegram_test_api: Emulator) -> None:
    token = "667:a-bot-whose-customers-live-in-the-far-future"
    said(telegram_test_api, token, "Hello?", date=SECONDS * 1_000)
    said(telegram_test_api, token, "Is anybody there?")
    fetched = with_channel(config(telegram_test_api, token), lambda channel: channel.fetch({}, wait=0))
    first, second = fetched.items
    assert isinstance(first, Unreadable)
    assert "date" in first.reason
    assert isinstance(second, Envelope)
