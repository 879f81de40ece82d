"""What every kind of channel is held to: its declaration, its manners when nothing answers, and that messages travel.

All of it runs over every kind in the registry (test_contract.py): `DECLARED` and `UNANSWERED` as they are, `travels`
with a far side that can say and read something, of which `far_sides.py` has one for each kind of ours.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol, get_origin, get_type_hints, runtime_checkable

from convo.channels.base import Channel, Cursor, Fetched, Kind, Outgoing, Request, Setup, ShowsTyping, Typing
from convo.channels.settings import Secret, declared
from convo.channels.trouble import Trouble
from convo.errors import ConvoError, NotAllowed
from convo.model.envelope import Envelope, Handle, Item
from convo.model.words import Direction, IdentityKind
from tests.channels.made_up import SECRET, nothing_answers, opened, sample, setup_of

QUICK = 2.0  # seconds in which a channel lets go
TEXT = "what was said to nobody else"


class FarSide(Protocol):
    """A provider that a test runs: how it is reached, and the customer at its other end."""

    def setup(self) -> Setup:
        """What the channel is opened with."""
        ...

    async def says(self, text: str) -> Request | None:
        """The customer writes; the request that the provider pushes then, where it pushes."""
        ...

    async def heard(self) -> list[str]:
        """What the customer got, the oldest first."""
        ...


@runtime_checkable
class EditingSide(Protocol):
    """A far side where the customer can change what they wrote."""

    async def edits(self, text: str) -> Request | None:
        """The customer changes what they wrote last; the request that the provider pushes then, where it pushes."""
        ...


@runtime_checkable
class TypingSide(Protocol):
    """A far side where the customer can be shown that somebody writes to them."""

    async def sees_typing(self) -> bool:
        """Whether the customer was shown that, and it was not taken back since; nobody here waits until it runs out."""
        ...


async def travels(kind: Kind, far: FarSide, *, wait: float = 10.0) -> list[Envelope]:
    """Hold a kind to what the contract says of fetching and sending, against a far side with nothing new in it.

    Each step opens a channel of its own, as `convo work --once` does, so that nothing but the cursor goes on. Returns
    what the customer said: a message and, where the kind declares that those come, its edit.
    """
    begun = await _rest(kind, far, {})
    pushed = await far.says("hello there")
    came = await _coming(kind, far, begun.cursor, pushed, wait, store=False)
    (first,) = _messages(came)
    assert first.direction == Direction.INBOUND
    assert "hello there" in first.text
    assert first.sent_at.tzinfo is not None
    assert first.external_id
    assert {handle.kind for handle in first.customer} & set(kind.can.reached_as)
    again = await _coming(kind, far, begun.cursor, pushed, wait, store=True)
    assert [item.external_id for item in _messages(again)] == [first.external_id], "lost, as it was not stored"
    rest = await _rest(kind, far, again.cursor)
    assert not _messages(rest), "stored, and brought again"
    async with _open(kind, far) as channel:
        receipt = await channel.send(answer(first))
    assert receipt.status in ("sent", "delivered", "read")
    async with asyncio.timeout(wait):
        while not any("on its way" in text for text in await far.heard()):
            await asyncio.sleep(0.02)
    back = await _rest(kind, far, rest.cursor)
    assert all(item.direction != Direction.INBOUND for item in _messages(back)), "our own came back as a customer's"
    cursor, edits = await _edited(kind, far, back.cursor, first, wait)
    async with _open(kind, far) as channel:
        await _lets_go(channel, cursor)
        assert not [each for each in await channel.check() if each.problem]
    return [first, *edits]


async def _edited(
    kind: Kind, far: FarSide, cursor: Cursor, first: Envelope, wait: float
) -> tuple[Cursor, list[Envelope]]:
    """An edit comes where the kind says so, as a message that refers to what it changes, and nowhere else."""
    if not isinstance(far, EditingSide):
        assert not kind.can.edits, "it declares edits, which its far side has not"
        return cursor, []
    pushed = await far.edits("hello you")
    came = (
        await _coming(kind, far, cursor, pushed, wait, store=True)
        if kind.can.edits
        else await _told(kind, far, cursor, pushed)
    )
    edits = _messages(came)
    assert bool(edits) == kind.can.edits, "an edit came, and the kind does not declare that"
    for edit in edits:
        assert edit.direction == Direction.INBOUND
        assert edit.text == "(edited) hello you"
        assert edit.references == (first.external_id,)
        assert edit.external_id not in (None, first.external_id)
    return came.cursor, edits


async def shows_typing(kind: Kind, far: FarSide, *, wait: float = 10.0) -> None:
    """Hold a kind to what it declares of showing customers that somebody writes to them."""
    if not isinstance(far, TypingSide):
        assert not kind.can.typing, "it declares typing, which its far side cannot see"
        return
    assert kind.can.typing
    begun = await _rest(kind, far, {})
    came = await _coming(kind, far, begun.cursor, await far.says("hello there"), wait, store=True)
    (first,) = _messages(came)
    typing = typing_after(first)
    async with _open(kind, far) as channel:
        assert isinstance(channel, ShowsTyping)
        assert not await far.sees_typing()
        for _ in range(2):
            await channel.show_typing(typing)
            async with asyncio.timeout(wait):
                while not await far.sees_typing():
                    await asyncio.sleep(0.01)
        await channel.end_typing(typing)
        nobody = Typing(2, Handle(first.customer[0].kind, "nobody-we-know"))
        await channel.show_typing(nobody)
    assert not await far.heard(), "something was said"


def typing_after(envelope: Envelope) -> Typing:
    """That somebody answers what a customer wrote, in its thread."""
    return Typing(1, envelope.customer[0], envelope.thread_key, envelope.external_id)


@asynccontextmanager
async def _open(kind: Kind, far: FarSide) -> AsyncIterator[Channel]:
    channel = kind.open(far.setup())
    try:
        yield channel
    finally:
        await closes(channel)


async def _coming(
    kind: Kind, far: FarSide, cursor: Cursor, pushed: Request | None, wait: float, *, store: bool
) -> Fetched:
    """What a request brings, or else the first fetch that brings a message, which is stored or not."""
    async with _open(kind, far) as channel, asyncio.timeout(wait):
        while True:
            fetched = await (channel.fetch(cursor, wait=0.0) if pushed is None else channel.receive(pushed))
            if store or not _messages(fetched):
                await channel.stored(fetched)
            if _messages(fetched):
                return fetched
            cursor = fetched.cursor
            await asyncio.sleep(0.01)


async def _rest(kind: Kind, far: FarSide, cursor: Cursor) -> Fetched:
    """All that is left to fetch now, stored; nothing of a kind that is told by requests."""
    found: list[Item] = []
    async with _open(kind, far) as channel:
        more = kind.can.fetches
        while more:
            fetched = await channel.fetch(cursor, wait=0.0)
            await channel.stored(fetched)
            found += fetched.items
            cursor, more = fetched.cursor, fetched.more
    return Fetched(tuple(found), cursor)


async def _told(kind: Kind, far: FarSide, cursor: Cursor, pushed: Request | None) -> Fetched:
    """What a request brings, or else all that is left to fetch."""
    if pushed is None:
        return await _rest(kind, far, cursor)
    async with _open(kind, far) as channel:
        return await channel.receive(pushed)


async def _lets_go(channel: Channel, cursor: Cursor) -> None:
    """A fetch that waits for more ends when it is cancelled, and leaves the channel of use."""
    with suppress(TimeoutError, NotAllowed):
        async with asyncio.timeout(0.01):
            await channel.fetch(cursor, wait=30.0)


def _messages(fetched: Fetched) -> list[Envelope]:
    return [item for item in fetched.items if isinstance(item, Envelope)]


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


def it_shows_typing_where_it_declares_that(kind: Kind) -> None:
    """A channel has what the worker needs for it if, and only if, its kind says so."""
    channel = opened(kind)
    assert kind.can.typing >= 0
    assert kind.can.typing or not kind.can.typing_reads
    if channel is not None:
        assert isinstance(channel, ShowsTyping) == bool(kind.can.typing)
        asyncio.run(channel.close())


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
            if isinstance(channel, ShowsTyping):
                told += [await _trouble(channel.show_typing(typing_after(_written(kind))))]
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
    it_shows_typing_where_it_declares_that,
    opening_connects_to_nothing,
    it_says_in_words_that_nothing_answers,
    a_cancelled_fetch_lets_go,
)


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
