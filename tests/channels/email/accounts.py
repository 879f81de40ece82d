"""Accounts for the tests of mail: a mailbox at the tests' Dovecot, sending through the tests' far end."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from convo.channels.base import Fetched, Outgoing, Setup
from convo.channels.email.channel import EmailChannel
from convo.channels.email.kind import EmailConfig
from convo.channels.settings import Secret
from convo.model.envelope import Handle
from tests.channels.using import using
from tests.servers.dovecot import PASSWORD

R = TypeVar("R")
KEY = "a key of tokens that nobody guesses"
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
_numbers = itertools.count(1)


def new_user(word: str = "desk") -> str:
    """An address whose mailbox is empty."""
    return f"{word}{next(_numbers)}@example.org"


def config_of(user: str, imap_port: int, smtp_port: int = 1, **changes: Any) -> EmailConfig:
    """The settings of an account on loopback."""
    settings: dict[str, Any] = {
        "address": user,
        "name": "Example Support",
        "imap_host": "127.0.0.1",
        "imap_port": imap_port,
        "imap_security": "plain",
        "password": Secret(PASSWORD),
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_security": "plain",
        "smtp_user": "none",
        "reply_key": Secret(KEY),
        "timeout": 5.0,
    }
    return EmailConfig(**(settings | changes))


def channel_of(config: EmailConfig, **setup: Any) -> EmailChannel:
    """An open channel."""
    return EmailChannel(Setup("shop", config, **setup))


def with_channel(config: EmailConfig, work: Callable[[EmailChannel], Awaitable[R]], **setup: Any) -> R:
    """What some work with a channel gives, which must not take long; the channel is closed after it."""
    return using(lambda: channel_of(config, **setup), work, seconds=30)


async def all_waiting(channel: EmailChannel, cursor: Any = None) -> tuple[list[Any], Any, list[Fetched]]:
    """All items that are waiting, the cursor after them, and what each fetch brought."""
    items: list[Any] = []
    rounds: list[Fetched] = []
    cursor = cursor or {}
    while True:
        fetched = await channel.fetch(cursor, wait=0)
        await channel.stored(fetched)
        rounds.append(fetched)
        items += fetched.items
        cursor = fetched.cursor
        if not fetched.more:
            return items, cursor, rounds


def mail(number: int, text: str = "Is it in stock?", sender: str = "Ana <ana@lima.example>", extra: str = "") -> bytes:
    """A mail from a customer."""
    lines = [
        f"From: {sender}",
        "To: desk@example.org",
        f"Subject: Question {number}",
        f"Message-ID: <in-{number}@lima.example>",
        f"Date: Sat, 28 Nov 2026 10:{number % 60:02}:00 +0000",
        *extra.splitlines(),
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode()


def outgoing(number: int = 1, to: str = "ana@lima.example", **changes: Any) -> Outgoing:
    """A message on its way out."""
    settings: dict[str, Any] = {
        "delivery": number,
        "key": f"out-{number}@example.org",
        "recipient": Handle("email", to, "Ana"),
        "text": "Yes, it is.",
        "sent_at": AT,
        "subject": "Question",
        "thread": 7,
    }
    return Outgoing(**(settings | changes))
