"""Notifications: everybody sees their own, once, and an admin at no operator's desk sees all."""

from sqlalchemy import insert

from convo import clock
from convo.desk.desk import Desk
from convo.model import tables
from tests.desk.acting import operator
from tests.intake.saying import mail, take


def told(desk: Desk, who: int, body: str) -> None:
    """A row as a rule's action leaves it."""
    (said,) = take(desk.store, mail("ana@example.org", 0, subject="Wheel", name="Ana"))
    values = {"operator_id": who, "thread_id": said.thread_id or 1, "customer_id": said.customer_id or 1}
    with desk.store.write() as connection:
        connection.execute(
            insert(tables.notification), values | {"body": body, "by": "rule late", "at": clock.now(), "seen_at": None}
        )


def test_everybody_sees_their_own_until_they_say_so(desk: Desk) -> None:
    marta, ben = operator(desk, "marta"), operator(desk, "ben")
    assert marta.actor.operator_id is not None
    assert ben.actor.operator_id is not None
    told(desk, marta.actor.operator_id, "waiting long")
    told(desk, ben.actor.operator_id, "angry")
    told(desk, marta.actor.operator_id, "still waiting")
    assert [view.body for view in marta.notifications.list().items] == ["still waiting", "waiting long"]
    assert [view.body for view in desk.notifications.list().items] == ["still waiting", "angry", "waiting long"]
    first = marta.notifications.list(limit=1)
    assert [view.body for view in marta.notifications.list(after=first.next, limit=1).items] == ["waiting long"]
    assert marta.notifications.see([first.items[0].id]) == 1
    assert ben.notifications.see([first.items[0].id]) == 0
    assert [view.body for view in marta.notifications.list().items] == ["waiting long"]
    assert marta.notifications.see() == 1
    assert marta.notifications.list().items == ()
    assert len(marta.notifications.list(all=True).items) == 2
    view = ben.notifications.list().items[0]
    assert (view.operator, view.subject, view.customer, view.by) == ("ben", "Wheel", "Ana", "rule late")
