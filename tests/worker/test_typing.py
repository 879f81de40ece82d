"""The worker shows customers that a reply is being written to them, and is never disturbed by that."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from convo import clock
from convo.channels.base import Capabilities, ShowsTyping, Typing
from convo.channels.trouble import ChannelDown, SendRefused
from convo.config import ChannelSettings, Settings
from convo.desk.desk import Actor, Desk
from convo.model.envelope import Handle
from convo.model.transport import Post
from convo.model.words import Role
from convo.store.store import Store
from convo.worker.calls import Calls
from convo.worker.log import Log
from convo.worker.typist import Typist, lets_show
from convo.worker.worker import Worker
from tests.desk.acting import operator
from tests.desk.said import START
from tests.worker.scripted import Provider, scripted


def work(desk: Desk, do: Callable[[], Awaitable[None]]) -> list[dict[str, Any]]:
    """What a worker logs while something is done beside it, which must be soon."""
    written = io.StringIO()

    async def run() -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(Worker(desk, Log(written), every=0.2).run(stop))
        try:
            async with asyncio.timeout(20):
                await do()
        finally:
            stop.set()
            await worker

    asyncio.run(run())
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def until(done: Callable[[], object]) -> None:
    while not done():
        await asyncio.sleep(0.01)


def writes(desk: Desk, thread: int, text: str = "Hola", *, writing: bool = True, **more: Any) -> None:
    """An operator's screen keeps a draft, and says that somebody writes there or only looks."""
    desk.drafts.keep(thread, text, **more)
    desk.presence.touch(f"{desk.actor.name}-1", thread, writing=writing)


def told(provider: Provider) -> list[str]:
    return [typing.recipient.value.partition("@")[0] for typing in provider.typing]


def test_only_who_is_answered_by_this_channel_right_now_is_shown_it(desk: Desk) -> None:
    with scripted("a", "b") as (provider, other):
        for name, far in (("shop", "a"), ("other", "b")):
            desk.channels.add("scripted", name, {"provider": far})
        people = {name: number for number, name in enumerate(("ana", "bo", "cy", "dee", "eve"), start=1)}
        for name, number in people.items():
            provider.says(number, f"it is {name}", f"{name}@x.example")
        asyncio.run(Worker(desk, Log()).once())
        at = {row.customer: row.id for row in desk.threads.list().items}
        desks = {name: operator(desk, f"to-{name}") for name in people}
        writes(desks["ana"], at["ana"], "she never pays", note=True)
        writes(desks["bo"], at["bo"], channel="other")
        with clock.fixed(clock.now() - timedelta(minutes=1)):
            desks["cy"].drafts.keep(at["cy"], "left lying")
        desks["cy"].presence.touch("to-cy-1", at["cy"], writing=True)
        writes(desks["dee"], at["dee"], writing=False)
        writes(desks["eve"], at["eve"])

        async def shown() -> None:
            await until(lambda: provider.typing and other.typing)

        log = work(desk, shown)
        assert (told(provider), told(other)) == (["eve"], ["bo"])
        (typing,) = provider.typing
        assert (typing.thread, typing.answers) == (at["eve"], "in-5")
        assert "Hola" not in json.dumps(log)
        assert not [line for line in log if "typing" in line["event"]]


def test_it_is_shown_as_soon_as_it_is_written_and_ends_when_it_is_sent(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "where is my wheel?")

        async def answered() -> None:
            await until(lambda: desk.threads.list().items)
            assert not provider.typing
            writes(desk, 1, "On its w")
            await until(lambda: provider.typing)
            assert not provider.ended
            desk.threads.reply(1, "On its way")
            await until(lambda: provider.sent and provider.ended)

        work(desk, answered)
        assert provider.ended == provider.typing
        assert told(provider) == ["ana"]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (ChannelDown("it is down", retry_after=7200), "it is down"),
        (SendRefused("they blocked the bot"), "they blocked the bot"),
        (ZeroDivisionError("bug"), "ZeroDivisionError"),
        (EOFError(), ""),
    ],
)
def test_a_provider_that_cannot_show_it_is_left_alone_and_still_sends_and_fetches(
    sqlite_store: Store, trouble: Exception, reason: str
) -> None:
    desk = Desk(sqlite_store, Settings(store=str(sqlite_store.location.path)), Actor("tester", Role.ADMIN))
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "where is my wheel?")
        provider.typing_trouble.extend([trouble] * 9)

        async def answered() -> None:
            await until(lambda: desk.threads.list().items)
            writes(desk, 1)
            await until(lambda: provider.typing)
            for number in range(2, 4):
                desk.threads.reply(1, f"answer {number}")
                await until(lambda: len(provider.sent) == number - 1)  # noqa: B023 - it is waited for here
                provider.says(number, "and?")
                await until(lambda: provider.acknowledged == number)  # noqa: B023
                writes(desk, 1, f"Hola {number}")

        log = work(desk, answered)
        assert len(provider.typing) == 1
        said = [line for line in log if line["event"] == "typing not shown"]
        assert [line["reason"] for line in said] == ([reason] if reason else [])
        assert log[-1]["event"] == "worker stopped"


