"""A bot of the tests: its channel, its worker, and what it says or refuses."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from convo import clock
from convo.channels.base import Fetched, Outgoing, Setup
from convo.channels.settings import Secret
from convo.channels.telegram.channel import TelegramChannel
from convo.channels.telegram.kind import TelegramConfig
from convo.channels.trouble import Trouble
from convo.desk.desk import Desk
from convo.model.envelope import Handle, Part
from tests.channels.using import using
from tests.servers.bot_api import TOKEN, BotApi
from tests.servers.bot_api_world import BOT, Person

ANA = Person(501, "Ana", "Ruiz", "anaruiz", "es")
GROUP = {"id": -1009, "type": "supergroup", "title": "Runners"}
NUMBER = BOT["id"]

T = TypeVar("T")


def config(server: BotApi, *, token: str = TOKEN, groups: bool = False, takes_over: bool = False) -> TelegramConfig:
    """How the test's bot is reached."""
    return TelegramConfig(Secret(token), groups, takes_over, server.url)


def with_channel(told: TelegramConfig, use: Callable[[TelegramChannel], Coroutine[Any, Any, T]]) -> T:
    """Use a channel that is open as long as that takes."""
    return using(lambda: TelegramChannel(Setup("bot", told)), use)


def fetch(told: TelegramConfig, cursor: dict[str, Any] | None = None) -> Fetched:
    """What is waiting."""
    return with_channel(told, lambda channel: channel.fetch(cursor or {}, wait=0))


def trouble_of(told: TelegramConfig, use: Callable[[TelegramChannel], Coroutine[Any, Any, Any]]) -> Trouble:
    """What goes wrong with a channel."""
    with pytest.raises(Trouble) as raised:
        with_channel(told, use)
    trouble = raised.value
    assert told.token.reveal() not in f"{trouble!r} {trouble.reason}"
    assert trouble.__cause__ is None
    return trouble


def letter(text: str = "It is in stock.", *parts: Part, **more: Any) -> Outgoing:
    """One message to Ana."""
    told = {"recipient": Handle("telegram", "501", "Ana"), "sent_at": clock.now()} | more
    return Outgoing(1, "key-1", text=text, parts=parts, **told)


def bot_on(desk: Desk, server: BotApi, **more: Any) -> None:
    """A desk with the bot as its channel "bot"."""
    desk.channels.add("telegram", "bot", {"server": server.url, **more})
    desk.channels.keep_secret("bot", "token", Secret(TOKEN))
