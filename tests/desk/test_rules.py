"""Rules: kept in an order without gaps, and checked for form before they are kept."""

import random

import pytest

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.errors import BadInput, Conflict, ConvoError, NotFound, QueryError
from convo.model.words import Role
from convo.store.store import Store
from tests.desk.acting import audited


def order(desk: Desk) -> list[str]:
    """The names in order, having seen that the positions are 1, 2, 3 and so on."""
    views = desk.rules.list()
    assert [view.position for view in views] == list(range(1, len(views) + 1))
    return [view.name for view in views]


def test_a_rule_is_kept_as_it_was_said(desk: Desk) -> None:
    desk.teams.add("workshop")
    view = desk.rules.add("wheels", ' wheel OR "true it" ', ["Tag  Wheels", "team workshop", "priority HIGH", "stop"])
    assert (view.position, view.query, view.enabled) == (1, 'wheel OR "true it"', True)
    assert view.actions == ("tag wheels", "team workshop", "priority high", "stop")
    assert view.trigger == "message received"
    assert desk.rules.show("WHEELS") == view
    row = audited(desk)[-1]
    assert (row.operation, row.entity, row.entity_id) == ("rules.add", "rule", view.id)
    assert row.after is not None
    assert row.after["actions"] == list(view.actions)


def test_positions_stay_dense_however_rules_come_move_and_go(desk: Desk) -> None:
    for name in "abc":
        desk.rules.add(name, "x", ["stop"])
    desk.rules.add("first", "x", ["stop"], position=1)
    assert order(desk) == ["first", "a", "b", "c"]
    desk.rules.move("c", 2)
    assert order(desk) == ["first", "c", "a", "b"]
    desk.rules.remove("c")
    assert order(desk) == ["first", "a", "b"]
    desk.rules.move("first", 3)
    desk.rules.add("last", "x", ["stop"], position=4)
    assert order(desk) == ["a", "b", "first", "last"]


def test_any_row_of_changes_leaves_the_order_that_a_list_would_have(sqlite_desk: Desk) -> None:
    desk, expected, chance = sqlite_desk, list[str](), random.Random(7)
    for step in range(60):
        what = chance.choice(["add", "move", "remove"]) if expected else "add"
        place = chance.randint(1, len(expected) + (what == "add"))
        if what == "add":
            desk.rules.add(f"r{step}", "x", ["stop"], position=place)
            expected.insert(place - 1, f"r{step}")
            continue
        name = expected.pop(chance.randrange(len(expected)))
        if what == "remove":
            desk.rules.remove(name)
        else:
            desk.rules.move(name, place)
            expected.insert(place - 1, name)
        assert order(desk) == expected


@pytest.fixture
def sqlite_desk(sqlite_store: Store) -> Desk:
    """A desk on a file, which is enough where the engine plays no part."""
    return Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))


@pytest.mark.parametrize("position", [0, -1, 3, 99])
def test_a_place_that_is_none_is_refused_and_nothing_is_added(desk: Desk, position: int) -> None:
    desk.rules.add("a", "x", ["stop"])
    with pytest.raises(BadInput, match="no place"):
        desk.rules.add("b", "x", ["stop"], position=position)
    with pytest.raises(BadInput, match="no place"):
        desk.rules.move("a", position)
    assert order(desk) == ["a"]


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        ("asign ben", "did you mean assign?"),
        ("Prioritty high", "did you mean priority?"),
        ("explode", "one of assign, team"),
        ("", "one of assign"),
        ("tag", "tag TAG"),
        ("tag a,b", "1 to 64"),
        ("close now", "close"),
        ("priority asap", "one of low"),
        ("snooze soon", "such as 7d"),
        ("assign a\x1bb", ""),
        ("note " + "x" * 5000, ""),
        ("\x00", ""),
    ],
)
def test_an_action_that_is_none_is_refused_with_what_to_write(desk: Desk, action: str, hint: str) -> None:
    with pytest.raises(BadInput) as caught:
        desk.rules.add("r", "x", ["stop", action])
    assert hint in caught.value.hint
    assert len(caught.value.message) < 200
    assert "\n" not in caught.value.message
    assert desk.rules.list() == ()


def test_a_rule_does_something_and_not_everything(desk: Desk) -> None:
    for actions in ([], ["stop"] * 21):
        with pytest.raises(BadInput):
            desk.rules.add("r", "x", actions)


def test_a_query_or_trigger_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(QueryError):
        desk.rules.add("r", "(x", ["stop"])
    with pytest.raises(BadInput, match="triggers no rule"):
        desk.rules.add("r", "x", ["stop"], trigger="full moon")
    desk.rules.add("r", "x", ["stop"], trigger="Thread  Opened")
    before = desk.rules.show("r")
    assert before.trigger == "thread opened"
    with pytest.raises(QueryError):
        desk.rules.edit("r", query="is:")
    with pytest.raises(BadInput):
        desk.rules.edit("r", query="y", actions=["fly"])
    assert desk.rules.show("r") == before


def test_a_rule_is_edited_switched_off_and_on(desk: Desk) -> None:
    desk.rules.add("r", "x", ["stop"])
    assert desk.rules.edit("r", actions=["close"]).actions == ("close",)
    assert desk.rules.show("r").query == "x"
    assert desk.rules.disable("r").enabled is False
    assert desk.rules.enable("r").enabled is True
    row = audited(desk)[-1]
    assert row.operation == "rules.enable"
    assert (row.before or {})["enabled"] is False
    assert (row.after or {})["enabled"] is True


def test_names_are_unique_and_what_is_not_there_is_not_found(desk: Desk) -> None:
    desk.rules.add("r", "x", ["stop"])
    with pytest.raises(Conflict):
        desk.rules.add("R", "x", ["stop"])
    for ask in (desk.rules.show, desk.rules.enable, desk.rules.disable, desk.rules.remove, desk.rules.edit):
        with pytest.raises(NotFound):
            ask("nope")


@pytest.mark.parametrize("query", ["a\x00b", "\ud800", "tag:\ud800"])
def test_a_query_that_no_store_can_hold_does_no_harm(desk: Desk, query: str) -> None:
    try:
        desk.rules.add("r", query, ["stop"])
    except ConvoError:
        assert desk.rules.list() == ()
    else:
        assert len(desk.rules.list()) == 1
