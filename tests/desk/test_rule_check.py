"""Checks find rules that can do nothing, and call no rule so that can do something."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from tests.desk.ruling import said
from tests.intake.saying import START, mail, take


def found(desk: Desk, **rest: object) -> list[tuple[str, str]]:
    """What is wrong: (rule, kind)."""
    return [(one.rule, one.kind) for one in desk.rules.check(**rest)]  # type: ignore[arg-type]


def raw(desk: Desk, query: str, name: str = "r") -> None:
    """A query that the desk would refuse, as an older version may have kept it."""
    with desk.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE rule SET query = '{query}' WHERE name = '{name}'")
        connection.exec_driver_sql("DELETE FROM mark")


def test_sound_rules_are_found_sound(desk: Desk) -> None:
    desk.rules.add("a", "wheel", ["tag x", "stop"])
    desk.rules.add("b", "wheel OR brake", ["tag y"])
    desk.rules.add("c", "wheel", ["tag x"], trigger="thread opened")
    desk.rules.add("d", "tag:y", ["stop"])
    assert found(desk) == []


@pytest.mark.parametrize(
    ("earlier", "query", "so"),
    [
        ("wheel", "wheel brake", True),
        ("", "anything", True),
        ("is:open OR is:pending", "is:open", True),
        ("language:pt", "language:pt-br sentiment:<0", True),
        ("sentiment:<0", "sentiment:<-0.5", True),
        ("wheel brake", "wheel", False),
        ("-wheel", "brake", False),
        ("priority:high", "priority:>=high", False),
    ],
)
def test_a_rule_behind_a_wider_one_that_stops_is_unreachable(desk: Desk, earlier: str, query: str, so: bool) -> None:
    desk.rules.add("first", earlier, ["tag x", "stop"])
    desk.rules.add("second", query, ["tag y"])
    (*told,) = desk.rules.check()
    assert [(one.rule, one.kind, one.other) for one in told] == ([("second", "unreachable", "first")] if so else [])


def test_a_rule_is_reachable_when_one_between_changes_what_the_first_asks(desk: Desk) -> None:
    desk.rules.add("first", "tag:vip", ["stop"])
    desk.rules.add("between", "wheel", ["tag vip"])
    desk.rules.add("last", "tag:vip", ["tag seen"])
    assert found(desk) == []
    desk.rules.edit("between", actions=["note x"])
    assert found(desk) == [("first", "never matching"), ("last", "never matching")]
    said(desk, "ana@example.org", 0)
    desk.threads.tag(1, add=["vip"])
    assert found(desk) == [("last", "unreachable")]


def test_what_is_switched_off_or_of_another_trigger_stops_nobody(desk: Desk) -> None:
    desk.rules.add("off", "", ["stop"], enabled=False)
    desk.rules.add("other", "", ["stop"], trigger="thread opened")
    desk.rules.add("two hours", "", ["tag x", "stop"], trigger="waiting 2h")
    desk.rules.add("four hours", "", ["tag y"], trigger="waiting 4h")
    desk.rules.add("r", "wheel", ["tag x"])
    assert found(desk) == []


def test_contradictions_of_older_rules_are_found(desk: Desk) -> None:
    desk.rules.add("r", "x", ["stop"])
    raw(desk, "is:open is:resolved")
    (one,) = desk.rules.check()
    assert (one.kind, one.detail) == ("contradictory", "is:open and is:resolved never hold together")


def test_what_the_trigger_rules_out_never_matches(desk: Desk) -> None:
    desk.rules.add("received", "is:outbound", ["tag x"])
    desk.rules.add("resolved", "is:open", ["tag x"], trigger="thread resolved")
    desk.rules.add("waits", "-is:waiting", ["tag x"], trigger="waiting 2h")
    assert {kind for _, kind in found(desk)} == {"never matching"}
    assert len(found(desk)) == 3


def test_a_rule_that_names_what_the_store_has_not_never_matches(desk: Desk) -> None:
    desk.operators.add("marta")
    desk.operators.add("zoe")
    said(desk, "ana@example.org", 0, language="de")
    queries = {
        "channel:fax": False,
        "channel:email": True,
        "kind:EMAIL": True,
        "assignee:zoe": False,
        "assignee:marta": True,
        "team:none": True,
        "team:x": False,
        "tag:nowhere": False,
        "tag:mine": True,
        "-tag:nowhere": True,
        "language:fr": False,
        "language:de": True,
        "language:fr OR wheel": True,
        "(language:fr OR tag:nowhere) wheel": False,
        "attr.plan:gold": False,
        "intent:refund": True,
    }
    for number, query in enumerate(queries):
        desk.rules.add(f"r{number}", query, ["tag mine", f"note {number}"])
    desk.operators.remove("zoe")
    wrong = [f"r{number}" for number, so in enumerate(queries.values()) if not so]
    assert found(desk) == [(name, "never matching") for name in wrong]


def test_rules_that_say_the_same_are_found(desk: Desk) -> None:
    desk.rules.add("a", "wheel  brake", ["tag x"])
    desk.rules.add("b", "wheel AND brake", ["tag x"])
    (one,) = desk.rules.check()
    assert (one.rule, one.kind, one.other) == ("b", "duplicate", "a")


def test_rules_that_name_nothing_any_more_are_found(desk: Desk) -> None:
    desk.operators.add("marta")
    desk.teams.add("workshop")
    desk.rules.add("r", "wheel", ["assign marta", "team workshop"])
    desk.rules.add("skilled", "brake", ["assign round-robin skill:welding"])
    assert found(desk) == [("skilled", "names nothing")]
    desk.operators.remove("marta")
    desk.teams.remove("workshop")
    assert [one.detail for one in desk.rules.check()] == [
        "assign marta: there is no operator 'marta'",
        "team workshop: there is no team 'workshop'",
        "no operator has the skill 'welding'",
    ]


def test_with_a_time_rules_that_no_message_met_are_found(desk: Desk) -> None:
    take(desk.store, mail("ana@example.org", 0, "my wheel"), mail("ben@example.org", 60 * 24, "brake"), history=True)
    desk.rules.add("wheel", "wheel", ["tag x"])
    desk.rules.add("brake", "brake", ["tag y"])
    desk.rules.add("waits", "", ["tag z"], trigger="waiting 2h")
    with clock.fixed(START + timedelta(days=2)):
        assert found(desk) == []
        assert found(desk, since=START - timedelta(days=1)) == []
        (one,) = desk.rules.check(since=START + timedelta(hours=2))
    assert (one.rule, one.detail) == ("wheel", "it fired on none of 1 messages since 2026-11-02")


def test_a_thousand_rules_are_checked_in_reasonable_time(desk: Desk) -> None:
    rules = "\n".join(
        f"[[rule]]\nname = 'r{n}'\nwhen = 'word{n} -other{n}'\ndo = ['tag t{n}', 'stop']" for n in range(1000)
    )
    desk.rules.import_text(rules)
    assert found(desk) == []
