"""A long conversation on screen: opening it costs what a page costs, however much was ever said in it."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from convo.desk.desk import Desk, open_desk
from convo.tui.conversation.pane import ConversationPane
from convo.tui.messages import ThreadChosen
from tests.bench.making import filled_store
from tests.bench.timing import say
from tests.tui.piloting import screen_of

LONG, SHORT, ROUNDS = 10_000, 100, 15
_THREADS = 1_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """100 customers with 100 messages each, in ten threads, and 10,000 messages more in one of these threads."""
    path: Path = tmp_path_factory.mktemp("talk") / "talk.convo"
    filled_store(path, threads=_THREADS, messages=SHORT * _THREADS // 10, long=LONG).close()
    with open_desk(path) as opened:
        yield opened


@pytest.mark.bench
def test_opening_the_long_conversation(desk: Desk) -> None:
    long = max(desk.threads.list("", limit=50).items, key=lambda row: row.messages)
    short = next(row for row in desk.threads.list("", limit=50).items if row.customer_id != long.customer_id)
    times: dict[int, list[float]] = {long.id: [], short.id: []}

    async def run() -> None:
        async with screen_of(desk, (120, 40)) as screen:
            pane = screen.app.screen.query_one(ConversationPane)
            for row in (long, short) * ROUNDS:
                started = time.perf_counter()
                pane.post_message(ThreadChosen(row.id, row.customer_id))
                await screen.until(lambda row=row: screen.shows(f"#{row.id} ", pane))  # type: ignore[misc]
                times[row.id].append(time.perf_counter() - started)
                await screen.settled()

    asyncio.run(run())
    ours, bare = (statistics.median(each) for each in times.values())
    say("opening a conversation of 10,000 messages / one of 100", ours, bare, 1.2)
    print(f"opening it, painted: {ours * 1000:.0f} ms (aim: 150 ms)")
