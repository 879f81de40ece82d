"""Nothing of Slack's is lost or doubled: not while nobody listened, not by a socket that breaks, not by a kill."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convo.channels.base import Cursor
from convo.channels.slack import catching_up, history
from convo.channels.slack.progress import Progress
from convo.model.envelope import Envelope, Item
from tests.channels.slack.listening import ANA, BEN, caught_up, listening
from tests.servers.slack_socket import SlackSocket


def texts(items: list[Item]) -> list[str]:
    return [each.text for each in items if isinstance(each, Envelope)]


def read_all(server: SlackSocket, cursor: Cursor | None = None, **more: Any) -> tuple[list[Item], Cursor]:
    """One round of `convo work --once`."""

    async def run() -> tuple[list[Item], Cursor]:
        async with listening(server, cursor, **more) as ears:
            return await ears.round(), ears.cursor

    return asyncio.run(run())


@pytest.fixture
def settles_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a moment old is as certain as what is a minute old."""
    monkeypatch.setattr(history, "_SETTLED", timedelta())


@pytest.mark.usefixtures("settles_at_once")
def test_what_was_said_while_nobody_listened_is_found_in_order(slack_server: SlackSocket) -> None:
    space = slack_server.workspace
    _, cursor = read_all(slack_server)
    root = space.says(ANA, "one", channel="C0HELP")
    for number in range(250):
        space.says(BEN, f"message {number}", channel="C0HELP")
    space.says(BEN, "an answer", channel="C0HELP", thread_ts=root["ts"])
    space.says(ANA, "directly")
    found, after = read_all(slack_server, cursor)
    said = texts(found)
    assert sorted(said) == sorted(["one", *(f"message {number}" for number in range(250)), "an answer", "directly"])
    assert [each for each in said if each != "directly"][-1] == "an answer"
    assert read_all(slack_server, after)[0] == []


def test_history_before_the_channel_was_there_is_no_news(slack_server: SlackSocket) -> None:
    old = {"type": "message", "user": "U0ANA", "text": "years ago", "ts": "1500000000.000100"}
    slack_server.workspace.channel("C0HELP")
    slack_server.workspace.messages["C0HELP"] = [old]
    slack_server.workspace.says(BEN, "now", channel="C0HELP")
    assert texts(read_all(slack_server)[0]) == ["now"]


def test_an_answer_in_an_old_thread_is_found_when_the_thread_was_heard_of(slack_server: SlackSocket) -> None:
    old = {"type": "message", "user": "U0ANA", "text": "months ago", "ts": "1500000000.000100"}
    space = slack_server.workspace
    space.channel("C0HELP")
    space.messages["C0HELP"] = [old]

    async def first() -> Cursor:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            space.says(ANA, "still nothing", channel="C0HELP", thread_ts=old["ts"])
            await ears.messages(1)
            return ears.cursor

    cursor = asyncio.run(first())
    space.says(ANA, "hello?", channel="C0HELP", thread_ts=old["ts"])
    space.says(ANA, "anybody?", channel="C0HELP", thread_ts=old["ts"])
    [one, two, three] = [each for each in read_all(slack_server, cursor)[0] if isinstance(each, Envelope)]
    assert (one.text, two.text, three.text) == ("still nothing", "hello?", "anybody?")  # the first again, as no sweep
    assert {each.thread_key for each in (one, two, three)} == {f"C0HELP:{old['ts']}"}


@pytest.mark.usefixtures("settles_at_once")
def test_an_edit_made_while_nobody_listened_is_found(slack_server: SlackSocket) -> None:
    message = slack_server.workspace.says(ANA, "two")
    _, cursor = read_all(slack_server)
    slack_server.workspace.edits("D0ANA", message, "three")
    found, after = read_all(slack_server, cursor)
    assert texts(found) == ["(edited) three"]
    assert read_all(slack_server, after)[0] == []


def test_what_a_broken_socket_lost_is_found_once_there_is_a_new_one(
    slack_server: SlackSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "_SOONEST", 0.0)

    async def run() -> list[Item]:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            slack_server.workspace.says(ANA, "before")
            found: list[Item] = list(await ears.messages(1))
            slack_server.cut_sockets()
            slack_server.workspace.says(ANA, "between")
            slack_server._due.clear()  # Slack gives up
            found += await ears.messages(1)
            async with asyncio.timeout(20):
                while slack_server.opened < 2:
                    await asyncio.sleep(0.01)
            return found

    assert texts(asyncio.run(run())) == ["before", "between"]


