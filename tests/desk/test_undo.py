"""Taking steps back: everything is as it was before, what others did since stays, and a reply goes only unsent."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from convo import clock
from convo.desk.desk import Desk
from convo.errors import Conflict
from convo.model import tables
from convo.model.actions import Action, Assign, Block, Close, MarkRead, Rename, Reopen, SetPriority, Snooze, Tag
from convo.model.words import ThreadStatus
from convo.store import search_index
from tests.desk.acting import audited, operator
from tests.desk.test_at_once import at_once
from tests.intake.saying import START, mail, rows, take

NOW = START + timedelta(hours=1)
LATER = NOW + timedelta(hours=2)
ACTIONS: tuple[Action, ...] = (
    Assign("marta"),
    Assign("ben", "office"),
    Assign(team="office"),
    Assign(),
    Snooze(NOW + timedelta(days=9)),
    Close(),
    Reopen(),
    Tag(("vip", "new"), ("old",)),
    SetPriority("urgent"),
    MarkRead(),
    MarkRead(read=False),
    Rename("Something else"),
    Block(),
    Block(blocked=False),
)
SITUATIONS = (*ThreadStatus, "reopened", "queued", "blocked", "answered")
_ALL = ("thread", "thread_tag", "episode", "bot_session", "message", "delivery", "customer", "customer_tag")


def whole(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is held of threads and customers."""
    state = {name: rows(desk.store, name) for name in _ALL}
    with desk.store.read() as connection:
        state["index"] = [(search_index.count(connection),)]
    return state


@pytest.fixture
def shop(desk: Desk) -> Iterator[Desk]:
    """A desk with people, promises, and two threads of one customer and one of another, a while after they wrote."""
    desk.sla.add("gold", first="4h", following="8h", resolution="2d")
    desk.teams.add("office")
    marta = operator(desk, "marta")
    desk.operators.add("ben")
    desk.operators.set_availability("marta", "offline")
    desk.operators.set_availability("ben", "offline")
    take(
        desk.store,
        mail("ana@x.example", 0, "the wheel", subject="Wheel", external_id="1@x"),
        mail("ben@x.example", 1, "the bill", subject="Bill", external_id="2@x"),
    )
    with clock.fixed(START + timedelta(minutes=5)):
        for number in (1, 2):
            desk.sla.put(number, "gold")
            desk.threads.tag(number, add=["old", "keep"])
    with clock.fixed(NOW):
        yield marta


def bring_about(desk: Desk, situation: str, thread: int = 1) -> None:
    """Let a thread be in a situation."""
    with clock.fixed(START + timedelta(minutes=20)):
        match situation:
            case "snoozed":
                desk.threads.snooze(thread, NOW + timedelta(days=1))
            case "resolved":
                desk.threads.close(thread)
            case "pending" | "answered":
                desk.threads.reply(thread, "which size?")
            case "reopened":
                desk.threads.close(thread)
                desk.threads.reopen(thread)
            case "queued":
                desk.assignments.place(thread, "least-busy")
            case "blocked":
                desk.customers.block(thread)
    if situation == "answered":
        take(desk.store, mail("ana@x.example", 30, "29 inches", external_id="3@x", references=("1@x",)))
        desk.sla.refresh(thread)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_whatever_is_done_to_a_thread_and_taken_back_leaves_all_as_it_was(shop: Desk, situation: str) -> None:
    bring_about(shop, situation)
    for action in ACTIONS:
        before = whole(shop)
        with clock.fixed(NOW + timedelta(minutes=7)):
            step = shop.actions.do(action, [1, 2])
        if step.undone_at is not None:
            assert whole(shop) == before  # There was nothing to change.
            continue
        with clock.fixed(LATER):
            taken = shop.actions.undo()
        assert (taken.id, taken.threads, taken.skipped, taken.undone_at) == (step.id, (1, 2), (), LATER), action
        assert whole(shop) == before, action


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_reply_that_has_not_left_is_taken_back_without_a_trace(shop: Desk, situation: str) -> None:
    bring_about(shop, situation)
    before = whole(shop)
    sent = shop.threads.reply(1, "unsayable", hold=10)
    (step, *_) = shop.actions.steps()
    assert (step.title, step.threads) == ("reply to ana@x.example", (1,)) or step.title.startswith("reply to ")
    shop.actions.undo(step.id)
    assert whole(shop) == before
    assert shop.search.messages("unsayable").items == ()
    assert shop.deliveries.list("queued").items == () or situation in {"pending", "answered"}
    assert sent.id not in [row[0] for row in rows(shop.store, "message", "id")]


