"""`convo log`: a call or a visit in one line, and where it went."""

import json

from convo.desk.desk import Desk
from tests.commands.conftest import Convo


def test_a_call_is_told_in_a_sentence_and_stands_on_the_timeline(convo: Convo) -> None:
    ran = convo("log", "call", "Ana Ruiz", "--minutes", "4.5", "--at", "2026-05-06 14:30", "-m", "wants it by Friday")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("call with Ana Ruiz at 2026-05-06 14:30 written down on phone; 4 min 30 s; note ")
    shown = convo("conversation", "show", "Ana Ruiz").out
    assert "14:30  ● call  taken by" in shown
    assert "wants it by Friday" in shown


def test_an_unknown_number_is_a_new_customer_who_is_rung_back(convo: Convo) -> None:
    ran = convo("log", "call", "+49 30 901820", "--missed", "--name", "Ben Ode", "--json")
    assert ran.code == 0, ran.err
    logged = json.loads(ran.out)
    assert (logged["new_customer"], logged["customer"], logged["event"]["kind"]) == (True, "Ben Ode", "call")
    thread = json.loads(convo("thread", "show", str(logged["thread_id"]), "--json").out)
    assert (thread["status"], thread["unread"], thread["channel"]) == ("open", True, "phone")


def test_a_visit_opens_a_thread_with_its_code(convo: Convo, desk_on: Desk) -> None:
    desk_on.channels.add("telegram", "bot", {"link": "https://t.me/our_bot"})
    assert convo("code", "make", "Shelf 3", "--channel", "bot", "--word", "shelf3").code == 0
    ran = convo("log", "visit", "ana@example.org", "--code", "SHELF3", "--open", "26 inch tube")
    assert ran.err.startswith("visit with Ana Ruiz at "), ran.err
    assert "waits for an answer" in ran.err
    assert [row["uses"] for row in map(json.loads, convo("code", "list", "--json").out.splitlines())] == [1]


def test_what_cannot_be_said_is_refused_in_a_sentence(convo: Convo) -> None:
    both = convo("log", "call", "Ana Ruiz", "--minutes", "1", "--seconds", "3")
    assert (both.code, both.err.splitlines()[0]) == (2, "convo: --minutes and --seconds cannot be used together")
    assert "is no time" in convo("log", "visit", "Ana Ruiz", "--at", "soon").err
    assert "there is no customer" in convo("log", "call", "Nobody").err
