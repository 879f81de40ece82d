"""Codes: their words, the links that open a chat with them, and what is refused."""

import pytest

from convo.desk.code_links import link_of
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotAllowed, NotFound
from convo.intake.codes import could_be_code
from convo.model.words import Role
from tests.desk.acting import acting, audited


@pytest.fixture
def bot(desk: Desk) -> Desk:
    """A desk with a Telegram bot."""
    desk.channels.add("telegram", "bot", {"link": "https://t.me/our_bot"})
    return desk


def test_a_code_has_a_short_word_that_nobody_misreads_and_the_link_that_opens_its_chat(bot: Desk) -> None:
    made = bot.codes.make("Shelf 3", channel="bot", text="About the R7", context={"Product": "R7-Wheel"})
    assert len(made.word) == 6
    assert not {*made.word} & {*"0O1IL"}
    assert made.word == made.word.upper()
    assert could_be_code(made.word.casefold())
    assert made.link == f"https://t.me/our_bot?start={made.word}"
    assert made.tags == (f"code:{made.word.lower()}", "product:r7-wheel")
    assert bot.codes.show(made.word.lower()) == made
    assert audited(bot)[-1].after == {
        "word": made.word,
        "title": "Shelf 3",
        "channel": "bot",
        "context": {"product": "R7-Wheel"},
    }


@pytest.mark.parametrize(
    ("kind", "config", "link"),
    [
        (
            "whatsapp",
            {"link": "https://wa.me/4930123456"},
            "https://wa.me/4930123456?text=R%267%20%C3%BC%20%28AB12CD%29",
        ),
        ("telegram", {"link": "https://t.me/our_bot?x=1"}, "https://t.me/our_bot?x=1&start=AB12CD"),
        ("messenger", {"page_id": "1077"}, "https://m.me/1077?ref=AB12CD"),
        ("messenger", {"link": "https://m.me/our.page"}, "https://m.me/our.page?ref=AB12CD"),
        ("email", {"address": "shop@x.example"}, "mailto:shop@x.example?subject=R%267%20%C3%BC%20%28AB12CD%29"),
        ("twilio", {"number": "+49 30 12"}, "sms:+493012?body=R%267%20%C3%BC%20%28AB12CD%29"),
        ("matrix", {"link": "https://matrix.to/#/@shop:x.example"}, "https://matrix.to/#/@shop:x.example"),
        (
            "discourse",
            {"site": "https://c.example/", "user": "shop"},
            "https://c.example/new-message?username=shop&title=R%267%20%C3%BC%20%28AB12CD%29"
            "&body=R%267%20%C3%BC%20%28AB12CD%29",
        ),
    ],
)
def test_the_link_is_that_of_the_channels_kind(kind: str, config: dict[str, object], link: str) -> None:
    assert link_of("shop", kind, config, "AB12CD", "R&7 ü") == link


def test_a_text_that_holds_the_word_is_left_as_it_is() -> None:
    config: dict[str, object] = {"link": "https://wa.me/49"}
    assert link_of("wa", "whatsapp", config, "AB12CD", "code ab12cd!") == "https://wa.me/49?text=code%20ab12cd%21"


@pytest.mark.parametrize(
    ("kind", "config", "said", "hint"),
    [
        ("telegram", {}, "where a chat is opened", "convo channel set shop link=https://t.me/our_bot"),
        ("whatsapp", {"phone_number_id": "1"}, "where a chat is opened", "link=https://wa.me/4930123456"),
        ("email", {}, "lacks address", "convo channel set shop address="),
        ("phone", {}, "no chat is opened on shop, which is of kind phone", "chat"),
        ("telegram", {"link": "javascript:alert(1)"}, "no address on the web", "https://"),
        ("telegram", {"link": "https://t.me/a\nb"}, "no address on the web", "https://"),
    ],
)
def test_where_a_setting_is_missing_the_refusal_says_which(
    kind: str, config: dict[str, object], said: str, hint: str
) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        link_of("shop", kind, config, "AB12CD", "hello")
    assert hint in refused.value.hint


def test_a_code_whose_channel_says_no_more_where_it_is_opened_is_listed_with_the_reason(bot: Desk) -> None:
    bot.codes.make("Shelf 3", channel="bot")
    bot.channels.set("bot", {"link": None})
    (view,) = bot.codes.list()
    assert view.link == ""
    assert "convo channel set bot link=" in view.problem


def test_a_word_of_ones_own_has_letters_and_digits_and_is_given_once(bot: Desk) -> None:
    assert bot.codes.make("Shelf 3", channel="bot", word=" Shelf3 ").word == "SHELF3"
    for word in ("wheel", "123456", "ab1", "a" * 20 + "1", "r7 wheel", "r7-wheel", "r٣wheel", "r7wheel\n8"):
        with pytest.raises(BadInput, match="cannot be a code's word"):
            bot.codes.make("Shelf", channel="bot", word=word)
    with pytest.raises(Conflict, match="SHELF3 is or was"):
        bot.codes.make("Shelf", channel="bot", word="shelf3")
    bot.codes.remove("shelf3")
    with pytest.raises(Conflict, match="SHELF3 is or was"):
        bot.codes.make("Shelf", channel="bot", word="shelf3")
    with pytest.raises(NotFound):
        bot.codes.show("SHELF3")
    assert bot.codes.list() == ()


def test_what_cannot_be_a_codes_words_is_refused(bot: Desk) -> None:
    for wrong in ({"title": " "}, {"title": "x" * 201}, {"text": "x" * 501}, {"channel": "nowhere"}):
        with pytest.raises((BadInput, NotFound)):
            bot.codes.make(**{"title": "Shelf", "channel": "bot"} | wrong)  # type: ignore[arg-type]
    for context in (
        {"a:b": "x"},
        {"a": ""},
        {"a": "x,y"},
        {"a": "x" * 64},
        {"code": "x"},
        dict.fromkeys(map(str, range(11)), "x"),
    ):
        with pytest.raises(BadInput):
            bot.codes.make("Shelf", channel="bot", context=context)
    with pytest.raises(NotAllowed):
        acting(bot, "guest", Role.VIEWER).codes.make("Shelf", channel="bot")
