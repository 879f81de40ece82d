"""What the desk answers on Telegram, as a local Bot API that behaves as the real one takes it."""

import logging
from typing import Any

import pytest

from convo.channels.base import Receipt
from convo.channels.telegram.channel import TelegramChannel
from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.desk.desk import Desk
from convo.model.envelope import Handle, Part
from tests.channels.telegram.bots import (
    ANA,
    GROUP,
    NUMBER,
    bot_on,
    config,
    letter,
    trouble_of,
    with_channel,
)
from tests.channels.using import work
from tests.servers.bot_api import TOKEN, BotApi

JPEG = Part("shoe.jpg", "image/jpeg", b"\xff\xd8jpeg")
PDF = Part('in"voice\r\n.pdf', "application/pdf\r\nX: y", b"%PDF")


@pytest.fixture
def bot(bot_api_server: BotApi) -> BotApi:
    """A Bot API whose bot Ana has started."""
    bot_api_server.world.starts(ANA)
    return bot_api_server


def send(server: BotApi, *args: Any, **more: Any) -> Receipt:
    return with_channel(config(server), lambda channel: channel.send(letter(*args, **more)))


def refusal(server: BotApi, *args: Any, **more: Any) -> Trouble:
    return trouble_of(config(server), lambda channel: channel.send(letter(*args, **more)))


def test_an_answer_is_plain_text_below_what_it_answers(bot: BotApi) -> None:
    asked = bot.world.says(ANA, "Is it in stock?")
    receipt = send(bot, "<b>*yes*</b> & [no]", answers=f"{NUMBER}/501/{asked['message_id']}/edit/9")
    (sent,) = bot.sent
    assert (sent["text"], sent["chat"]["id"]) == ("<b>*yes*</b> & [no]", 501)
    assert sent["reply_to_message"]["message_id"] == asked["message_id"]
    assert receipt.external_id == f"{NUMBER}/501/{sent['message_id']}"


def test_what_was_answered_may_be_gone_or_from_another_bot(bot: BotApi) -> None:
    for answers in (f"{NUMBER}/501/99999", "8/501/1", f"{NUMBER}/77/1", "<odd@mail>", f"{NUMBER}/501/x"):
        send(bot, "yes", answers=answers)
    assert ["reply_to_message" in sent for sent in bot.sent] == [False] * 5


def test_a_photo_is_shown_and_a_file_is_sent_with_the_text_below_the_first(bot: BotApi) -> None:
    receipt = send(bot, "here they are", JPEG, PDF)
    photo, document = bot.sent
    assert photo["caption"] == "here they are"
    assert bot.world.files[photo["photo"][0]["file_id"]][1] == JPEG.data
    assert "caption" not in document
    assert bot.world.files[document["document"]["file_id"]][1] == PDF.data
    assert "\n" not in document["document"]["file_name"]
    assert receipt.external_id == f"{NUMBER}/501/{photo['message_id']}"


def test_a_file_is_shown_below_what_it_answers_too(bot: BotApi) -> None:
    asked = bot.world.says(ANA, "Which sizes?")
    send(bot, "these", PDF, answers=f"{NUMBER}/501/{asked['message_id']}")
    assert bot.sent[0]["reply_to_message"]["message_id"] == asked["message_id"]


def test_a_text_too_long_for_a_caption_goes_before_its_file(bot: BotApi) -> None:
    send(bot, "😀" * 513, PDF)
    assert ["text" in sent for sent in bot.sent] == [True, False]
    send(bot, "😀" * 512, PDF)
    assert [sent.get("caption") for sent in bot.sent[2:]] == ["😀" * 512]


