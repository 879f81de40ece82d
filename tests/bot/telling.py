"""Short ways to say in a test what a customer wrote and what is known, without a store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from convo.bot.reading import read_config
from convo.bot.situation import Attached, Person, Progress, Purchase, Said, Situation
from convo.intake.identities import normalise

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
CONFIG = read_config('[ask]\n"order status" = ["order_number"]\n"*" = ["order_number", "email", "phone", "photo"]')
NORMALISE = partial(normalise, home_region="ES")
PICTURE = Attached("crack.jpg", "image/jpeg")


def said(text: str, number: int = 1, *, thread: int = 1, **rest: Any) -> Said:
    """A message, the higher its number the later."""
    rest.setdefault("language", "en")
    return Said(number, thread, text, NOW - timedelta(days=1) + timedelta(minutes=number), **rest)


def bought(number: str, title: str = "wheel", days_ago: int = 10) -> Purchase:
    """An order, so many days before now."""
    return Purchase(number, title, NOW - timedelta(days=days_ago))


def situation(
    *messages: Said, progress: Progress | None = None, person: Person | None = None, **rest: Any
) -> Situation:
    """The customer's messages, the oldest first, of which the last is the one to decide on."""
    rest.setdefault("hits", ())
    seen = Situation(messages[-1], person or Person(1, "Ana"), tuple(reversed(messages)), NOW, **rest)
    return seen if progress is None else replace(seen, progress=progress)
