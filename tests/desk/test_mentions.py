"""A note that names operators or teams with @ tells them, each once."""

import pytest

from convo.desk.desk import Desk
from tests.desk.acting import operator
from tests.intake.saying import mail, take


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("@alex look", {"alex"}),
        ("Is that so, @ALEX? @alex!", {"alex"}),
        ("(@alex-b, @alex)", {"alex", "alex-b"}),
        ("@alex-b.", {"alex-b"}),
        ("@alex_b", set()),
        ("@alex-", {"alex"}),
        ("@Night shift and @kim", {"alex", "alex-b"}),
        ("@night shifts", set()),
        ("alex@x.example, @alexander, @@, @ alex, @nobody", set()),
        ("@" * 100_000 + "@alex " * 100_000, {"alex"}),
    ],
)
def test_whom_a_note_names_is_told_once_and_nobody_else(desk: Desk, body: str, told: set[str]) -> None:
    take(desk.store, mail("ana@x.example", 0))
    kim = operator(desk, "kim")
    for name in ("alex", "alex-b"):
        desk.operators.add(name)
    desk.teams.add("Night shift")
    for name in ("kim", "alex", "alex-b"):
        desk.teams.join("Night shift", name)
    kim.threads.note(1, body)
    found = desk.notifications.list().items
    assert sorted(one.operator for one in found) == sorted(told)
    assert all(one.by == "kim" and one.body.startswith("kim names you: ") for one in found)


def test_a_removed_operator_is_not_told(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.operators.add("alex")
    desk.operators.remove("alex")
    desk.threads.note(1, "@alex")
    assert desk.notifications.list().items == ()
