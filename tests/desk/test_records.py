"""Saved queries, deliveries and the audit log."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound, QueryError
from tests.desk.said import START, say


def test_a_query_is_kept_replaced_and_forgotten(desk: Desk) -> None:
    assert desk.queries.save("mine", " is:open ").query == "is:open"
    replaced = desk.queries.save("MINE", "is:unread")
    assert (replaced.name, replaced.query) == ("mine", "is:unread")
    desk.queries.save("All", "tag:vip")
    assert [view.name for view in desk.queries.list()] == ["All", "mine"]
    with pytest.raises(QueryError):
        desk.queries.save("bad", "is:(")
    with pytest.raises(BadInput):
        desk.queries.save("bad", " ")
    with pytest.raises(BadInput):
        desk.queries.save("", "is:open")
    desk.queries.remove("mine")
    with pytest.raises(NotFound):
        desk.queries.remove("mine")
    assert [view.name for view in desk.queries.list()] == ["All"]


def test_deliveries_are_listed_newest_first_a_page_at_a_time(desk: Desk) -> None:
    said = say(desk, "ann@example.org", "hello", at=START, name="Ann")
    assert said.thread_id is not None
    sent = []
    for number in range(5):
        with clock.fixed(START + timedelta(hours=number + 1)):
            sent.append(desk.threads.reply(said.thread_id, f"answer {number}").id)
    page = desk.deliveries.list(limit=3)
    rest = desk.deliveries.list(limit=3, after=page.next)
    assert [view.message_id for view in (*page.items, *rest.items)] == sent[::-1]
    assert rest.next is None
    first = page.items[0]
    assert (first.thread_id, first.customer, first.channel, first.status) == (said.thread_id, "Ann", "email", "queued")
    assert first.created_at == START + timedelta(hours=5)
    assert len(desk.deliveries.list("queued").items) == 5
    assert desk.deliveries.list("failed").items == ()
    with pytest.raises(BadInput):
        desk.deliveries.list("lost")


def test_the_audit_log_says_who_did_what_to_which(desk: Desk) -> None:
    with clock.fixed(START):
        ann, bob = desk.customers.add("Ann").id, desk.customers.add("Bob").id
        desk.customers.edit(ann, name="Anna")
        desk.teams.add("shop")
    rows = desk.audit.list().items
    assert [(row.operation, row.entity, row.entity_id) for row in rows] == [
        ("teams.add", "team", 1),
        ("customers.edit", "customer", ann),
        ("customers.add", "customer", bob),
        ("customers.add", "customer", ann),
    ]
    assert {row.actor for row in rows} == {"tester"}
    assert {row.at for row in rows} == {START}
    assert rows[1].before == {"name": "Ann"}
    assert rows[1].after == {"name": "Anna"}
    assert [row.id for row in desk.audit.list(entity="customer", entity_id=ann).items] == [rows[1].id, rows[3].id]
    page = desk.audit.list(limit=3)
    assert page.items == rows[:3]
    assert desk.audit.list(limit=3, after=page.next).items == rows[3:]
