"""SMS that go out by Twilio: as its REST API takes them, as emulated, and as its published description allows."""

import asyncio
import logging
from collections.abc import Iterator
from urllib.parse import parse_qsl

import httpx
import pytest

from convo.channels.base import Request
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.desk.desk import Desk
from convo.model.envelope import Part
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels.twilio.numbers import ANA, PlayedTwilio, config, letter, played_twilio, trouble_of, with_channel
from tests.servers import emulators
from tests.servers.emulators import TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN, Emulator, emulate_twilio
from tests.servers.hook import Hook
from tests.servers.http_thread import Answer, Call
from tests.servers.needs import needs


@pytest.fixture
def played() -> Iterator[PlayedTwilio]:
    with played_twilio() as server:
        yield server


def test_an_sms_goes_from_the_number_or_by_the_messaging_service(played: PlayedTwilio) -> None:
    receipt = with_channel(config(played.url), lambda channel: channel.send(letter("<yes> & €")))
    assert receipt.external_id == played.sent[0]["sid"]
    assert [played.sent[0][name] for name in ("To", "From", "Body")] == [ANA, TWILIO_NUMBER, "<yes> & €"]
    assert "StatusCallback" not in played.sent[0]
    service = config(played.url, number="MG" + "1" * 32, webhook="https://shop.example/hook?a=1")
    with_channel(service, lambda channel: channel.send(letter()))
    assert (played.sent[1]["MessagingServiceSid"], "From" in played.sent[1]) == ("MG" + "1" * 32, False)
    assert played.sent[1]["StatusCallback"] == "https://shop.example/hook?a=1&key=%3Ckey-1%40x%3E"


def test_what_cannot_go_is_refused_before_twilio_is_asked(played: PlayedTwilio) -> None:
    told = config(played.url)
    photo = Part("shoe.jpg", "image/jpeg", b"\xff\xd8")
    for each, words in (
        (letter("look", photo), "no file goes by SMS"),
        (letter("x" * 1601), "1,601 characters"),
        (letter(" "), "nothing"),
        (letter(to="BANK"), "no phone number"),
        (letter(to="+1555;drop"), "no phone number"),
    ):
        refused = trouble_of(told, lambda channel, each=each: channel.send(each))  # type: ignore[misc]
        assert isinstance(refused, SendRefused)
        assert words in refused.reason
    assert played.calls == []


@pytest.mark.parametrize(
    ("status", "code", "kind", "words", "opted_out"),
    [
        (400, 21610, SendRefused, "they opted out by STOP (21610)", True),
        (400, 21211, SendRefused, "none that can be reached", False),
        (400, 29999, SendRefused, "Twilio refuses it: odd (29999)", False),
        (400, 21606, ChannelRefused, "number send nothing", False),
        (401, 20003, ChannelRefused, "account and token", False),
        (429, 20429, SendLater, "fewer", False),
        (503, 0, SendLater, "fewer", False),
        (429, 21611, SendLater, "", False),
        (500, 20500, SendUnsure, "may have gone", False),
        (200, 0, SendUnsure, "may have gone", False),
    ],
)
def test_each_refusal_says_what_it_means(
    played: PlayedTwilio, status: int, code: int, kind: type[Trouble], words: str, opted_out: bool
) -> None:
    body = {"code": code, "message": "odd", "status": status} if status != 200 else []
    played.refusals = [Answer(body, status)]
    trouble = trouble_of(config(played.url), lambda channel: channel.send(letter()))
    assert type(trouble) is kind
    assert words in trouble.reason
    assert getattr(trouble, "opted_out", False) == opted_out


def test_a_line_that_breaks_is_unsure_and_one_that_never_was_puts_it_off(played: PlayedTwilio) -> None:
    played.refusals = [None]
    assert isinstance(trouble_of(config(played.url), lambda channel: channel.send(letter())), SendUnsure)
    played.close()
    assert isinstance(trouble_of(config(played.url), lambda channel: channel.send(letter())), SendLater)


def test_the_published_description_allows_what_is_asked_and_sent(prism_twilio: Emulator) -> None:
    told = config(prism_twilio.url, webhook="https://shop.example/hook")
    with_channel(told, lambda channel: channel.send(letter()))
    with_channel(told, lambda channel: channel._api.list("/Messages.json", "messages", {"To": ANA}, until=bool))
    with_channel(
        told,
        lambda channel: channel._api.list(
            "/Messages.json", "messages", {"DateSent>": "2026-11-17T00:00:00Z"}, until=bool
        ),
    )


def requests(hook: Hook) -> list[Request]:
    """What came, as a listener would hand it over."""
    return [
        Request("POST", hook.url + _query(call), call.headers, dict(parse_qsl(_query(call)[1:])), call.raw)
        for call in hook.calls
    ]


def _query(call: Call) -> str:
    """The query of a call, of which the server keeps the fields alone."""
    key = call.fields.get("key")
    return f"?key={key.replace('<', '%3C').replace('>', '%3E').replace('@', '%40')}" if key else ""


def test_a_customer_writes_gets_an_answer_and_says_stop_on_an_emulated_twilio(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    needs(emulators)
    caplog.set_level(logging.DEBUG)
    hook = Hook()
    with emulate_twilio(hook.url) as emulator:
        auth = (TWILIO_ACCOUNT, TWILIO_TOKEN)

        def says(text: str) -> None:
            said = {"To": TWILIO_NUMBER, "From": ANA, "Body": text}
            httpx.post(f"{emulator.url}/_twilio/simulate/inbound-message", data=said, auth=auth).raise_for_status()

        settings = {"account": TWILIO_ACCOUNT, "number": TWILIO_NUMBER, "server": emulator.url, "webhook": hook.url}
        desk.channels.add("twilio", "sms", settings)
        desk.channels.keep_secret("sms", "token", Secret(TWILIO_TOKEN))

        def work() -> None:
            asyncio.run(Worker(desk, Log()).once())

        def receive() -> list[int]:
            return [desk.channels.receive("sms", request).reports for request in requests(hook)]

        says("¿Está en stock?")
        work()
        (row,) = desk.threads.list().items
        desk.threads.reply(row.id, "It is.")
        work()
        sent = httpx.get(
            f"{emulator.url}/2010-04-01/Accounts/{TWILIO_ACCOUNT}/Messages.json", params={"To": ANA}, auth=auth
        ).json()["messages"]
        assert [(each["body"], each["to"]) for each in sent] == [("It is.", ANA)]
        news = {"MessageSid": sent[0]["sid"], "Status": "delivered"}
        httpx.post(f"{emulator.url}/_twilio/simulate/message-status", data=news, auth=auth).raise_for_status()
        assert sum(receive()) == 1
        assert [each.status for each in desk.deliveries.list().items] == ["delivered"]
        says("STOP")
        work()
        (row,) = desk.threads.list().items
        assert row.messages == 3
        customer = desk.customers.show(row.customer_id)
        assert [(each.kind, each.value) for each in customer.identities] == [("phone", ANA)]
        assert [(each.kind, each.granted, each.source) for each in customer.consents] == [
            ("marketing", False, "wrote STOP by SMS")
        ]
        checks = asyncio.run(checked(desk))
        assert [problem for problem in checks if problem] == []
    hook.close()
    assert TWILIO_TOKEN not in caplog.text


async def checked(desk: Desk) -> list[str]:
    channel = desk.channels.open("sms")
    checks = await channel.check()
    await channel.close()
    return [each.problem for each in checks]
