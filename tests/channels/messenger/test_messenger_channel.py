"""A page in Messenger: sending in and after the day, files, names, and each of Meta's refusals in words."""

import json
from typing import Any

import pytest

from convo.channels.base import Receipt
from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Part
from tests.channels.messenger.page import ANA, event, letter, pushed, received, request, said, sent, with_page
from tests.servers.graph import TOKEN, Graph


def refusal(graph: Graph, text: str = "It is.", parts: tuple[Part, ...] = (), **settings: Any) -> Trouble:
    """What goes wrong with sending."""
    with pytest.raises(Trouble) as caught:
        sent(graph, letter(text, parts=parts), **settings)
    assert TOKEN not in caught.value.reason
    return caught.value


def test_an_answer_bears_our_key_so_that_its_echo_is_known(graph_server: Graph) -> None:
    assert sent(graph_server, letter()) == Receipt("m_out-1")
    assert graph_server.sent == [
        {
            "recipient": {"id": ANA},
            "messaging_type": "RESPONSE",
            "message": {"text": "It is.", "metadata": "convo:key-1@convo.invalid"},
        }
    ]


def test_a_person_may_answer_after_a_day_where_meta_granted_it_and_a_machine_may_not(graph_server: Graph) -> None:
    graph_server.fails("send", 10, 2018278, times=2)
    assert "nothing can go until the customer writes again" in refusal(graph_server).reason
    assert sent(graph_server, letter(), human_agent=True) == Receipt("m_out-1")
    (body,) = graph_server.sent
    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    graph_server.fails("send", 10, 2018278)
    with pytest.raises(SendRefused):
        sent(graph_server, letter(automatic=True), human_agent=True)


def test_files_follow_the_text_each_in_a_message_of_its_own(graph_server: Graph) -> None:
    files = (Part("a.png", "image/png", b"one"), Part("b.pdf", "application/pdf", b"two"))
    sent(graph_server, letter(parts=files))
    first, picture, paper = (body["message"] for body in graph_server.sent)
    assert first["text"] == "It is."
    assert [each["attachment"]["type"] for each in (picture, paper)] == ["image", "file"]
    held = [graph_server.media[each["attachment"]["payload"]["attachment_id"]] for each in (picture, paper)]
    assert [(media.name, media.raw) for media in held] == [("a.png", b"one"), ("b.pdf", b"two")]
    assert paper["metadata"] == "convo:key-1@convo.invalid#3"
    assert json.loads(graph_server.called("upload")[0].fields["message"])["attachment"]["type"] == "image"


@pytest.mark.parametrize(
    ("code", "subcode", "kind", "words"),
    [
        (551, 1545041, SendRefused, "takes no messages from us"),
        (100, 2018001, SendRefused, "no such person"),
        (200, 2018028, SendRefused, "testers"),
        (100, 0, SendRefused, "does not take something"),
        (613, 0, SendLater, "no more calls"),
        (1200, 0, SendLater, "passing trouble"),
        (10, 0, ChannelRefused, "permission"),
        (190, 460, ChannelRefused, "make a new one"),
    ],
)
def test_a_refusal_says_in_words_what_it_means(
    graph_server: Graph, code: int, subcode: int, kind: type[Trouble], words: str
) -> None:
    graph_server.fails("send", code, subcode)
    trouble = refusal(graph_server)
    assert type(trouble) is kind
    assert words in trouble.reason


def test_nobody_knows_what_became_of_a_message_whose_answer_never_came(graph_server: Graph) -> None:
    graph_server.drops()
    assert type(refusal(graph_server)) is SendUnsure
    graph_server.answers("send", 200, {"message_id": "m_1"})
    graph_server.fails("send", 613)
    half = refusal(graph_server, parts=(Part("a.png", "image/png", b"one"),))
    assert isinstance(half, SendUnsure)
    assert half.reason.startswith("only the first 1 of its 2 parts went")


def test_what_cannot_go_is_refused_before_anything_is_sent(graph_server: Graph) -> None:
    assert "2,001 characters" in refusal(graph_server, "x" * 2001).reason
    assert "neither text nor a file" in refusal(graph_server, "").reason
    assert "files of 1 byte" in refusal(graph_server, parts=(Part("a", "text/plain", b""),)).reason
    assert graph_server.sent == []


def test_people_have_their_names_where_meta_tells_them_and_each_is_asked_for_once(graph_server: Graph) -> None:
    graph_server.profiles[ANA] = {"first_name": "Ana", "last_name": "Ruiz"}
    items = received(graph_server, said(place=1), said(place=2), event(sender="77", message={"mid": "m", "text": "x"}))
    names = [item.customer[0].name for item in items.items if isinstance(item, Envelope)]
    assert names == ["Ana Ruiz", "Ana Ruiz", ""]
    assert len(graph_server.called("profile")) == 2
    received(graph_server, said(), names=False)
    assert len(graph_server.called("profile")) == 2


def test_a_file_is_fetched_from_metas_place_alone(graph_server: Graph) -> None:
    number = graph_server.has(b"a picture", "image/png")
    places = (graph_server.place_of(number), "https://evil.example/x.png")
    attachments = [{"type": "image", "payload": {"url": place}} for place in places]
    (item,) = received(graph_server, said(attachments=attachments)).items
    assert isinstance(item, Envelope)
    assert [part.data for part in item.parts] == [b"a picture", None]


def test_a_forged_request_is_refused(graph_server: Graph) -> None:
    genuine = request(pushed(said()))
    forged = type(genuine)(headers=genuine.headers, body=genuine.body.replace(b"stock", b"stack"))
    with pytest.raises(NotAllowed):
        with_page(graph_server, lambda channel: channel.receive(forged))


def test_a_test_of_the_channel_says_what_is_wrong(graph_server: Graph) -> None:
    good = with_page(graph_server, lambda channel: channel.check())
    assert [(each.what, each.problem, each.detail) for each in good] == [
        ("credentials", "", "The Shop"),
        ("receiving", "", "the shop's app"),
    ]
    graph_server.fails("number", 190, status=401)
    assert "make a new one" in with_page(graph_server, lambda channel: channel.check())[0].problem