def test_it_is_off_where_that_is_wanted(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "where is my wheel?")
        provider.says(2, "and mine?", "bo@x.example")
        asyncio.run(Worker(desk, Log()).once())
        writes(desk, 1)
        quiet = Desk(desk.store, replace(desk.settings, channels=ChannelSettings("off")), desk.actor)

        async def answered() -> None:
            for number in (1, 2):
                desk.threads.reply(2, f"answer {number}")
                await until(lambda: len(provider.sent) == number)  # noqa: B023 - it is waited for here

        work(quiet, answered)
        assert provider.typing == []


def test_what_marks_a_message_as_read_too_is_shown_only_where_that_is_wanted() -> None:
    plain, reads = Capabilities(("email",), typing=5.0), Capabilities(("email",), typing=25.0, typing_reads=True)
    shown = {wanted: (lets_show(plain, wanted), lets_show(reads, wanted)) for wanted in ("auto", "on", "off")}
    assert shown == {"auto": (True, False), "on": (True, True), "off": (False, False)}
    assert not lets_show(Capabilities(("email",)), "on")


class Far:
    """A provider that shows it, and a desk at which somebody writes: what was asked and told is counted."""

    def __init__(self) -> None:
        self.writing: tuple[Typing, ...] = ()
        self.shown: list[Typing] = []
        self.ended: list[Typing] = []
        self.looks = 0
        self.rests = False

    @property
    def presence(self) -> "Far":
        return self

    def typing(self, channel: int) -> tuple[Typing, ...]:
        """What the desk says."""
        assert channel == 1
        self.looks += 1
        return self.writing

    async def show_typing(self, typing: Typing) -> None:
        self.shown.append(typing)

    async def end_typing(self, typing: Typing) -> None:
        self.ended.append(typing)


def typist(far: Far, lasts: float) -> Typist:
    can = Capabilities(("email",), typing=lasts, per_second=1000.0)
    post = Post(1, "shop", "scripted", "active", 1, {}, 0, None, {})
    return Typist(cast(Desk, far), Calls(), Log(), cast(ShowsTyping, far), can, post, lambda: far.rests)


def looks(one: Typist, *seconds: float) -> list[float | None]:
    """What looks so many seconds after START give."""

    async def run() -> list[float | None]:
        found = []
        for second in seconds:
            with clock.fixed(START + timedelta(seconds=second)):
                found.append(await one.look())
        return found

    return asyncio.run(run())


TO_ANA = Typing(1, Handle("email", "ana@x.example"), "room", "in-1")


@pytest.mark.parametrize(("lasts", "said"), [(5.0, [0, 4, 8]), (20.0, [0]), (10.0, [0, 8])])
def test_it_is_said_again_before_it_runs_out_and_no_more_often(lasts: float, said: list[int]) -> None:
    far = Far()
    far.writing = (TO_ANA,)
    one, times = typist(far, lasts), list[int]()
    for second in range(10):
        before = len(far.shown)
        (wait,) = looks(one, second)
        times += [second] * (len(far.shown) - before)
        assert wait is not None
        assert 0.5 <= wait <= 3
    assert times == said


def test_where_nobody_writes_nothing_is_looked_at_until_the_store_changes() -> None:
    far = Far()
    assert looks(typist(far, 5.0), 0) == [None]
    one = typist(far, 5.0)

    async def run() -> None:
        running = asyncio.create_task(one.run())
        before = far.looks
        await until(lambda: far.looks == before + 1)
        one.woken.set()
        await until(lambda: far.looks == before + 2)
        running.cancel()

    asyncio.run(run())


def test_it_ends_when_nobody_writes_any_more_and_does_not_flicker() -> None:
    far = Far()
    one = typist(far, 20.0)
    far.writing = (TO_ANA,)
    looks(one, 0)
    far.writing = ()
    assert looks(one, 1, 2) == [3, 2]
    assert far.ended == [TO_ANA]
    far.writing = (TO_ANA,)
    looks(one, 3)
    assert len(far.shown) == 1, "it was shown a moment ago"
    looks(one, 4)
    assert len(far.shown) == 2
    far.writing = ()
    assert looks(one, 5, 9) == [3, None]
    assert len(far.ended) == 2


def test_two_threads_in_one_chat_are_one_place() -> None:
    far = Far()
    far.writing = (replace(TO_ANA, thread_key=None), replace(TO_ANA, thread=2, thread_key=None), TO_ANA)
    looks(typist(far, 5.0), 0, 1)
    assert len(far.shown) == 2


def test_a_provider_that_wants_nothing_now_is_not_told() -> None:
    far = Far()
    far.writing, far.rests = (TO_ANA,), True
    assert looks(typist(far, 5.0), 0) == [None]
    assert (far.shown, far.looks) == ([], 0)
