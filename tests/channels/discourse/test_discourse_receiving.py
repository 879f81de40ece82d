"""What comes from a community: topics and private messages as threads, quotes, files, edits, and what is no message."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import pytest

from convo.channels.base import Fetched, Request
from convo.channels.discourse import listing
from convo.channels.discourse.api import Api
from convo.channels.discourse.channel import DiscourseChannel
from convo.channels.discourse.markdown import readable, uploads
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.words import Direction
from tests.channels.discourse.community import on, read_all
from tests.linear import takes_linear_time
from tests.servers.discourse import DESK, KEY, SECRET, Discourse
from tests.servers.emulators import Emulator


def said(items: list[Item]) -> list[str]:
    """The words of messages, and why others are none."""
    return [
        each.text if isinstance(each, Envelope) else each.reason
        for each in items
        if isinstance(each, Envelope | Skipped | Unreadable)
    ]


def test_what_stood_there_before_is_no_news_and_all_after_is(discourse_server: Discourse) -> None:
    old = discourse_server.begins("ana", "My bike", "years ago")
    found, cursor = read_all(discourse_server, {})
    assert found == []
    post = discourse_server.writes("ana", old["topic_id"], "still **broken**")
    [new], cursor = read_all(discourse_server, cursor)
    assert isinstance(new, Envelope)
    host = discourse_server.url.removeprefix("http://")
    assert new.customer == (Handle("external", f"discourse:{host}:11", "Ana"),)
    assert (new.text, new.subject, new.author) == ("still **broken**", "My bike", "Ana")
    assert (new.external_id, new.thread_key) == (f"post/{post['id']}", str(post["topic_id"]))
    assert read_all(discourse_server, cursor)[0] == []


def test_a_long_absence_is_caught_up_with_in_order(
    discourse_server: Discourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_MOST", 30)
    _, cursor = read_all(discourse_server, {})
    topic = discourse_server.begins("ana", "My bike", "post 0")["topic_id"]
    for number in range(1, 130):
        discourse_server.writes("ana", topic, f"post {number}")
    found, cursor = read_all(discourse_server, cursor)
    assert said(found) == [f"post {number}" for number in range(130)]
    assert read_all(discourse_server, cursor)[0] == []


def test_a_private_message_to_the_desk_is_ours_and_one_to_others_is_not(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    discourse_server.admin = True
    topic = discourse_server.begins("ana", "Invoice", "where is it?", to=(DESK,))["topic_id"]
    discourse_server.begins("ana", "Secret", "psst", to=("ben",))
    found, _ = read_all(discourse_server, cursor)
    assert said(found) == ["where is it?", "a private message to others"]
    assert found[0].thread_key == f"private/{topic}"


def test_only_the_categories_that_are_named_are_ours_with_those_in_them(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    for category in (1, 2, 3):
        discourse_server.begins("ana", "Title", f"in {category}", category=category)
    found, _ = read_all(discourse_server, cursor, categories=("Support",))
    assert said(found) == ["in 1", "written in a category that is not this desk's", "in 3"]


def test_what_is_no_message_is_skipped_and_says_why(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    topic = discourse_server.begins("ana", "Title", "hello", to=(DESK,))["topic_id"]
    empty = {"raw": "", "cooked": ""}
    for change in ({"post_type": 4}, {"post_type": 3}, {"hidden": True}, {"user_deleted": True}, empty):
        discourse_server.writes("ana", topic, change.pop("raw", "x"), **change)
    discourse_server.writes(DESK, topic, "ours")
    assert said(read_all(discourse_server, cursor)[0])[1:] == [
        "a whisper among the community's staff",
        "a notice of the community's, no message",
        "the post is hidden",
        "the post was deleted",
        "a post without words",
        "sent from here",
    ]


def test_what_staff_write_on_the_site_is_our_answer_to_whoever_began(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    topic = discourse_server.begins("ana", "Title", "help")["topic_id"]
    discourse_server.writes("mod", topic, "on its way")
    discourse_server.begins("mod", "News", "we are open")
    _, answer, news = read_all(discourse_server, cursor)[0]
    assert isinstance(answer, Envelope)
    assert (answer.direction, answer.customer[0].value.rpartition(":")[2]) == (Direction.OUTBOUND, "11")
    assert said([news]) == ["we wrote it with Discourse itself, and whom it was for cannot be told"]


def test_an_edit_is_a_message_that_refers_to_what_it_changes(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    post = discourse_server.begins("ana", "Title", "two")
    _, cursor = read_all(discourse_server, cursor)
    discourse_server.edits(post, "three")
    [edit], cursor = read_all(discourse_server, cursor)
    assert isinstance(edit, Envelope)
    assert (edit.text, edit.references) == ("(edited) three", (f"post/{post['id']}",))
    assert edit.external_id == f"post/{post['id']}/edit/2"
    assert read_all(discourse_server, cursor)[0] == []


def test_files_come_with_their_bytes(discourse_server: Discourse) -> None:
    discourse_server.stored["abc.png"] = b"\x89PNG"
    _, cursor = read_all(discourse_server, {})
    discourse_server.begins("ana", "Title", "look ![../me|690x400](upload://abc.png) [a|attachment](upload://gone.pdf)")
    [found], _ = read_all(discourse_server, cursor)
    assert isinstance(found, Envelope)
    assert found.parts == (Part("me.png", "image/png", b"\x89PNG"), Part("a.pdf", "application/pdf"))
    assert found.text == "look [../me] [a]"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ('[quote="ana, post:1, topic:2"]\nhow?\n\nwhy?\n[/quote]\nso', "ana wrote:\n> how?\n>\n> why?\n\nso"),
        ("[quote]\na\n[quote]\nb\n[/quote]\n[/quote]\nc", "> a\n> > b\n\nc"),
        ("[/quote] x", "[/quote] x"),
        ("[quote", "[quote"),
    ],
)
def test_quotes_are_marked(raw: str, shown: str) -> None:
    assert readable(raw) == shown


@pytest.mark.parametrize("hostile", ["[quote]\n" * 20_000, "![" * 50_000, "[a](upload://" * 10_000, "[" * 100_000])
def test_hostile_markdown_is_read_in_linear_time(hostile: str) -> None:
    takes_linear_time(lambda size: (readable(hostile[:size]), uploads(hostile[:size])), len(hostile))


WITH_SECRET = {"webhook_secret": Secret(SECRET)}


def pushed(server: Discourse, change: dict[str, Any], event: str = "post_created") -> Request:
    """What the site pushes of a new post, changed before it is signed."""
    headers, body = server.webhook(server.begins("ana", "Title", "hello"), event)
    told = json.loads(body)
    told["post"] |= change
    body = json.dumps(told).encode()
    headers["x-discourse-event-signature"] = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return Request(headers=headers, body=body)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user_id": None}, "its 'user_id' is missing"),
        ({"raw": 7}, "its 'raw' is a number where text belongs"),
        ({"created_at": "soon"}, "its time 'soon' cannot be understood"),
        ({"username": ""}, "it names no writer"),
        ({"topic_id": "x"}, "its 'topic_id' is text where a whole number belongs"),
    ],
)
def test_a_post_that_cannot_be_read_is_kept(discourse_server: Discourse, change: dict[str, Any], reason: str) -> None:
    request = pushed(discourse_server, change)
    [broken] = on(discourse_server, lambda channel: channel.receive(request), **WITH_SECRET).items
    assert isinstance(broken, Unreadable)
    assert broken.reason == reason
    assert b"ana" in broken.raw or change.get("username") == ""


def test_a_post_that_cannot_be_read_stops_no_other(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    discourse_server.begins("ana", "Title", "broken", created_at="soon")
    discourse_server.begins("ana", "Title", "fine")
    assert said(read_all(discourse_server, cursor)[0]) == ["its time 'soon' cannot be understood", "fine"]


def test_a_webhook_brings_the_same_message_as_a_look(discourse_server: Discourse) -> None:
    _, cursor = read_all(discourse_server, {})
    request = pushed(discourse_server, {})
    fetched = on(discourse_server, lambda channel: channel.receive(request), **WITH_SECRET)
    assert list(fetched.items) == read_all(discourse_server, cursor)[0]


@pytest.mark.parametrize(
    ("headers", "secret"), [({"x-discourse-event-signature": "sha256=0"}, SECRET), ({}, SECRET), ({}, "")]
)
def test_a_webhook_that_is_not_signed_is_refused(
    discourse_server: Discourse, headers: dict[str, str], secret: str
) -> None:
    request = Request(headers=headers, body=b"{}")
    with pytest.raises(NotAllowed):
        on(discourse_server, lambda channel: channel.receive(request), webhook_secret=Secret(secret))


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (401, ChannelRefused, "refuses the key"),
        (403, ChannelRefused, "refuses the key"),
        (502, ChannelDown, "does not work"),
    ],
)
def test_what_the_site_refuses_is_told_in_words(
    discourse_server: Discourse, status: int, kind: type[Exception], says: str
) -> None:
    discourse_server.refuses("GET posts.json", status)
    with pytest.raises(kind, match=says) as caught:
        read_all(discourse_server, {})
    assert KEY not in repr(caught.value)


def test_a_site_that_wants_fewer_questions_is_left_alone(discourse_server: Discourse) -> None:
    discourse_server.refuses("GET posts.json", 429, {"extras": {"wait_seconds": 45}})
    with pytest.raises(ChannelDown, match="less often") as caught:
        read_all(discourse_server, {})
    assert caught.value.retry_after == 45


def test_a_check_tells_what_works(discourse_server: Discourse) -> None:
    def problems(**more: Any) -> dict[str, str]:
        return {each.what: each.problem for each in on(discourse_server, lambda channel: channel.check(), **more)}

    assert problems() == {"key": "", "receiving": "", "sending": ""}
    assert "refuses the key" in problems(key="wrong")["key"]
    assert "no category cars" in problems(categories=("cars", "support"))["receiving"]


def test_two_looks_are_seconds_apart(discourse_server: Discourse) -> None:
    async def looks(channel: DiscourseChannel) -> Fetched:
        fetched = await channel.fetch({}, wait=50)
        return await channel.fetch(fetched.cursor, wait=0.1)

    assert on(discourse_server, looks).items == ()
    assert [call.path for call in discourse_server.calls] == ["/posts.json", "/private-posts.json"]


def test_what_we_ask_is_what_the_published_description_allows(prism_discourse: Emulator) -> None:
    async def asks() -> list[set[str]]:
        api = Api(prism_discourse.url, DESK, Secret(KEY))
        told = [await api.ask("posts.json", before=7), await api.ask("t/7.json"), await api.ask("posts/7.json")]
        await api.http.close()
        return [set(each) for each in told]

    posts, topic, post = asyncio.run(asks())
    assert "latest_posts" in posts
    assert {"details", "post_stream"} <= topic
    assert {"post_number", "raw", "topic_id"} <= post
