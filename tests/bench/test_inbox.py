"""What an inbox over 100,000 threads costs beside a bare SELECT of the same rows."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from tests.bench.making import filled_store
from tests.bench.timing import in_turn, say

THREADS, MESSAGES = 100_000, 300_000
ROUNDS = 30
PAGE = """
    SELECT thread.*, customer.name, channel.name, channel.kind, operator.name, team.name,
        (SELECT substr(body, 1, 400) FROM message WHERE thread_id = thread.id ORDER BY sort_key DESC LIMIT 1)
    FROM (SELECT * FROM thread WHERE {} ORDER BY last_message_at {}, id {} LIMIT {}) AS thread
    JOIN customer ON customer.id = thread.customer_id JOIN channel ON channel.id = thread.channel_id
    LEFT JOIN operator ON operator.id = thread.assignee_id LEFT JOIN team ON team.id = thread.team_id
"""
COUNT = "SELECT count(*) FROM (SELECT 1 FROM thread WHERE {} LIMIT 1001)"
FILL = (
    "UPDATE thread SET assignee_id = 1 WHERE id % 5 = 1 OR id % 400 = 0",
    "UPDATE thread SET team_id = 1 WHERE id % 200 = 0",
    "UPDATE thread SET unread = 1 WHERE id % 9996 = 0",
    "UPDATE thread SET next_response_due = last_message_at WHERE id % 1000 = 0",
    "INSERT INTO thread_tag (thread_id, tag) SELECT id, 'tag' || (id % 50) FROM thread",
    "ANALYZE",
)


@pytest.mark.bench
def test_an_inbox_of_a_hundred_thousand_threads(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "shop.convo", threads=THREADS, messages=MESSAGES)
    admin = Desk(store, Settings(store=str(store.location)), Actor("bench", Role.ADMIN))
    admin.operators.add("ana")
    admin.teams.add("repairs")
    admin.teams.join("repairs", "ana")
    with store.write() as connection:
        for statement in FILL:
            connection.exec_driver_sql(statement)
    inbox = Desk(store, Settings(store=str(store.location)), Actor("ana", Role.AGENT, 1)).inbox
    bare = sqlite3.connect(tmp_path / "shop.convo")

    def asked(statement: str) -> Callable[[], object]:
        return lambda: bare.execute(statement).fetchall()

    def told(name: str, ours: Callable[[], object], theirs: Callable[[], object], aim: float) -> None:
        ours()
        say(name, *in_turn(ours, theirs, ROUNDS), aim)

    mine = "status = 'open' AND assignee_id = 1"
    conditions = (
        mine,
        "status = 'open' AND assignee_id IS NULL",
        "status = 'open' AND team_id = 1",
        "status = 'open'",
        "status = 'snoozed'",
        "next_response_due < 9000000000000000",
    )
    told("views() / their bare counts", inbox.views, lambda: [asked(COUNT.format(each))() for each in conditions], 30)
    for query, condition in (("", "1"), ("is:open", "status = 'open'"), ("is:open assignee:me", mine)):
        down, up = PAGE.format(condition, "DESC", "DESC", 51), PAGE.format(condition, "ASC", "ASC", 51)
        told(f"first page of {query or 'everything'}", lambda query=query: inbox.list(query), asked(down), 15)
        told(f"last page of {query or 'everything'}", lambda query=query: inbox.list(query, end=True), asked(up), 15)
    numbers = random.Random(5).sample(range(4, THREADS, 4), 50)
    some = PAGE.format(f"id IN ({', '.join(map(str, numbers))})", "DESC", "DESC", 50)
    told("rows(50)", lambda: inbox.rows(numbers, "is:open"), asked(some), 15)
    for query, condition in (("is:open", "status = 'open'"), ("is:open is:unassigned", conditions[1])):
        one = PAGE.format(f"unread IS 1 AND {condition}", "DESC", "DESC", 1)
        told(
            f"next_unread of {query}, {THREADS // 9996} unread",
            lambda query=query: inbox.next_unread(query),
            asked(one),
            8,
        )
    told("status() / a bare page", inbox.status, asked(PAGE.format("1", "DESC", "DESC", 51)), 6)
    complete = admin.queries.complete
    told(
        "complete('tag:t') / a bare page", lambda: complete("tag:t", 5), asked(PAGE.format("1", "DESC", "DESC", 51)), 6
    )
    bare.close()
    store.close()