def test_steps_are_taken_back_one_after_the_other_as_they_were_done(shop: Desk) -> None:
    states = []
    for action in ACTIONS:
        states.append(whole(shop))
        if shop.actions.do(action, [1]).undone_at is not None:
            states.pop()
    shop.threads.reply(1, "hello")
    while states:
        shop.actions.undo()
        if states and whole(shop) == states[-1]:
            states.pop()
    assert {step.undone_at is None for step in shop.actions.steps(limit=100)} == {False}


def test_closing_and_taking_it_back_leaves_one_open_episode(shop: Desk) -> None:
    shop.threads.close(1)
    shop.actions.undo()
    episodes = rows(shop.store, "episode", "thread_id", "resolved_at")
    assert sorted(episodes) == [(1, None), (2, None)]


def test_reopening_and_taking_it_back_leaves_no_episode_behind_not_even_with_a_breach(shop: Desk) -> None:
    shop.threads.close(1)
    before = rows(shop.store, "episode")
    shop.threads.reopen(1)
    with clock.fixed(NOW + timedelta(days=20)):
        shop.sla.note_breaches()
        shop.actions.undo()
    assert rows(shop.store, "episode") == before


@pytest.mark.parametrize(
    ("action", "since", "why"),
    [
        (Close(), lambda desk: desk.threads.reopen(1), "tester changed its status since"),
        (Close(), lambda desk: desk.threads.snooze(1, NOW + timedelta(days=2)), "tester changed its status since"),
        (Assign("marta"), lambda desk: desk.threads.assign(1, "ben"), "tester changed its assignee since"),
        (Snooze(NOW + timedelta(days=1)), lambda desk: desk.threads.close(1), "tester changed its status since"),
        (SetPriority("high"), lambda desk: desk.threads.set_priority(1, "low"), "tester changed its priority since"),
        (Rename("A"), lambda desk: desk.threads.rename(1, "B"), "tester changed its subject since"),
        (Tag(("vip",)), lambda desk: desk.threads.tag(1, remove=["vip"]), "tester changed its tag vip since"),
        (MarkRead(), lambda desk: desk.threads.mark_read(1, read=False), "tester changed whether it is read since"),
        (Block(), lambda desk: desk.customers.unblock(1), "tester changed who is blocked since"),
    ],
)
def test_a_thread_that_somebody_changed_since_is_left_and_it_is_said_who(
    shop: Desk, desk: Desk, action: Action, since: Callable[[Desk], object], why: str
) -> None:
    other = rows(shop.store, "thread")[1]
    step = shop.actions.do(action, [1, 2])
    with clock.fixed(NOW + timedelta(minutes=9)):
        since(desk)
        kept = rows(shop.store, "thread")[0], rows(shop.store, "episode")
        taken = shop.actions.undo()
    assert taken.id == step.id
    assert [thread for thread, _ in taken.skipped] == [1]
    assert taken.skipped[0][1] == f"{why}, at 2026-11-02 10:09 UTC"
    assert rows(shop.store, "thread") == [kept[0], other]
    assert [episode for episode in rows(shop.store, "episode") if episode[1] == 1] == [
        episode for episode in kept[1] if episode[1] == 1
    ]


def test_what_nobody_can_take_back_any_more_is_refused_and_changes_nothing(shop: Desk, desk: Desk) -> None:
    shop.threads.close(1)
    desk.threads.reopen(1)
    before = whole(shop), audited(shop)
    with pytest.raises(Conflict, match="tester changed its status since"):
        shop.actions.undo()
    assert (whole(shop), audited(shop)) == before
    assert shop.actions.steps()[0].undone_at is None


def test_a_customer_who_wrote_since_keeps_a_thread_open(shop: Desk) -> None:
    shop.threads.close(1)
    take(shop.store, mail("ana@x.example", 90, "still!", external_id="4@x", references=("1@x",), name="Ana"))
    before = whole(shop)
    with pytest.raises(Conflict, match="Ana wrote since, which changed its status"):
        shop.actions.undo()
    assert whole(shop) == before


