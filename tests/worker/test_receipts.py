"""Receipts: written together where a second sending does no harm, each at once where it would, and never another's."""

import asyncio
from dataclasses import replace

import pytest

from convo import clock
from convo.channels.base import Receipt
from convo.delivery.outcomes import Taken
from convo.desk.desk import Desk
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.worker import scripted as scripted_kind
from tests.worker.scripted import Provider, scripted


def answered(desk: Desk, provider: Provider, customers: int) -> None:
    """Customers wrote, and an answer to each is due."""
    desk.channels.add("scripted", "shop", {"provider": "a"})
    for number in range(customers):
        provider.says(number, "hello", f"c{number}@x.example")
    asyncio.run(Worker(desk, Log()).once())
    for row in desk.threads.list().items:
        desk.threads.reply(row.id, "here it is")


@pytest.mark.parametrize("safe", [True, False])
def test_receipts_are_written_together_where_a_second_sending_does_no_harm(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, safe: bool
) -> None:
    monkeypatch.setattr(
        scripted_kind, "KIND", replace(scripted_kind.KIND, can=replace(scripted_kind.KIND.can, resends_safely=safe))
    )
    with scripted("a") as (provider,):
        answered(desk, provider, 4)
        write, written = desk.outbox.sent, list[int]()

        def counted(token: str, taken: list[Taken]) -> frozenset[int]:
            held = write(token, taken)
            written.append(len(held))
            return held

        monkeypatch.setattr(desk.outbox, "sent", counted)
        asyncio.run(Worker(desk, Log()).once())
    assert len(provider.sent) == sum(written) == 4
    assert len(written) < 4 if safe else written == [1, 1, 1, 1]
    assert {each.status for each in desk.deliveries.list().items} == {"sent"}


def test_a_receipt_does_not_wait_for_a_message_that_is_long_about(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        scripted_kind, "KIND", replace(scripted_kind.KIND, can=replace(scripted_kind.KIND.can, resends_safely=True))
    )
    with scripted("a") as (provider,):
        answered(desk, provider, 2)
        send, first_written = scripted_kind.ScriptedChannel.send, asyncio.Event()
        write = desk.outbox.sent

        async def slow(self: scripted_kind.ScriptedChannel, outgoing: scripted_kind.Outgoing) -> Receipt:
            if self.provider.sent:
                await asyncio.wait_for(first_written.wait(), 20)
            return await send(self, outgoing)

        def told(token: str, taken: list[Taken]) -> frozenset[int]:
            held = write(token, taken)
            loop.call_soon_threadsafe(first_written.set)
            return held

        async def work() -> None:
            nonlocal loop
            loop = asyncio.get_running_loop()
            await Worker(desk, Log()).once()

        loop: asyncio.AbstractEventLoop
        monkeypatch.setattr(scripted_kind.ScriptedChannel, "send", slow)
        monkeypatch.setattr(desk.outbox, "sent", told)
        asyncio.run(work())
    assert len(provider.sent) == 2


def test_a_receipt_for_a_claim_that_is_another_s_by_now_is_not_written(desk: Desk) -> None:
    with scripted("a") as (provider,):
        answered(desk, provider, 3)
        claim = desk.outbox.claim(desk.channels.show("shop").id)
        first, second, third = claim.letters
        taken = [Taken(first.delivery, Receipt(), clock.now()), Taken(second.delivery, Receipt("id-2"), clock.now())]
        assert desk.outbox.sent("another's", taken) == frozenset()
        assert desk.outbox.sent(claim.token, taken) == {first.delivery, second.delivery}
        assert desk.outbox.sent(claim.token, [*taken, Taken(third.delivery, Receipt("id-3"), clock.now())]) == {
            third.delivery
        }
