"""An answer that does not go: its people are told, rules send it another way once, and a person tries again."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.channels.base import Report
from convo.channels.trouble import SendRefused, SendUnsure
from convo.desk.desk import Actor, Desk
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.words import DeliveryStatus, Role
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.desk.acting import audited
from tests.worker.scripted import Provider, scripted


@pytest.fixture
def providers(desk: Desk) -> Iterator[list[Provider]]:
    """Two channels, and a customer who wrote by the first."""
    with scripted("a", "b") as found:
        for name in "ab":
            desk.channels.add("scripted", name, {"provider": name})
        found[0].says(1, "where is my wheel?")
        work(desk)
        yield found


def work(desk: Desk) -> None:
    asyncio.run(Worker(desk, Log()).once())


def refuse(desk: Desk, provider: Provider, text: str = "on its way") -> int:
    """Answer, and have it refused; the number of the delivery."""
    message = desk.threads.reply(1, text)
    provider.send_trouble.append(SendRefused("the mailbox is full"))
    work(desk)
    return min(each.id for each in desk.deliveries.list().items if each.message_id == message.id)


def statuses(desk: Desk) -> list[tuple[str, str]]:
    return [(each.channel, each.status) for each in desk.deliveries.list().items[::-1]]


def as_operator(desk: Desk, name: str) -> Desk:
    number = desk.operators.add(name).id
    return Desk(desk.store, desk.settings, Actor(name, Role.AGENT, number))


def test_who_wrote_it_and_who_has_the_thread_are_told_once_each(desk: Desk, providers: list[Provider]) -> None:
    ana, ben = as_operator(desk, "anna"), as_operator(desk, "ben")
    refuse(ana, providers[0])
    (told,) = desk.notifications.list().items
    assert told.operator == "anna"
    assert told.body == "the answer to ana did not go by a: the mailbox is full"
    assert told.by == "channel a"
    desk.notifications.see()
    desk.threads.assign(1, "ben")
    refuse(ana, providers[0])
    assert {each.operator for each in desk.notifications.list().items} == {"anna", "ben"}
    assert ben.notifications.list().items[0].thread_id == 1


def test_an_uncertain_one_is_told_but_sent_no_other_way(desk: Desk, providers: list[Provider]) -> None:
    ana = as_operator(desk, "anna")
    desk.rules.add("other way", "", ["send by b"], trigger="delivery failed")
    ana.threads.reply(1, "on its way")
    providers[0].send_trouble.append(SendUnsure("the line broke"))
    work(desk)
    assert statuses(desk) == [("a", "unknown")]
    assert desk.notifications.list().items[0].body.startswith("nobody knows whether the answer to ana went by a")


def test_a_claim_that_ran_out_is_told(desk: Desk, providers: list[Provider]) -> None:
    ana = as_operator(desk, "anna")
    ana.threads.reply(1, "on its way")
    (channel,) = [each.id for each in desk.channels.list() if each.name == "a"]
    assert len(desk.outbox.claim(channel).letters) == 1
    assert desk.fetching.health()[0].stuck == 0
    with clock.fixed(clock.now() + timedelta(hours=1)):
        assert desk.fetching.health()[0].stuck == 1
        work(desk)
    assert statuses(desk) == [("a", "unknown")]
    assert len(desk.notifications.list().items) == 1


def test_a_rule_sends_a_failed_answer_by_another_channel_once(desk: Desk, providers: list[Provider]) -> None:
    desk.rules.add("other way", "channel:a", ["send by b", "tag tried-b"], trigger="delivery failed")
    first = refuse(desk, providers[0])
    work(desk)
    assert statuses(desk) == [("a", "failed"), ("b", "sent")]
    (letter,) = providers[1].sent
    assert (letter.text, letter.recipient.kind, letter.recipient.value) == ("on its way", "email", "ana@x.example")
    assert letter.key.endswith("/2")
    assert (letter.references, letter.thread_key, letter.answers) == ((), None, None)
    message = desk.threads.show(1).messages[-1]
    assert (message.delivery, message.delivery_error) == ("sent", "")
    assert desk.deliveries.list(dead=True).items == ()
    assert desk.deliveries.show(first).again
    with pytest.raises(Conflict, match="sent another way"):
        desk.deliveries.retry(first)
    decision = desk.routing.explain(message=message.id, all=True)[-1]
    assert decision.trigger == "delivery failed"
    assert decision.rules[0].outcome == "fired"
    assert decision.rules[0].actions[0].detail.startswith("delivery ")


def test_the_second_way_is_the_last_and_the_reason_is_kept(desk: Desk, providers: list[Provider]) -> None:
    desk.rules.add("other way", "", ["send by b"], trigger="delivery failed")
    providers[1].send_trouble.append(SendRefused("no such user"))
    refuse(desk, providers[0])
    work(desk)
    work(desk)
    assert statuses(desk) == [("a", "failed"), ("b", "failed")]
    message = desk.threads.show(1).messages[-1]
    assert (message.delivery, message.delivery_error) == ("failed", "no such user")
    action = desk.routing.explain(message=message.id, all=True)[-1].rules[0].actions[0]
    assert (action.done, action.detail) == (False, "this answer was sent another way already")
    assert [each.error for each in desk.deliveries.list(dead=True).items] == ["no such user"]


def test_a_way_that_is_closed_is_refused_with_the_reason(desk: Desk, providers: list[Provider]) -> None:
    desk.channels.add("whatsapp", "wa")
    desk.customers.add_identity(1, "whatsapp", "+4930123456")
    desk.rules.add("same", "", ["send by a"], trigger="delivery failed")
    desk.rules.add("window", "", ["send by wa"], trigger="delivery failed")
    refuse(desk, providers[0])
    message = desk.threads.show(1).messages[-1]
    told = [each.actions[0].detail for each in desk.routing.explain(message=message.id, all=True)[-1].rules]
    assert told[0] == "a is the channel by which it did not go"
    assert "only templates can go" in told[1]
    assert statuses(desk) == [("a", "failed")]


def test_a_rule_names_a_channel_that_is_there(desk: Desk, providers: list[Provider]) -> None:
    with pytest.raises(BadInput, match="there is no channel 'fax'"):
        desk.rules.add("x", "", ["send by fax"], trigger="delivery failed")
    with pytest.raises(BadInput, match="says by which channel"):
        desk.rules.add("x", "", ["send b"], trigger="delivery failed")
    desk.rules.add("late", "", ["send by b"])
    providers[0].says(2, "anybody there?", "bo@x.example")
    work(desk)
    action = desk.routing.explain(2)[-1].rules[0].actions[0]
    assert (action.done, action.detail) == (False, "no answer has failed here, so nothing is to be sent another way")


def test_what_a_provider_tells_later_counts_as_failed_too(desk: Desk, providers: list[Provider]) -> None:
    ana = as_operator(desk, "anna")
    desk.rules.add("other way", "", ["send by b"], trigger="delivery failed")
    ana.threads.reply(1, "on its way")
    work(desk)
    channel = desk.channels.show("a").id
    bounce = Report(DeliveryStatus.FAILED, clock.now(), external_id="out-1", reason="no such mailbox")
    assert desk.outbox.reported(channel, [bounce, bounce]) == 1
    assert statuses(desk) == [("a", "failed"), ("b", "queued")]
    assert len(desk.notifications.list().items) == 1


def test_a_person_tries_again_and_says_so_where_it_may_have_gone(desk: Desk, providers: list[Provider]) -> None:
    failed = refuse(desk, providers[0])
    assert desk.deliveries.retry(failed).status == "queued"
    assert audited(desk)[-1].before == {"status": "failed", "error": "the mailbox is full"}
    work(desk)
    assert desk.deliveries.show(failed).status == "sent"
    with pytest.raises(Conflict, match="is sent"):
        desk.deliveries.retry(failed)
    with pytest.raises(Conflict, match="only what has not gone"):
        desk.deliveries.cancel(failed)
    delivery = tables.delivery
    with desk.store.write() as connection:
        connection.execute(update(delivery).where(delivery.c.id == failed).values(status="unknown", error="it broke"))
    with pytest.raises(Conflict, match="may have gone already: it broke"):
        desk.deliveries.retry(failed)
    assert desk.deliveries.retry(failed, even_if_gone=True).status == "queued"
    for ask in (desk.deliveries.show, desk.deliveries.retry, desk.deliveries.cancel):
        with pytest.raises(NotFound):
            ask(99)


def test_what_did_not_go_is_put_aside_once_a_person_has_dealt_with_it(desk: Desk, providers: list[Provider]) -> None:
    failed = refuse(desk, providers[0])
    assert [each.id for each in desk.deliveries.list(dead=True).items] == [failed]
    assert desk.deliveries.cancel(failed).status == "cancelled"
    assert desk.deliveries.list(dead=True).items == ()
    assert desk.inbox.status().failed == 0


def test_what_is_cancelled_never_leaves_and_stays_readable(desk: Desk, providers: list[Provider]) -> None:
    desk.threads.reply(1, "wrong thread")
    desk.threads.reply(1, "right")
    number = desk.deliveries.list().items[-1].id
    assert desk.deliveries.cancel(number).status == "cancelled"
    assert audited(desk)[-1].operation == "deliveries.cancel"
    work(desk)
    assert [letter.text for letter in providers[0].sent] == ["right"]
    shown = desk.threads.show(1).messages[1]
    assert (shown.body, shown.delivery) == ("wrong thread", "cancelled")
    with pytest.raises(Conflict):
        desk.deliveries.retry(number)


def test_deliveries_are_listed_by_channel(desk: Desk, providers: list[Provider]) -> None:
    refuse(desk, providers[0])
    assert len(desk.deliveries.list(channel="A").items) == 1
    assert desk.deliveries.list(channel="b").items == ()
    assert len(desk.deliveries.list(dead=True).items) == 1
    with pytest.raises(NotFound):
        desk.deliveries.list(channel="fax")
