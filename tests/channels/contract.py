"""What every kind of channel is held to: its declaration, its manners when nothing answers, and that messages travel.

`DECLARED` and `UNANSWERED` run over every kind in the registry (test_contract.py). A kind's own tests call `travels`
with a far side that can say and read something.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol, get_args, get_origin, get_type_hints

import pytest

from convo.channels.base import Channel, Fetched, Kind, Outgoing, Setup
from convo.channels.settings import Secret, check_values, declared, read
from convo.channels.trouble import Trouble
from convo.errors import BadInput, ConvoError
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction, IdentityKind

QUICK = 2.0
"""Seconds in which a channel lets go."""
SECRET = "s3cr3t-0f-"
TEXT = "what was said to nobody else"
_SAMPLES: Mapping[str, str] = {
    "address": "desk@shop.example",
    "number": "+4930123456",
    "user": "desk",
    "path": "/nowhere/at/all",
    "folder": "INBOX",
}


class FarSide(Protocol):
    """A provider that a test runs: how it is reached, and the customer at its other end."""

    def setup(self) -> Setup:
        """What the channel is opened with."""
        ...

    async def says(self, text: str) -> None:
        """The customer writes."""
        ...

    async def heard(self) -> list[str]:
        """What the customer got, the oldest first."""
        ...


async def travels(kind: Kind, far: FarSide, *, wait: float = 10.0) -> None:
    """Hold a kind to what the contract says of fetching and sending, against a far side with nothing new in it."""
    channel = kind.open(far.setup())
    try:
        cursor: Mapping[str, Any] = (await channel.fetch({}, wait=0.0)).cursor
        await far.says("hello there")
        came = await _until(channel, cursor, wait)
        (first,) = [item for item in came.items if isinstance(item, Envelope)]
        assert first.direction == Direction.INBOUND
        assert "hello there" in first.text
        assert first.sent_at.tzinfo is not None
        assert first.external_id
        again = await _until(kind.open(far.setup()), cursor, wait)
        assert [item.external_id for item in again.items if isinstance(item, Envelope)] == [first.external_id]
        await channel.stored(came)
        rest = await channel.fetch(came.cursor, wait=0.0)
        assert not [item for item in rest.items if isinstance(item, Envelope)], "stored, and brought again"
        receipt = await channel.send(answer(first))
        assert receipt.status in ("sent", "delivered", "read")
        async with asyncio.timeout(wait):
            while not any("on its way" in text for text in await far.heard()):
                await asyncio.sleep(0.02)
        back = await channel.fetch(rest.cursor, wait=0.0)
        ours = [item for item in back.items if isinstance(item, Envelope) and item.direction == Direction.INBOUND]
        assert not ours, "what was sent from here came back as a customer's"
        waiting = asyncio.create_task(channel.fetch(back.cursor, wait=30.0))
        await asyncio.sleep(0)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        assert all(not each.problem for each in await channel.check())
    finally:
        await closes(channel)


async def _until(channel: Channel, cursor: Mapping[str, Any], wait: float) -> Fetched:
    """The first fetch that brings an envelope."""
    async with asyncio.timeout(wait):
        while True:
            fetched = await channel.fetch(cursor, wait=1.0)
            if any(isinstance(item, Envelope) for item in fetched.items):
                return fetched


def answer(envelope: Envelope) -> Outgoing:
    """An answer to what a customer wrote, in its thread."""
    assert envelope.external_id is not None
    return Outgoing(
        delivery=1,
        key="20261117.1@convo.invalid",
        recipient=envelope.customer[0],
        text="on its way",
        sent_at=datetime(2026, 11, 17, 12, tzinfo=UTC),
        subject=envelope.subject,
        author="marta",
        thread=1,
        thread_key=envelope.thread_key,
        references=(envelope.external_id,),
        answers=envelope.external_id,
    )


async def closes(channel: Channel) -> None:
    """It lets go at once, and does so twice without harm."""
    began = time.monotonic()
    await channel.close()
    await channel.close()
    assert time.monotonic() - began < QUICK


def settings_are_declared_and_read(kind: Kind) -> None:
    """Each says what it is, has a type that settings know, and is read from what the store keeps."""
    hints = get_type_hints(kind.config)
    for each in declared(kind.config):
        hint = hints[each.name]
        assert each.metadata["about"].strip().endswith("."), each.name
        assert hint in (str, int, float, bool, Secret) or get_origin(hint) in (Literal, tuple), each.name
        assert each.name == each.name.lower()
        assert not each.name.endswith("_env")
        assert each.name != "secrets"
    config = sample(kind)
    for each in declared(kind.config):
        if get_origin(hints[each.name]) is None:
            assert isinstance(getattr(config, each.name), hints[each.name]), each.name


def capabilities_are_sane(kind: Kind) -> None:
    """They name identities that exist, and limits that something fits into."""
    can = kind.can
    assert can.reached_as
    assert set(can.reached_as) <= set(IdentityKind)
    assert can.longest is None or can.longest > 100
    assert can.window is None or (can.window > timedelta(0) and can.outside)
    assert can.per_second > 0
    assert can.pause >= 0
    assert can.largest_file >= 0
    assert kind.title
    assert kind.about.endswith(".")


def opening_connects_to_nothing(kind: Kind) -> None:
    """`open` touches no network."""
    with nothing_answers() as tried:
        asyncio.run(_opened_and_closed(kind))
    assert tried == []


async def _opened_and_closed(kind: Kind) -> None:
    channel = opened(kind)
    if channel is not None:
        await closes(channel)


def it_says_in_words_that_nothing_answers(kind: Kind) -> None:
    """`check` raises nothing and names a problem; fetching and sending raise troubles; no secret is in any of it."""

    async def run() -> None:
        channel = opened(kind)
        if channel is None:
            return
        async with asyncio.timeout(30):
            told = [f"{each.what} {each.problem} {each.detail}" for each in await channel.check()]
            assert any(each.problem for each in await channel.check())
            told += [await _trouble(channel.fetch({}, wait=0.0))] if kind.can.fetches else []
            told += [await _trouble(channel.send(answer(_written(kind))))]
        for shown in (*told, repr(channel), str(channel), repr(setup_of(kind)), str(setup_of(kind).config)):
            assert SECRET not in shown
            assert TEXT not in shown
        await closes(channel)

    with nothing_answers():
        asyncio.run(run())


def a_cancelled_fetch_lets_go(kind: Kind) -> None:
    """A fetch that is cancelled ends, and the channel closes."""

    async def run() -> None:
        channel = opened(kind)
        if channel is None or not kind.can.fetches:
            return
        fetching = asyncio.create_task(channel.fetch({}, wait=30.0))
        await asyncio.sleep(0.05)
        fetching.cancel()
        async with asyncio.timeout(QUICK):
            with suppress(asyncio.CancelledError, Trouble, OSError):
                await fetching
        await closes(channel)

    with nothing_answers():
        asyncio.run(run())


DECLARED: tuple[Callable[[Kind], None], ...] = (settings_are_declared_and_read, capabilities_are_sane)
UNANSWERED: tuple[Callable[[Kind], None], ...] = (
    opening_connects_to_nothing,
    it_says_in_words_that_nothing_answers,
    a_cancelled_fetch_lets_go,
)


def sample(kind: Kind, values: Mapping[str, object] | None = None) -> Any:
    """A config of made-up values, or those given, with a secret for each that it has."""
    hints = get_type_hints(kind.config)
    made = {
        each.name: _made_up(each.name, hints[each.name])
        for each in declared(kind.config)
        if hints[each.name] is not Secret and not isinstance(each.default, int | float | tuple)
    }
    kept = check_values(kind.config, {**made, **(values or {})}, kind.name)
    return read(kind.config, kept, lambda name, _: Secret(f"{SECRET}{name}"), channel="tried")


def _made_up(name: str, hint: Any) -> object:
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if any(word in name for word in ("url", "site", "server", "api")):
        return "http://127.0.0.1:9"
    return _SAMPLES.get(name) or ("localhost" if "host" in name else "sample")


def setup_of(kind: Kind) -> Setup:
    """What a channel of made-up settings is opened with."""
    return Setup("tried", sample(kind), frozenset({"desk@shop.example"}))


def opened(kind: Kind) -> Channel | None:
    """A channel of made-up settings; None of a kind that cannot be opened yet, or not with those."""
    try:
        return kind.open(setup_of(kind))
    except BadInput as error:
        told = f"{error.message}{error.hint}"
    assert SECRET not in told
    return None


@contextmanager
def nothing_answers() -> Iterator[list[object]]:
    """No host is found and no connection made; yields what was tried."""
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    def unknown(host: object, *_: object, **__: object) -> None:
        tried.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "getaddrinfo", unknown)
        yield tried


async def _trouble(call: Any) -> str:
    """What a call raises, as it would be shown; it raises nothing but troubles, or what intake says of a setting."""
    try:
        found = await call
    except (Trouble, ConvoError, OSError) as trouble:
        return f"{trouble} {trouble!r}"
    return repr(found)


def _written(kind: Kind) -> Envelope:
    handle = Handle(kind.can.reached_as[0], "someone@shop.example")
    at = datetime(2026, 11, 17, 11, tzinfo=UTC)
    return Envelope(Direction.INBOUND, (handle,), at, TEXT, external_id="42:1")
