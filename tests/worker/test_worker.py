"""The worker: what comes is stored, what is written leaves, and one channel's trouble stays its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from convo import clock
from convo.channels.base import Fetched
from convo.channels.trouble import ChannelDown, SendLater, SendRefused, SendUnsure
from convo.desk.desk import Desk
from convo.errors import Conflict
from convo.model import tables
from convo.model.envelope import Part
from convo.worker.calls import Calls
from convo.worker.log import Log
from convo.worker.station import Station
from convo.worker.worker import Worker
from tests.worker import scripted as scripted_kind
from tests.worker.scripted import scripted


def work_until(desk: Desk, done: Callable[[], bool], also: Callable[[], Awaitable[None]] | None = None) -> None:
    """Run a worker until something is true, which must be soon."""

    async def run() -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(Worker(desk, Log(), every=0.2).run(stop))
        async with asyncio.timeout(20):
            if also is not None:
                await also()
            while not done() and not worker.done():
                await asyncio.sleep(0.01)
            stop.set()
            await worker

    asyncio.run(run())


def status(desk: Desk) -> list[str]:
    return [each.status for each in desk.deliveries.list().items]


def test_what_a_customer_writes_is_in_the_inbox_and_the_answer_reaches_them_once(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "where is my wheel?")

        async def answered() -> None:
            while not desk.threads.list().items:
                await asyncio.sleep(0.01)
            desk.threads.reply(desk.threads.list().items[0].id, "on its way")

        work_until(desk, lambda: status(desk) == ["sent"], answered)
        (letter,) = provider.sent
        assert (letter.text, letter.answers, letter.recipient.value) == ("on its way", "in-1", "ana@x.example")
        assert provider.acknowledged == 1
        report = asyncio.run(Worker(desk, Log()).once())
        assert report.channels[0].fetched == 0
        assert len(provider.sent) == 1


def test_a_channel_that_hangs_or_breaks_holds_no_other(desk: Desk) -> None:
    with scripted("a", "b", "c") as (hangs, breaks, works):
        for name in "abc":
            desk.channels.add("scripted", name, {"provider": name})
        hangs.hangs = True
        breaks.fetch_trouble.extend([ChannelDown("no route"), ZeroDivisionError("bug")] * 5)
        for number in range(25):
            works.says(number, f"message {number}", f"c{number}@x.example")
        work_until(desk, lambda: works.acknowledged == 25 and breaks.fetches >= 1)
        assert len(desk.threads.list(limit=100).items) == 25


def test_a_message_that_is_refused_stops_none_after_it_and_one_put_off_goes_later(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        for number in range(4):
            provider.says(number, "hello", f"c{number}@x.example")
        asyncio.run(Worker(desk, Log()).once())
        for row in desk.threads.list().items:
            desk.threads.reply(row.id, f"to {row.id}")
        provider.send_trouble.extend(
            [SendRefused("no such user"), SendLater("mailbox full"), SendUnsure("the line broke"), None]
        )
        report = asyncio.run(Worker(desk, Log()).once())
        assert (report.channels[0].sent, report.channels[0].put_off, report.channels[0].failed) == (1, 1, 2)
        assert sorted(status(desk)) == ["failed", "queued", "sent", "unknown"]
        with clock.fixed(clock.now() + timedelta(minutes=1)):
            asyncio.run(Worker(desk, Log()).once())
        assert sorted(status(desk)) == ["failed", "sent", "sent", "unknown"]


def test_answers_of_one_thread_leave_in_order_even_when_the_first_is_put_off(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "hello")
        asyncio.run(Worker(desk, Log()).once())
        for text in ("one", "two", "three"):
            desk.threads.reply(1, text)
        provider.send_trouble.append(SendLater("busy"))
        asyncio.run(Worker(desk, Log()).once())
        assert provider.sent == []
        with clock.fixed(clock.now() + timedelta(minutes=1)):
            asyncio.run(Worker(desk, Log()).once())
        assert [letter.text for letter in provider.sent] == ["one", "two", "three"]
        assert [letter.attempt for letter in provider.sent] == [2, 1, 1]


def test_a_worker_whose_channel_another_took_over_stores_nothing_more_and_lets_go(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        old = desk.fetching.take_over("shop")
        new = desk.fetching.take_over("shop")
        provider.says(1, "hello")
        fetched = Fetched(tuple(provider.items), {"at": 1})
        with pytest.raises(Conflict, match="another worker"):
            desk.fetching.keep(old, fetched)
        assert desk.threads.list().items == ()
        assert desk.fetching.keep(new, fetched)[0].outcome == "stored"
        station = Station(desk, Calls(), Log(), "shop")

        async def overtaken() -> None:
            working = asyncio.create_task(station.run())
            async with asyncio.timeout(20):
                while not provider.fetches:
                    await asyncio.sleep(0.01)
                desk.fetching.take_over("shop")
                provider.says(2, "again")
                await working

        asyncio.run(overtaken())
        assert station.lost
        assert len(desk.threads.show(1).messages) == 1


def test_a_claim_holds_no_more_files_than_memory_bears(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        for number in range(3):
            provider.says(number, "hello", f"c{number}@x.example")
        asyncio.run(Worker(desk, Log()).once())
        for row in desk.threads.list().items:
            desk.threads.reply(row.id, "here it is")
        with desk.store.write() as connection:
            numbers = connection.execute(select(tables.delivery.c.message_id).order_by(tables.delivery.c.id)).scalars()
            for number in numbers.all():
                file = {"message_id": number, "customer_id": 1, "name": "a.bin", "media_type": "x/y", "role": "file"}
                connection.execute(insert(tables.attachment), file | {"size": 30_000_000, "sha256": None})
        channel = desk.channels.show("shop").id
        assert [len(desk.outbox.claim(channel).letters) for _ in range(4)] == [1, 1, 1, 0]


def test_what_a_dead_worker_was_sending_goes_at_once_where_that_does_no_harm(desk: Desk) -> None:
    safe = replace(scripted_kind.KIND, can=replace(scripted_kind.KIND.can, resends_safely=True))
    with scripted("a") as (provider,), pytest.MonkeyPatch.context() as patch:
        patch.setattr(scripted_kind, "KIND", safe)
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "hello")
        asyncio.run(Worker(desk, Log()).once())
        desk.threads.reply(1, "on its way")
        assert desk.outbox.claim(desk.channels.show("shop").id).letters
        asyncio.run(Worker(desk, Log()).once())
        assert [letter.attempt for letter in provider.sent] == [2]


def test_a_message_whose_file_is_gone_fails_alone_and_says_which(desk: Desk) -> None:
    able = replace(scripted_kind.KIND, can=replace(scripted_kind.KIND.can, largest_file=1000))
    with scripted("a") as (provider,), pytest.MonkeyPatch.context() as patch:
        patch.setattr(scripted_kind, "KIND", able)
        desk.channels.add("scripted", "shop", {"provider": "a"})
        for number in range(2):
            provider.says(number, "hello", f"c{number}@x.example")
        asyncio.run(Worker(desk, Log()).once())
        first, second = sorted(row.id for row in desk.threads.list().items)
        sent = desk.threads.reply(first, "the invoice", attachments=[Part("invoice.pdf", data=b"%PDF")])
        desk.threads.reply(second, "no file")
        assert sent.attachments[0].sha256 is not None
        desk.store.blobs.drop(sent.attachments[0].sha256)
        asyncio.run(Worker(desk, Log()).once())
        assert [letter.text for letter in provider.sent] == ["no file"]
        (dead,) = desk.deliveries.list(dead=True).items
        assert dead.error == "its file invoice.pdf is gone from the store"