def test_whoever_changed_it_is_told_and_not_who_did_something_else_later(shop: Desk, desk: Desk) -> None:
    shop.threads.close(1)
    desk.threads.reopen(1)
    shop.threads.tag(1, add=["later"])
    with pytest.raises(Conflict, match="tester changed its status since"):
        shop.actions.undo(shop.actions.steps()[1].id)
    shop.threads.snooze(1, NOW + timedelta(days=1))
    desk.threads.reply(1, "hello")
    with pytest.raises(Conflict, match="tester wrote since, which changed its status"):
        shop.actions.undo()


def test_what_others_did_to_other_things_stands_in_nobodys_way(shop: Desk, desk: Desk) -> None:
    shop.threads.close(1)
    desk.threads.tag(1, add=["checked"])
    desk.threads.set_priority(1, "high")
    desk.threads.note(1, "seen")
    shop.actions.undo()
    view = desk.threads.show(1)
    assert (view.row.status, view.row.priority, view.tags) == ("open", "high", ("checked", "keep", "old"))


def test_what_rules_did_because_of_a_step_stays_and_hinders_nothing(shop: Desk, desk: Desk) -> None:
    desk.rules.add("closing", "", ["tag done", "priority low"], trigger="thread resolved")
    shop.threads.close(1)
    shop.actions.undo()
    view = desk.threads.show(1)
    assert (view.row.status, view.row.priority, view.tags) == ("open", "low", ("done", "keep", "old"))
    desk.rules.add("sent", "", ["tag sent"], trigger="message sent")
    shop.threads.reply(1, "hello")
    shop.actions.undo()
    assert desk.threads.show(1).tags == ("done", "keep", "old", "sent")
    assert rows(shop.store, "delivery") == []


def test_due_times_follow_a_policy_that_changed_since(shop: Desk, desk: Desk) -> None:
    due = desk.threads.show(1).row.due
    shop.threads.close(1)
    desk.sla.put(1, None)
    shop.actions.undo()
    row = desk.threads.show(1).row
    assert (row.status, row.sla, row.due) == ("open", None, None)
    assert due is not None


def test_a_thread_does_not_go_back_to_whoever_has_left(shop: Desk, desk: Desk) -> None:
    desk.threads.assign(1, "ben")
    shop.threads.assign(1, "marta")
    desk.operators.remove("ben")
    with pytest.raises(Conflict, match="whoever had it before has left"):
        shop.actions.undo()
    assert desk.threads.show(1).row.assignee == "marta"


def test_a_reply_that_somebody_began_to_send_has_left(shop: Desk) -> None:
    shop.threads.reply(1, "hello")
    (step, *_) = shop.actions.steps()
    for values in (
        {"status": "sending", "claimed_by": "worker"},
        {"status": "queued", "claimed_by": "worker"},
        {"status": "queued", "claimed_by": None, "attempts": 1},
        {"status": "sent"},
    ):
        with shop.store.write() as connection:
            connection.execute(update(tables.delivery).values({"claimed_by": None, **values}))
        before = whole(shop)
        with pytest.raises(Conflict, match="it has left already"):
            shop.actions.undo(step.id)
        assert whole(shop) == before


def test_a_reply_is_taken_back_although_the_thread_went_on(shop: Desk, desk: Desk) -> None:
    shop.threads.reply(1, "wrong customer!", hold=60)
    (step, *_) = shop.actions.steps()
    take(shop.store, mail("ana@x.example", 90, "still!", external_id="4@x", references=("1@x",)))
    desk.threads.snooze(1, NOW + timedelta(days=3))
    shop.actions.undo(step.id)
    view = desk.threads.show(1)
    assert [message.body for message in view.messages] == ["the wheel", "still!"]
    assert (view.row.status, view.row.messages, view.row.last_message_at) == (
        "snoozed",
        2,
        START + timedelta(minutes=90),
    )
    assert view.row.waiting_since is not None
    assert rows(shop.store, "delivery") == []


def test_a_reply_that_a_later_one_followed_goes_alone(shop: Desk, desk: Desk) -> None:
    shop.threads.reply(1, "wrong!", hold=60)
    (step, *_) = shop.actions.steps()
    desk.threads.reply(1, "right")
    shop.actions.undo(step.id)
    view = desk.threads.show(1)
    assert [message.body for message in view.messages] == ["the wheel", "right"]
    assert (view.row.status, view.row.waiting_since, view.row.messages) == ("pending", None, 2)


def test_a_number_of_a_reply_that_was_taken_back_is_no_other_messages(shop: Desk) -> None:
    sent = shop.threads.reply(1, "wrong!")
    shop.actions.undo()
    assert shop.threads.reply(1, "right").id != sent.id