def test_a_picture_that_telegram_does_not_show_goes_as_a_file(bot: BotApi) -> None:
    bot.fails("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    send(bot, "look", JPEG)
    assert [sent["caption"] for sent in bot.sent if "document" in sent] == ["look"]


def test_what_cannot_go_is_refused_before_anything_is_sent(bot: BotApi) -> None:
    assert "4,098" in refusal(bot, "😀" * 2049).reason
    assert "nothing" in refusal(bot, " ").reason
    assert "empty" in refusal(bot, "x", Part("a.txt", "text/plain", b"")).reason
    assert "number" in refusal(bot, "x", recipient=Handle("telegram", "@ana")).reason
    assert bot.sent == []
    send(bot, "😀" * 2048)


@pytest.mark.parametrize(
    ("code", "said", "kind", "words", "opted_out"),
    [
        (403, "Forbidden: bot was blocked by the user", SendRefused, "they blocked the bot", True),
        (403, "Forbidden: user is deactivated", SendRefused, "account is closed", False),
        (400, "Bad Request: chat not found", SendRefused, "have not started the bot", False),
        (413, "Request Entity Too Large", SendRefused, "too large", False),
        (400, "Bad Request: something new", SendRefused, "something new", False),
        (401, "Unauthorized", ChannelRefused, "@BotFather", False),
        (500, "Internal Server Error", SendUnsure, "may have gone", False),
    ],
)
def test_each_refusal_says_what_it_means(
    bot: BotApi, code: int, said: str, kind: type[Trouble], words: str, opted_out: bool
) -> None:
    bot.fails("sendMessage", code, said)
    trouble = refusal(bot)
    assert type(trouble) is kind
    assert words in trouble.reason
    assert getattr(trouble, "opted_out", False) == opted_out


def test_a_flood_puts_off_the_whole_bot_for_as_long_as_telegram_says_and_in_a_group_only_that(bot: BotApi) -> None:
    bot.floods(retry_after=7)
    flood = refusal(bot)
    assert isinstance(flood, SendLater)
    assert (flood.retry_after, flood.whole_channel) == (7, True)
    bot.floods(retry_after=30)
    flood = refusal(bot, thread_key="-1009")
    assert isinstance(flood, SendLater)
    assert (flood.retry_after, flood.whole_channel) == (30, False)


def test_a_line_that_breaks_after_it_was_said_leaves_it_unsure_and_one_that_never_was_puts_it_off(bot: BotApi) -> None:
    bot.drops()
    assert isinstance(refusal(bot), SendUnsure)
    assert len(bot.sent) == 1
    bot.stop()
    assert isinstance(refusal(bot), SendLater)


def test_a_file_that_fails_after_the_text_went_is_a_persons_to_decide(bot: BotApi) -> None:
    bot.floods("sendDocument", retry_after=0)
    send(bot, "x" * 1025, PDF)
    assert len(bot.sent) == 2
    bot.fails("sendDocument", 400, "Bad Request: odd file")
    trouble = refusal(bot, "x" * 1025, Part("a.pdf", "application/pdf", b"%"))
    assert isinstance(trouble, SendUnsure)
    assert trouble.reason == (
        "what comes before it went, but not the file 'a.pdf': Telegram refuses it: Bad Request: odd file"
    )


def test_a_group_is_answered_in_the_group_and_a_topic_in_the_topic(bot: BotApi) -> None:
    bot.world.says(ANA, "hi", chat=GROUP)
    send(bot, "hello all", thread_key="-1009/12")
    assert bot.sent[0]["chat"]["id"] == -1009
    call = next(call for method, call in bot.calls if method == "sendMessage")
    assert call.fields["message_thread_id"] == 12


def test_a_customer_writes_reads_the_answer_and_answers_that_in_one_thread(
    desk: Desk, bot_api_server: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot_on(desk, bot_api_server)
    world = bot_api_server.world
    world.starts(ANA, "shelf-7")
    asked = world.sends(ANA, "photo", b"\xff\xd8", caption="Does this fit me?")
    work(desk)
    (row,) = desk.threads.list().items
    desk.threads.reply(row.id, "It does.", attachments=[Part("sizes.pdf", "application/pdf", b"%PDF")])
    work(desk)
    (sent,) = bot_api_server.sent
    assert (sent["caption"], sent["reply_to_message"]["message_id"]) == ("It does.", asked["message_id"])
    assert sent["document"]["file_name"] == "sizes.pdf"
    world.says(ANA, "Then I take it", reply_to=sent)
    world.says(ANA, contact={"phone_number": "+34600111222", "first_name": "Ana", "user_id": ANA.id})
    work(desk)
    customer = desk.customers.show(row.customer_id)
    assert (customer.name, customer.language, customer.attributes) == ("Ana Ruiz", "es", {"telegram_start": "shelf-7"})
    assert {(each.kind, each.value) for each in customer.identities} == {
        ("telegram", "501"),
        ("phone", "+34600111222"),
    }
    assert len(desk.threads.list().items) == 1
    assert [(each.kind, each.granted) for each in customer.consents] == [("transactional", True)]
    desk.threads.reply(row.id, "Good bye.")
    world.blocks(ANA)
    work(desk)
    assert [each.status for each in desk.deliveries.list().items].count("failed") == 1
    consents = desk.customers.show(row.customer_id).consents
    assert ("marketing", False) in [(each.kind, each.granted) for each in consents]
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text


def test_a_worker_that_was_killed_goes_on_from_the_cursor_with_nothing_lost_or_doubled(
    desk: Desk, bot_api_server: BotApi
) -> None:
    bot_on(desk, bot_api_server)
    for number in range(104):
        bot_api_server.world.says(ANA, f"message {number}")

    async def fetched_but_not_stored(channel: TelegramChannel) -> None:
        await channel.fetch({}, wait=0)

    with_channel(config(bot_api_server), fetched_but_not_stored)
    work(desk)
    work(desk)
    (row,) = desk.threads.list().items
    assert row.messages == 104
    assert bot_api_server.world.updates == []
