"""Replay tells what other rules would have done with the past, and changes nothing."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, QueryError
from convo.model.words import Direction
from convo.routing import history as reading
from tests.desk.ruling import at, moment, said, tags
from tests.intake.saying import START, mail, rows, take

NOW_RULES = """
[[rule]]
name = "wheels"
when = "wheel"
do = ["tag wheels", "team workshop"]
"""
CANDIDATE = """
[[rule]]
name = "wheels"
when = "wheel OR rim"
do = ["tag rims", "assign round-robin workshop", "priority high"]

[[rule]]
name = "hello"
on = "thread opened"
do = ["reply hello"]
"""


@pytest.fixture
def past(desk: Desk) -> Desk:
    """A desk with some history, and rules that it was not routed by."""
    desk.teams.add("workshop")
    desk.snippets.add("hello", "Hello.")
    take(
        desk.store,
        mail("ana@example.org", 0, "my wheel", subject="a"),
        mail("ana@example.org", 1, "and the other", subject="a"),
        mail("ben@example.org", 2, "my rim", subject="b"),
        mail("cleo@example.org", 3, "nothing", subject="c"),
        history=True,
    )
    desk.rules.import_text(NOW_RULES)
    return desk


def test_a_replay_counts_what_would_have_gone_elsewhere(past: Desk) -> None:
    view = past.routing.replay(rules=CANDIDATE)
    assert (view.messages, view.threads, view.changed_messages, view.changed_threads) == (4, 3, 4, 3)
    counts = {(count.what, count.before, count.after): count.messages for count in view.counts}
    assert counts == {
        ("destination", "team workshop", "round-robin workshop"): 2,
        ("destination", "nobody", "round-robin workshop"): 1,
        ("priority", "normal", "high"): 3,
        ("tag", "wheels", ""): 2,
        ("tag", "", "rims"): 3,
        ("action", "", "reply hello"): 3,
    }
    assert [(change.kind, change.rule) for change in view.changes] == [("changed", "wheels"), ("added", "hello")]
    assert [(told.rule, told.before, told.after) for told in view.firings] == [("wheels", 1, 2), ("hello", None, 3)]
    first = next(one for one in view.examples if one.message_id == 1)
    assert (first.thread_id, first.text) == (1, "my wheel")
    assert first.before == ("to team workshop", "priority normal", "tag wheels")
    assert first.after == ("to round-robin workshop", "priority high", "tag rims", "reply hello")


def test_a_replay_changes_nothing(past: Desk) -> None:
    names = ("thread", "message", "thread_tag", "decision", "delivery", "audit", "rule", "rule_set", "mark")
    before = {name: rows(past.store, name) for name in names}
    past.routing.replay(rules=CANDIDATE)
    past.routing.replay()
    assert {name: rows(past.store, name) for name in names} == before


def test_rules_replayed_against_themselves_differ_in_nothing(past: Desk) -> None:
    view = past.routing.replay(rules=past.rules.export())
    assert (view.changed_messages, view.counts, view.changes, view.examples) == (0, (), (), ())


def test_a_replay_does_what_routing_did(desk: Desk) -> None:
    """What was routed as it came and what a replay says of it afterwards agree, message by message."""
    desk.rules.import_text(
        """
        [[rule]]
        name = "opened"
        on = "thread opened"
        do = "tag opened"
        [[rule]]
        name = "again"
        on = "thread reopened"
        do = "tag again"
        [[rule]]
        name = "answered"
        when = "has:reply -tag:again"
        do = ["tag answered", "priority high"]
        [[rule]]
        name = "urgent"
        when = "priority:high is:waiting"
        do = ["close"]
        """
    )
    thread = said(desk, "ana@example.org", 0, "a", subject="x")
    at(1, lambda: desk.threads.reply(thread, "b"))
    said(desk, "ana@example.org", 2, "c", subject="x")
    said(desk, "ana@example.org", 3, "d", subject="x", references=("ana@example.org-0@example",))
    at(5, lambda: desk.threads.close(thread))
    said(desk, "ana@example.org", 6, "e", subject="x", references=("ana@example.org-0@example",))
    said(desk, "robot@example.org", 7, automatic=True)
    said(desk, "ana@example.org", 8, direction=Direction.OUTBOUND)
    counted = {view.rule: view.before for view in desk.routing.replay().firings}
    done: dict[str, int] = {}
    for _, fired in rows(desk.store, "decision", "id", "fired"):
        for one in fired:
            done[one["name"]] = done.get(one["name"], 0) + 1
    assert counted == done
    assert tags(desk, thread) == {"opened", "again", "answered"}
    assert all(done.values())


def test_since_and_a_query_narrow_the_messages_down(past: Desk) -> None:
    assert past.routing.replay(rules=CANDIDATE, since=moment(2)).messages == 2
    assert past.routing.replay(rules=CANDIDATE, query="rim").messages == 1
    late = past.routing.replay(rules=CANDIDATE, since=moment(1))
    assert ("tag", "wheels", "") in {(one.what, one.before, one.after) for one in late.counts}, "its thread is known"
    with clock.fixed(START + timedelta(days=1)):
        assert past.routing.replay(query="newer:1h").messages == 4, "it is asked as of when it was sent"


def test_a_very_long_thread_is_read_in_pages(past: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = past.routing.replay(rules=CANDIDATE)
    for messages, threads in ((1, 500), (2, 1), (3, 2)):
        monkeypatch.setattr(reading, "_MESSAGES", messages)
        monkeypatch.setattr(reading, "_THREADS", threads)
        assert past.routing.replay(rules=CANDIDATE) == whole


def test_what_a_thread_has_of_other_tags_is_known(past: Desk) -> None:
    past.threads.tag(1, add=["imported", "rims"])
    view = past.routing.replay(rules=CANDIDATE + '[[rule]]\nname = "i"\nwhen = "tag:imported"\ndo = "tag i"\n')
    assert {told.rule: told.after for told in view.firings}["i"] == 2
    view = past.routing.replay(rules=CANDIDATE + '[[rule]]\nname = "i"\nwhen = "tag:rims"\ndo = "tag i"\n')
    assert {told.rule: told.after for told in view.firings}["i"] == 3


def test_candidates_that_are_wrong_are_refused(past: Desk) -> None:
    with pytest.raises(BadInput, match="line 1, rule 'a': action 1"):
        past.routing.replay(rules='[[rule]]\nname = "a"\ndo = "fly"\n')
    with pytest.raises(QueryError):
        past.routing.replay(query="(x")
    with pytest.raises(BadInput, match="no time zone"):
        past.routing.replay(since=START.replace(tzinfo=None))
    with pytest.raises(BadInput, match="cannot be shown"):
        past.routing.replay(examples=-1)
