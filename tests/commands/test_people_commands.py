"""Shifts, the queue and promised times on the command line."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from convo.desk.desk import Desk
from tests.commands.conftest import Convo


def rows(convo: Convo, *words: str) -> list[dict[str, Any]]:
    ran = convo(*words, "--json")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_shifts_are_kept_and_taken_away(convo: Convo, frozen_now: datetime) -> None:
    ran = convo(
        "operator", "add", "ana", "--shift", "mon-fri 9-17", "--shift", "sat 10-14", "--time-zone", "Europe/Madrid"
    )
    assert ran.code == 0, ran.err
    shown = convo("operator", "show", "ana").out
    assert "shifts\tmon-fri 09:00-17:00, sat 10:00-14:00" in shown
    assert "on shift\tyes" in shown
    assert "next shift\t2026-11-18T08:00:00" in shown
    ran = convo("operator", "edit", "ana", "--shift", "tue 25-26")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "convo: '25-26' is not on any clock")
    assert convo("operator", "edit", "ana", "--shift", "").code == 0
    assert "shift" not in convo("operator", "show", "ana").out


def test_the_queue_says_why_nobody_can_take_a_thread_and_who_comes(
    convo: Convo, desk_on: Desk, frozen_now: datetime
) -> None:
    assert convo("queue").out == ""
    assert "nothing waits for somebody" in convo("queue", columns=80).err
    convo("operator", "add", "ana", "--shift", "wed 9-17")
    convo("operator", "add", "ben")
    convo("operator", "availability", "ben", "away")
    desk_on.assignments.place(3, "least-busy")
    (row,) = rows(convo, "queue")
    assert (row["thread_id"], row["wanted"], row["next_operator"]) == (3, "least-busy", "ana")
    assert row["why"] == "outside their shift until Wed 09:00 UTC: ana; away: ben"
    assert {one["operator"] for one in row["candidates"]} == {"ana", "ben"}
    assert "away: ben" in convo("queue", columns=160).out
    assert [one["id"] for one in rows(convo, "thread", "list", "is:queued")] == [3]
    assert "queued" in convo("thread", "list", columns=160).out
    assert "queued since 2026-11-17 12:00" in convo("thread", "show", "3").out
    assert {
        one["name"]: one["ok"] for one in [json.loads(line) for line in convo("doctor", "--json").out.splitlines()]
    }["queue"]
    convo("operator", "availability", "ben", "available")
    assert rows(convo, "thread", "list", "assignee:ben", "is:open")[0]["id"] == 3
    assert rows(convo, "queue") == []


def test_policies_are_kept_and_put_on_threads(convo: Convo, frozen_now: datetime) -> None:
    assert "no policies yet" in convo("sla", "list", columns=80).err
    assert convo("sla", "calendar", "add", "shop", "--hours", "mon-fri 9-18", "--time-zone", "Europe/Madrid").code == 0
    ran = convo("sla", "add", "gold", "--first", "90m", "--next", "4h", "--resolution", "2d", "--calendar", "shop")
    assert (ran.code, ran.err) == (0, "SLA policy gold is added\n")
    shown = convo("sla", "show", "gold").out
    assert "first response\t1 h 30 min" in shown
    assert "resolution\t18 h" in shown
    assert convo("sla", "edit", "gold", "--next", "none").code == 0
    (row,) = rows(convo, "sla", "list")
    assert (row["first_response"], row["next_response"], row["calendar"]) == (5400, None, "shop")
    ran = convo("sla", "put", "3", "gold")
    assert (ran.code, ran.err.startswith("thread 3 is under the SLA policy gold, due 20")) == (0, True)
    assert rows(convo, "sla", "status")[0]["policy"] == "gold"
    assert " late" in convo("sla", "status", columns=120).out
    assert "SLA gold, due 20" in convo("thread", "show", "3").out
    assert rows(convo, "thread", "list", "sla:gold")[0]["sla"] == "gold"
    assert convo("sla", "put", "3").code == 2
    assert convo("sla", "put", "3", "--none").err == "thread 3 is under no policy\n"
    assert rows(convo, "sla", "status") == []
    for words in (["edit", "gold"], ["add", "silver"], ["add", "silver", "--first", "soon"], ["put", "3", "silver"]):
        assert convo("sla", *words).code in {1, 2}, words
    assert convo("sla", "remove", "gold", "--yes").code == 0
    assert rows(convo, "sla", "list") == []


def test_broken_promises_are_listed(convo: Convo, desk_on: Desk, frozen_now: datetime) -> None:
    convo("sla", "add", "gold", "--first", "1h", "--resolution", "8h")
    convo("sla", "put", "3", "gold")
    desk_on.sla.note_breaches()
    noted = rows(convo, "sla", "breaches")
    assert [row["promise"] for row in noted] == ["resolution", "first_response"]
    assert rows(convo, "sla", "breaches", "--since", "1h") == []
    assert "first response" in convo("sla", "breaches", columns=120).out
    assert [row["id"] for row in rows(convo, "thread", "list", "is:breached")] == [3]


def test_a_column_for_what_is_due_appears_where_something_is(convo: Convo, frozen_now: datetime) -> None:
    before = convo("thread", "list").out, convo("thread", "list", columns=200).out
    assert "due" not in before[1]
    convo("sla", "add", "gold", "--resolution", "52w")
    convo("sla", "put", "3", "gold")
    assert convo("thread", "list").out == before[0]
    assert "due" in convo("thread", "list", columns=200).out


def test_calendars_are_kept(convo: Convo, tmp_path: Path, frozen_now: datetime) -> None:
    file = tmp_path / "days.ics"
    file.write_bytes(b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261208\r\nEND:VEVENT\r\n")
    ran = convo(
        "sla", "calendar", "add", "shop", "--hours", "mon-fri 9-18", "--hours", "sat 10-14", "--holidays", str(file)
    )
    assert ran.code == 0, ran.err
    assert (
        convo("sla", "calendar", "edit", "shop", "--holiday", "12-25", "--holiday", "2026-12-24..2026-12-26").code == 0
    )
    shown = convo("sla", "calendar", "show", "shop").out
    for line in (
        "hours\tmon-fri 09:00-18:00",
        "holiday\t12-25",
        "holiday\t2026-12-08",
        "now\topen",
        "until\t2026-11-17T18:00:00",
    ):
        assert line in shown
    convo("sla", "calendar", "edit", "shop", "--remove-holiday", "12-25", "--time-zone", "Asia/Kolkata")
    (row,) = rows(convo, "sla", "calendar", "list")
    assert (row["time_zone"], row["holidays"]) == ("Asia/Kolkata", ["2026-12-08", "2026-12-24..2026-12-26"])
    assert convo("sla", "calendar", "add", "none").code == 2
    assert convo("sla", "calendar", "edit", "shop").code == 2
    assert convo("sla", "calendar", "edit", "shop", "--holidays", str(tmp_path / "none.ics")).code == 1
    assert convo("sla", "calendar", "remove", "shop", "--yes").code == 0
