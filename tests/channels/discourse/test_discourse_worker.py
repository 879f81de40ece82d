"""A community through the whole worker: a member writes, an operator answers, and the answer stands in the topic."""

import asyncio

from convo.channels.settings import Secret
from convo.desk.desk import Desk
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.servers.discourse import DESK, KEY, Discourse


def test_a_member_writes_and_has_the_answer_in_the_same_topic(desk: Desk, discourse_server: Discourse) -> None:
    desk.channels.add("discourse", "forum", {"site": discourse_server.url, "user": DESK})
    desk.channels.keep_secret("forum", "key", Secret(KEY))
    asyncio.run(Worker(desk, Log()).once())
    asked = discourse_server.begins("ana", "My bike", "where is my wheel?")
    asyncio.run(Worker(desk, Log()).once())
    [row] = desk.threads.list().items
    assert row.subject == "My bike"
    desk.threads.reply(row.id, "on its way")
    asyncio.run(Worker(desk, Log()).once())
    [posted] = discourse_server.posted
    assert (posted["raw"], posted["topic_id"], posted["reply_to_post_number"]) == ("on its way", asked["topic_id"], 1)
    discourse_server.writes("ana", asked["topic_id"], "thanks")
    report = asyncio.run(Worker(desk, Log()).once())
    assert (report.channels[0].stored, report.channels[0].skipped) == (1, 1)
    assert [each.messages for each in desk.threads.list().items] == [3]
