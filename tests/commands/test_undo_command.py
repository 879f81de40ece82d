"""`convo undo`, and the refusal of a reply that somebody overtook."""

import json

from tests.commands.conftest import Convo


def test_what_was_done_last_is_taken_back(convo: Convo) -> None:
    assert convo("thread", "close", "3").code == 0
    assert convo("thread", "tag", "2", "vip").code == 0
    ran = convo("undo")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "took back: tag +vip (thread 2)\n"
    assert "took back: close (thread 3)" in convo("undo").err
    ran = convo("undo")
    assert ran.code == 1
    assert "there is nothing of yours to take back" in ran.err


def test_steps_are_listed_and_taken_back_by_their_number(convo: Convo) -> None:
    for words in (("priority", "1", "high"), ("read", "1"), ("rename", "2", "\x1b[31mBill")):
        assert convo("thread", *words).code == 0
    listed = convo("undo", "--list").out.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [
        ["3", "rename to \u241b[31mBill", "thread 2"],
        ["2", "mark as read", "thread 1"],
        ["1", "priority high", "thread 1"],
    ]
    taken = json.loads(convo("undo", "1", "--json").out)
    assert (taken["id"], taken["title"], taken["threads"], taken["skipped"]) == (1, "priority high", [1], [])
    assert "taken back" in convo("undo", "--list", columns=100).out
    assert "\x1b[31mBill" not in convo("undo", "--list", columns=100).out
    assert convo("undo", "1", "--list").code == 2


def test_a_thread_that_is_left_as_it_is_is_told(convo: Convo) -> None:
    convo("thread", "close", "3")
    convo("thread", "reopen", "3")
    ran = convo("undo", "1")
    assert ran.code == 1
    assert "changed its status since" in ran.err


def test_a_reply_is_held_taken_back_and_refused_when_it_was_overtaken(convo: Convo) -> None:
    shown = json.loads(convo("thread", "show", "1", "--json").out)
    seen = shown["messages"][-1]["id"]
    assert convo("thread", "reply", "1", "-m", "hello", "--seen", str(seen), "--hold", "30").code == 0
    ran = convo("thread", "reply", "1", "-m", "hello again", "--seen", str(seen), "--json")
    assert ran.code == 1
    told = json.loads(ran.err)
    assert (told["error"], len(told["messages"])) == ("overtaken", 1)
    assert "wrote meanwhile: hello" in told["message"]
    assert "took back: reply to" in convo("undo").err
    assert convo("thread", "reply", "1", "-m", "hello again", "--seen", str(seen)).code == 0
    assert convo("thread", "reply", "1", "-m", "x", "--hold", "-1").code == 2
