"""What comes from Slack: who wrote it, in which thread, with which files; and what is no message."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convo.channels.base import Request
from convo.channels.slack.channel import SlackChannel
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.errors import NotAllowed
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from convo.model.words import Direction
from tests.channels.slack.listening import ANA, BEN, OPI, caught_up, listening, setup
from tests.servers.slack_socket import SlackSocket
from tests.servers.slack_workspace import APP_TOKEN, BOT_ID, BOT_TOKEN, BOT_USER


def after_catching_up(server: SlackSocket, happens: Any, **more: Any) -> list[Item]:
    """What the socket tells of what happens, to one who has read everything before."""

    async def run() -> list[Item]:
        async with listening(server, **more) as ears:
            await caught_up(ears, server)
            expected = happens()
            return await ears.items(lambda found: len(found) >= expected)

    return asyncio.run(run())


def test_a_direct_message_brings_its_person_time_and_words(slack_server: SlackSocket) -> None:
    def happens() -> int:
        slack_server.workspace.says(ANA, "is <https://example.org|this> in stock &amp; red?")
        return 1

    [found] = after_catching_up(slack_server, happens)
    assert isinstance(found, Envelope)
    assert found.customer == (
        Handle("slack", "T0SHOP:U0ANA", "Ana Ruiz"),
        Handle("email", "ana@example.net", "Ana Ruiz"),
    )
    assert (found.direction, found.author, found.text) == (
        Direction.INBOUND,
        "Ana Ruiz",
        "is this (https://example.org) in stock & red?",
    )
    stamp = slack_server.workspace.messages["D0ANA"][0]["ts"]
    assert (found.external_id, found.thread_key, found.references) == (f"D0ANA:{stamp}", None, ())
    assert abs(found.sent_at - datetime.now(UTC)) < timedelta(minutes=5)
    slack_server.wait_until_acknowledged(1)


def test_a_message_in_a_channel_begins_a_thread_and_answers_join_it(slack_server: SlackSocket) -> None:
    stamps = list[str]()

    def happens() -> int:
        space = slack_server.workspace
        root = space.says(ANA, f"<@{BOT_USER}> where is my order?", channel="C0HELP")
        space.says(BEN, "mine too, <@U0ANA>", channel="C0HELP", thread_ts=root["ts"])
        stamps.append(root["ts"])
        return 2

    first, second = after_catching_up(slack_server, happens)
    assert isinstance(first, Envelope)
    assert isinstance(second, Envelope)
    key = f"C0HELP:{stamps[0]}"
    assert (first.text, first.thread_key, first.references) == ("@desk where is my order?", key, ())
    assert (second.text, second.thread_key, second.references) == ("mine too, @Ana Ruiz", key, (key,))
    assert second.customer == (Handle("slack", "T0SHOP:U0BEN", "Ben Ode"),)


def test_a_thread_in_a_direct_message_has_its_root_as_key(slack_server: SlackSocket) -> None:
    def happens() -> int:
        slack_server.workspace.says(ANA, "yes please", thread_ts="1700000000.000100")
        return 1

    [found] = after_catching_up(slack_server, happens)
    assert isinstance(found, Envelope)
    assert found.thread_key == "D0ANA:1700000000.000100"
    assert found.references == ("D0ANA:1700000000.000100",)


def test_files_come_with_their_bytes(slack_server: SlackSocket) -> None:
    def happens() -> int:
        file = slack_server.workspace.keep_file("bill.pdf", b"%PDF-1.7 \x00", ANA.id, "application/pdf")
        file = file | {"name": "../../bill.pdf"}
        slack_server.workspace.says(ANA, "my bill", subtype="file_share", files=[file])
        return 1

    [found] = after_catching_up(slack_server, happens)
    assert isinstance(found, Envelope)
    assert (found.text, found.parts) == ("my bill", (Part("bill.pdf", "application/pdf", b"%PDF-1.7 \x00"),))


@pytest.mark.parametrize(
    "file",
    [
        {"name": "big", "mimetype": "x/y", "size": 30_000_000, "url_private": "{url}/files-pri/T-F000001/x"},
        {"name": "big", "mimetype": "x/y", "url_private": "https://evil.example/x"},
        {"name": "big", "mimetype": "x/y", "url_private": "https://files.slack.com.evil.example/x"},
        {"name": "big", "mimetype": "x/y", "url_private": "{url}@evil.example/x"},
        {"name": "big", "mimetype": "x/y", "url_private": "http://[::1"},
        {"name": "big", "mimetype": "x/y", "url_private": "{url}/files-pri/T-F999999/gone"},
        {"name": "big", "mimetype": "x/y"},
    ],
)
def test_a_file_that_is_too_large_or_elsewhere_or_gone_has_no_bytes(slack_server: SlackSocket, file: Any) -> None:
    def happens() -> int:
        url = slack_server.url.removesuffix("/api/")
        told = {name: value.format(url=url) if name == "url_private" else value for name, value in file.items()}
        slack_server.workspace.says(ANA, "look", subtype="file_share", files=[told])
        return 1

    [found] = after_catching_up(slack_server, happens)
    assert isinstance(found, Envelope)
    assert found.parts == (Part("big", "x/y"),)


def test_an_edit_is_a_message_that_refers_to_what_it_changes(slack_server: SlackSocket) -> None:
    def happens() -> int:
        message = slack_server.workspace.says(ANA, "I want two")
        slack_server.workspace.edits("D0ANA", message, "I want three")
        return 2

    first, second = after_catching_up(slack_server, happens)
    assert isinstance(first, Envelope)
    assert isinstance(second, Envelope)
    assert second.text == "(edited) I want three"
    assert second.references == (first.external_id,)
    assert second.external_id is not None
    assert second.external_id.startswith(f"{first.external_id}/edit/")


def reasons(items: list[Item]) -> list[str]:
    return [each.reason if isinstance(each, Skipped | Unreadable) else f"stored: {each}" for each in items]


def test_what_is_no_message_is_skipped_and_says_why(slack_server: SlackSocket) -> None:
    def happens() -> int:
        space = slack_server.workspace
        space.says(ANA, "joined", subtype="channel_join")
        space.says(ANA, "")
        space.says(ANA, "ours", user=BOT_USER, bot_id=BOT_ID)
        preview = {"user": "U0ANA", "text": "x", "ts": "1700000000.000100"}
        space._event({"type": "message", "subtype": "message_changed", "channel": "D0ANA", "message": preview})
        space._event({"type": "message", "subtype": "message_deleted", "channel": "D0ANA", "ts": "1700000000.000200"})
        space._event({"type": "reaction_added", "reaction": "tada"})
        return 6

    assert reasons(after_catching_up(slack_server, happens)) == [
        "a notice of Slack's (channel_join), no message",
        "a message without words or files",
        "sent from here",
        "Slack changed how a message looks, no message",
        "the message was deleted",
        "a notice of Slack's (reaction_added), no message",
    ]


def test_what_another_bot_says_is_automatic(slack_server: SlackSocket) -> None:
    def happens() -> int:
        report = {
            "bot_id": "B0CI",
            "user": "",
            "username": "Builder",
            "attachments": [{"title": "Build", "text": "ok"}],
        }
        slack_server.workspace.says(ANA, "", channel="C0HELP", subtype="bot_message", **report)
        return 1

    [found] = after_catching_up(slack_server, happens)
    assert isinstance(found, Envelope)
    assert (found.automatic, found.author, found.text) == (True, "Builder", "Build\nok")
    assert found.customer == (Handle("slack", "T0SHOP:B0CI", "Builder"),)


def test_what_one_of_us_writes_with_slack_is_outbound_to_whoever_began_the_thread(slack_server: SlackSocket) -> None:
    def happens() -> int:
        space = slack_server.workspace
        root = space.says(ANA, "where is it?", channel="C0HELP")
        space.says(OPI, "on its way", channel="C0HELP", thread_ts=root["ts"], parent_user_id="U0ANA")
        space.says(OPI, "good morning", channel="C0HELP")
        return 3

    _, answer, greeting = after_catching_up(slack_server, happens, own=("Opi@shop.example",))
    assert isinstance(answer, Envelope)
    assert (answer.direction, answer.customer[0].value, answer.author) == (
        Direction.OUTBOUND,
        "T0SHOP:U0ANA",
        "Opi of the shop",
    )
    assert reasons([greeting]) == ["we wrote it with Slack itself, and whom it was for cannot be told"]


def test_only_the_channels_that_are_named_are_ours(slack_server: SlackSocket) -> None:
    def happens() -> int:
        space = slack_server.workspace
        for channel in ("C0HELP", "C0LUNCH", ""):
            space.says(ANA, f"in {channel}", channel=channel)
        return 3

    found = after_catching_up(slack_server, happens, channels=("#C0help",))
    assert [type(each) for each in found] == [Envelope, Skipped, Envelope]
    assert reasons(found[1:2]) == ["written in a channel that is not one of this desk's"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": {"x": 1}}, "its 'text' is an object where text belongs"),
        ({"ts": "yesterday"}, "its 'ts' is no time of Slack's"),
        ({"user": None}, "it names no sender"),
        ({"files": "all"}, "its 'files' is text where a list belongs"),
        ({"thread_ts": 7}, "its 'thread_ts' is a number where text belongs"),
    ],
)
def test_a_message_that_cannot_be_read_is_kept_and_stops_no_other(
    slack_server: SlackSocket, change: dict[str, Any], reason: str
) -> None:
    def happens() -> int:
        broken = {"type": "message", "channel": "D0ANA", "user": "U0ANA", "text": "x", "ts": "1700000000.000100"}
        slack_server.workspace._event(broken | change)
        slack_server.workspace.says(ANA, "fine")
        return 2

    broken, fine = after_catching_up(slack_server, happens)
    assert isinstance(broken, Unreadable)
    assert broken.reason == reason
    assert b"D0ANA" in broken.raw
    assert isinstance(fine, Envelope)
    slack_server.wait_until_acknowledged(2)


def test_an_event_that_comes_again_is_one_message(slack_server: SlackSocket) -> None:
    async def run() -> list[Item]:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            slack_server.workspace.says(ANA, "one")
            while not ears.channel._waiting:
                await asyncio.sleep(0.01)
            slack_server.redeliver()
            slack_server.workspace.says(ANA, "two")
            found = await ears.items(lambda found: len(found) >= 2)
            slack_server.redeliver()
            slack_server.workspace.says(ANA, "three")
            return found + await ears.items(lambda found: len(found) >= 1)

    found = asyncio.run(run())
    assert [each.text for each in found if isinstance(each, Envelope)] == ["one", "two", "three"]
    slack_server.wait_until_acknowledged(3)


def test_nothing_is_acknowledged_before_it_is_stored(slack_server: SlackSocket) -> None:
    async def run() -> None:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            slack_server.workspace.says(ANA, "one")
            fetched = await ears.channel.fetch(ears.cursor, wait=5)
            assert len(fetched.items) == 1
            assert slack_server.acknowledged == []
            again = await ears.channel.fetch(ears.cursor, wait=5)
            assert [each.external_id for each in again.items if isinstance(each, Envelope)] == [
                each.external_id for each in fetched.items if isinstance(each, Envelope)
            ]
            await ears.channel.stored(again)
            await asyncio.to_thread(slack_server.wait_until_acknowledged, 1)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("method", "error", "kind", "says"),
    [
        ("auth.test", "invalid_auth", ChannelRefused, "does not know the token"),
        ("auth.test", "token_revoked", ChannelRefused, "was revoked"),
        ("auth.test", "internal_error", ChannelDown, "does not work now"),
        ("apps.connections.open", "not_allowed_token_type", ChannelRefused, "xapp-"),
        ("apps.connections.open", "too_many_websockets", ChannelRefused, "ten sockets"),
        ("users.conversations", "missing_scope", ChannelRefused, "lacks the scope"),
    ],
)
def test_what_slack_refuses_is_told_in_words(
    slack_server: SlackSocket, method: str, error: str, kind: type[Exception], says: str
) -> None:
    slack_server.refuses(method, error, times=10)

    async def run() -> None:
        async with listening(slack_server) as ears:
            with pytest.raises(kind, match=says) as caught:
                await ears.items(lambda found: False, wait=5)
            assert BOT_TOKEN not in repr(caught.value)
            assert APP_TOKEN not in repr(caught.value)

    asyncio.run(run())


def test_a_slack_that_is_not_there_is_down_and_says_no_token(slack_server: SlackSocket) -> None:
    slack_server.close()

    async def run() -> None:
        async with listening(slack_server) as ears:
            with pytest.raises(ChannelDown, match="cannot be reached"):
                await ears.channel.fetch({}, wait=1)

    asyncio.run(run())


def test_a_fetch_that_is_cancelled_loses_nothing_and_closing_waits_for_nobody(slack_server: SlackSocket) -> None:
    async def run() -> list[Envelope]:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            waiting = asyncio.create_task(ears.channel.fetch(ears.cursor, wait=50))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            slack_server.workspace.says(ANA, "still there?")
            return await ears.messages(1)

    assert [each.text for each in asyncio.run(run())] == ["still there?"]


def test_nobody_pushes_to_it(slack_server: SlackSocket) -> None:
    async def run() -> None:
        channel = SlackChannel(setup(slack_server))
        with pytest.raises(NotAllowed):
            await channel.receive(Request())
        await channel.close()

    asyncio.run(run())


def test_a_check_tells_what_works(slack_server: SlackSocket) -> None:
    async def run(**more: Any) -> dict[str, str]:
        channel = SlackChannel(setup(slack_server, **more))
        checks = await channel.check()
        await channel.close()
        return {each.what: each.problem for each in checks}

    slack_server.workspace.channel("C0HELP")
    assert asyncio.run(run()) == {"bot token": "", "app token": "", "receiving": "", "sending": ""}
    assert "invite it" in asyncio.run(run(channels=("help",)))["receiving"]
    assert "does not know the token" in asyncio.run(run(bot="xoxb-wrong"))["bot token"]
    slack_server.refuses("apps.connections.open", "invalid_auth")
    assert "does not know the token" in asyncio.run(run())["app token"]
