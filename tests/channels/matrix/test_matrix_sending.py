"""Writing into rooms on a real Synapse: once, in the right room and thread, with files; and what can go wrong."""

import logging
from collections.abc import Iterator

import pytest

from convo.channels.base import Outgoing
from convo.channels.matrix.homeserver import Refusal
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, Trouble
from convo.model.envelope import Part
from tests.channels.matrix.rooms import Account, Member, account, chat, letter, member
from tests.servers.http_thread import Answer, Call, HttpThread
from tests.servers.synapse import Synapse

Chat = tuple[Account, Member, str]


@pytest.fixture(scope="module")
def talk(synapse_server: Synapse) -> Chat:
    """The desk's account, a customer, and their room of two."""
    desk, ana = account(synapse_server), member(synapse_server)
    return desk, ana, chat(desk, ana)


def test_an_answer_stands_in_the_room_below_what_it_answers_and_once_however_often_it_is_sent(talk: Chat) -> None:
    desk, ana, room = talk
    asked = ana.says(room)
    answer = letter(ana.user, answers=f"{room} {asked}")
    receipts = {desk.sends(answer), desk.sends(answer)}
    assert len(receipts) == 1
    found = [each for each in ana.sees(room) if each["content"]["body"] == "It is."]
    assert len(found) == 1
    assert found[0]["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}
    assert receipts.pop().external_id == f"{room} {found[0]['event_id']}"


def test_an_answer_in_a_thread_stays_in_it_and_in_a_group_says_whom_it_is_for(talk: Chat) -> None:
    desk, ana, room = talk
    root = ana.says(room, "root")
    desk.sends(letter(ana.user, "in the thread", thread_key=f"{room} {root}", answers=f"{room} {root}"))
    desk.sends(letter(ana.user, "to Ana", thread_key=room))
    in_thread, in_group = (each["content"] for each in ana.sees(room)[-2:])
    assert in_thread["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }
    assert (in_group["m.mentions"], in_group.get("m.relates_to")) == ({"user_ids": [ana.user]}, None)


def test_an_answer_to_an_edited_message_answers_the_message(talk: Chat) -> None:
    desk, ana, room = talk
    asked = ana.says(room)
    desk.sends(letter(ana.user, answers=f"{room} {asked}/edit/$other"))
    assert ana.sees(room)[-1]["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}


def test_files_follow_the_text_and_a_machine_writes_notices(talk: Chat) -> None:
    desk, ana, room = talk
    files = (Part("wheel.png", "image/png", b"a picture"), Part("bill ü.pdf", "application/pdf", b"a bill"))
    desk.sends(letter(ana.user, "Here.", answers=f"{room} $x", parts=files, automatic=True))
    said, picture, paper = (each["content"] for each in ana.sees(room)[-3:])
    assert (said["msgtype"], picture["msgtype"], paper["msgtype"]) == ("m.notice", "m.image", "m.file")
    assert (ana.downloads(picture["url"]), ana.downloads(paper["url"])) == (b"a picture", b"a bill")
    assert paper["filename"] == "bill ü.pdf"


def test_who_has_not_written_is_invited_to_a_room_of_two_that_is_used_again(synapse_server: Synapse) -> None:
    desk, bo = account(synapse_server), member(synapse_server)
    first = desk.sends(letter(bo.user, "Your wheel is here."))
    assert first.external_id is not None
    room = first.external_id.partition(" ")[0]
    bo.joins(room)
    second = desk.sends(letter(bo.user, "Do come by."))
    assert second.external_id is not None
    assert second.external_id.startswith(f"{room} ")
    assert [each["content"]["body"] for each in bo.sees(room)] == ["Your wheel is here.", "Do come by."]
    bo.call("POST", f"rooms/{room}/leave", {})
    third = desk.sends(letter(bo.user, "Still there?", answers=f"{room} $x"))
    assert third.external_id is not None
    assert not third.external_id.startswith(f"{room} ")


def trouble(desk: Account, outgoing: Outgoing) -> Trouble:
    """What goes wrong with sending."""
    with pytest.raises(Trouble) as caught:
        desk.sends(outgoing)
    assert desk.member.token not in caught.value.reason
    return caught.value


def test_a_room_of_two_to_which_we_were_invited_is_the_one_to_write_in(talk: Chat) -> None:
    desk, ana, room = talk
    assert str(desk.sends(letter(ana.user)).external_id).startswith(f"{room} ")


def test_what_cannot_go_is_refused_in_words(talk: Chat) -> None:
    desk, ana, room = talk
    assert "is no user of Matrix" in trouble(desk, letter("ana")).reason
    assert "neither text nor a file" in trouble(desk, letter(ana.user, "")).reason
    assert "files of 1 byte" in trouble(desk, letter(ana.user, parts=(Part("a", "text/plain", b""),))).reason
    elsewhere = trouble(desk, letter(ana.user, thread_key="!nowhere:matrix.example.org"))
    assert isinstance(elsewhere, SendRefused)
    assert "not in the room any more" in elsewhere.reason
    too_large = trouble(desk, letter(ana.user, "x" * 70_000, thread_key=room))
    assert "too large" in too_large.reason


def test_a_token_that_was_withdrawn_is_told_to_a_person(synapse_server: Synapse) -> None:
    desk, ana = account(synapse_server), member(synapse_server)
    desk.member.call("POST", "logout", {})
    assert isinstance(trouble(desk, letter(ana.user)), ChannelRefused)
    with pytest.raises(ChannelRefused, match="log in again"):
        desk.fetches()
    ((what, problem),) = ((each.what, each.problem) for each in desk.does(lambda channel: channel.check()))
    assert (what, "log in again" in problem) == ("credentials", True)


def test_a_test_of_the_channel_says_who_we_are(talk: Chat) -> None:
    desk, _, _ = talk
    assert [(each.what, each.problem, each.detail) for each in desk.does(lambda channel: channel.check())] == [
        ("credentials", "", desk.user),
        ("receiving", "", "in 1 room"),
    ]


@pytest.fixture
def answers() -> Iterator[tuple[HttpThread, list[Answer | None]]]:
    """A homeserver that knows us and answers the rest as told; None hangs up."""
    planned: list[Answer | None] = []

    def answer(call: Call) -> Answer | None:
        if call.path.endswith("/whoami"):
            return Answer({"user_id": "@desk:x.example"})
        return planned.pop(0) if planned else Answer({})

    server = HttpThread(answer)
    yield server, planned
    server.stop()


def at(talk: Chat, server: HttpThread) -> Account:
    """The same account at another homeserver."""
    return Account(talk[0].server, talk[1], {"homeserver": server.url})


def test_a_limit_is_kept_as_the_homeserver_says(talk: Chat, answers: tuple[HttpThread, list[Answer | None]]) -> None:
    server, planned = answers
    desk = at(talk, server)
    limit = Answer({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, 429)
    planned.append(limit)
    later = trouble(desk, letter("@ana:x.example", thread_key="!r:x.example"))
    assert isinstance(later, SendLater)
    assert (later.retry_after, later.whole_channel) == (2.5, True)
    planned.append(limit)
    with pytest.raises(ChannelDown) as caught:
        desk.fetches()
    assert caught.value.retry_after == 2.5


def test_a_line_that_breaks_is_told_in_words_without_a_secret(
    talk: Chat, answers: tuple[HttpThread, list[Answer | None]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server, planned = answers
    desk = at(talk, server)
    planned += [Answer(b"<html>", 502), None]
    assert isinstance(trouble(desk, letter("@ana:x.example", thread_key="!r:x.example")), SendLater)
    assert "broke" in trouble(desk, letter("@ana:x.example", thread_key="!r:x.example")).reason
    planned += [Answer(b"<html>", 502), Answer(b"no json"), Answer({"next_batch": 5})]
    for _ in range(3):
        with pytest.raises(ChannelDown):
            desk.fetches()
    server.stop()
    with pytest.raises(ChannelDown, match="cannot be reached"):
        desk.fetches()
    assert desk.member.token not in caplog.text


def test_a_refusal_without_words_is_named_by_its_status() -> None:
    assert "HTTP 418" in Refusal("", 418).for_message().reason
    assert "HTTP 503" in Refusal("", 503).for_channel().reason
