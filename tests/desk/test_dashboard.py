"""The dashboard: what happened day by day, what is open now, and how it was before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.model import tables
from convo.model.dashboard_views import Count, DashboardView, Load
from convo.model.words import Direction
from tests.desk.acting import operator
from tests.intake.saying import START, chat, mail, take

DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60


def shown(desk: Desk, at: datetime, days: int = 30) -> DashboardView:
    """The dashboard at a time."""
    with clock.fixed(at):
        return desk.dashboard.show(days)


def understood(desk: Desk, message: int, sentiment: float | None, intent: str | None = None) -> None:
    """A message is read so."""
    with desk.store.write() as connection:
        table = tables.message
        connection.execute(update(table).where(table.c.id == message).values(sentiment=sentiment, intent=intent))


def test_an_empty_desk_shows_as_many_empty_days(desk: Desk) -> None:
    view = shown(desk, START, days=3)
    assert [day.since.date() for day in view.days] == [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]
    empty = {(day.inbound, day.opened, day.first_response_median, day.sentiment) for day in view.days}
    assert empty == {(0, 0, None, None)}
    assert view.statuses == (Count("open", 0), Count("pending", 0), Count("snoozed", 0))
    assert (view.channels, view.loads, view.intents, view.queued, view.failed) == ((), (), (), 0, 0)


def test_messages_and_episodes_are_counted_on_their_days(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{n}@x.example", n) for n in range(4)))
    take(desk.store, mail("late@x.example", MINUTES_A_DAY))
    take(desk.store, mail("ours@x.example", MINUTES_A_DAY, direction=Direction.OUTBOUND))
    for thread, minutes in ((1, 10), (2, 21), (3, 42)):
        with clock.fixed(START + timedelta(minutes=minutes)):
            desk.threads.reply(thread, "hello")
            desk.threads.note(thread, "a note")
    with clock.fixed(START + DAY):
        desk.threads.close(1)
    view = shown(desk, START + DAY, days=2)
    counts = [(day.inbound, day.outbound, day.opened, day.resolved) for day in view.days]
    assert [counts[0][:3], counts[1][0], counts[1][1], counts[1][3]] == [(4, 3, 4), 1, 1, 1]
    assert (view.days[0].first_response_median, view.days[0].first_response_p90) == (20 * 60, 40 * 60)
    assert (view.days[1].first_response_median, view.total.first_response_median) == (None, 20 * 60)
    assert (view.total.inbound, view.total.outbound, view.total.resolved) == (5, 4, 1)
    assert (view.queued, view.failed) == (3, 0)


def test_moods_are_the_mean_of_what_customers_wrote_and_intents_the_most_frequent(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{n}@x.example", n * MINUTES_A_DAY) for n in range(3)))
    take(desk.store, mail("x@x.example", 2 * MINUTES_A_DAY + 1))
    take(desk.store, mail("ours@x.example", 5, direction=Direction.OUTBOUND))
    understood(desk, 1, 1.0, "old")
    understood(desk, 2, -0.5, "refund")
    understood(desk, 3, 0.5, "refund")
    understood(desk, 4, None, "order")
    understood(desk, 5, -1.0, "ours")
    view = shown(desk, START + 2 * DAY, days=2)
    assert [day.sentiment for day in view.days] == [-0.5, 0.5]
    assert (view.total.sentiment, view.before.sentiment) == (0.0, 1.0)
    assert view.intents == (Count("refund", 2), Count("order", 1))


def test_days_are_those_of_the_desks_time_zone_also_when_its_clocks_are_changed(desk: Desk) -> None:
    madrid = Desk(desk.store, replace(desk.settings, time_zone="Europe/Madrid"), desk.actor)
    # Summer time ends in the night to Sunday, 25 October 2026: that day has 25 hours.
    edges = [datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)]
    edges += [datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]
    for place, at in enumerate(edges):
        take(desk.store, replace(mail(f"c{place}@x.example", place), sent_at=at))
    view = shown(madrid, datetime(2026, 10, 26, 12, tzinfo=UTC), days=3)
    assert [(day.since.day, day.inbound, day.opened) for day in view.days] == [(24, 1, 1), (25, 2, 2), (26, 1, 1)]
    assert view.days[1].until.timestamp() - view.days[1].since.timestamp() == 25 * 3600


def test_the_period_before_ends_at_the_same_time_of_day(desk: Desk) -> None:
    for place, minutes in enumerate((-60, 0, 60, MINUTES_A_DAY)):
        take(desk.store, mail(f"c{place}@x.example", minutes))
    view = shown(desk, START + DAY, days=1)
    assert (view.total.inbound, view.before.inbound, view.before.opened) == (1, 2, 2)
    assert view.before.since == datetime(2026, 11, 2, tzinfo=UTC)


def test_what_is_open_is_counted_by_status_channel_and_operator(desk: Desk) -> None:
    marta = operator(desk, "marta", capacity=5)
    desk.operators.add("ben", capacity=3)
    take(desk.store, *(mail(f"c{n}@x.example", n) for n in range(4)))
    take(desk.store, chat("77", 0), channel="telegram")
    marta.threads.assign(1, "me")
    marta.threads.assign(2, "me")
    desk.threads.close(4)
    with clock.fixed(START + DAY):
        desk.threads.reply(3, "hello")
    view = shown(desk, START + DAY)
    assert view.statuses == (Count("open", 3), Count("pending", 1), Count("snoozed", 0))
    assert view.channels == (Count("email", 2), Count("telegram", 1))
    assert view.loads == (Load("marta", 2, 5), Load(None, 1, None), Load("ben", 0, 3))


def test_promises_are_kept_or_breached_once_an_episode_says_so(desk: Desk) -> None:
    desk.sla.add("gold", first="1h")
    take(desk.store, *(mail(f"c{n}@x.example", 0) for n in range(4)))
    with clock.fixed(START):
        for thread in (1, 2, 3):
            desk.sla.put(thread, "gold")
    with clock.fixed(START + timedelta(minutes=5)):
        desk.threads.reply(1, "in time")
        desk.threads.reply(4, "nothing was promised")
    assert (shown(desk, START).total.kept, shown(desk, START).total.breached) == (1, 0)
    with clock.fixed(START + timedelta(hours=2)):
        desk.threads.reply(2, "too late")
        desk.sla.note_breaches()
    total = shown(desk, START + timedelta(hours=2)).total
    assert (total.kept, total.breached) == (1, 2)


@pytest.mark.parametrize("days", [0, -1, 367, 2**40])
def test_a_number_of_days_out_of_range_is_refused(desk: Desk, days: int) -> None:
    with pytest.raises(BadInput, match="1 to 366 days"):
        desk.dashboard.show(days)
