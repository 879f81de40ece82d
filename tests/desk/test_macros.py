"""Macros: rules that somebody runs by hand, as themselves, all of a rule's actions or none, and never by themselves."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from convo.model.actions import RunMacro, UndoStep
from tests.desk.acting import audited, operator
from tests.desk.ruling import at, fired, outcome, said, tags
from tests.intake.saying import rows


def run(desk: Desk, name: str, thread: int) -> UndoStep:
    return desk.actions.do(RunMacro(name), [thread])


def names(desk: Desk, thread: int | None = None) -> list[str]:
    return [view.name for view in desk.actions.macros(thread)]


@pytest.fixture
def kim(desk: Desk) -> Desk:
    """An agent at a desk with a macro that sends a snippet, tags and closes."""
    desk.snippets.add("sorry", "We are sorry, {{operator}}")
    desk.rules.add("refund", "refund", ["reply sorry", "tag refunded", "close"], trigger="by hand")
    return operator(desk, "kim", role="agent")


def test_a_macro_does_all_that_its_rule_says_as_the_operator(desk: Desk, kim: Desk) -> None:
    thread = said(desk, "ana@x.example", 0, "I want a refund")
    step = at(5, lambda: run(kim, "Refund", thread))
    assert (step.title, step.actor, step.threads, step.skipped) == ("macro Refund", "kim", (thread,), ())
    view = desk.threads.show(thread)
    assert (view.row.status, view.row.assignee, tags(desk, thread)) == ("resolved", "kim", {"refunded"})
    answer = view.messages[-1]
    assert (answer.author, answer.automatic, answer.delivery) == ("kim", False, "queued")
    ((first,),) = rows(desk.store, "episode", "first_response_at")
    assert first is not None
    done = [row.operation for row in audited(desk) if row.actor == "kim"]
    assert done == ["threads.reply", "threads.tag", "threads.close", "actions.do"]


def test_its_decision_is_explained_like_any_other(desk: Desk, kim: Desk) -> None:
    desk.rules.add("other macro", "", ["tag other"], trigger="by hand")
    desk.rules.add("by itself", "refund", ["tag self"])
    thread = said(desk, "ana@x.example", 0, "I want a refund")
    at(5, lambda: run(kim, "refund", thread))
    (decision,) = desk.routing.explain(thread)
    assert (decision.trigger, fired(decision)) == ("by hand", ["refund"])
    assert decision.id is not None
    done = outcome(decision, "refund").actions
    assert [(action.action, action.done) for action in done] == [
        ("reply sorry", True),
        ("tag refunded", True),
        ("close", True),
    ]
    assert outcome(decision, "other macro").reasons == ("another was run by hand, and this was not",)
    assert outcome(decision, "by itself").outcome == "other trigger"


def test_what_happens_never_sets_a_macro_off_nor_does_a_macro_set_off_rules(desk: Desk, kim: Desk) -> None:
    desk.rules.add("closed", "", ["tag closed"], trigger="thread resolved")
    thread = said(desk, "ana@x.example", 0, "I want a refund")
    kim.threads.close(thread)
    kim.threads.reopen(thread)
    at(9000, desk.work.tick)
    assert tags(desk, thread) == {"closed"}
    kim.threads.tag(thread, remove=["closed"])
    at(9001, lambda: run(kim, "refund", thread))
    assert tags(desk, thread) == {"refunded"}
    with pytest.raises(BadInput, match="up to people"):
        desk.routing.route(thread, "by hand")


def test_it_can_be_run_again(desk: Desk, kim: Desk) -> None:
    thread = said(desk, "ana@x.example", 0, "I want a refund")
    for minute in (5, 6):
        at(minute, lambda: run(kim, "refund", thread))
    assert [message.author for message in desk.threads.show(thread).messages][1:] == ["kim", "kim"]
    assert len(desk.routing.explain(thread, all=True)) == 2


def test_when_one_action_cannot_be_done_none_is(desk: Desk, kim: Desk) -> None:
    desk.rules.add("console", "", ["tag given", "note look here", "reply sorry"], trigger="by hand")
    desk.snippets.remove("sorry")
    thread = said(desk, "ana@x.example", 0)
    before = audited(desk)
    with pytest.raises(Conflict, match="could not reply sorry"):
        at(5, lambda: run(kim, "console", thread))
    assert tags(desk, thread) == set()
    assert [message.direction for message in desk.threads.show(thread).messages] == ["inbound"]
    assert desk.routing.explain(thread)[0].id is None
    assert audited(desk) == before


def test_a_macro_is_offered_and_run_only_where_its_query_matches(desk: Desk, kim: Desk) -> None:
    desk.rules.add("any", "", ["tag any"], trigger="by hand")
    desk.rules.add("Off", "", ["tag off"], trigger="by hand", enabled=False)
    desk.rules.add("routed", "", ["tag routed"])
    refund, praise = said(desk, "ana@x.example", 0, "a refund"), said(desk, "jo@x.example", 1, "thank you")
    assert names(kim) == ["any", "refund"]
    assert names(kim, refund) == ["any", "refund"]
    assert names(kim, praise) == ["any"]
    with pytest.raises(Conflict, match="refund failed"):
        run(kim, "refund", praise)
    for name in ("Off", "routed"):
        with pytest.raises(Conflict, match=name):
            run(kim, name, praise)
    for name, thread in (("nowhere", praise), ("refund", 4711)):
        with pytest.raises(NotFound):
            run(kim, name, thread)
    with pytest.raises(NotFound):
        names(kim, 4711)
    assert tags(desk, praise) == {"routed"}


def test_what_the_operator_was_writing_is_still_there(desk: Desk, kim: Desk) -> None:
    thread = said(desk, "ana@x.example", 0, "I want a refund")
    kim.drafts.keep(thread, "Dear Ana")
    at(5, lambda: run(kim, "refund", thread))
    assert [draft.body for draft in kim.drafts.kept(thread)] == ["Dear Ana"]


def test_checking_and_replaying_know_that_macros_wait_for_nobody(desk: Desk, kim: Desk) -> None:
    desk.rules.add("all", "", ["tag seen", "stop"], trigger="by hand")
    desk.rules.add("after all", "refund", ["tag after"], trigger="by hand")
    said(desk, "ana@x.example", 0, "I want a refund")
    assert desk.rules.check(since=at(0, lambda: desk.threads.list().items[0].last_message_at)) == ()
    report = desk.routing.replay()
    assert [told.before for told in report.firings if told.before] == []
    assert "by hand" in desk.rules.export()


@pytest.mark.parametrize(
    "actions",
    [
        ["reply sorry", "reply again", "priority low", "tag a", "assign kim", "snooze 3d"],
        ["priority low", "tag a", "block"],
    ],
    ids=["two replies", "block"],
)
def test_all_of_it_is_taken_back_as_one_step(desk: Desk, kim: Desk, actions: list[str]) -> None:
    desk.snippets.add("again", "Very sorry")
    desk.rules.add("much", "", actions, trigger="by hand")
    thread = said(desk, "ana@x.example", 0, "I want a refund")
    changed = ("thread", "episode", "thread_tag", "customer", "message", "delivery")
    before = [rows(desk.store, name) for name in changed]
    at(5, lambda: run(kim, "much", thread))
    assert [rows(desk.store, name) for name in changed] != before
    assert len(kim.actions.steps()) == 1
    at(6, kim.actions.undo)
    assert [rows(desk.store, name) for name in changed] == before


def test_it_is_run_on_many_and_tells_where_it_is_not_for(desk: Desk, kim: Desk) -> None:
    refunds = [said(desk, f"{who}@x.example", 0, "a refund") for who in ("ana", "jo")]
    praise = said(desk, "kay@x.example", 1, "thank you")
    step = at(5, lambda: kim.actions.do(RunMacro("refund"), [*refunds, praise]))
    assert step.threads == tuple(refunds)
    ((skipped, why),) = step.skipped
    assert skipped == praise
    assert "is not for thread" in why
