"""Operators: who answers, under which name, and what becomes of their threads."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotAllowed, NotFound
from convo.model.words import Role
from tests.desk.acting import acting, audited, operator
from tests.intake.saying import mail, take


def test_an_operator_is_made_with_all_that_is_said(desk: Desk) -> None:
    view = desk.operators.add(
        "marta",
        shown="Marta\x00 R.",
        email="Marta@SHOP.example",
        role="admin",
        skills=["Wheels", "wheels", "brakes"],
        languages=["de-AT", "en", ""],
        capacity=0,
        time_zone="Europe/Vienna",
    )
    assert (view.name, view.shown, view.email) == ("marta", "Marta\ufffd R.", "marta@shop.example")
    assert (view.role, view.skills, view.languages) == ("admin", ("brakes", "wheels"), ("de-at", "en"))
    assert (view.capacity, view.time_zone, view.availability) == (0, "Europe/Vienna", "available")
    assert (view.teams, view.open_threads, view.removed) == ((), 0, False)
    assert desk.operators.show("MARTA") == view


def test_operators_are_listed_by_name_whatever_the_case(desk: Desk) -> None:
    for name in ("ben", "Ana", "chris"):
        desk.operators.add(name)
    assert [view.name for view in desk.operators.list()] == ["Ana", "ben", "chris"]


@pytest.mark.parametrize(
    "name", ["", " ", "me", "None", "unassigned", "two words", "a:b", 'a"b', "a,b", "a*", "a\nb", "a\u202eb", "x" * 65]
)
def test_a_name_that_queries_could_not_say_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput):
        desk.operators.add(name)
    assert desk.operators.list() == ()


@pytest.mark.parametrize(
    "values",
    [
        {"role": "owner"},
        {"email": "no address"},
        {"capacity": -1},
        {"capacity": 10**9},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc"},
        {"languages": ["not a language"]},
        {"skills": ["x"] * 10 + [f"s{number}" for number in range(60)]},
        {"skills": ["a\nb"]},
        {"shown": "x" * 1000},
    ],
)
def test_values_that_cannot_be_are_refused_and_change_nothing(desk: Desk, values: dict[str, object]) -> None:
    desk.operators.add("ben")
    before = desk.operators.show("ben"), audited(desk)
    with pytest.raises(BadInput) as caught:
        desk.operators.edit("ben", **values)  # type: ignore[arg-type]
    assert "\n" not in caught.value.message
    with pytest.raises(BadInput):
        desk.operators.add("marta", **values)  # type: ignore[arg-type]
    assert (desk.operators.show("ben"), audited(desk)) == before


def test_editing_changes_what_is_given_and_writes_down_both(desk: Desk) -> None:
    desk.operators.add("ben", email="ben@x.example", skills=["wheels"])
    view = desk.operators.edit("BEN", email="", capacity=3)
    assert (view.email, view.capacity, view.skills) == (None, 3, ("wheels",))
    row = audited(desk)[-1]
    assert (row.operation, row.entity, row.entity_id) == ("operators.edit", "operator", view.id)
    assert (row.before, row.after) == ({"email": "ben@x.example", "capacity": 20}, {"email": None, "capacity": 3})


def test_a_name_is_taken_in_any_case(desk: Desk) -> None:
    desk.operators.add("Ünal")
    with pytest.raises(Conflict, match="'Ünal' already"):
        desk.operators.add("üNAL")


def test_letting_an_operator_go_frees_what_was_not_resolved(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{number}@x.example", number) for number in range(3)))
    marta = operator(desk, "marta")
    desk.teams.add("workshop")
    desk.teams.join("workshop", "marta")
    for number in (1, 2):
        marta.threads.assign(number, "me")
    marta.threads.reply(2, "what I wrote stays")
    marta.threads.close(1)
    gone = desk.operators.remove("marta")
    assert gone.removed
    assert gone.teams == ()
    assert [row.assignee for row in desk.exports.threads()] == ["marta", None, None]
    assert desk.threads.show(2).messages[-1].author == "marta"
    assert desk.operators.list() == ()
    assert desk.operators.show("marta").removed
    assert desk.teams.show("workshop").members == ()
    assert audited(desk)[-1].after == {"removed": True, "threads_unassigned": 1}
    for ask in (desk.operators.remove, desk.operators.edit):
        with pytest.raises(NotFound):
            ask("marta")


def test_a_removed_name_can_be_used_again_with_new_values(desk: Desk) -> None:
    desk.operators.add("marta", role="admin", skills=["wheels"], email="old@x.example")
    desk.operators.remove("marta")
    view = desk.operators.add("marta", role="viewer")
    assert (view.role, view.skills, view.email, view.removed, view.availability) == (
        "viewer",
        (),
        None,
        False,
        "available",
    )
    assert [found.name for found in desk.operators.list()] == ["marta"]


def test_open_threads_are_counted_for_each(desk: Desk) -> None:
    take(desk.store, *(mail(f"c{number}@x.example", number) for number in range(3)))
    desk.operators.add("ben")
    for number in (1, 2, 3):
        desk.threads.assign(number, "ben")
    desk.threads.close(3)
    assert desk.operators.show("ben").open_threads == 2


def test_operators_speak_for_themselves_and_admins_for_all(desk: Desk) -> None:
    marta = operator(desk, "marta")
    desk.operators.add("ben")
    assert marta.operators.set_availability("marta", "away").availability == "away"
    with pytest.raises(NotAllowed, match="only speak for themselves"):
        marta.operators.set_availability("ben", "away")
    assert desk.operators.set_availability("ben", "offline").availability == "offline"
    with pytest.raises(BadInput, match="no availability"):
        desk.operators.set_availability("ben", "asleep")
    with pytest.raises(NotAllowed):
        acting(desk, "vera", Role.VIEWER).operators.set_availability("ben", "away")


def test_who_is_not_there_is_not_found(desk: Desk) -> None:
    for name in ("ben", "", "\x00", "x" * 10_000):
        with pytest.raises(NotFound) as caught:
            desk.operators.show(name)
        assert len(caught.value.message) < 200
