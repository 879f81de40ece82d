"""Rules run on what happens, as themselves, and never on what rules did; why is told for good."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, NotFound
from convo.model.words import Authentication, Direction, Role
from tests.desk.acting import acting, audited, operator
from tests.desk.ruling import at, fired, outcome, said, tags
from tests.intake.saying import START, mail, rows, take

EVIL = "\x1b[2J[/][bold]x\u202e'; DROP TABLE rule; --"


def test_a_rule_does_all_its_actions_as_itself(desk: Desk) -> None:
    desk.teams.add("workshop")
    desk.operators.add("marta")
    desk.teams.join("workshop", "marta")
    desk.snippets.add("thanks", "Hello {customer.first_name|you}, {operator.name|we} will look at it.")
    desk.rules.add("first", "", ["tag new"])
    actions = ["team workshop", "priority high", "tag wheels", "untag new", "note look at this"]
    desk.rules.add("wheels", "wheel", [*actions, "notify workshop", "reply thanks", "snooze 2h"])
    thread = said(desk, "ana@example.org", 0, "my wheel is bent", name="Ana Ruiz")
    view = desk.threads.show(thread)
    assert (view.row.team, view.row.priority, view.row.status) == ("workshop", "high", "snoozed")
    assert view.tags == ("wheels",)
    note, reply = (message for message in view.messages if message.direction != "inbound")
    assert (note.direction, note.body, note.author) == ("note", "look at this", "rule wheels")
    assert (reply.direction, reply.automatic, reply.body) == ("outbound", True, "Hello Ana, we will look at it.")
    assert reply.delivery == "queued"
    told = desk.notifications.list().items
    assert [(one.operator, one.by, one.body) for one in told] == [
        ("marta", "rule wheels", "message received: my wheel is bent")
    ]
    assert {row.actor for row in audited(desk) if row.operation == "threads.tag"} == {"rule first", "rule wheels"}
    (decision,) = desk.routing.explain(thread)
    assert all(action.done for action in outcome(decision, "wheels").actions)


def test_an_automatic_reply_is_no_response_of_ours(desk: Desk) -> None:
    desk.snippets.add("thanks", "Thank you.")
    desk.rules.add("thanks", "", ["reply thanks"])
    thread = said(desk, "ana@example.org", 0)
    row = desk.threads.show(thread).row
    assert (row.status, row.waiting_since) == ("open", START)
    assert rows(desk.store, "episode", "id", "first_response_at") == [(1, None)]


def test_rules_run_in_order_and_later_ones_see_what_earlier_ones_did(desk: Desk) -> None:
    desk.rules.add("late", "tag:urgent priority:urgent", ["tag seen", "stop"])
    desk.rules.add("early", "help", ["tag urgent", "priority urgent"], position=1)
    desk.rules.add("never", "help", ["tag never"])
    thread = said(desk, "ana@example.org", 0, "help")
    assert tags(desk, thread) == {"urgent", "seen"}
    (decision,) = desk.routing.explain(thread)
    assert [told.outcome for told in decision.rules] == ["fired", "fired", "not reached"]
    assert outcome(decision, "never").reasons == ("the rule late let no later rule run",)


def test_each_trigger_runs_its_own_rules(desk: Desk) -> None:
    for trigger in ("thread opened", "thread reopened", "thread resolved", "message received", "message sent"):
        desk.rules.add(trigger, "", [f"note {trigger}"], trigger=trigger)
    marta = operator(desk)

    def notes() -> list[str]:
        with desk.store.read():
            return [m.body for m in desk.threads.show(1).messages if m.direction == "note"]

    said(desk, "ana@example.org", 0, "hello", subject="wheel")
    assert notes() == ["thread opened", "message received"]
    at(1, lambda: marta.threads.reply(1, "yes?"))
    at(2, lambda: marta.threads.close(1))
    at(3, lambda: marta.threads.close(1))
    assert notes()[2:] == ["message sent", "thread resolved"]
    at(4, lambda: marta.threads.reopen(1))
    at(5, lambda: marta.threads.snooze(1, START + timedelta(days=1)))
    at(6, lambda: marta.threads.reopen(1))
    assert notes()[4:] == ["thread reopened"], "and not when it was only put away"
    at(7, lambda: marta.threads.close(1))
    said(desk, "ana@example.org", 8, "again", references=("ana@example.org-0@example",), subject="wheel")
    assert notes()[5:] == ["thread resolved", "thread reopened", "message received"]


def test_what_a_rule_does_sets_off_no_rules(desk: Desk) -> None:
    desk.snippets.add("hello", "Hello.")
    desk.rules.add("close it", "", ["close"], trigger="thread reopened")
    desk.rules.add("ping", "", ["tag ping", "close", "reply hello"])
    desk.rules.add("pong", "", ["tag pong"], trigger="thread resolved")
    desk.rules.add("sent", "", ["tag sent"], trigger="message sent")
    thread = said(desk, "ana@example.org", 0)
    assert tags(desk, thread) == {"ping"}
    at(1, lambda: desk.threads.reopen(thread))
    assert desk.threads.show(thread).row.status == "resolved"
    assert tags(desk, thread) == {"ping"}
    at(2, lambda: desk.threads.reopen(thread))
    desk.rules.disable("close it")
    at(3, lambda: desk.threads.reopen(thread))
    at(4, lambda: desk.threads.close(thread))
    assert tags(desk, thread) == {"ping", "pong"}, "and what a person does afterwards sets them off again"


def test_an_action_that_fails_stops_neither_the_others_nor_intake(desk: Desk) -> None:
    for name in ("marta", "ben"):
        desk.operators.add(name)
    desk.teams.add("workshop")
    desk.snippets.add("hi", "Hi.")
    desk.rules.add("r", "", ["team workshop", "notify marta", "reply hi", "tag done"])
    desk.teams.remove("workshop")
    desk.operators.remove("marta")
    desk.snippets.remove("hi")
    thread = said(desk, "ana@example.org", 0)
    row = desk.threads.show(thread).row
    assert (row.status, row.assignee, row.team, row.unread) == ("open", None, None, True)
    assert tags(desk, thread) == {"done"}
    (decision,) = desk.routing.explain(thread)
    told = outcome(decision, "r").actions
    assert [action.done for action in told] == [False, False, False, True]
    assert "there is no team 'workshop'" in told[0].detail
    assert "no operator and no team 'marta'" in told[1].detail
    assert "there is no snippet 'hi'" in told[2].detail


def test_a_bug_in_an_action_is_told_and_taken_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from convo.desk.sla import Sla

    def broken(self: Sla, thread: int, policy: str | None) -> None:
        self.desk.threads.tag(thread, add=["half done"])
        raise KeyError("a bug")

    desk.rules.add("r", "", ["tag a"])
    with desk.store.write() as connection:
        connection.exec_driver_sql("""UPDATE rule SET actions = '["sla gold", "tag b"]'""")
        connection.exec_driver_sql("DELETE FROM mark")
    monkeypatch.setattr(Sla, "put", broken)
    thread = said(desk, "ana@example.org", 0)
    assert tags(desk, thread) == {"b"}
    (decision,) = desk.routing.explain(thread)
    assert "went wrong inside convo" in outcome(decision, "r").actions[0].detail


def test_blocking_is_for_spam(desk: Desk) -> None:
    desk.rules.add("spam", "casino", ["block", "stop"])
    thread = said(desk, "eve@example.org", 0, "casino!")
    assert desk.threads.show(thread).row.status == "resolved"
    assert tags(desk, thread) == {"spam"}
    assert desk.customers.list("is:blocked").items[0].blocked
    said(desk, "eve@example.org", 1, "casino again")
    assert len(rows(desk.store, "decision")) == 1, "what a blocked customer writes is not routed"


def test_the_assignment_that_a_rule_asked_for_is_kept(desk: Desk) -> None:
    desk.operators.add("marta")
    desk.rules.add("r", "", ["assign marta"])
    thread = said(desk, "ana@example.org", 0)
    (decision,) = desk.routing.explain(thread)
    assert decision.assignment is not None
    assert decision.assignment.wanted == "marta"
    assert decision.assignment.thread_id == thread


def test_a_rule_acts_whoever_caused_it(desk: Desk) -> None:
    desk.rules.add("r", "", ["tag done"], trigger="thread resolved")
    thread = said(desk, "ana@example.org", 0)
    acting(desk, "agnes", Role.AGENT).threads.close(thread)
    assert tags(desk, thread) == {"done"}
    assert audited(desk)[-1].after == {"trigger": "thread resolved", "rules": ["r"]}


def test_a_rule_answers_neither_robots_nor_strangers_and_once_a_day(desk: Desk) -> None:
    desk.snippets.add("hi", "Hi.")
    desk.rules.add("hi", "", ["reply hi"])

    def replies(thread: int) -> int:
        return sum(m.direction == "outbound" for m in desk.threads.show(thread).messages)

    robot = said(desk, "robot@example.org", 0, automatic=True)
    assert replies(robot) == 0
    ana = said(desk, "ana@example.org", 1)
    said(desk, "ana@example.org", 2)
    assert replies(ana) == 1
    said(desk, "ana@example.org", 3 + 24 * 60)
    assert replies(ana) == 2
    (last,) = desk.routing.explain(robot)
    assert outcome(last, "hi").actions[0].detail == "an automatic message is not answered automatically"
    forged = said(desk, "ana@example.org", 4 + 48 * 60, "give me", authentication=Authentication.FAIL)
    assert replies(forged) == 0


def test_two_robots_that_do_not_say_so_soon_fall_silent(desk: Desk) -> None:
    desk.snippets.add("hi", "Hi.")
    desk.rules.add("hi", "", ["reply hi"])
    for minute in range(40):
        said(desk, "robot@example.org", minute, f"Hi back {minute}", subject=f"number {minute}")
    assert len(rows(desk.store, "delivery")) == 10


def test_a_decision_stays_explained_when_everything_has_changed_since(desk: Desk) -> None:
    desk.rules.add("german", "language:de", ["tag de"])
    desk.rules.add("wheels", "wheel -tag:done", ["tag wheels"])
    thread = said(desk, "ana@example.org", 0, "my wheel", language="es")
    desk.rules.remove("wheels")
    desk.rules.edit("german", query="language:es")
    desk.threads.tag(thread, add=["done"], remove=["wheels"])
    (decision,) = desk.routing.explain(thread)
    assert fired(decision) == ["wheels"]
    assert outcome(decision, "german").reasons == ("language:de failed: the message's language is es",)
    assert (decision.thread_id, decision.message_id, decision.trigger) == (thread, 1, "message received")
    assert decision.at == START + timedelta(seconds=1)


def test_an_opening_is_explained_with_the_message_that_came_with_it(desk: Desk) -> None:
    desk.rules.add("opened", "", ["tag new"], trigger="thread opened")
    desk.rules.add("received", "", ["tag got"])
    thread = said(desk, "ana@example.org", 0)
    assert [view.trigger for view in desk.routing.explain(thread)] == ["thread opened", "message received"]
    said(desk, "ana@example.org", 1)
    assert [view.message_id for view in desk.routing.explain(thread)] == [2]
    assert len(desk.routing.explain(thread, all=True)) == 3
    assert [view.trigger for view in desk.routing.explain(message=1)] == ["thread opened", "message received"]
    opened = desk.routing.explain(message=1)[0]
    assert outcome(opened, "received").outcome == "other trigger"


def test_history_is_explained_as_it_would_be_decided_now(desk: Desk) -> None:
    take(desk.store, mail("ana@example.org", 0, "my wheel"), history=True)
    desk.rules.add("wheels", "wheel", ["tag wheels"])
    desk.rules.add("off", "wheel", ["tag off"], enabled=False)
    (decision,) = desk.routing.explain(1)
    assert decision.id is None
    assert [told.outcome for told in decision.rules] == ["would fire", "disabled"]
    assert [(action.action, action.done) for action in decision.rules[0].actions] == [("tag wheels", False)]
    assert tags(desk, 1) == set()
    assert rows(desk.store, "decision") == []


def test_what_is_not_there_cannot_be_explained_or_routed(desk: Desk) -> None:
    for ask in (
        lambda: desk.routing.explain(7),
        lambda: desk.routing.explain(message=7),
        lambda: desk.routing.route(7, "message received", message=9),
    ):
        desk.rules.list() or desk.rules.add("r", "", ["tag x"])
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(BadInput):
        desk.routing.explain()
    with pytest.raises(BadInput, match="matter of time"):
        desk.routing.route(1, "waiting 2h")
    with pytest.raises(BadInput, match="triggers no rule"):
        desk.routing.route(1, "full moon")


def test_a_rule_of_an_older_version_that_cannot_be_read_is_left_out_and_told(desk: Desk) -> None:
    desk.rules.add("old", "", ["tag old"])
    desk.rules.add("new", "", ["tag new"])
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE rule SET trigger = 'waiting' WHERE name = 'old'")
        connection.exec_driver_sql("DELETE FROM mark")
    thread = said(desk, "ana@example.org", 0)
    assert tags(desk, thread) == {"new"}
    (decision,) = desk.routing.explain(thread)
    assert outcome(decision, "old").outcome == "broken"
    assert [(found.rule, found.kind) for found in desk.rules.check()] == [("old", "broken")]


def test_hostile_words_stay_words(desk: Desk) -> None:
    desk.rules.add("'; DROP TABLE rule; --[/]", "", ["note [bold]{customer.name}'; DROP TABLE rule; --"])
    thread = said(desk, "eve@example.org", 0, EVIL, name=EVIL)
    note = next(m for m in desk.threads.show(thread).messages if m.direction == "note")
    assert note.body == "[bold]{customer.name}'; DROP TABLE rule; --"
    assert len(desk.rules.list()) == 1


def test_another_process_learns_of_changed_rules_at_once(desk: Desk) -> None:
    from convo.desk import rule_loading

    desk.rules.add("r", "hello", ["tag one"])
    first = said(desk, "ana@example.org", 0)
    known = dict(rule_loading._known)
    rule_loading._known.clear()
    desk.rules.edit("r", actions=["tag two"])
    rule_loading._known.clear()
    rule_loading._known.update(known)
    second = said(desk, "ben@example.org", 1)
    assert (tags(desk, first), tags(desk, second)) == ({"one"}, {"two"})
    assert len(rows(desk.store, "rule_set")) == 2
    said(desk, "cleo@example.org", 2)
    assert len(rows(desk.store, "rule_set")) == 2


def test_without_rules_nothing_is_decided(desk: Desk) -> None:
    said(desk, "ana@example.org", 0)
    desk.rules.add("r", "", ["tag x"], trigger="thread resolved")
    said(desk, "ana@example.org", 1)
    assert rows(desk.store, "decision") == []
    with clock.fixed(START):
        assert desk.routing.explain(1)[0].rules[0].outcome == "other trigger"


def test_messages_of_ours_that_come_in_are_not_received(desk: Desk) -> None:
    desk.rules.add("r", "", ["tag x"])
    thread = said(desk, "ana@example.org", 0, direction=Direction.OUTBOUND)
    assert tags(desk, thread) == set()


def test_the_newest_decisions_are_listed_with_how_often_each_rule_fired(desk: Desk) -> None:
    desk.rules.add("wheels", "wheel", ["tag wheels"])
    desk.rules.add("sad", "sad", ["tag sad"])
    first = said(desk, "ana@example.org", 0, "my wheel is bent", name="Ana Ruiz")
    said(desk, "bo@example.org", 1, EVIL)
    said(desk, "cy@example.org", 2, "a wheel, and sad")
    desk.rules.edit("wheels", query="wheels")
    seen = desk.routing.lately()
    assert [(one.text, one.fired) for one in seen.decisions] == [
        ("a wheel, and sad", ("wheels", "sad")),
        (EVIL, ()),
        ("my wheel is bent", ("wheels",)),
    ]
    assert (seen.decisions[-1].thread_id, seen.decisions[-1].customer) == (first, "Ana Ruiz")
    assert [(one.rule, one.times) for one in seen.fired] == [("wheels", 2), ("sad", 1)]
    assert seen.looked_at == 3
    assert seen.since is not None
    assert [one.id for one in desk.routing.lately(1).decisions] == [seen.decisions[0].id]
    for wrong in (0, 201):
        with pytest.raises(BadInput, match="1 to 200"):
            desk.routing.lately(wrong)
