"""Who is chosen for a thread, and the reason that is given for everybody else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.routing.assignment import Choice, choose
from convo.routing.roster import Person, why_cannot
from convo.routing.wanted import parse_wanted
from convo.routing.week import parse_week

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # a Friday, 18:30 in Madrid
MADRID = ZoneInfo("Europe/Madrid")


def person(number: int, name: str, **rest: Any) -> Person:
    return Person(number, name, **{"zone": MADRID, **rest})


def pick(people: list[Person], words: str, **rest: Any) -> tuple[str | None, dict[str, str]]:
    """Who is chosen, and why not the others, by name."""
    choice = choose(people, parse_wanted(words), now=NOW, **rest)
    return told(choice)


def told(choice: Choice) -> tuple[str | None, dict[str, str]]:
    others = {one.person.name: one.why_not for one in choice.considered if one.why_not}
    return choice.chosen.name if choice.chosen else None, others


def test_who_was_assigned_longest_ago_has_the_turn() -> None:
    people = [
        person(1, "ana", last_assigned_at=NOW - timedelta(hours=1)),
        person(2, "ben", last_assigned_at=NOW - timedelta(hours=3)),
        person(3, "carl"),
        person(4, "dora"),
    ]
    assert pick(people, "round-robin") == (
        "carl",
        {
            "ana": "was assigned later than carl",
            "ben": "was assigned later than carl",
            "dora": "as free as carl, who has been here longer",
        },
    )
    assert pick(people[:2], "round-robin")[0] == "ben"


def test_the_least_busy_have_the_fewest_open_threads_for_their_capacity() -> None:
    people = [
        person(1, "ana", open_threads=7),
        person(2, "ben", open_threads=3),
        person(3, "carl", open_threads=2, capacity=4),
        person(4, "dora", open_threads=3, last_assigned_at=NOW),
    ]
    assert pick(people, "least-busy") == (
        "ben",
        {
            "ana": "busier: 7 open against 3",
            "carl": "busier: 2 of 4 open against 3 of 20",
            "dora": "was assigned later than ben",
        },
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"availability": "away"}, "away"),
        ({"availability": "offline"}, "offline"),
        ({"role": "viewer"}, "is viewer"),
        ({"open_threads": 20}, "at capacity 20/20"),
        ({"open_threads": 31}, "at capacity 31/20"),
        ({"capacity": 0}, "at capacity 0/0"),
        ({"shifts": parse_week(["mon-fri 09:00-17:00"])}, "outside their shift until Mon 09:00 Europe/Madrid"),
        (
            {"shifts": parse_week(["mon-fri 09:00-17:00"]), "availability": "away"},
            "outside their shift until Mon 09:00 Europe/Madrid",
        ),
        ({"shifts": parse_week(["mon-fri 09:00-20:00"])}, ""),
        ({"shifts": parse_week(["mon-fri 09:00-18:00"]), "zone": ZoneInfo("America/New_York")}, ""),
        ({}, ""),
    ],
)
def test_who_cannot_take_a_thread_is_told_why(facts: dict[str, Any], reason: str) -> None:
    assert why_cannot(person(1, "ana", **facts), NOW) == reason
    assert pick([person(1, "ana", **facts)], "least-busy") == (
        None if reason else "ana",
        {"ana": reason} if reason else {},
    )
    assert pick([person(1, "ana", **facts)], "Ana")[0] == (None if reason else "ana")


def test_team_skills_and_language_leave_out_who_does_not_fit() -> None:
    people = [
        person(1, "ana", teams=frozenset({"repairs"}), skills=frozenset({"hubs", "gears"}), languages=("es-mx",)),
        person(2, "ben", skills=frozenset({"hubs", "gears"}), languages=("es",)),
        person(3, "carl", teams=frozenset({"repairs"}), skills=frozenset({"gears"}), languages=("es",)),
        person(4, "dora", teams=frozenset({"repairs"}), skills=frozenset({"hubs", "gears"}), languages=("de", "en")),
    ]
    assert pick(people, "least-busy Repairs skill:hubs skill:gears language", language="es") == (
        "ana",
        {"ben": "not in Repairs", "carl": "lacks skill hubs", "dora": "does not speak es"},
    )
    assert pick(people, "least-busy language", language=None)[0] == "ana"
    assert pick(people, "least-busy skill:wheels") == (
        None,
        dict.fromkeys(("ana", "ben", "carl", "dora"), "lacks skill wheels"),
    )
    assert pick(people, "ben") == ("ben", {"ana": "not ben", "carl": "not ben", "dora": "not ben"})


@pytest.mark.parametrize(
    ("spoken", "language", "understood"),
    [("pt-br", "pt", True), ("pt", "pt-PT", True), ("p", "pt", False), ("de", "nl", False)],
)
def test_regional_forms_of_a_language_are_one_language(spoken: str, language: str, understood: bool) -> None:
    chosen, _ = pick([person(1, "ana", languages=(spoken,))], "round-robin language", language=language)
    assert (chosen == "ana") is understood


def test_who_last_answered_the_customer_is_preferred_while_they_can() -> None:
    ana, ben = person(1, "ana", open_threads=9), person(2, "ben")
    assert pick([ana, ben], "sticky least-busy", served=1) == ("ana", {"ben": "ana last answered this customer"})
    assert pick([ana, ben], "least-busy", served=1)[0] == "ben"
    assert pick([ana, ben], "sticky least-busy", served=7)[0] == "ben"
    gone = person(1, "ana", availability="away")
    assert pick([gone, ben], "sticky least-busy", served=1) == ("ben", {"ana": "away"})
    assert pick([ana, person(2, "ben", teams=frozenset({"x"}))], "sticky round-robin x", served=1)[0] == "ben"


_people = st.lists(
    st.builds(
        lambda **facts: facts,
        availability=st.sampled_from(["available", "away", "offline"]),
        role=st.sampled_from(["viewer", "agent", "admin"]),
        capacity=st.integers(0, 3),
        open_threads=st.integers(0, 3),
        last_assigned_at=st.sampled_from([None, NOW, NOW - timedelta(days=1)]),
        shifts=st.sampled_from([None, parse_week(["mon-fri 09:00-17:00"]), parse_week(["daily 00:00-24:00"])]),
        skills=st.frozensets(st.sampled_from(["hubs", "gears"])),
        languages=st.sampled_from([(), ("es",), ("de", "en-gb")]),
        teams=st.frozensets(st.sampled_from(["repairs", "sales"])),
    ),
    max_size=6,
).map(lambda several: [person(number, f"p{number}", **facts) for number, facts in enumerate(several)])
_words = st.sampled_from(
    [
        "round-robin",
        "least-busy",
        "sticky least-busy",
        "p1",
        "round-robin repairs",
        "least-busy sales skill:hubs language",
    ]
)


@given(people=_people, words=_words, served=st.integers(0, 5), language=st.sampled_from([None, "es-AR", "en", "fr"]))
def test_whoever_is_chosen_can_and_everybody_else_is_told_why_not(
    people: list[Person], words: str, served: int, language: str | None
) -> None:
    choice = choose(people, parse_wanted(words), language=language, served=served, now=NOW)
    assert [one.person for one in choice.considered] == people
    without = [one.person for one in choice.considered if not one.why_not]
    assert without == ([] if choice.chosen is None else [choice.chosen])
    if choice.chosen is not None:
        assert not why_cannot(choice.chosen, NOW)
        assert choice.chosen.open_threads < choice.chosen.capacity
