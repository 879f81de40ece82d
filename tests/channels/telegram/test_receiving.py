"""What people write to a Telegram bot, as the desk takes it in, from a local Bot API that behaves as the real one."""

import asyncio
import json
import time
from typing import Any

import pytest

from convo import clock
from convo.channels.telegram import channel as channel_module
from convo.channels.telegram.channel import TelegramChannel
from convo.channels.telegram.reading import read
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.model.envelope import Envelope, Handle, Skipped, Unreadable
from convo.model.words import ConsentKind, Direction
from tests.channels.telegram.bots import ANA, GROUP, NUMBER, config, fetch, trouble_of, with_channel
from tests.servers.bot_api import BotApi


def only(item: object) -> Envelope:
    assert isinstance(item, Envelope)
    return item


def test_a_message_comes_with_who_wrote_it_and_is_asked_for_once(bot_api_server: BotApi) -> None:
    said = bot_api_server.world.says(ANA, "Is it in stock?")
    fetched = fetch(config(bot_api_server))
    (item,) = map(only, fetched.items)
    assert (item.direction, item.text, item.author, item.language) == (
        Direction.INBOUND,
        "Is it in stock?",
        "Ana Ruiz",
        None,
    )
    assert item.customer == (Handle("telegram", "501", "Ana Ruiz"),)
    assert item.external_id == f"{NUMBER}/501/{said['message_id']}"
    assert (item.thread_key, item.sent_at.timestamp()) == (None, said["date"])
    assert fetch(config(bot_api_server)).items == fetched.items
    assert fetch(config(bot_api_server), dict(fetched.cursor)).items == ()
    assert bot_api_server.world.updates == []


def test_the_language_of_the_app_counts_where_the_text_is_too_short_to_tell_its_own(bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "ok")
    assert only(fetch(config(bot_api_server)).items[0]).language == "es"


def test_a_long_poll_returns_as_soon_as_somebody_writes_and_asks_for_what_is_wanted(bot_api_server: BotApi) -> None:
    async def use(channel: TelegramChannel) -> float:
        waiting = asyncio.create_task(channel.fetch({}, wait=15))
        while not bot_api_server.polling:
            await asyncio.sleep(0.005)
        began = time.monotonic()
        bot_api_server.world.says(ANA, "hello")
        assert len((await waiting).items) == 1
        return time.monotonic() - began

    assert with_channel(config(bot_api_server), use) < 1
    asked = next(call for method, call in bot_api_server.calls if method == "getUpdates")
    assert asked.fields["allowed_updates"] == ["message", "edited_message", "my_chat_member"]


def test_the_last_update_counts_also_when_telegram_begins_anew_with_lower_numbers(bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "before a quiet week")
    bot_api_server.world.says(ANA, "and after it")
    bot_api_server.world.updates[1]["update_id"] = 5
    fetched = fetch(config(bot_api_server))
    assert (len(fetched.items), fetched.cursor) == (2, {"offset": 6})


def test_files_come_by_name_the_largest_photo_and_what_is_too_large_without_its_bytes(bot_api_server: BotApi) -> None:
    world = bot_api_server.world
    small, large = world.keep_file("photo", b"small"), world.keep_file("photo", b"large!")
    sizes = [small | {"width": 90, "height": 90}, large | {"width": 900, "height": 900}]
    world.says(ANA, photo=sizes, caption="look")
    world.sends(ANA, "document", b"%PDF", "invoice.pdf", mime_type="x")
    world.sends(ANA, "voice", b"OggS")
    world.says(ANA, sticker=world.keep_file("sticker", b"RIFF") | {"emoji": "👍", "is_video": False})
    world.says(ANA, document=world.keep_file("document", b"x", "film.mov") | {"file_size": 20_000_001})
    world.says(ANA, document={"file_id": "gone", "file_name": "gone.txt"})
    world.says(ANA, animation=world.keep_file("a", b"gif"), document=world.keep_file("d", b"gif"))
    items = [only(item) for item in fetch(config(bot_api_server)).items]
    assert [(part.name.split("-")[0], part.media_type, part.data) for item in items for part in item.parts] == [
        ("photo", "image/jpeg", b"large!"),
        ("invoice.pdf", "application/octet-stream", b"%PDF"),
        ("voice", "audio/ogg", b"OggS"),
        ("sticker", "image/webp", b"RIFF"),
        ("film.mov", "application/octet-stream", None),
        ("gone.txt", "application/octet-stream", None),
        ("animation", "video/mp4", b"gif"),
    ]
    assert [item.text for item in items] == ["look", "", "", "👍", "", "", ""]


def test_large_files_are_taken_a_few_at_a_time(bot_api_server: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "_BYTES_AT_ONCE", 5)
    for number in range(3):
        bot_api_server.world.sends(ANA, "document", b"12345", f"{number}.bin")
    first = fetch(config(bot_api_server))
    assert (len(first.items), first.more) == (1, True)
    second = fetch(config(bot_api_server), dict(first.cursor))
    assert [part.name for item in second.items for part in only(item).parts] == ["1.bin"]


