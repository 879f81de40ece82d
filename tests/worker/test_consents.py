"""Consent as channels tell of it: who opts in or out is written down once, with how we know."""

import asyncio
from datetime import UTC, datetime

from convo.channels.base import Consent
from convo.channels.trouble import SendRefused
from convo.desk.desk import Desk
from convo.model.envelope import Handle
from convo.model.words import ConsentKind
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.worker.scripted import scripted

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)


def said(granted: bool, who: str = "Ana@x.example", source: str = "wrote STOP") -> Consent:
    return Consent(Handle("email", who), ConsentKind.MARKETING, granted, source, AT)


def in_force(desk: Desk) -> list[tuple[str, bool, str]]:
    return [(each.kind, each.granted, each.source) for each in desk.customers.show(1).consents]


def test_what_a_customer_says_of_consent_is_written_down_with_the_message_that_made_them_known(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "STOP")
        provider.consents = [said(False), said(False), said(True, "nobody@x.example"), said(True, "not an address")]
        asyncio.run(Worker(desk, Log()).once())
        assert in_force(desk) == [("marketing", False, "wrote STOP")]
        provider.consents = [said(False, source="wrote STOP")]
        asyncio.run(Worker(desk, Log()).once())
        assert len(desk.customers.list().items) == 1


def test_a_provider_that_refuses_as_the_customer_opted_out_withdraws_their_consent(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "hello")
        asyncio.run(Worker(desk, Log()).once())
        for text in ("one", "two"):
            desk.threads.reply(1, text)
            provider.send_trouble.append(SendRefused("they opted out", opted_out=True))
        asyncio.run(Worker(desk, Log()).once())
        assert [each.status for each in desk.deliveries.list().items] == ["failed", "failed"]
        assert in_force(desk) == [("marketing", False, "shop: opted out, says the provider")]