def test_the_same_key_sends_again_what_was_taken_back(shop: Desk) -> None:
    shop.threads.reply(1, "hello", key="k1")
    shop.actions.undo()
    assert shop.threads.reply(1, "hello", key="k1").delivery == "queued"
    assert len(rows(shop.store, "delivery")) == 1


def test_a_merge_is_taken_back_once(shop: Desk) -> None:
    before = {name: rows(shop.store, name) for name in ("thread", "message", "customer", "identity", "episode")}
    shop.customers.merge(1, 2)
    (step, *_) = shop.actions.steps()
    assert (step.title, step.threads) == ("merge customer 2 into 1", ())
    shop.actions.undo()
    assert {name: rows(shop.store, name) for name in before} == before
    shop.customers.merge(1, 2)
    shop.customers.unmerge(2)
    with pytest.raises(Conflict, match="customer 2 is apart again already"):
        shop.actions.undo()


def test_a_merge_that_is_only_shown_leaves_no_step(shop: Desk) -> None:
    shop.customers.merge(1, 2, dry_run=True)
    assert [step.title for step in shop.actions.steps()] == []


def test_blocking_a_customer_is_taken_back(shop: Desk) -> None:
    shop.customers.block(1)
    shop.actions.undo()
    assert [blocked for _, blocked in rows(shop.store, "customer", "id", "blocked_at")] == [None, None]


def test_taking_back_is_written_down(shop: Desk) -> None:
    shop.threads.set_priority(1, "high")
    shop.actions.undo()
    last = audited(shop)[-1]
    assert (last.actor, last.operation, last.entity, last.entity_id) == ("marta", "actions.undo", "thread", 1)
    assert (last.before, last.after) == ({"priority": "high"}, {"priority": "normal"})


def test_another_may_take_a_step_back_by_its_number(shop: Desk, desk: Desk) -> None:
    shop.threads.close(1)
    (step,) = shop.actions.steps()
    assert desk.actions.undo(step.id).actor == "marta"
    assert desk.threads.show(1).row.status == "open"


def test_processes_that_take_one_step_back_at_once_do_so_once(shop: Desk, desk: Desk) -> None:
    desk.threads.close(1)
    (step, *_) = desk.actions.steps()
    attempt = """
    def attempt(call):
        try:
            return call().id
        except Exception as error:
            return type(error).__name__
    """
    work = f"[attempt(lambda: desk.actions.undo({step.id}))]"
    told = [outcome for (outcome,) in at_once(desk, work, work, work, before=attempt)]
    assert sorted(map(str, told)) == [str(step.id), "Conflict", "Conflict"]


def test_steps_older_than_thirty_days_are_forgotten(shop: Desk) -> None:
    shop.threads.close(1)
    with clock.fixed(NOW + timedelta(days=20)):
        shop.threads.close(2)
    with clock.fixed(NOW + timedelta(days=30)):
        shop.work.tick()
        assert [step.threads for step in shop.actions.steps()] == [(2,), (1,)]
    with clock.fixed(NOW + timedelta(days=31)):
        shop.work.tick()
        assert [step.threads for step in shop.actions.steps()] == [(2,)]
    assert [thread for _, thread in rows(shop.store, "undo_row", "id", "thread_id")] == [2]
    assert [row.operation for row in audited(shop) if row.operation == "actions.forget"] == []


def test_a_bot_that_a_person_relieved_has_the_thread_again(shop: Desk, desk: Desk) -> None:
    desk.bots.add("ines", '[ask]\n"*" = ["order_number"]')
    take(shop.store, mail("eva@x.example", 50, "where is my parcel?", external_id="5@x"))
    desk.bots.take(3, "ines")
    before = whole(shop)
    shop.threads.assign(3, "marta")
    assert whole(shop)["bot_session"] != before["bot_session"]
    shop.actions.undo()
    assert whole(shop) == before


def test_a_thread_that_a_bot_took_on_since_it_was_reopened_stays_so(shop: Desk, desk: Desk) -> None:
    desk.bots.add("ines", '[ask]\n"*" = ["order_number"]')
    shop.threads.close(1)
    shop.threads.reopen(1)
    desk.bots.take(1, "ines")
    with pytest.raises(Conflict, match="ines wrote since, which changed its status"):
        shop.actions.undo()
