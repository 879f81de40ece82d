"""Requests that Meta pushes: proven by their signature, with their files, each stored once however often it comes."""

import asyncio
import logging
import threading
from datetime import timedelta

import pytest

from convo import clock
from convo.channels.base import Request
from convo.channels.trouble import ChannelDown
from convo.errors import Busy, NotAllowed
from convo.model.envelope import Envelope, Unreadable
from tests.channels.whatsapp import payloads
from tests.channels.whatsapp.number import number, received, request
from tests.channels.whatsapp.payloads import AT, message, said
from tests.servers.graph import APP_SECRET, TOKEN, VERIFY_TOKEN, Graph, raw_of, signature


def taken(graph: Graph, pushed: Request) -> bytes:
    """The answer to a request."""

    async def run() -> bytes:
        channel = number(graph)
        try:
            return (await channel.receive(pushed)).answer
        finally:
            await channel.close()

    return asyncio.run(run())


def parts(graph: Graph, payload: object) -> list[tuple[str, bytes | None]]:
    """Names and bytes of the files of the one message in a payload."""
    (item,) = received(graph, payload).items
    assert isinstance(item, Envelope)
    return [(part.name, part.data) for part in item.parts]


def verifying(token: str = VERIFY_TOKEN, **more: str) -> Request:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
    return Request("GET", "https://desk.example/shop", query=query | more)


def test_the_question_that_verifies_the_address_is_answered_only_for_our_token(graph_server: Graph) -> None:
    assert taken(graph_server, verifying()) == b"1158201444"
    for wrong in (verifying("guessed"), verifying(""), verifying(**{"hub.mode": "unsubscribe"}), Request("GET")):
        with pytest.raises(NotAllowed):
            taken(graph_server, wrong)


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "ключ"])
def test_a_request_without_metas_signature_is_refused_in_words_that_hold_no_secret(
    graph_server: Graph, given: str
) -> None:
    forged = Request(headers={"x-hub-signature-256": given}, body=raw_of(said(message())))
    with pytest.raises(NotAllowed) as caught:
        taken(graph_server, forged)
    assert APP_SECRET not in f"{caught.value.message}{caught.value.hint}"


def test_the_signature_is_over_the_very_bytes(graph_server: Graph) -> None:
    raw = raw_of(said(message(text={"body": "Grüße 👋"})))
    assert taken(graph_server, request(raw)) == b""
    with pytest.raises(NotAllowed):
        taken(graph_server, Request(headers={"x-hub-signature-256": signature(raw)}, body=raw + b" "))


def test_what_is_signed_but_no_json_is_kept_for_a_person(graph_server: Graph) -> None:
    for raw in (b"not json", b"[1, 2]", b"[" * 100_000, b""):
        (item,) = received(graph_server, raw).items
        assert isinstance(item, Unreadable)
        assert item.raw == raw


def test_a_file_is_fetched_by_its_id_from_its_short_lived_place(graph_server: Graph) -> None:
    picture = graph_server.has(b"a picture", "image/jpeg")
    assert parts(graph_server, said(message("image", {**payloads.IMAGE, "id": picture}))) == [
        ("image.jpg", b"a picture")
    ]
    assert [call.bearer for call in graph_server.called("file")] == [TOKEN]


def test_a_file_that_is_gone_leaves_its_name(graph_server: Graph) -> None:
    assert parts(graph_server, said(message("image", {**payloads.IMAGE, "id": "404404"}))) == [("image.jpg", None)]
    graph_server.answers("file", 404)
    picture = graph_server.has(b"a picture", "image/jpeg")
    assert parts(graph_server, said(message("image", {**payloads.IMAGE, "id": picture}))) == [("image.jpg", None)]


def test_a_file_that_is_too_large_leaves_its_name(graph_server: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convo.channels.whatsapp.channel.LARGEST_FILE", 1000)
    large = graph_server.has(b"x" * 1001, "video/mp4")
    assert parts(graph_server, said(message("video", {"id": large, "mime_type": "video/mp4"}))) == [("video.mp4", None)]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a",
        "https://lookaside.fbsbx.com.evil.example/a",
        "http://lookaside.fbsbx.com/a",
        "file:///etc/passwd",
        "https://[::1",
        "//x",
        "http://127.0.0.1:9/a",
    ],
)
def test_no_file_is_fetched_from_a_place_that_is_not_metas(
    graph_server: Graph, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    asked: list[str] = []

    async def download(self: object, url: str, **_: object) -> None:
        asked.append(url)

    monkeypatch.setattr("convo.channels.http.Http.download", download)
    held = {"id": "1", "mime_type": "image/png", "url": url}
    assert parts(graph_server, said(message("image", held))) == [("image.png", None)]
    assert asked == []


def test_the_token_goes_to_no_host_of_metas_but_the_two_that_need_it(
    graph_server: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    async def download(self: object, url: str, *, most: int, headers: dict[str, str]) -> bytes:
        asked.append((url, headers.get("authorization", "")))
        return b"x"

    monkeypatch.setattr("convo.channels.http.Http.download", download)
    for host in ("lookaside.fbsbx.com", "scontent.xx.fbcdn.net", "cdn.fbsbx.com"):
        held = {"id": "1", "mime_type": "image/png", "url": f"https://{host}/a"}
        assert parts(graph_server, said(message("image", held))) == [("image.png", b"x")]
    assert [bool(token) for _, token in asked] == [True, False, False]


def test_a_file_that_cannot_be_had_now_makes_meta_push_again_and_later_the_message_goes_without(
    graph_server: Graph,
) -> None:
    picture = graph_server.has(b"a picture", "image/jpeg")
    pushed = said(message("image", {**payloads.IMAGE, "id": picture}))
    graph_server.answers("file", 503)
    with clock.fixed(AT + timedelta(minutes=1)), pytest.raises(ChannelDown):
        received(graph_server, pushed)
    graph_server.answers("file", 503)
    with clock.fixed(AT + timedelta(minutes=11)):
        assert parts(graph_server, pushed) == [("image.jpg", None)]


def test_a_request_is_dropped_at_once_when_whoever_waits_for_it_goes(graph_server: Graph) -> None:
    graph_server.held = threading.Event()
    picture = graph_server.has(b"a picture", "image/jpeg")
    pushed = request(said(message("image", {**payloads.IMAGE, "id": picture})))

    async def run() -> None:
        channel = number(graph_server)
        waiting = asyncio.create_task(channel.receive(pushed))
        while not graph_server.called("file"):
            await asyncio.sleep(0.005)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(3):
            await channel.close()

    asyncio.run(run())


def test_neither_error_nor_log_holds_a_secret(graph_server: Graph, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    graph_server.fails("media", 190, status=401)
    with clock.fixed(AT), pytest.raises(ChannelDown) as caught:
        received(graph_server, said(message("image", payloads.IMAGE)))
    assert TOKEN not in f"{caught.value.reason}{caplog.text}"
    assert APP_SECRET not in caplog.text
    assert not isinstance(caught.value, Busy)
