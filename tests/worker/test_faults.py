"""Mail over a line that delays, cuts, garbles and stalls, in both directions at once: in the end all is there, once."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from convo.store.store import Store
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels.email.accounts import KEY, mail
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.far_end import FarEnd
from tests.servers.fault_proxy import FaultProxy, fault_proxy
from tests.worker.shop import Shop

IN = (
    {"cut_after": 20_000},
    {"garble_after": 400},
    {"cut_after": 90_000},
    {"garble_after": 50_000},
    {"stall_after": 60_000},
    {"refuse": True},
    {"delay": 0.02},
    {"cut_upward_after": 120},
)
OUT = ({"cut_after": 150}, {"garble_after": 160}, {"cut_upward_after": 400}, {"stall_after": 100}, {"delay": 0.02})
POISON = (
    b"\x00\x00\x00\xff\xfe" * 50 + b"\r\n",
    b"Subject: " + b"x" * 2_000_000 + b"\r\n\r\nno end of a header",
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: multipart/mixed\r\n\r\n" * 10_000,
    b"From: a@b.example\r\n" + b"X: y\r\n" * 200_000 + b"\r\n",
    b"From: c@lima.example\r\nSubject: \x00\r\n\r\n" + b"a large mail\r\n" * 90_000,
)
"""Mails that no reader takes; the last is larger than the setting of the test allows."""


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVO_SHOP_PASSWORD", PASSWORD)
    monkeypatch.setenv("CONVO_SHOP_REPLY_KEY", KEY)
    monkeypatch.setattr("convo.delivery.backoff._FIRST", 0.05)


def letter(number: int) -> bytes:
    """A mail of 5 kB, so that a line is cut in the midst of one."""
    return mail(number, f"Is number {number} in stock? " + "I have waited long for it. " * 180, f"c{number}@x.example")


def work(shop: Shop, steps: Iterator[Callable[[], bool]]) -> None:
    """Run a worker until each step in turn has come true."""

    async def run() -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(Worker(shop.desk, Log(), every=0.2).run(stop))
        try:
            async with asyncio.timeout(90):
                for step in steps:
                    while not await asyncio.to_thread(step) and not worker.done():
                        await asyncio.sleep(0.02)
        finally:
            stop.set()
            await worker

    asyncio.run(run())


def break_line(proxy: FaultProxy, fault: dict[str, float | bool]) -> Callable[[], bool]:
    """Begin a fault, which lasts until the line was called over again (or for a second and a half)."""
    proxy.heal()
    proxy.set(**fault)
    proxy.cut_all()
    before, until = proxy.connections, time.monotonic() + 1.5
    return lambda: proxy.connections > before or time.monotonic() > until


def seen_is_stored(shop: Shop) -> None:
    """Nothing is marked as read that is not in the store."""
    seen = {f"UID {kept.uid} in INBOX" for kept in shop.dovecot.mailbox(shop.user) if "\\Seen" in kept.flags}
    assert seen <= shop.places().keys()


def test_mails_that_come_and_go_over_bad_lines_arrive_once_and_are_marked_only_when_stored(
    sqlite_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd
) -> None:
    with fault_proxy(dovecot_server.imap_port) as incoming, fault_proxy(far_end_server.port) as outgoing:
        shop = Shop(
            sqlite_store, dovecot_server, far_end_server, imap_port=incoming.port, smtp_port=outgoing.port, timeout=0.5
        )
        shop.append(*(letter(number) for number in range(40)))
        far_end_server.drops("c3@x.example", times=1)

        def steps() -> Iterator[Callable[[], bool]]:
            for turn, fault in enumerate(IN):
                over = break_line(incoming, fault)
                shop.append(*(letter(40 + 5 * turn + each) for each in range(5)))
                yield over
                seen_is_stored(shop)
            incoming.heal()
            yield lambda: len(shop.stored()) == 80
            for fault in OUT:
                over = break_line(outgoing, fault)
                shop.answer(shop.unanswered(16))
                yield over
            outgoing.heal()
            shop.answer(shop.unanswered(80))
            yield lambda: shop.statuses() == {"sent"}

        work(shop, steps())
    assert shop.stored() == Counter({f"in-{number}@lima.example": 1 for number in range(80)})
    assert shop.outcomes()["quarantined"] == 0
    assert shop.places().keys() == {f"UID {kept.uid} in INBOX" for kept in dovecot_server.mailbox(shop.user)}
    sent = shop.sent()
    assert sent.keys() == {f"c{number}@x.example" for number in range(80)}
    assert [len(ids) for ids in sent.values()] == [1] * 80
    assert {each for ids in sent.values() for each in ids} == shop.keys()


def test_mails_that_break_every_reader_are_quarantined_and_stop_no_other(
    sqlite_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd
) -> None:
    shop = Shop(sqlite_store, dovecot_server, far_end_server, largest_mail=1)
    shop.append(letter(1), *POISON, letter(2))
    work(shop, iter([lambda: "\\Seen" in dovecot_server.mailbox(shop.user)[-1].flags]))
    assert shop.outcomes() == Counter(stored=2, quarantined=5)
    assert shop.stored() == Counter({"in-1@lima.example": 1, "in-2@lima.example": 1})
    flags = [kept.flags for kept in dovecot_server.mailbox(shop.user)]
    assert ["\\Seen" in each for each in flags] == [True, *[False] * 5, True]
