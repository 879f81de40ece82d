"""Actions: one thing done to many threads as one step, and who may do it."""

from datetime import UTC, datetime, timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotAllowed, NotFound
from convo.model.actions import Assign, Block, Close, MarkRead, Rename, Reopen, SetPriority, Snooze, Tag
from convo.model.words import Role
from tests.desk.acting import acting, audited, operator
from tests.desk.test_at_once import at_once
from tests.intake.saying import START, mail, rows, take

LATER = START + timedelta(days=1)


def customers(desk: Desk, count: int = 3) -> None:
    take(desk.store, *(mail(f"c{number}@x.example", number, subject=f"Topic {number}") for number in range(count)))


def test_one_thing_is_done_to_all_threads_as_one_step(desk: Desk) -> None:
    customers(desk)
    with clock.fixed(LATER):
        step = desk.actions.do(Close(), [3, 1, 3])
    assert (step.title, step.actor, step.at, step.undone_at) == ("close", "tester", LATER, None)
    assert (step.threads, step.skipped) == ((1, 3), ())
    assert [row.status for row in desk.exports.threads()] == ["resolved", "open", "resolved"]
    assert desk.actions.steps() == (step,)


def test_what_cannot_be_done_to_one_thread_is_told_and_the_others_go_on(desk: Desk) -> None:
    customers(desk)
    step = desk.actions.do(Tag(("vip",)), [1, 77, 3, 2**70])
    assert step.threads == (1, 3)
    assert [thread for thread, _ in step.skipped] == [77, 2**70]
    assert step.skipped[0][1] == "there is no thread 77"
    assert rows(desk.store, "thread_tag") == [(1, "vip"), (3, "vip")]


def test_what_can_be_done_to_no_thread_is_refused_and_leaves_nothing(desk: Desk) -> None:
    customers(desk)
    before = audited(desk)
    with pytest.raises(NotFound, match="there is no thread 77"):
        desk.actions.do(Close(), [77, 78])
    with pytest.raises(NotFound, match="no operator 'nobody'"):
        desk.actions.do(Assign("nobody"), [1, 2])
    with pytest.raises(BadInput, match="is past"):
        desk.actions.do(Snooze(datetime(2020, 1, 1, tzinfo=UTC)), [1])
    with pytest.raises(BadInput, match="1 to 1,000 threads, not 0"):
        desk.actions.do(Close(), [])
    with pytest.raises(BadInput, match="not 1,001"):
        desk.actions.do(Close(), range(1, 1002))
    assert (audited(desk), desk.actions.steps()) == (before, ())


def test_every_action_does_what_its_verb_does(desk: Desk) -> None:
    customers(desk, 1)
    desk.teams.add("support")
    marta, until = operator(desk, "marta"), clock.now() + timedelta(days=3)
    marta.actions.do(Assign("me", "support"), [1])
    marta.actions.do(SetPriority("urgent"), [1])
    marta.actions.do(Rename("Wheel"), [1])
    marta.actions.do(Tag(("vip",), ()), [1])
    marta.actions.do(MarkRead(), [1])
    marta.actions.do(Snooze(until), [1])
    view = desk.threads.show(1)
    assert (view.row.assignee, view.row.team, view.row.priority, view.row.subject) == (
        "marta",
        "support",
        "urgent",
        "Wheel",
    )
    assert (view.tags, view.row.unread, view.row.status, view.row.snoozed_until) == (("vip",), False, "snoozed", until)
    marta.actions.do(Reopen(), [1])
    marta.actions.do(MarkRead(read=False), [1])
    assert (desk.threads.show(1).row.status, desk.threads.show(1).row.unread) == ("open", True)
    marta.actions.do(Block(), [1])
    assert rows(desk.store, "customer", "blocked_at") != [(None,)]
    marta.actions.do(Block(blocked=False), [1])
    assert rows(desk.store, "customer", "blocked_at") == [(None,)]
    titles = [step.title for step in marta.actions.steps()][::-1]
    assert titles[:4] == ["assign to marta and team support", "priority urgent", "rename to Wheel", "tag +vip"]
    assert titles[5:] == [f"snooze until {until:%Y-%m-%d %H:%M}", "reopen", "mark as unread", "block", "unblock"]


