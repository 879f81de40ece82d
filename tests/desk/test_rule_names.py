"""A rule that names what is not there, or contradicts itself, is refused with the place and the reason."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, QueryError
from tests.desk.ruling import said, tags


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    """A desk with an operator, a team and a snippet."""
    desk.operators.add("marta")
    desk.teams.add("Workshop")
    desk.snippets.add("thanks", "Thank you.")
    return desk


@pytest.mark.parametrize(
    ("action", "said", "hint"),
    [
        ("assign martha", "action 2 (assign martha): there is no operator 'martha'", "did you mean marta?"),
        ("assign zoe", "there is no operator 'zoe'", "convo operator list"),
        ("assign round-robin workshp", "there is no team 'workshp'", "did you mean Workshop?"),
        ("assign sticky least-busy support skill:x language", "there is no team 'support'", "convo team list"),
        ("assign sticky marta", "after sticky comes how to choose", "assign sticky round-robin"),
        ("assign marta ben", "names no operator", "assign OPERATOR"),
        ("team worksop", "there is no team 'worksop'", "did you mean Workshop?"),
        ("sla gold", "there is no SLA policy 'gold'", "convo sla list"),
        ("reply thank", "there is no snippet 'thank'", "did you mean thanks?"),
        ("bot shop", "there is no bot 'shop'", "convo bot list"),
        ("bot", "there is no bot", "convo bot add"),
        ("notify workshap", "there is no operator and no team 'workshap'", "did you mean Workshop?"),
        ("snooze 0d", "action 2: '0d' is no time at all", "such as 7d"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(furnished: Desk, action: str, said: str, hint: str) -> None:
    furnished.rules.add("there", "", ["stop"])
    for refuse in (
        lambda: furnished.rules.add("r", "", ["tag x", action]),
        lambda: furnished.rules.edit("there", actions=["tag x", action]),
    ):
        with pytest.raises(BadInput) as caught:
            refuse()
        assert said in caught.value.message
        assert hint in caught.value.hint
    assert [view.actions for view in furnished.rules.list()] == [("stop",)]


def test_what_is_there_is_found_whatever_its_case(furnished: Desk) -> None:
    view = furnished.rules.add("r", "", ["assign least-busy workshop", "notify MARTA", "reply Thanks", "stop"])
    assert view.actions == ("assign least-busy workshop", "notify MARTA", "reply Thanks", "stop")


@pytest.mark.parametrize(
    ("actions", "places", "why"),
    [
        (["tag x", "note y", "untag X"], "actions 1 (tag x) and 3 (untag x)", "not both"),
        (["close", "snooze 2h"], "actions 1 (close) and 2 (snooze 2h)", "not both"),
        (["assign marta", "assign round-robin"], "actions 1 (assign marta) and 2", "assign once"),
        (["priority low", "stop", "priority high"], "actions 1 (priority low) and 3", "priority once"),
        (["team workshop", "assign round-robin support"], "actions 1 (team workshop) and 2", "not to both"),
        (["block", "reply thanks"], "actions 1 (block) and 2", "not answered"),
    ],
)
def test_actions_that_contradict_each_other_are_refused(
    furnished: Desk, actions: list[str], places: str, why: str
) -> None:
    furnished.teams.add("support")
    with pytest.raises(BadInput) as caught:
        furnished.rules.add("r", "", actions)
    assert places in caught.value.message
    assert why in caught.value.hint


def test_a_query_that_nothing_can_match_is_refused_at_its_place(desk: Desk) -> None:
    with pytest.raises(QueryError) as caught:
        desk.rules.add("r", "wheel is:open language:de is:resolved", ["stop"])
    assert caught.value.message == "nothing can match this: is:open and is:resolved never hold together"
    assert caught.value.column == 30
    with pytest.raises(QueryError, match="rules are asked by nobody"):
        desk.rules.add("r", "assignee:me", ["stop"])
    desk.rules.add("r", "wheel", ["stop"])
    with pytest.raises(QueryError):
        desk.rules.edit("r", query="tag:vip -tag:vip")


def test_a_query_for_an_operator_who_never_was_is_refused_at_its_place(furnished: Desk) -> None:
    furnished.rules.add("there", "assignee:MARTA OR assignee:none", ["stop"])
    for query in ("wheel -(tag:x assignee:martha)", "wheel -(tag:x assignee:marta,martha)"):
        with pytest.raises(QueryError) as caught:
            furnished.rules.add("r", query, ["stop"])
        assert caught.value.message == "there is no operator 'martha'"
        assert caught.value.column >= query.index("assignee")
    furnished.operators.remove("marta")
    furnished.rules.add("left", "assignee:marta", ["stop"])
    assert [view.name for view in furnished.rules.list()] == ["there", "left"]


@pytest.mark.parametrize("trigger", ["waiting", "waiting soon", "waiting 0h", "sla about to breach", "waiting -1h", ""])
def test_a_trigger_without_a_sensible_time_is_refused(desk: Desk, trigger: str) -> None:
    with pytest.raises(BadInput) as caught:
        desk.rules.add("r", "", ["stop"], trigger=trigger)
    assert caught.value.hint


def test_triggers_are_kept_in_one_form(desk: Desk) -> None:
    assert desk.rules.add("a", "", ["stop"], trigger="Waiting  2 H").trigger == "waiting 2h"
    assert desk.rules.add("b", "", ["stop"], trigger="SLA about to  breach 30m").trigger == "sla about to breach 30m"
    assert desk.rules.add("c", "", ["stop"], trigger="sla breached").trigger == "sla breached"


def test_a_fired_rule_can_be_removed_and_what_it_did_stays_told(desk: Desk) -> None:
    desk.rules.add("r", "", ["tag x"])
    thread = said(desk, "ana@example.org", 0)
    desk.rules.remove("r")
    assert desk.routing.explain(thread)[0].rules[0].outcome == "fired"
    assert tags(desk, thread) == {"x"}
