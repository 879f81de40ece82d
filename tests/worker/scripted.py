"""A kind of channel whose provider is the test: what it brings and how it answers is scripted; the rest is real."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from convo.channels import registry
from convo.channels.base import (
    Capabilities,
    Check,
    Consent,
    Cursor,
    Fetched,
    Kind,
    Outgoing,
    Receipt,
    Request,
    Setup,
    Typing,
)
from convo.channels.settings import Secret, setting
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Handle, Item
from convo.model.words import Direction


@dataclass(frozen=True, slots=True)
class ScriptedConfig:
    """Which provider it is."""

    provider: str = setting("The name of the test's provider.")
    token: Secret = setting("What it is opened with.", default=Secret(""), ask=True)
    hook: Secret = setting("What it signs with.", default=Secret(""), made=True)


@dataclass
class Provider:
    """The far side: what waits to be fetched by number, what was sent or shown, and what goes wrong next."""

    items: list[Item] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    fetch_trouble: deque[Exception] = field(default_factory=deque)
    send_trouble: deque[Exception | None] = field(default_factory=deque)
    typing: list[Typing] = field(default_factory=list)
    ended: list[Typing] = field(default_factory=list)
    typing_trouble: deque[Exception] = field(default_factory=deque)
    hangs: bool = False
    problem: str = ""
    token: str = ""
    fetches: int = 0
    acknowledged: int = 0
    came: asyncio.Event | None = None
    most: int = 10

    all: ClassVar[dict[str, "Provider"]] = {}

    def says(self, number: int, text: str, who: str = "ana@x.example") -> None:
        """A customer writes."""
        self.items.append(envelope(number, text, who))


def envelope(number: int, text: str, who: str = "ana@x.example") -> Envelope:
    """One message of a customer."""
    return Envelope(
        Direction.INBOUND,
        (Handle("email", who, who.partition("@")[0]),),
        datetime(2026, 11, 17, 12, number % 60, tzinfo=UTC),
        text,
        external_id=f"in-{number}",
    )


class ScriptedChannel:
    """Fetches and sends at a Provider."""

    def __init__(self, setup: Setup) -> None:
        self.provider = Provider.all[setup.config.provider]
        self.provider.token = setup.config.token.reveal()

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """Some items at a time."""
        provider = self.provider
        provider.fetches += 1
        if provider.hangs:
            await asyncio.Event().wait()
        if provider.fetch_trouble:
            raise provider.fetch_trouble.popleft()
        at = int(cursor.get("at", 0))
        until = asyncio.get_running_loop().time() + wait
        while len(provider.items) == at and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.01)
        items = provider.items[at : at + provider.most]
        told, provider.consents = tuple(provider.consents), []
        return Fetched(tuple(items), {"at": at + len(items)}, consents=told, more=len(provider.items) > at + len(items))

    async def stored(self, fetched: Fetched) -> None:
        """Counts what is safe."""
        self.provider.acknowledged += len(fetched.items)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Remembers it, or has the scripted trouble."""
        trouble = self.provider.send_trouble.popleft() if self.provider.send_trouble else None
        if trouble is not None:
            raise trouble
        self.provider.sent.append(outgoing)
        return Receipt(f"out-{len(self.provider.sent)}")

    async def show_typing(self, typing: Typing) -> None:
        """Remembers it, and then has the scripted trouble; with an EOFError it hangs."""
        self.provider.typing.append(typing)
        if self.provider.typing_trouble:
            trouble = self.provider.typing_trouble.popleft()
            if isinstance(trouble, EOFError):
                await asyncio.Event().wait()
            raise trouble

    async def end_typing(self, typing: Typing) -> None:
        """Remembers it."""
        self.provider.ended.append(typing)

    async def receive(self, request: Request) -> Fetched:
        """It has no requests."""
        raise NotAllowed("nothing is pushed here")

    async def check(self) -> tuple[Check, ...]:
        """All is well, but for the scripted problem."""
        return (Check("credentials", detail="signed in"), Check("sending", self.provider.problem))

    async def since(self, cursor: Cursor, at: datetime) -> Cursor:
        """It keeps all that ever came."""
        items = [each for each in self.provider.items if isinstance(each, Envelope)]
        return {"at": sum(1 for each in items if each.sent_at < at)}

    async def close(self) -> None:
        """Nothing is open."""


KIND = Kind(
    "scripted", "a script", ScriptedConfig, Capabilities(("email",), typing=5.0, per_second=1000.0), ScriptedChannel
)


@contextmanager
def scripted(*names: str) -> Iterator[list[Provider]]:
    """The kind is known, and there are providers of these names."""
    Provider.all = {name: Provider() for name in names}
    registry._OURS["scripted"] = "tests.worker.scripted"
    registry.kind_of.cache_clear()
    try:
        yield [Provider.all[name] for name in names]
    finally:
        del registry._OURS["scripted"]
        registry.kind_of.cache_clear()
