"""A Matrix account at a desk, with the whole worker: what is written is in the inbox, and the answer in the room."""

import asyncio

import pytest

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.store import Store
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels.matrix.rooms import member
from tests.servers.synapse import Synapse


def test_a_customer_writes_has_the_answer_in_the_same_room_and_reads_it(
    synapse_server: Synapse, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_store, Settings(store=str(sqlite_store.location.path)), Actor("tester", Role.ADMIN))
    account, ana = member(synapse_server), member(synapse_server)
    monkeypatch.setenv("CONVO_MATRIX_TOKEN", account.token)
    desk.channels.add("matrix", "matrix", {"homeserver": synapse_server.url})

    def work() -> None:
        report = asyncio.run(Worker(desk, Log()).once())
        assert report.channels[0].trouble == ""

    work()
    room = ana.room(account.user, is_direct=True)
    ana.says(room)
    work()
    work()
    (row,) = desk.threads.list().items
    desk.threads.reply(row.id, "Yes, two are left.")
    work()
    assert [each["content"]["body"] for each in ana.sees(room)] == ["Is it in stock?", "Yes, two are left."]
    answer = ana.sees(room)[-1]["event_id"]
    ana.call("POST", f"rooms/{room}/receipt/m.read/{answer}", {})
    ana.says(room, "Thanks!", **{"m.relates_to": {"m.in_reply_to": {"event_id": answer}}})
    work()
    assert [each.status for each in desk.deliveries.list().items] == ["read"]
    assert [each.id for each in desk.threads.list().items] == [row.id]
    assert [each.body for each in desk.threads.show(row.id).messages] == [
        "Is it in stock?",
        "Yes, two are left.",
        "Thanks!",
    ]
