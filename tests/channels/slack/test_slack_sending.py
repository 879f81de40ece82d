"""What we write on Slack: in the right thread, as it was written, with its files, and never twice."""

import asyncio
from typing import Any

import pytest

from convo.channels.base import Outgoing, Receipt
from convo.channels.slack.channel import SlackChannel
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble
from convo.model.envelope import Part
from tests.channels.slack.listening import ANA, letter, setup
from tests.servers.slack_socket import SlackSocket
from tests.servers.slack_workspace import APP_TOKEN, BOT_TOKEN

BILL = Part("bill.pdf", "application/pdf", b"%PDF-1.7")


def send(server: SlackSocket, *letters: Outgoing) -> list[Receipt | Trouble]:
    """What becomes of each."""

    async def run() -> list[Receipt | Trouble]:
        channel = SlackChannel(setup(server))
        found: list[Receipt | Trouble] = []
        for each in letters:
            try:
                found.append(await channel.send(each))
            except Trouble as trouble:
                found.append(trouble)
        await channel.close()
        told = repr(found)
        assert BOT_TOKEN not in told
        assert APP_TOKEN not in told
        return found

    return asyncio.run(run())


def test_an_answer_goes_to_its_thread_as_it_was_written(slack_server: SlackSocket) -> None:
    root = slack_server.workspace.says(ANA, "?", channel="C0HELP")
    [receipt] = send(slack_server, letter("2 < 3 & <!channel> *x*", thread_key=f"C0HELP:{root['ts']}"))
    [sent] = slack_server.workspace.sent
    assert (sent["channel"], sent["thread_ts"]) == ("C0HELP", root["ts"])
    assert sent["text"] == "2 &lt; 3 &amp; &lt;!channel&gt; *x*"
    assert receipt == Receipt(f"C0HELP:{sent['ts']}")
    [call] = [call for method, call in slack_server.calls if method == "chat.postMessage"]
    assert call.fields["mrkdwn"] == "false"


def test_without_a_thread_it_goes_to_a_direct_message(slack_server: SlackSocket) -> None:
    slack_server.workspace.says(ANA, "hi")
    send(slack_server, letter("one"), letter("two", key="key-2"))
    assert [(each["channel"], each["text"]) for each in slack_server.workspace.sent] == [
        ("D0ANA", "one"),
        ("D0ANA", "two"),
    ]
    assert [method for method, _ in slack_server.calls].count("conversations.open") == 1


def test_files_go_along(slack_server: SlackSocket) -> None:
    root = slack_server.workspace.says(ANA, "?", channel="C0HELP")
    send(slack_server, letter("here", thread_key=f"C0HELP:{root['ts']}", parts=(BILL,)))
    text, files = slack_server.workspace.sent
    assert text["text"] == "here"
    assert [each["title"] for each in files["files"]] == ["bill.pdf"]
    assert files["thread_ts"] == root["ts"]
    assert slack_server.workspace.stored[files["files"][0]["id"]] == BILL.data


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
@pytest.mark.parametrize("threaded", [True, False])
def test_what_may_have_gone_is_looked_for_before_it_goes_again(
    slack_server: SlackSocket, method: str, threaded: bool
) -> None:
    root = slack_server.workspace.says(ANA, "?")
    key = f"D0ANA:{root['ts']}" if threaded else None
    slack_server.drops(method)
    first = letter("once", thread_key=key, parts=(BILL,))
    again = letter("once", thread_key=key, parts=(BILL,), attempt=2)
    unsure, receipt = send(slack_server, first, again)
    assert isinstance(unsure, SendUnsure)
    text, files = slack_server.workspace.sent
    assert receipt == Receipt(f"D0ANA:{text['ts']}")
    assert files["files"]


def test_the_same_words_under_another_key_are_another_message(slack_server: SlackSocket) -> None:
    slack_server.workspace.says(ANA, "?")
    send(slack_server, letter("thanks"), letter("thanks", key="key-2", attempt=2))
    assert len(slack_server.workspace.sent) == 2


def test_a_flood_is_waited_out(slack_server: SlackSocket) -> None:
    slack_server.workspace.says(ANA, "?")
    slack_server.floods(retry_after=7)
    [later] = send(slack_server, letter())
    assert isinstance(later, SendLater)
    assert later.retry_after == 7


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        ("channel_not_found", SendRefused, "gone"),
        ("not_in_channel", SendRefused, "invite it"),
        ("is_archived", SendRefused, "archived"),
        ("something_new", SendRefused, "something_new"),
        ("<b>xoxb-1</b>", SendRefused, "unknown_error"),
        ("invalid_auth", ChannelRefused, "does not know the token"),
        ("token_revoked", ChannelRefused, "was revoked"),
        ("missing_scope", ChannelRefused, "lacks the scope"),
        ("service_unavailable", SendLater, "does not take"),
        ("internal_error", SendUnsure, "may have gone"),
    ],
)
def test_what_slack_refuses_is_told_in_words(
    slack_server: SlackSocket, error: str, kind: type[Trouble], says: str
) -> None:
    slack_server.workspace.says(ANA, "?")
    slack_server.refuses("chat.postMessage", error)
    [trouble] = send(slack_server, letter())
    assert isinstance(trouble, kind)
    assert says in trouble.reason


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"to": "ana@example.net"}, "no Slack user"),
        ({"to": "T0SHOP:U0NOBODY"}, "knows no such user"),
        ({"text": "&" * 10_000}, "too long"),
        ({"text": " "}, "no empty message"),
    ],
)
def test_what_can_never_go_is_refused(slack_server: SlackSocket, wrong: dict[str, Any], says: str) -> None:
    [trouble] = send(slack_server, letter(**wrong))
    assert isinstance(trouble, SendRefused)
    assert says in trouble.reason
    assert slack_server.workspace.sent == []


def test_a_slack_that_is_not_there_did_not_get_it(slack_server: SlackSocket) -> None:
    slack_server.close()
    [trouble] = send(slack_server, letter())
    assert isinstance(trouble, ChannelDown)
