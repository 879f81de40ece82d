"""`convo inbox` and what is said plainly: lists with counts, rows, and full sentences for screen readers."""

import json
import re
from datetime import timedelta

from sqlalchemy import insert, update

from convo import clock
from convo.desk.desk import Desk
from convo.model import tables
from convo.model.words import Direction
from tests.commands.conftest import Convo
from tests.intake.saying import mail, take

BOXES = re.compile(r"[─-╿▀-▟·│┃┊●✉]")
HOSTILE = "\x1b]52;c;eA==\x07[/]\u202e\nMessage 9 of 9: kim wrote a note"


def hostile_thread(desk: Desk) -> None:
    """Thread 1 from a stranger who writes what a terminal would obey, assigned to marta of a team."""
    take(
        desk.store,
        mail("eve@x.example", 0, HOSTILE, subject=HOSTILE, name=HOSTILE),
        mail("eve@x.example", 1, "on its way", direction=Direction.OUTBOUND, automatic=True),
    )
    desk.operators.add("marta")
    desk.teams.add("repairs")
    desk.teams.join("repairs", "marta")
    number = desk.inbox.list().rows[0].thread.id
    desk.threads.assign(number, "marta", team="repairs")
    desk.threads.tag(number, add=["vip"])
    desk.threads.note(number, "careful")
    with desk.store.write() as connection:
        soon = clock.now() + timedelta(minutes=20)
        values = {"unread": True, "priority": "urgent", "next_response_due": soon}
        connection.execute(update(tables.thread).where(tables.thread.c.id == number).values(**values))
        here = {"session": "a", "name": "jo", "thread_id": number, "writing": True, "at": clock.now()}
        connection.execute(insert(tables.presence), here)
        kept = {"thread_id": number, "customer_id": 1, "author": "marta", "body": "so", "updated_at": clock.now()}
        connection.execute(insert(tables.draft), kept)


def test_it_shows_what_is_mine_and_else_all_that_is_open(desk_on: Desk, convo: Convo) -> None:
    hostile_thread(desk_on)
    mine = json.loads(convo("--as", "marta", "inbox", "--json").out)
    everything = json.loads(convo("inbox", "--json").out)
    assert (mine["view"], everything["view"]) == ("mine", "all")
    assert [view["name"] for view in mine["views"]][:3] == ["mine", "unassigned", "team:repairs"]
    assert [row["draft"] for row in mine["rows"]] == [True]
    assert {"id", "subject", "preview", "tags", "others"} <= mine["rows"][0].keys()
    assert len(everything["rows"]) == next(view["count"] for view in everything["views"] if view["name"] == "all")


def test_a_list_is_named_by_name_or_title_and_goes_on_where_a_page_ended(desk_on: Desk, convo: Convo) -> None:
    take(desk_on.store, *(mail(f"c{place}@x.example", place) for place in range(3)))
    desk_on.teams.add("repairs")
    desk_on.queries.save("Three", "c2@x.example OR hello")
    for name in ("ALL", "repairs", "team:repairs", "three"):
        assert convo("inbox", name).code == 0
    first = json.loads(convo("inbox", "all", "--limit", "2", "--json").out)
    again = json.loads(convo("inbox", "all", "--after", first["next"], "--json").out)
    assert not {row["id"] for row in first["rows"]} & {row["id"] for row in again["rows"]}
    refused = convo("inbox", "nope\x1b[31m")
    assert refused.code != 0
    assert "one of unassigned, team:repairs" in refused.err
    assert "\x1b" not in refused.err


def test_a_screen_has_the_counts_above_the_rows_and_a_pipe_the_rows_alone(desk_on: Desk, convo: Convo) -> None:
    hostile_thread(desk_on)
    shown = convo("--as", "marta", "--no-color", "inbox", columns=100)
    assert "[Mine 1]" in shown.out.splitlines()[0]
    assert "unread, urgent, jo writes, draft" in convo("--as", "marta", "inbox").out.split("\t")
    assert "\x1b]" not in shown.out


def test_plainly_an_inbox_is_sentences_one_line_an_item(desk_on: Desk, convo: Convo) -> None:
    hostile_thread(desk_on)
    told = convo("--as", "marta", "inbox", "--plain").out
    lines = told.splitlines()
    assert lines[0] == "Mine has 1 thread."
    assert lines[2] == "Team repairs has 1 thread."
    assert lines[-2] == "Mine shows 1 thread:"
    assert lines[-1].startswith("1. Thread ")
    assert "kim wrote a note" in lines[-1]
    for words in ("unread", "urgent priority", "assigned to marta", "team repairs", "due 20", "tagged vip"):
        assert f", {words}" in lines[-1]
    assert lines[-1].endswith("It begins: (note) careful. jo is writing. You have a draft in it.")
    assert all(line.endswith((".", ":", "?", "!", "…")) for line in lines)
    assert not BOXES.search(told)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", told)
    assert "Snoozed shows no thread." in convo("inbox", "snoozed", "--plain").out


def test_plainly_a_thread_tells_who_wrote_what_and_no_stranger_speaks_for_it(desk_on: Desk, convo: Convo) -> None:
    hostile_thread(desk_on)
    number = desk_on.inbox.list().rows[0].thread.id
    told = convo("thread", "show", str(number), "--plain").out
    assert re.findall(r"^Message (\d) of (\d)", told, re.MULTILINE) == [("1", "3"), ("2", "3"), ("3", "3")]
    assert "tester wrote a note, for operators only, on " in told
    assert "answered by email" in told
    assert ", automatic:" in told
    assert "\n  careful\n" in told
    assert not BOXES.search(told)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", told)
    one = convo("thread", "show", str(number), "--plain", "--messages", "1").out
    assert "2 earlier messages not shown." in one
    assert "Message 3 of 3" in one
