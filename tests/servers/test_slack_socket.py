"""The local Slack, driven by slack-sdk: events by Socket Mode until acknowledged, messages and files by the Web API."""

import queue
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.servers.slack_socket import SlackSocket
from tests.servers.slack_workspace import APP_TOKEN, BOT_TOKEN, BOT_USER, Member

ANA = Member("U0ANA", "ana", "Ana Ruiz", "ana@example.net")


@pytest.fixture
def web(slack_server: SlackSocket) -> WebClient:
    return WebClient(BOT_TOKEN, base_url=slack_server.url)


class Listener:
    """A bot's socket that keeps what it hears, and acknowledges it while `acknowledges` says so."""

    def __init__(self, web: WebClient) -> None:
        self.heard: queue.Queue[SocketModeRequest] = queue.Queue()
        self.acknowledges = True
        self.client = SocketModeClient(APP_TOKEN, web_client=web, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.connect()

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if self.acknowledges:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        self.heard.put(request)

    def next(self) -> SocketModeRequest:
        return self.heard.get(timeout=10)


@pytest.fixture
def listens(slack_server: SlackSocket, web: WebClient) -> Iterator[Callable[[], Listener]]:
    made: list[Listener] = []

    def listen() -> Listener:
        made.append(Listener(web))
        slack_server.wait_for_sockets(len(made))
        return made[-1]

    yield listen
    for listener in made:
        listener.client.auto_reconnect_enabled = False
    slack_server.cut_sockets()  # slack-sdk hears only of a line that ends, and else waits 3 s for a byte
    for listener in made:
        listener.client.close()


def test_an_event_is_heard_and_acknowledged(slack_server: SlackSocket, listens: Callable[[], Listener]) -> None:
    listener = listens()
    message = slack_server.workspace.says(ANA, "Is it in stock?")
    request = listener.next()
    event: Any = request.payload["event"]
    assert (request.type, event["text"], event["user"], event["ts"]) == (
        "events_api",
        "Is it in stock?",
        ANA.id,
        message["ts"],
    )
    slack_server.wait_until_acknowledged(1)
    assert slack_server.acknowledged == [request.payload["event_id"]]


def test_an_event_that_was_not_acknowledged_comes_again(
    slack_server: SlackSocket, listens: Callable[[], Listener]
) -> None:
    listener = listens()
    listener.acknowledges = False
    slack_server.workspace.says(ANA, "Hello?")
    first = listener.next()
    listener.acknowledges = True
    slack_server.redeliver()
    again = listener.next()
    assert again.payload["event_id"] == first.payload["event_id"]
    assert (first.retry_attempt, again.retry_attempt, again.retry_reason) == (0, 1, "timeout")
    slack_server.wait_until_acknowledged(1)
    assert slack_server.unacknowledged == []


def test_what_was_written_without_a_socket_waits_for_one(
    slack_server: SlackSocket, listens: Callable[[], Listener]
) -> None:
    slack_server.workspace.says(ANA, "Anyone?")
    assert listens().next().payload["event"]["text"] == "Anyone?"


def test_events_take_turns_between_sockets(slack_server: SlackSocket, listens: Callable[[], Listener]) -> None:
    one, two = listens(), listens()
    for text in ("first", "second"):
        slack_server.workspace.says(ANA, text)
    assert {listener.next().payload["event"]["text"] for listener in (one, two)} == {"first", "second"}


@pytest.mark.parametrize("how", ["refresh", "cut_sockets"])
def test_a_client_that_loses_its_socket_finds_the_next(
    slack_server: SlackSocket, listens: Callable[[], Listener], how: str
) -> None:
    listener = listens()
    getattr(slack_server, how)()
    slack_server.wait_for_opened(2)
    slack_server.workspace.says(ANA, "Still there?")
    assert listener.next().payload["event"]["text"] == "Still there?"


def test_an_answer_in_a_thread_is_found_among_its_replies(slack_server: SlackSocket, web: WebClient) -> None:
    question = slack_server.workspace.says(ANA, "Is it in stock?", channel="C0SHOP")
    answer = web.chat_postMessage(channel="C0SHOP", text="Yes.", thread_ts=question["ts"])
    replies: Any = web.conversations_replies(channel="C0SHOP", ts=question["ts"], limit=1)
    assert [message["text"] for page in replies for message in page["messages"]] == ["Is it in stock?", "Yes."]
    [sent] = slack_server.wait_for(1)
    assert (sent["user"], sent["ts"], sent["thread_ts"]) == (BOT_USER, answer["ts"], question["ts"])
    assert [message["ts"] for message in web.conversations_history(channel="C0SHOP")["messages"]] == [question["ts"]]


def test_it_says_who_wrote_and_who_the_bot_is(slack_server: SlackSocket, web: WebClient) -> None:
    slack_server.workspace.says(ANA, "Hello")
    assert web.users_info(user=ANA.id)["user"]["profile"]["email"] == "ana@example.net"
    assert web.auth_test()["user_id"] == BOT_USER
    opened: Any = web.conversations_open(users=ANA.id)
    assert web.chat_postMessage(channel=ANA.id, text="Hello")["channel"] == opened["channel"]["id"]


def test_a_file_goes_up_and_a_member_s_file_comes_down(slack_server: SlackSocket, web: WebClient) -> None:
    shared = slack_server.workspace.shares(ANA, "broken.png", b"a picture", "image/png", channel="C0SHOP")
    place = shared["files"][0]["url_private_download"]
    assert httpx.get(place, headers={"Authorization": f"Bearer {BOT_TOKEN}"}).content == b"a picture"
    assert b"Sign in" in httpx.get(place).content
    sent = web.files_upload_v2(
        channel="C0SHOP", filename="label.pdf", content=b"a label", initial_comment="Print this", thread_ts=shared["ts"]
    )
    [message] = slack_server.wait_for(1)
    assert (message["text"], message["thread_ts"], message["files"][0]["id"]) == (
        "Print this",
        shared["ts"],
        sent["file"]["id"],
    )
    assert slack_server.workspace.stored[sent["file"]["id"]] == b"a label"


def test_an_edit_is_an_event_of_its_own(slack_server: SlackSocket, listens: Callable[[], Listener]) -> None:
    listener = listens()
    message = slack_server.workspace.says(ANA, "Is it in stok?", channel="C0SHOP")
    slack_server.workspace.edits("C0SHOP", message, "Is it in stock?")
    listener.next()
    event: Any = listener.next().payload["event"]
    assert (event["subtype"], event["message"]["text"], event["message"]["ts"]) == (
        "message_changed",
        "Is it in stock?",
        message["ts"],
    )
    assert event["previous_message"]["text"] == "Is it in stok?"


def test_errors_and_floods_are_told_in_slack_s_words(slack_server: SlackSocket, web: WebClient) -> None:
    with pytest.raises(SlackApiError, match="channel_not_found"):
        web.chat_postMessage(channel="C0NONE", text="Hello")
    with pytest.raises(SlackApiError, match="invalid_auth"):
        WebClient("xoxb-other", base_url=slack_server.url).auth_test()
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        web.apps_connections_open(app_token=BOT_TOKEN)
    slack_server.workspace.channel("C0SHOP")
    slack_server.refuses("chat.postMessage", "is_archived")
    with pytest.raises(SlackApiError, match="is_archived"):
        web.chat_postMessage(channel="C0SHOP", text="Hello")
    slack_server.floods(retry_after=9)
    with pytest.raises(SlackApiError) as flood:
        web.chat_postMessage(channel="C0SHOP", text="Hello")
    assert (flood.value.response.status_code, flood.value.response.headers["Retry-After"]) == (429, "9")
    assert slack_server.workspace.sent == []


def test_a_dropped_answer_leaves_the_message_sent(slack_server: SlackSocket) -> None:
    slack_server.workspace.channel("C0SHOP")
    slack_server.drops()
    told, headers = {"channel": "C0SHOP", "text": "Hello"}, {"Authorization": f"Bearer {BOT_TOKEN}"}
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{slack_server.url}chat.postMessage", json=told, headers=headers)
    assert len(slack_server.workspace.sent) == 1
