"""What we post in a community: in the right topic, to the right post, with files, and never twice."""

from typing import Any

import pytest

from convo.channels.base import Outgoing, Receipt
from convo.channels.discourse.channel import DiscourseChannel
from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.model.envelope import Part
from tests.channels.discourse.community import letter, on
from tests.servers.discourse import KEY, Discourse


def send(server: Discourse, *letters: Outgoing, **more: Any) -> list[Receipt | Trouble]:
    """What becomes of each."""

    async def sends(channel: DiscourseChannel) -> list[Receipt | Trouble]:
        found: list[Receipt | Trouble] = []
        for each in letters:
            try:
                found.append(await channel.send(each))
            except Trouble as trouble:
                found.append(trouble)
        return found

    found = on(server, sends, **more)
    assert KEY not in repr(found)
    return found


def test_an_answer_goes_to_its_topic_and_to_the_post_that_it_answers(discourse_server: Discourse) -> None:
    topic = discourse_server.begins("ana", "Title", "one")["topic_id"]
    asked = discourse_server.writes("ana", topic, "two?")
    answer = letter("**yes** <b>& no</b>", thread_key=str(topic), answers=f"post/{asked['id']}/edit/3")
    [receipt] = send(discourse_server, answer)
    [posted] = discourse_server.posted
    assert (posted["topic_id"], posted["raw"], posted["reply_to_post_number"]) == (topic, "**yes** <b>& no</b>", 2)
    assert receipt == Receipt(f"post/{posted['id']}")


def test_files_go_along(discourse_server: Discourse) -> None:
    topic = discourse_server.begins("ana", "Title", "one")["topic_id"]
    parts = (Part("a[1].png", "image/png", b"\x89PNG"), Part("bill.pdf", "application/pdf", b"%PDF"))
    send(discourse_server, letter("here", thread_key=str(topic), parts=parts))
    [posted] = discourse_server.posted
    picture, bill = posted["raw"].split("\n\n")[1:]
    assert picture.startswith("![a(1).png](upload://")
    assert bill.startswith("[bill.pdf|attachment](upload://")
    assert sorted(discourse_server.stored.values()) == [b"%PDF", b"\x89PNG"]


@pytest.mark.parametrize("private", [True, False])
def test_what_may_have_gone_is_looked_for_before_it_goes_again(discourse_server: Discourse, private: bool) -> None:
    topic = discourse_server.begins("ana", "Title", "one", to=("desk",) if private else ())["topic_id"]
    parts = (Part("bill.pdf", "application/pdf", b"%PDF"),)
    discourse_server.drops()
    first = letter("once", thread_key=str(topic), parts=parts)
    unsure, receipt = send(discourse_server, first, letter("once", thread_key=str(topic), parts=parts, attempt=2))
    assert isinstance(unsure, SendUnsure)
    [posted] = discourse_server.posted
    assert receipt == Receipt(f"post/{posted['id']}")


def test_a_conversation_of_ours_begins_as_a_private_message_where_the_key_may(discourse_server: Discourse) -> None:
    to = f"discourse:{discourse_server.url.removeprefix('http://')}:11"
    [refused] = send(discourse_server, letter("hello", to=to))
    assert isinstance(refused, SendRefused)
    assert "only an admin's key" in refused.reason
    discourse_server.admin = True
    send(discourse_server, letter("hello", to=to))
    [posted] = discourse_server.posted
    assert discourse_server.topics[posted["topic_id"]]["allowed"] == ["desk", "ana"]
    assert posted["topic_title"] == "hello (message from desk)"


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (422, {"errors": ["Body is too short\n\x1b[31m"]}, SendRefused, "Body is too short"),
        (403, {}, SendRefused, "does not let the desk's user write there"),
        (404, {}, SendRefused, "is gone"),
        (429, {"extras": {"wait_seconds": 9}}, SendLater, "fewer"),
        (502, {}, SendUnsure, "may have gone"),
    ],
)
def test_what_the_site_refuses_is_told_in_words(
    discourse_server: Discourse, status: int, body: dict[str, Any], kind: type[Trouble], says: str
) -> None:
    topic = discourse_server.begins("ana", "Title", "one")["topic_id"]
    discourse_server.refuses("POST posts.json", status, body)
    [trouble] = send(discourse_server, letter("hello", thread_key=f"private/{topic}"))
    assert isinstance(trouble, kind)
    assert says in trouble.reason
    assert trouble.reason.isprintable()


def test_a_key_that_is_refused_is_the_whole_channels_trouble(discourse_server: Discourse) -> None:
    [trouble] = send(discourse_server, letter("hello", thread_key="100"), key="wrong")
    assert isinstance(trouble, ChannelRefused)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": " ", "thread_key": "1"}, "no empty post"),
        ({"text": "x", "thread_key": "1/../2"}, "no topic"),
        ({"text": "x", "to": "discourse:elsewhere.example:11"}, "no user of this"),
    ],
)
def test_what_can_never_go_is_refused(discourse_server: Discourse, wrong: dict[str, Any], says: str) -> None:
    [trouble] = send(discourse_server, letter(**wrong))
    assert isinstance(trouble, SendRefused)
    assert says in trouble.reason
