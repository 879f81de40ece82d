"""A page in Messenger at a desk: what is pushed is in the inbox, the answer arrives, and receipts come back."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import Conflict
from tests.channels.messenger.page import AT, MILLISECONDS, add, echo, event, push, said
from tests.channels.using import states, work
from tests.servers.graph import Graph

THIRD_DAY = AT + timedelta(days=2)


@pytest.fixture
def page(desk: Desk, graph_server: Graph, monkeypatch: pytest.MonkeyPatch, frozen_now: object) -> Desk:
    """A desk with a page."""
    add(desk, graph_server, monkeypatch)
    return desk


def test_a_customer_writes_has_the_answer_and_reads_it(page: Desk, graph_server: Graph) -> None:
    push(page, said())
    (row,) = page.threads.list().items
    page.threads.reply(row.id, "Yes, two are left.")
    work(page)
    assert graph_server.sent[0]["message"]["text"] == "Yes, two are left."
    assert states(page) == ["sent"]
    push(page, event(delivery={"mids": ["m_out-1"], "watermark": MILLISECONDS}))
    assert states(page) == ["delivered"]
    push(page, event(read={"watermark": MILLISECONDS}))
    assert states(page) == ["read"]
    push(page, said("Thanks!", 2, reply_to={"mid": "m_out-1"}))
    assert [each.id for each in page.threads.list().items] == [row.id]


def test_an_answer_in_metas_inbox_counts_as_the_answer_and_our_own_is_not_stored_again(
    page: Desk, graph_server: Graph
) -> None:
    push(page, said())
    assert page.threads.show(1).row.waiting_since is not None
    push(page, echo(2, text="From the inbox.", app_id=263902037430900))
    assert page.threads.show(1).row.waiting_since is None
    page.threads.reply(1, "From here.")
    work(page)
    told_back = echo(3, text="From here.", metadata=graph_server.sent[0]["message"]["metadata"])
    assert push(page, told_back).skipped == 1
    assert [each.body for each in page.threads.show(1).messages] == ["Is it in stock?", "From the inbox.", "From here."]


def test_the_echo_settles_a_message_of_which_nobody_knew_whether_it_went(page: Desk, graph_server: Graph) -> None:
    push(page, said())
    page.threads.reply(1, "Yes.")
    graph_server.drops()
    work(page)
    assert states(page) == ["unknown"]
    push(page, echo(2, text="Yes.", metadata=graph_server.sent[0]["message"]["metadata"]))
    assert states(page) == ["sent"]


def test_a_person_has_a_day_to_answer_and_seven_where_meta_granted_it(page: Desk, graph_server: Graph) -> None:
    push(page, said())
    with clock.fixed(THIRD_DAY):
        with pytest.raises(Conflict, match=r"the 24-hour window closed .*: nothing can go until they write again"):
            page.threads.reply(1, "Yes.")
        page.channels.set("page", {"human_agent": "on"})
        graph_server.fails("send", 10, 2018278)
        page.threads.reply(1, "Yes.")
        work(page)
    assert states(page) == ["sent"]
    assert graph_server.sent[0]["tag"] == "HUMAN_AGENT"
    with clock.fixed(AT + timedelta(days=8)), pytest.raises(Conflict, match="the 7-day window closed"):
        page.threads.reply(1, "Yes.")
