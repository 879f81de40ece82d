"""Sending by WhatsApp: texts, files, templates, answers; and what each of Meta's refusals means for the message."""

import asyncio
from typing import Any

import pytest

from convo.channels.base import Receipt, Template
from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.model.envelope import Part
from tests.channels.whatsapp.number import letter, number, sent
from tests.servers.graph import ACCOUNT, TOKEN, Graph

TO_ANA = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "34600111222"}


def refusal(graph: Graph, **rest: Any) -> Trouble:
    """What goes wrong with sending."""
    with pytest.raises(Trouble) as caught:
        sent(graph, letter(**rest))
    assert TOKEN not in caught.value.reason
    return caught.value


def test_a_text_goes_to_the_number_as_an_answer_to_what_the_customer_wrote(graph_server: Graph) -> None:
    assert sent(graph_server, letter(answers="wamid.IN1")) == Receipt("wamid.OUT1")
    assert graph_server.sent == [
        {
            **TO_ANA,
            "context": {"message_id": "wamid.IN1"},
            "type": "text",
            "text": {"body": "It is.", "preview_url": False},
            "biz_opaque_callback_data": "key-1@convo.invalid",
        }
    ]


def test_who_has_no_number_for_us_is_reached_by_the_id_and_a_group_by_its_own(graph_server: Graph) -> None:
    sent(graph_server, letter(to="US.13491208655302741918"))
    sent(graph_server, letter(thread_key="group:Y2Fw"))
    one, two = graph_server.sent
    assert (one.get("to"), one["recipient"]) == (None, "US.13491208655302741918")
    assert (two["recipient_type"], two["to"]) == ("group", "Y2Fw")


def test_a_short_text_is_the_caption_of_the_first_file_and_the_others_follow(graph_server: Graph) -> None:
    files = (Part("a.png", "image/png", b"one"), Part("b.pdf", "application/pdf", b"two"))
    assert sent(graph_server, letter("Here.", parts=files)).external_id == "wamid.OUT3"
    picture, paper = graph_server.sent
    assert graph_server.media[picture["image"]["id"]].raw == b"one"
    assert graph_server.media[paper["document"]["id"]].raw == b"two"
    assert (picture["image"]["caption"], paper["document"]["filename"]) == ("Here.", "b.pdf")
    assert [each["biz_opaque_callback_data"] for each in graph_server.sent] == [
        "key-1@convo.invalid",
        "key-1@convo.invalid#2",
    ]


def test_a_long_text_goes_before_its_file_and_a_recording_has_no_caption(graph_server: Graph) -> None:
    sent(graph_server, letter("x" * 1025, parts=(Part("a.png", "image/png", b"one"),)))
    sent(graph_server, letter("Listen.", parts=(Part("a.ogg", "audio/ogg", b"one"),)))
    assert [each["type"] for each in graph_server.sent] == ["text", "image", "text", "audio"]


def test_a_picture_too_large_to_be_one_goes_as_a_document(graph_server: Graph) -> None:
    sent(graph_server, letter("", parts=(Part("a.jpg", "image/jpeg", b"x" * 5_000_001),)))
    assert graph_server.sent[0]["type"] == "document"


def test_a_template_goes_with_its_language_and_values_on_one_line_each(graph_server: Graph) -> None:
    sent(graph_server, letter(template=Template("order_update", "de", ("Ana", "two\n\tlines")), answers="wamid.IN1"))
    sent(graph_server, letter(template=Template("hello_world")), template_language="es")
    one, two = (each["template"] for each in graph_server.sent)
    assert one == {
        "name": "order_update",
        "language": {"code": "de"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "two lines"}]}
        ],
    }
    assert two == {"name": "hello_world", "language": {"code": "es"}}


@pytest.mark.parametrize(
    ("code", "status", "kind", "words", "after"),
    [
        (131047, 400, SendRefused, "the 24-hour window is closed", None),
        (131026, 400, SendRefused, "may not be on WhatsApp", None),
        (131049, 400, SendRefused, "keep marketing few", None),
        (131050, 400, SendRefused, "wants no marketing", None),
        (132001, 404, SendRefused, "no such approved template", None),
        (132000, 400, SendRefused, "another number of values", None),
        (999999, 400, SendRefused, "Meta refused it", None),
        (131056, 400, SendLater, "to this customer in a short time", 30),
        (131000, 500, SendLater, "unknown error", None),
        (131016, 500, SendLater, "does not work now", None),
        (999999, 500, SendLater, "Meta refused it", None),
        (131005, 403, ChannelRefused, "whatsapp_business_messaging", None),
        (131042, 400, ChannelRefused, "payment", None),
        (131031, 403, ChannelRefused, "locked", None),
        (190, 401, ChannelRefused, "make a new one", None),
        (10, 403, ChannelRefused, "permission", None),
        (294, 403, ChannelRefused, "permission", None),
        (368, 403, ChannelRefused, "policies", None),
    ],
)
def test_a_refusal_says_in_words_what_it_means_and_whether_the_message_may_still_go(
    graph_server: Graph, code: int, status: int, kind: type[Trouble], words: str, after: float | None
) -> None:
    graph_server.fails("send", code, status=status)
    trouble = refusal(graph_server)
    assert type(trouble) is kind
    assert words in trouble.reason
    assert f"(error {code})" in trouble.reason
    assert getattr(trouble, "retry_after", None) == after
    assert graph_server.sent == []