def test_a_file_that_cannot_be_had_is_tried_again_and_then_holds_nothing_up(bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "first")
    bot_api_server.world.sends(ANA, "document", b"x", "x.bin")
    bot_api_server.world.says(ANA, "last")
    bot_api_server.fails("getFile", 500, "Internal Server Error", times=4)

    async def use(channel: TelegramChannel) -> list[str]:
        fetched = await channel.fetch({}, wait=0)
        assert ([only(item).text for item in fetched.items], fetched.more) == (["first"], True)
        with pytest.raises(ChannelDown):
            await channel.fetch(fetched.cursor, wait=0)
        rest = await channel.fetch(fetched.cursor, wait=0)
        assert only(rest.items[0]).parts[0].data is None
        return [only(item).text for item in rest.items]

    assert with_channel(config(bot_api_server), use) == ["", "last"]


def test_answers_edits_and_forwards_say_what_they_belong_to(bot_api_server: BotApi) -> None:
    world = bot_api_server.world
    ours = world.keep(ANA.chat, {"from": {"id": NUMBER, "is_bot": True}, "text": "Which one?"})
    answer = world.says(ANA, "the blue one", reply_to=ours)
    world.edits(answer, "the red one")
    world.says(ANA, "cheaper there", forward_origin={"type": "hidden_user", "sender_user_name": "Eve\nsays"})
    plain, edited, forwarded = map(only, fetch(config(bot_api_server)).items)
    assert plain.references == (f"{NUMBER}/501/{ours['message_id']}",)
    assert edited.text == "(edited) the red one"
    assert plain.external_id in edited.references
    assert str(edited.external_id).startswith(f"{plain.external_id}/edit/")
    assert forwarded.text == "(forwarded from Eve says)\ncheaper there"


def test_starting_the_bot_is_an_opt_in_and_keeps_where_it_came_from(bot_api_server: BotApi) -> None:
    bot_api_server.world.starts(ANA, "shelf-7")
    fetched = fetch(config(bot_api_server))
    item, (consent,) = only(fetched.items[0]), fetched.consents
    assert (item.text, item.attributes) == ("/start shelf-7", {"telegram_start": "shelf-7"})
    assert (consent.customer.value, consent.kind, consent.granted) == ("501", ConsentKind.TRANSACTIONAL, True)
    assert consent.source == "started the Telegram bot by the link shelf-7"


def test_blocking_the_bot_is_no_message_and_withdraws_consent(bot_api_server: BotApi) -> None:
    bot_api_server.world.blocks(ANA)
    fetched = fetch(config(bot_api_server))
    assert fetched.items == (Skipped("they blocked the bot"),)
    assert [(each.customer.value, each.kind, each.granted) for each in fetched.consents] == [
        ("501", ConsentKind.MARKETING, False)
    ]


def test_a_shared_number_is_the_senders_only_when_telegram_says_so(bot_api_server: BotApi) -> None:
    own = {"phone_number": "34600111222", "first_name": "Ana", "user_id": ANA.id}
    bot_api_server.world.says(ANA, contact=own)
    bot_api_server.world.says(ANA, contact=own | {"user_id": 77, "first_name": "Bob"})
    mine, another = map(only, fetch(config(bot_api_server)).items)
    assert mine.customer[1:] == (Handle("phone", "+34600111222"),)
    assert another.customer[1:] == ()
    assert another.text == "Contact: Bob, 34600111222"


def test_what_is_no_text_is_told_in_words(bot_api_server: BotApi) -> None:
    said = bot_api_server.world.says
    said(ANA, location={"latitude": 52.52, "longitude": 13.4})
    said(ANA, venue={"title": "Shop", "address": "Main 1", "location": {"latitude": 1, "longitude": 2}}, location={})
    said(ANA, poll={"question": "Which?", "options": [{"text": "red"}, {"text": "blue"}]})
    said(ANA, dice={"emoji": "🎲", "value": 4})
    said(ANA, successful_payment={"currency": "EUR"})
    said(ANA, something_of_next_year={})
    assert [only(item).text for item in fetch(config(bot_api_server)).items] == [
        "Location: 52.520000, 13.400000",
        "Shop, Main 1\nLocation: 1.000000, 2.000000",
        "Poll: Which?\n- red\n- blue",
        "🎲 4",
        "(sent by Telegram, and not shown here: successful payment)",
        "(sent by Telegram, and not shown here: something new)",
    ]


def test_groups_are_left_alone_unless_they_are_wanted_and_then_a_chat_is_a_thread(bot_api_server: BotApi) -> None:
    said = bot_api_server.world.says
    said(ANA, "hi all", chat=GROUP)
    said(ANA, "in a topic", chat=GROUP, is_topic_message=True, message_thread_id=12)
    said(ANA, chat=GROUP, new_chat_title="Walkers")
    said(ANA, "as the group", chat=GROUP, sender_chat=GROUP)
    said(ANA, "news", chat={"id": -5, "type": "channel"})
    off = fetch(config(bot_api_server)).items
    assert {item.reason for item in off if isinstance(item, Skipped)} == {
        "written in a group, and groups is off",
        "written in no chat of people",
    }
    first, second, *rest = fetch(config(bot_api_server, groups=True)).items
    assert (only(first).thread_key, only(second).thread_key) == ("-1009", "-1009/12")
    assert all(isinstance(item, Skipped) for item in rest)
    assert len(rest) == 3