def test_each_thread_has_its_row_in_the_audit_log(desk: Desk) -> None:
    customers(desk)
    desk.actions.do(SetPriority("high"), [1, 2])
    told = [(row.operation, row.entity, row.entity_id, row.after) for row in audited(desk)]
    assert told == [("actions.do", "thread", number, {"priority": "high"}) for number in (1, 2)]


def test_the_verbs_of_threads_leave_steps_of_their_own_and_looking_leaves_none(desk: Desk) -> None:
    customers(desk)
    desk.threads.mark_read(1)
    desk.threads.close(1)
    desk.threads.close(1)
    desk.threads.note(2, "hm")
    desk.threads.tag(2, add=["vip"])
    desk.threads.tag(2, add=["vip"])
    assert [(step.title, step.threads) for step in desk.actions.steps()] == [("tag +vip", (2,)), ("close", (1,))]


def test_steps_are_ones_own_and_the_newest_first(desk: Desk) -> None:
    customers(desk)
    marta = operator(desk, "marta")
    desk.threads.close(1)
    marta.threads.close(2)
    desk.threads.close(3)
    assert [step.threads for step in desk.actions.steps()] == [(3,), (1,)]
    assert [step.threads for step in desk.actions.steps(limit=1)] == [(3,)]
    assert [step.threads for step in marta.actions.steps()] == [(2,)]


def test_a_viewer_may_look_and_not_act(desk: Desk) -> None:
    customers(desk)
    viewer = acting(desk, "vera", Role.VIEWER)
    assert viewer.actions.steps() == ()
    for act in (lambda: viewer.actions.do(Close(), [1]), viewer.actions.undo):
        with pytest.raises(NotAllowed):
            act()


def test_what_rules_do_leaves_no_step(desk: Desk) -> None:
    customers(desk)
    desk.rules.add("closing", "", ["tag done"], trigger="thread resolved")
    desk.actions.do(Close(), [1])
    desk.threads.close(2)
    assert rows(desk.store, "thread_tag") == [(1, "done"), (2, "done")]
    assert [step.title for step in desk.actions.steps()] == ["close", "close"]


def test_a_long_title_is_one_line_and_short(desk: Desk) -> None:
    customers(desk)
    step = desk.actions.do(Rename("a\nb\x00" + "x" * 500), [1])
    assert step.title.startswith("rename to a b\ufffd")
    assert len(step.title) <= 201


def test_processes_that_act_on_the_same_threads_in_any_order_never_wait_for_each_other(desk: Desk) -> None:
    customers(desk, 30)
    desk.operators.add("ana")
    before = "from convo.model.actions import Assign, Close, Reopen"
    work = "[desk.actions.do({}, list(range(1, 31))[::{}]).id for _ in range(4)]"
    at_once(
        desk, work.format("Close()", 1), work.format("Reopen()", -1), work.format("Assign('ana')", -1), before=before
    )
    opened = [thread for thread, resolved in rows(desk.store, "episode", "thread_id", "resolved_at") if not resolved]
    assert len(opened) == len(set(opened))


def test_nobody_takes_back_what_is_not_there(desk: Desk) -> None:
    customers(desk)
    with pytest.raises(NotFound, match="nothing of yours"):
        desk.actions.undo()
    for number in (1, 0, -1, 10**30):
        with pytest.raises(NotFound):
            desk.actions.undo(number)
    desk.actions.do(Close(), [1])
    desk.actions.undo()
    with pytest.raises(Conflict, match="'close' is taken back already"):
        desk.actions.undo(1)
    with pytest.raises(NotFound, match="nothing of yours"):
        desk.actions.undo()
