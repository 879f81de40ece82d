"""Slack through the whole worker: a customer writes, an operator answers, and the answer stands in the same thread."""

import asyncio

import pytest

from convo.channels.settings import Secret
from convo.desk.desk import Desk
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels.slack.listening import ANA
from tests.servers.slack_socket import SlackSocket
from tests.servers.slack_workspace import APP_TOKEN, BOT_TOKEN


@pytest.fixture
def slack_desk(desk: Desk, slack_server: SlackSocket) -> Desk:
    """A desk with a Slack channel."""
    desk.channels.add("slack", "team", {"api": slack_server.url})
    desk.channels.keep_secret("team", "app_token", Secret(APP_TOKEN))
    desk.channels.keep_secret("team", "bot_token", Secret(BOT_TOKEN))
    return desk


def test_a_customer_writes_and_has_the_answer_in_the_same_thread(slack_desk: Desk, slack_server: SlackSocket) -> None:
    space = slack_server.workspace

    async def run() -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(Worker(slack_desk, Log(), every=0.2).run(stop))
        async with asyncio.timeout(20):
            while not slack_server.sockets:
                await asyncio.sleep(0.01)
            root = await asyncio.to_thread(space.says, ANA, "where is my wheel?", channel="C0HELP")
            while not slack_desk.threads.list().items:
                await asyncio.sleep(0.01)
            slack_desk.threads.reply(slack_desk.threads.list().items[0].id, "on its way")
            [sent] = await asyncio.to_thread(slack_server.wait_for, 1)
            assert (sent["text"], sent["channel"], sent["thread_ts"]) == ("on its way", "C0HELP", root["ts"])
            await asyncio.to_thread(space.says, ANA, "thanks", channel="C0HELP", thread_ts=root["ts"])
            while slack_desk.threads.list().items[0].messages < 3:
                await asyncio.sleep(0.01)
            stop.set()
            await worker

    asyncio.run(run())
    assert len(slack_desk.threads.list().items) == 1
    report = asyncio.run(Worker(slack_desk, Log()).once())
    assert (report.channels[0].stored, report.channels[0].sent, report.channels[0].trouble) == (0, 0, "")


def test_an_answer_to_a_direct_message_of_ours_finds_its_thread(slack_desk: Desk, slack_server: SlackSocket) -> None:
    slack_server.workspace.says(ANA, "hello")
    asyncio.run(Worker(slack_desk, Log()).once())
    slack_desk.threads.reply(slack_desk.threads.list().items[0].id, "yes?")
    asyncio.run(Worker(slack_desk, Log()).once())
    [sent] = slack_server.workspace.sent
    slack_server.workspace.says(ANA, "about your last message", thread_ts=sent["ts"])
    asyncio.run(Worker(slack_desk, Log()).once())
    [thread] = slack_desk.threads.list().items
    assert thread.messages == 3