def test_a_socket_that_slack_replaces_loses_nothing(slack_server: SlackSocket) -> None:
    async def run() -> list[Item]:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            found: list[Item] = []
            for number in range(3):
                slack_server.workspace.says(ANA, f"message {number}")
                found += await ears.messages(1)
                await asyncio.to_thread(slack_server.refresh)
            slack_server.workspace.says(ANA, "last")
            return found + list(await ears.messages(1))

    assert texts(asyncio.run(run())) == ["message 0", "message 1", "message 2", "last"]
    assert slack_server.opened >= 3


def test_what_was_acknowledged_and_not_stored_is_found_after_a_kill(
    slack_server: SlackSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convo.channels.slack.channel._ACKNOWLEDGED_AFTER", 0.05)

    async def killed() -> Cursor:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            slack_server.workspace.says(ANA, "do not lose me")
            fetched = await ears.channel.fetch(ears.cursor, wait=5)
            assert texts(list(fetched.items)) == ["do not lose me"]
            await asyncio.to_thread(slack_server.wait_until_acknowledged, 1)
            return ears.cursor  # it is not stored

    cursor = asyncio.run(killed())
    assert slack_server.unacknowledged == []
    found, after = read_all(slack_server, cursor)
    assert texts(found) == ["do not lose me"]
    assert read_all(slack_server, after)[0] == []


def test_a_kill_at_any_place_of_a_long_history_loses_nothing(
    slack_server: SlackSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convo.channels.slack.channel._MOST_ITEMS", 7)
    monkeypatch.setattr(history, "_MOST", 20)
    _, cursor = read_all(slack_server)
    for number in range(50):
        slack_server.workspace.says(ANA, f"message {number}", channel=f"C0{number % 2}")

    async def killed(cursor: Cursor) -> tuple[list[Item], Cursor]:
        async with listening(slack_server, cursor) as ears:
            fetched = await ears.channel.fetch(cursor, wait=0.0)
            await ears.channel.stored(fetched)
            await ears.channel.fetch(fetched.cursor, wait=0.0)  # which nobody stores
            return list(fetched.items), fetched.cursor

    found: list[Item] = []
    for _ in range(5):
        items, cursor = asyncio.run(killed(cursor))
        found += items
    assert 14 <= len(found) < 50
    found += read_all(slack_server, cursor)[0]
    assert texts(found) == [f"message {number}" for number in (*range(0, 50, 2), *range(1, 50, 2))]


def test_a_slow_history_holds_no_new_message(slack_server: SlackSocket) -> None:
    slack_server.floods("conversations.history", retry_after=60, times=1)
    slack_server.workspace.channel("C0HELP")

    async def run() -> list[Envelope]:
        async with listening(slack_server) as ears:
            while not slack_server.sockets:
                await ears.channel.fetch({}, wait=0.05)
            slack_server.workspace.says(ANA, "quick")
            return await ears.messages(1)

    assert [each.text for each in asyncio.run(run())] == ["quick"]


def test_more_events_than_can_wait_are_not_acknowledged_and_found(
    slack_server: SlackSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convo.channels.slack.channel._MOST_WAITING", 5)
    monkeypatch.setattr(catching_up, "_SOONEST", 0.0)

    async def run() -> list[Envelope]:
        async with listening(slack_server) as ears:
            await caught_up(ears, slack_server)
            for number in range(20):
                slack_server.workspace.says(ANA, f"message {number}")
            while len(ears.channel._waiting) < 5:
                await asyncio.sleep(0.01)
            return await ears.messages(20)

    assert sorted(each.text for each in asyncio.run(run())) == sorted(f"message {number}" for number in range(20))


def test_progress_survives_what_is_none_of_ours() -> None:
    now = datetime(2026, 11, 17, 12, tzinfo=UTC)
    for cursor in ({}, {"since": 7, "swept": None, "conversations": [1], "threads": {"a": 1, "b": "x"}}):
        progress = Progress.of(cursor, now)
        assert progress == Progress("1794916740.000000")
        assert Progress.of(progress.as_cursor(), now + timedelta(days=1)) == progress


def test_progress_keeps_the_threads_heard_of_last() -> None:
    progress = Progress("1.0")
    for number in range(300):
        progress = progress.heard(f"C1:{number}.000001", f"{number + 10}.000001")
    progress = progress.heard("C1:299.000001", "1.000001").heard("C1:100.000001", "900.000001")
    assert len(progress.threads) == 200
    assert list(progress.threads)[-1] == "C1:100.000001"
    assert "C1:99.000001" not in progress.threads


def test_a_conversation_never_goes_back() -> None:
    progress = Progress("5.000000").read("C1", "9.000000").read("C1", "7.000000")
    assert progress.upto("C1") == "9.000000"
    assert progress.upto("C2") == "5.000000"
    after = progress.all_read("8.000000", ["C2"])
    assert (after.upto("C1"), after.upto("C2")) == ("8.000000", "8.000000")
