"""A channel that is looked at every few seconds: it waits as long as it is told, and says in words what is wrong."""

import asyncio
import time
from collections.abc import Callable

import pytest

from convo.channels.base import Cursor, Fetched, Outgoing, Receipt, Request
from convo.channels.polled import PolledChannel
from convo.channels.trouble import ChannelDown
from convo.errors import NotAllowed


class Looked(PolledChannel):
    """What each look finds is up to the test; the looks are counted."""

    every = 0.01

    def __init__(self, found: Callable[[int], Fetched]) -> None:
        self.found = found
        self.looks = 0

    async def look(self, cursor: Cursor) -> Fetched:
        self.looks += 1
        return self.found(self.looks)

    async def send(self, outgoing: Outgoing) -> Receipt:
        return Receipt()


def test_it_looks_again_until_there_is_something_and_once_where_nobody_waits() -> None:
    there = Fetched(cursor={"at": 1})
    channel = Looked(lambda looks: there if looks == 3 else Fetched())
    assert asyncio.run(channel.fetch({}, wait=30)) == there
    assert channel.looks == 3
    assert asyncio.run(channel.fetch({}, wait=0)) == Fetched()
    assert channel.looks == 4


def test_it_waits_no_longer_than_it_is_told() -> None:
    began = time.monotonic()
    assert asyncio.run(Looked(lambda _: Fetched()).fetch({}, wait=0.03)) == Fetched()
    assert 0.03 <= time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ChannelDown("it is away"), "it is away"),
        (KeyError("what it said"), "something unexpected went wrong: KeyError"),
    ],
)
def test_a_check_says_why_it_cannot_be_looked_at_and_raises_nothing(error: Exception, said: str) -> None:
    def fails(_: int) -> Fetched:
        raise error

    assert [check.problem for check in asyncio.run(Looked(fails).check())] == [said]
    assert [check.problem for check in asyncio.run(Looked(lambda _: Fetched()).check())] == [""]


def test_nothing_is_pushed_to_it() -> None:
    with pytest.raises(NotAllowed, match="convo work looks"):
        asyncio.run(Looked(lambda _: Fetched()).receive(Request()))