@pytest.mark.parametrize("code", [4, 80007, 130429, 131048])
def test_a_limit_of_the_whole_account_rests_the_whole_channel(graph_server: Graph, code: int) -> None:
    graph_server.fails("send", code, status=429)
    trouble = refusal(graph_server)
    assert isinstance(trouble, SendLater)
    assert trouble.whole_channel
    assert trouble.retry_after


def test_metas_own_details_are_told_without_the_token_in_them(graph_server: Graph) -> None:
    graph_server.fails("send", 132000, details=f"expected 2,\n  got 1 {TOKEN}")
    assert refusal(graph_server).reason == (
        "the template has another number of values: expected 2, got 1 … (error 132000)"
    )


def test_a_wait_that_meta_asks_for_is_kept(graph_server: Graph) -> None:
    graph_server.answers("send", 429, {"error": {"code": 130429}}, Retry_After="90")
    assert getattr(refusal(graph_server), "retry_after", None) == 90


def test_nobody_knows_what_became_of_a_message_whose_answer_never_came(graph_server: Graph) -> None:
    graph_server.drops()
    assert type(refusal(graph_server)) is SendUnsure
    graph_server.answers("send", 502)
    assert type(refusal(graph_server)) is SendUnsure
    graph_server.answers("send", 200, {"messages": []})
    assert type(refusal(graph_server)) is SendUnsure


def test_without_a_line_it_goes_later(graph_server: Graph) -> None:
    graph_server.stop()
    trouble = refusal(graph_server)
    assert isinstance(trouble, SendLater)
    assert trouble.whole_channel


def test_a_file_that_is_refused_leaves_nothing_half_sent(graph_server: Graph) -> None:
    files = (Part("a.png", "image/png", b"one"), Part("b.xyz", "application/x-xyz", b"two"))
    graph_server.answers("upload", 200, {"id": "1"})
    graph_server.fails("upload", 131053)
    assert type(refusal(graph_server, parts=files)) is SendRefused
    graph_server.drops("upload")
    assert type(refusal(graph_server, parts=files)) is SendLater
    assert graph_server.sent == []


def test_when_only_a_part_went_a_person_decides(graph_server: Graph) -> None:
    graph_server.answers("send", 200, {"messages": [{"id": "wamid.OUT1"}]})
    graph_server.fails("send", 131056)
    trouble = refusal(graph_server, text="x" * 1025, parts=(Part("a.png", "image/png", b"one"),))
    assert isinstance(trouble, SendUnsure)
    assert trouble.reason.startswith("only the first 1 of its 2 parts went: too many messages")


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ({"text": "x" * 4097}, "4,097 characters"),
        ({"text": ""}, "neither text nor a file"),
        ({"parts": (Part("empty", "text/plain", b""),)}, "files of 1 byte"),
    ],
)
def test_what_cannot_go_is_refused_before_anything_is_sent(
    graph_server: Graph, rest: dict[str, Any], words: str
) -> None:
    trouble = refusal(graph_server, **rest)
    assert isinstance(trouble, SendRefused)
    assert words in trouble.reason
    assert graph_server.sent == []


def checked(graph: Graph, **settings: Any) -> list[tuple[str, str, str]]:
    """What a test of the channel finds."""

    async def run() -> list[tuple[str, str, str]]:
        channel = number(graph, **settings)
        try:
            return [(each.what, each.problem, each.detail) for each in await channel.check()]
        finally:
            await channel.close()

    return asyncio.run(run())


def test_a_test_of_the_channel_says_who_we_are_and_what_is_wrong_and_sends_nothing(graph_server: Graph) -> None:
    assert checked(graph_server, account_id=ACCOUNT) == [
        ("credentials", "", "+1 555-078-3881 The Shop"),
        ("sending", "", ""),
        ("receiving", "", "the shop's app"),
    ]
    graph_server.apps = []
    assert "no app is subscribed" in checked(graph_server, account_id=ACCOUNT)[2][1]
    graph_server.fails("number", 190, status=401)
    ((what, problem, _),) = checked(graph_server)
    assert (what, "make a new one" in problem) == ("credentials", True)
    graph_server.stop()
    assert "cannot be reached" in checked(graph_server)[0][1]
    assert graph_server.sent == []
