"""SMS that come to a Twilio number: asked for page by page, pushed with a signature, once however they come."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from convo import clock
from convo.channels.base import Fetched, Request
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.channels.twilio import channel as channel_module
from convo.channels.twilio.channel import TwilioChannel
from convo.channels.twilio.signature import sign
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Handle, Skipped, Unreadable
from convo.model.words import ConsentKind, DeliveryStatus
from tests.channels.twilio.numbers import ANA, PlayedTwilio, config, fetch, played_twilio, trouble_of, with_channel
from tests.servers.emulators import TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN
from tests.servers.http_thread import Answer

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
HOOK = "https://shop.example/hook"


@pytest.fixture
def played() -> Iterator[PlayedTwilio]:
    with played_twilio() as server, clock.fixed(NOON):
        yield server


def texts(fetched: Fetched) -> list[str]:
    return [item.text for item in fetched.items if isinstance(item, Envelope)]


def pushed(fields: dict[str, str], query: dict[str, str] | None = None) -> Request:
    url = f"{HOOK}?{urlencode(query)}" if query else HOOK
    told = {"AccountSid": TWILIO_ACCOUNT, **fields}
    headers = {"x-twilio-signature": sign(url, told.items(), TWILIO_TOKEN)}
    return Request("POST", url, headers, query or {}, urlencode(told).encode())


def test_messages_come_oldest_first_from_whoever_wrote_and_once(played: PlayedTwilio) -> None:
    played.gets("first", NOON - timedelta(minutes=2))
    last = played.gets("last", NOON - timedelta(minutes=1))
    played.gets("not to us", NOON, to="+15550000000")
    fetched = fetch(config(played.url))
    assert texts(fetched) == ["first", "last"]
    item = fetched.items[1]
    assert isinstance(item, Envelope)
    assert (item.customer, item.external_id, item.thread_key) == ((Handle("phone", ANA),), last["sid"], None)
    assert item.sent_at == NOON - timedelta(minutes=1)
    again = fetch(config(played.url), dict(fetched.cursor))
    assert (again.items, again.cursor) == ((), fetched.cursor)


def test_what_appears_late_is_not_missed_and_what_is_long_read_not_asked_for(played: PlayedTwilio) -> None:
    for number in range(120):
        played.gets(f"old {number}", NOON - timedelta(hours=9) + timedelta(seconds=number))
    played.gets("newest", NOON)
    channel = config(played.url)
    cursor: Any = {}
    while (fetched := fetch(channel, cursor)).more:
        cursor = fetched.cursor
    cursor = fetched.cursor
    assert len(cursor["seen"]) == 1
    played.calls.clear()
    played.gets("late", NOON - timedelta(minutes=50))
    assert texts(fetch(channel, cursor)) == ["late"]
    asked = [call for call in played.calls if "To" in call.fields]
    assert len(asked) == 1
    assert asked[0].fields["DateSent>"] == "2026-11-17"


def test_a_long_queue_comes_in_parts_and_nothing_is_lost_or_doubled_over_restarts(played: PlayedTwilio) -> None:
    for number in range(230):
        played.gets(f"{number}", NOON - timedelta(hours=2) + timedelta(seconds=number // 3))
    got, cursor = list[str](), dict[str, Any]()
    while True:
        fetched = fetch(config(played.url), cursor)
        assert len(fetched.items) <= 100
        got += texts(fetched)
        cursor = dict(fetched.cursor)
        if not fetched.more:
            break
    assert sorted(got, key=int) == [str(number) for number in range(230)]
    assert got[0] == "0"


def test_what_came_long_ago_is_brought_when_asked_for_also_by_a_channel_that_is_open(played: PlayedTwilio) -> None:
    played.gets("long ago", NOON - timedelta(days=40))
    played.gets("a while ago", NOON - timedelta(days=9))
    for number in range(55):
        played.gets(f"{number}", NOON - timedelta(days=5))
    played.gets("now", NOON)

    async def use(channel: TwilioChannel) -> Fetched:
        fetched = await channel.fetch({}, wait=0)
        assert texts(fetched) == ["now"]
        return await channel.fetch(await channel.since(fetched.cursor, NOON - timedelta(days=30)), wait=0)

    got = texts(with_channel(config(played.url), use))
    assert (len(got), got[0], got[-1]) == (57, "a while ago", "now")


def test_waiting_looks_again_and_can_be_cancelled(played: PlayedTwilio) -> None:
    async def use(channel: TwilioChannel) -> Fetched:
        empty = await channel.fetch({}, wait=0)
        waiting = asyncio.create_task(channel.fetch(empty.cursor, wait=30))
        asked = len(played.calls)
        while len(played.calls) < asked + 3:
            await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        played.gets("at last", NOON)
        return await channel.fetch(empty.cursor, wait=30)

    assert texts(with_channel(config(played.url), use)) == ["at last"]


def test_pictures_come_with_the_message_and_the_token_goes_to_twilio_alone(played: PlayedTwilio) -> None:
    played.files = {"MEone": b"\xff\xd8one", "MEtwo": b"\xff\xd8two"}
    played.gets("", NOON, num_media="2")
    (item,) = fetch(config(played.url)).items
    assert isinstance(item, Envelope)
    assert [(part.name, part.media_type, part.data) for part in item.parts] == [
        ("media-1.jpg", "image/jpeg", b"\xff\xd8one"),
        ("media-2.jpg", "image/jpeg", b"\xff\xd8two"),
    ]
    assert len(played.elsewhere) == 2
    assert all("authorization" not in call.headers for call in played.elsewhere)


def test_a_picture_that_cannot_be_had_holds_nothing_up_for_long(played: PlayedTwilio) -> None:
    played.gets("", NOON - timedelta(seconds=1), num_media="1")
    played.gets("behind it", NOON)
    played.files = {"ME": b"x"}

    async def use(channel: TwilioChannel) -> Fetched:
        listed = await channel._inbound(channel_module.Place.of({}, NOON))
        channel._waiting, channel._listed_from = listed, NOON - timedelta(days=2)
        played.refusals = [Answer({}, 500)] * 3
        for _ in range(2):
            with pytest.raises(ChannelDown):
                await channel.fetch({}, wait=0)
        return await channel.fetch({}, wait=0)

    fetched = with_channel(config(played.url), use)
    assert texts(fetched) == ["", "behind it"]
    assert fetched.items[0].parts[0].data is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "broken", [{"from": None}, {"body": 5}, {"date_created": "yesterday"}, {"date_created": 5}, {"sid": "../x"}]
)
def test_a_broken_message_is_kept_as_it_is_once_and_stops_no_other(
    played: PlayedTwilio, broken: dict[str, Any]
) -> None:
    played.gets("odd", NOON, **broken)
    played.gets("behind it", NOON)
    fetched = fetch(config(played.url))
    assert texts(fetched) == ["behind it"]
    assert [type(item) for item in fetched.items if not isinstance(item, Envelope)] == [Unreadable]
    assert fetch(config(played.url), dict(fetched.cursor)).items == ()


def test_a_sender_that_is_no_number_is_kept_apart_from_phones(played: PlayedTwilio) -> None:
    played.gets("Your code is <b>1</b>\x1b[2J", NOON, who="BANK")
    (item,) = fetch(config(played.url)).items
    assert isinstance(item, Envelope)
    assert (item.customer, item.text) == ((Handle("external", "sms:BANK", "BANK"),), "Your code is <b>1</b>\x1b[2J")


@pytest.mark.parametrize(
    ("text", "granted"),
    [
        ("STOP", False),
        (" stop. ", False),
        ("Unsubscribe", False),
        ("START", True),
        ("please stop", None),
        ("yes", None),
    ],
)
def test_stop_alone_withdraws_consent_and_start_gives_it(played: PlayedTwilio, text: str, granted: bool | None) -> None:
    played.gets(text, NOON)
    fetched = fetch(config(played.url))
    assert texts(fetched) == [text]
    assert [each.granted for each in fetched.consents] == ([] if granted is None else [granted])
    assert all((each.kind, each.customer.value) == (ConsentKind.MARKETING, ANA) for each in fetched.consents)


def test_a_pushed_message_is_the_very_same_as_the_one_in_the_list(played: PlayedTwilio) -> None:
    played.files = {"ME": b"\xff\xd8"}
    message = played.gets("STOP", NOON - timedelta(minutes=3), num_media="1")
    request = pushed({"MessageSid": message["sid"], "SmsStatus": "received", "From": ANA, "Body": "something else"})
    told = config(played.url, webhook=HOOK)
    got = with_channel(told, lambda channel: channel.receive(request))
    listed = fetch(told)
    assert (got.items, got.consents) == (listed.items, listed.consents)
    assert texts(got) == ["STOP"]


def test_a_status_callback_is_a_report_by_id_and_by_key(played: PlayedTwilio) -> None:
    sid = "SM" + "a" * 32

    def reported(status: str, code: str = "", query: dict[str, str] | None = None) -> Fetched:
        fields = {"MessageSid": sid, "MessageStatus": status, "SmsStatus": status, "To": ANA}
        request = pushed(fields | ({"ErrorCode": code} if code else {}), query)
        return with_channel(config(played.url), lambda channel: channel.receive(request))

    (delivered,) = reported("delivered", query={"key": "<key-1@x>"}).reports
    assert (delivered.status, delivered.external_id, delivered.key) == (DeliveryStatus.DELIVERED, sid, "<key-1@x>")
    (failed,) = reported("undelivered", "30006").reports
    assert (failed.status, failed.reason) == (
        DeliveryStatus.FAILED,
        "the number is a landline, or its carrier cannot be reached (30006)",
    )
    (failed,) = reported("failed").reports
    assert failed.reason == "Twilio calls it failed and does not say why"
    stopped = reported("failed", "21610")
    assert [(each.customer, each.granted) for each in stopped.consents] == [(Handle("phone", ANA), False)]
    assert isinstance(reported("queued").items[0], Skipped)


def test_what_is_pushed_for_others_or_by_others_is_not_taken(played: PlayedTwilio) -> None:
    elsewhere = played.gets("hi", NOON, to="+15550000000")
    told = config(played.url)

    def receive(request: Request) -> Fetched:
        return with_channel(told, lambda channel: channel.receive(request))

    assert isinstance(receive(pushed({"MessageSid": elsewhere["sid"], "SmsStatus": "received"})).items[0], Skipped)
    assert isinstance(receive(pushed({"MessageSid": "../../Keys", "SmsStatus": "received"})).items[0], Skipped)
    for forged in (
        pushed({"AccountSid": "AC" + "9" * 32}),
        Request("POST", HOOK, {"x-twilio-signature": "AAAA"}, {}, b"MessageSid=SM1"),
    ):
        with pytest.raises(NotAllowed):
            receive(forged)


def test_without_a_webhook_the_list_tells_what_became_of_messages_once(played: PlayedTwilio) -> None:
    sent = {"direction": "outbound-api", "from": TWILIO_NUMBER, "to": ANA, "date_created": "x", "body": "hi"}
    for number, status in enumerate(("queued", "delivered", "undelivered")):
        played.messages.append(
            {**sent, "sid": f"SM{number}", "status": status, "error_code": 30003 if number else None}
        )

    async def use(channel: TwilioChannel) -> tuple[Fetched, Fetched]:
        first = await channel.fetch({}, wait=0)
        await channel.stored(first)
        return first, await channel.fetch(first.cursor, wait=0)

    first, second = with_channel(config(played.url), use)
    assert [(report.external_id, report.status) for report in first.reports] == [
        ("SM1", DeliveryStatus.DELIVERED),
        ("SM2", DeliveryStatus.FAILED),
    ]
    assert (first.items, second.reports) == ((), ())
    assert fetch(config(played.url, webhook=HOOK)).reports == ()


def test_a_wrong_token_a_refusal_and_an_absence_are_told_apart(played: PlayedTwilio) -> None:
    wrong = trouble_of(config(played.url, token="other-secret"), lambda channel: channel.fetch({}, wait=0))
    assert isinstance(wrong, ChannelRefused)
    played.refusals = [Answer({"code": 20429, "message": "Too Many Requests"}, 429, {"Retry-After": "7"})]
    busy = trouble_of(config(played.url), lambda channel: channel.fetch({}, wait=0))
    assert isinstance(busy, ChannelDown)
    assert busy.retry_after == 7
    played.refusals = [Answer({"messages": "none"})]
    assert isinstance(trouble_of(config(played.url), lambda channel: channel.fetch({}, wait=0)), ChannelDown)
    played.refusals = [Answer({"messages": [{}], "next_page_uri": played.cdn})]
    assert isinstance(trouble_of(config(played.url), lambda channel: channel.fetch({}, wait=0)), ChannelDown)
    assert played.elsewhere == []
    played.close()
    gone = trouble_of(config(played.url), lambda channel: channel.fetch({}, wait=0))
    assert "cannot be reached" in gone.reason
