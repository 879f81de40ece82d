"""The panel of a customer: what is known of them at a glance."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk import journey
from convo.desk.desk import Desk
from convo.desk.journey import Traces
from convo.errors import NotFound
from convo.model import tables
from convo.model.envelope import EventEnvelope, Handle
from convo.model.words import EventKind, JourneyStage
from tests.intake.saying import START, mail, take

NOW = START + timedelta(days=3)
DAY = timedelta(days=1)


def happened(kind: EventKind, days: float, who: str = "ana@x.example", title: str = "it") -> EventEnvelope:
    """Something that a customer did so many days after START."""
    amount = (12_500, "EUR") if kind is EventKind.PURCHASE else (None, None)
    return EventEnvelope(kind, (Handle("email", who),), START + days * DAY, title, *amount)


def felt(desk: Desk, *sentiments: float) -> None:
    """Ana writes once for each of these moods."""
    take(desk.store, *(mail("ana@x.example", minute, name="Ana Ruiz") for minute in range(len(sentiments))))
    with desk.store.write() as connection:
        message = tables.message
        for number, sentiment in enumerate(sentiments, 1):
            connection.execute(update(message).where(message.c.id == number).values(sentiment=sentiment))


def test_a_panel_shows_what_is_worth_a_glance(desk: Desk) -> None:
    felt(desk, 0.5, 0.25, -0.25, -0.5)
    desk.customers.edit(1, time_zone="Europe/Madrid")
    take(
        desk.store,
        happened(EventKind.PURCHASE, 1, title="wheel"),
        happened(EventKind.PURCHASE, 2, title="tube"),
        happened(EventKind.PAGE_VIEW, 2),
        happened(EventKind.CALL, 2),
        channel="shop",
    )
    with clock.fixed(NOW):
        panel = desk.customers.panel(1)
    assert panel.customer == desk.customers.show(1)
    assert panel.local_time == NOW
    assert panel.local_time is not None
    assert f"{panel.local_time:%H:%M}" == "10:00"
    assert (panel.stage, panel.trend) == ("owning", "falling")
    assert [mood.sentiment for mood in panel.moods] == [0.5, 0.25, -0.25, -0.5]
    assert [event.title for event in panel.purchases] == ["tube", "wheel"]
    assert [event.kind for event in panel.visits] == ["page_view"]
    assert [thread.id for thread in panel.threads] == [1]
    assert panel.duplicates == ()


def test_a_panel_of_one_of_whom_nothing_is_known_is_empty(desk: Desk) -> None:
    desk.customers.add("Ana")
    panel = desk.customers.panel(1)
    assert (panel.stage, panel.trend, panel.local_time) == ("aware", "", None)
    assert panel.moods == panel.purchases == panel.visits == panel.threads == panel.duplicates == ()
    with pytest.raises(NotFound):
        desk.customers.panel(2)


def test_the_panel_of_a_merged_customer_is_that_of_the_one_who_stands_for_them(desk: Desk) -> None:
    for name in ("Ana", "Anna"):
        desk.customers.add(name)
    desk.customers.merge(1, 2)
    assert desk.customers.panel(2) == desk.customers.panel(1)


@pytest.mark.parametrize(
    ("traces", "stage"),
    [
        (Traces(NOW), JourneyStage.AWARE),
        (Traces(NOW, heard_at=NOW, pages=2), JourneyStage.AWARE),
        (Traces(NOW, heard_at=NOW, pages=3), JourneyStage.CONSIDERING),
        (Traces(NOW, heard_at=NOW - 90 * DAY, spoke_at=NOW - 90 * DAY), JourneyStage.CONSIDERING),
        (Traces(NOW, heard_at=NOW - 91 * DAY, spoke_at=NOW - 91 * DAY), JourneyStage.AWARE),
        (Traces(NOW, heard_at=NOW, cart_at=NOW - 14 * DAY), JourneyStage.BUYING),
        (Traces(NOW, heard_at=NOW, cart_at=NOW - 15 * DAY, pages=9), JourneyStage.CONSIDERING),
        (Traces(NOW, heard_at=NOW, cart_at=NOW - 2 * DAY, bought_at=NOW - DAY), JourneyStage.OWNING),
        (Traces(NOW, heard_at=NOW, cart_at=NOW - DAY, bought_at=NOW - 2 * DAY), JourneyStage.BUYING),
        (Traces(NOW, heard_at=NOW - 180 * DAY, bought_at=NOW - 180 * DAY), JourneyStage.OWNING),
        (Traces(NOW, heard_at=NOW - 181 * DAY, bought_at=NOW - 300 * DAY), JourneyStage.AT_RISK),
        (Traces(NOW, heard_at=NOW, bought_at=NOW - DAY, moods=(0.9, -0.4, -0.3)), JourneyStage.OWNING),
        (Traces(NOW, heard_at=NOW, bought_at=NOW - DAY, moods=(0.9, -0.9, -0.3, 0, -0.4, -0.2)), JourneyStage.AT_RISK),
        (Traces(NOW, heard_at=NOW - 365 * DAY, bought_at=NOW - 400 * DAY), JourneyStage.AT_RISK),
        (Traces(NOW, heard_at=NOW - 366 * DAY, bought_at=NOW - 400 * DAY), JourneyStage.LAPSED),
    ],
)
def test_the_stage_follows_from_what_they_did_and_when(traces: Traces, stage: JourneyStage) -> None:
    assert journey.stage(traces) is stage


@pytest.mark.parametrize(
    ("moods", "trend"),
    [
        ((), ""),
        ((0.9, -0.9), ""),
        ((0.0, 0.5, 0.1), "falling"),
        ((0.0, 0.1, 0.2), "steady"),
        ((-0.5, -0.4, 0.1, 0.3), "rising"),
        ((0.9, *[0.1] * 4, *[0.2] * 4), "steady"),
        ((*[0.4] * 4, *[0.1] * 4), "falling"),
    ],
)
def test_a_trend_is_told_only_of_enough_moods(moods: tuple[float, ...], trend: str) -> None:
    assert journey.trend(moods) == trend


def test_whom_a_customer_may_be_as_well_is_what_the_search_through_all_finds(desk: Desk) -> None:
    people: list[tuple[str, list[tuple[str, str]], dict[str, str | None]]] = [
        ("Ann Smithson", [("email", "ann.smithson@example.org")], {}),
        ("A. Smithson", [("email", "Ann.Smithson@web.example")], {}),
        ("Änn Smithson", [], {}),
        ("SMITHSON, Ann", [("phone", "+34 600 111 222")], {}),
        ("Grzegorz B.", [("email", "brzeczyszczykiewicz@example.org")], {}),
        ("Grzegorz", [("email", "brzeczyszczykiewcz@example.org")], {"mobile": "600-111-333"}),
        ("Yuki", [("whatsapp", "+34600111333")], {"plan": "gold", "street": "Elm 4", "born": "1980-02-03"}),
        ("100% _ 'x'", [("email", "o_o%x@example.org")], {"plan": "gold", "street": "Elm 4", "born": "1980-02-03"}),
        ("Bob Jones", [("email", "bob.jones@example.org"), ("email", "info@jones.example")], {}),
        ("Núria Peña", [], {"born": "1975-01-02"}),
        ("Nuria Pena", [], {"born": "1975-01-02"}),
        ("", [("telegram", "77")], {}),
    ]
    for name, identities, attributes in people:
        customer = desk.customers.add(name, identities=identities).id
        desk.customers.set_attributes(customer, attributes)
    every = {(pair.first_id, pair.second_id): pair for pair in desk.customers.duplicates()}
    assert len(every) > 4
    for number in range(1, len(people) + 1):
        best = sorted((pair for key, pair in every.items() if number in key), key=lambda pair: -pair.score)[:3]
        found = desk.customers.panel(number).duplicates
        assert {pair.first_id for pair in found} <= {number}
        assert {tuple(sorted((number, pair.second_id))) for pair in found} <= every.keys()
        assert [pair.score for pair in found] == pytest.approx([pair.score for pair in best], abs=0.05)


def test_a_shared_handle_and_one_merged_away_are_no_duplicates(desk: Desk) -> None:
    desk.customers.add("Ann Smithson", identities=[("email", "ann.smithson@example.org")])
    desk.customers.add("A. Smithson", identities=[("email", "ann.smithson@web.example")])
    assert [pair.second_id for pair in desk.customers.panel(1).duplicates] == [2]
    desk.customers.share_identity("email", "ann.smithson@web.example", True)
    assert desk.customers.panel(1).duplicates == ()
    desk.customers.share_identity("email", "ann.smithson@web.example", False)
    desk.customers.merge(1, 2)
    assert desk.customers.panel(1).duplicates == ()
