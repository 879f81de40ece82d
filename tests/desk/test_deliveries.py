"""Deliveries: what is on its way, the newest first."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.model import tables
from convo.model.words import DeliveryStatus
from convo.model.writing_views import LeavingView
from tests.intake.saying import mail, take


def test_deliveries_are_listed_newest_first_in_pages(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, name="Ana"))
    sent = [desk.threads.reply(1, f"answer {number}").id for number in range(5)]
    first = desk.deliveries.list(limit=2)
    desk.threads.reply(1, "meanwhile")
    second = desk.deliveries.list(limit=2, after=first.next)
    third = desk.deliveries.list(limit=2, after=second.next)
    assert [row.message_id for page in (first, second, third) for row in page.items] == sent[::-1]
    assert third.next is None
    row = first.items[0]
    assert (row.customer, row.channel, row.thread_id, row.status, row.attempts) == ("Ana", "email", 1, "queued", 0)


def test_one_status_is_asked_for(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    sent = [desk.threads.reply(1, "answer").id for _ in range(3)]
    delivery = tables.delivery
    with desk.store.write() as connection:
        connection.execute(
            update(delivery).where(delivery.c.message_id == sent[1]).values(status="failed", error="no such mailbox")
        )
    (failed,) = desk.deliveries.list("failed").items
    assert (failed.message_id, failed.error) == (sent[1], "no such mailbox")
    assert len(desk.deliveries.list("queued").items) == 2
    shown = desk.threads.show(1).messages[2]
    assert (shown.delivery, shown.delivery_error) == ("failed", "no such mailbox")
    for status in DeliveryStatus:
        desk.deliveries.list(status)
    with pytest.raises(BadInput, match="no status of a delivery"):
        desk.deliveries.list("lost")
    with pytest.raises(BadInput):
        desk.deliveries.list(limit=0)


def test_what_waits_for_its_time_is_listed_by_thread(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("jo@x.example", 1))
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    with clock.fixed(now):
        held = desk.threads.reply(1, "held", hold=10)
        sent = desk.threads.reply(1, "sent")
        desk.threads.reply(2, "to another", hold=10)
    with desk.store.write() as connection:
        connection.execute(
            update(tables.delivery).where(tables.delivery.c.message_id == sent.id).values(status="sent", next_at=None)
        )
    assert desk.deliveries.leaving(1) == (LeavingView(held.id, now + timedelta(seconds=10), 0),)
    assert desk.deliveries.leaving(99) == ()