@pytest.mark.parametrize(
    "broken",
    [
        {"message": None},
        {"message": {"message_id": "1"}},
        {"message": {"message_id": 1, "chat": {"id": True, "type": "private"}, "date": 1}},
        {"message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "date": 10**30}},
        {"message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "from": [], "date": 1}},
        {"edited_message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "date": 1}},
        {"my_chat_member": {"chat": {"type": "private"}}},
    ],
)
def test_a_broken_update_is_kept_as_it_is_and_stops_no_other(bot_api_server: BotApi, broken: dict[str, Any]) -> None:
    world = bot_api_server.world
    world.updates.append({"update_id": 1, **broken})
    world.says(ANA, "behind it")
    first, second = fetch(config(bot_api_server)).items
    assert isinstance(first, Unreadable)
    assert json.loads(first.raw) == {"update_id": 1, **broken}
    assert only(second).text == "behind it"


def test_hostile_words_stay_words(bot_api_server: BotApi) -> None:
    raw = b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": '
    raw += b'{"id": 1, "first_name": "\\ud800\\u0000", "username": 5}, "text": "<b>[/]\\u001b]52;c;x\\u0007\\udfff"}}'
    item = only(read(json.loads(raw), "7", groups=False).item)
    assert item.text == "<b>[/]\x1b]52;c;x\x07�"
    assert item.external_id == "7/1/1"


def test_who_else_asks_or_has_a_webhook_is_told_in_words(bot_api_server: BotApi) -> None:
    with_channel(config(bot_api_server), lambda channel: channel._api.ask("setWebhook", {"url": "https://x.example"}))
    refused = trouble_of(config(bot_api_server), lambda channel: channel.fetch({}, wait=0))
    assert isinstance(refused, ChannelRefused)
    assert "webhook" in refused.reason
    bot_api_server.world.says(ANA, "hello")
    assert len(fetch(config(bot_api_server, takes_over=True)).items) == 1

    async def two(channel: TelegramChannel) -> None:
        first = asyncio.create_task(channel.fetch({"offset": 10**9}, wait=10))
        while not bot_api_server.polling:
            await asyncio.sleep(0.005)
        await channel.fetch({"offset": 10**9}, wait=0)
        await first

    down = trouble_of(config(bot_api_server), two)
    assert isinstance(down, ChannelDown)
    assert "another program" in down.reason


def test_a_wrong_token_a_flood_and_an_absence_are_told_apart(bot_api_server: BotApi) -> None:
    wrong = config(bot_api_server, token="7:other/../token")
    assert isinstance(trouble_of(wrong, lambda channel: channel.fetch({}, wait=0)), ChannelRefused)
    bot_api_server.floods("getUpdates", retry_after=9)
    flood = trouble_of(config(bot_api_server), lambda channel: channel.fetch({}, wait=0))
    assert isinstance(flood, ChannelDown)
    assert flood.retry_after == 9
    bot_api_server.stop()
    gone = trouble_of(config(bot_api_server), lambda channel: channel.fetch({}, wait=0))
    assert gone.reason == "Telegram cannot be reached: is this machine online?"
    (check,) = with_channel(config(bot_api_server), lambda channel: channel.check())
    assert check.problem == gone.reason


def test_a_fetch_that_waits_can_be_cancelled_or_cut_by_closing_and_loses_nothing(bot_api_server: BotApi) -> None:
    async def cancel(channel: TelegramChannel) -> None:
        waiting = asyncio.create_task(channel.fetch({}, wait=30))
        while not bot_api_server.polling:
            await asyncio.sleep(0.005)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    with_channel(config(bot_api_server), cancel)
    bot_api_server.world.says(ANA, "still there")
    assert len(fetch(config(bot_api_server)).items) == 1

    async def close(channel: TelegramChannel) -> None:
        waiting = asyncio.create_task(channel.fetch({"offset": 10**9}, wait=30))
        while not bot_api_server.polling:
            await asyncio.sleep(0.005)
        await channel.close()
        await waiting

    began = clock.now()
    assert isinstance(trouble_of(config(bot_api_server), close), ChannelDown)
    assert (clock.now() - began).total_seconds() < 5


def test_the_check_says_who_the_bot_is_and_what_is_in_the_way(bot_api_server: BotApi) -> None:
    checks = with_channel(config(bot_api_server, groups=True), lambda channel: channel.check())
    assert [(each.what, each.problem) for each in checks] == [
        ("token", ""),
        ("receiving", ""),
        ("groups", ""),
        ("sending", ""),
    ]
    assert checks[0].detail == "it is @the_shop_bot's"
    bot_api_server._webhook = "https://x.example"
    checks = with_channel(config(bot_api_server), lambda channel: channel.check())
    assert "webhook" in checks[1].problem
