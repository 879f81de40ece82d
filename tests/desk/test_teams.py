"""Teams: groups of operators, and the threads that are theirs."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from tests.desk.acting import audited, operator
from tests.intake.saying import mail, take


def test_operators_join_a_team_once_and_leave_it(desk: Desk) -> None:
    desk.teams.add("workshop")
    for name in ("ben", "Ana"):
        desk.operators.add(name)
        desk.teams.join("Workshop", name)
    assert desk.teams.join("workshop", "BEN").members == ("Ana", "ben")
    assert desk.operators.show("ben").teams == ("workshop",)
    assert desk.teams.leave("workshop", "ben").members == ("Ana",)
    assert desk.teams.leave("workshop", "ben").members == ("Ana",)
    assert [row.operation for row in audited(desk)[-2:]] == ["teams.leave", "teams.leave"]


def test_me_is_who_sits_at_the_desk(desk: Desk) -> None:
    marta = operator(desk, "marta", role="admin")
    marta.teams.add("workshop")
    assert marta.teams.join("workshop", "me").members == ("marta",)
    assert marta.teams.leave("workshop", "me").members == ()
    with pytest.raises(NotFound):
        desk.teams.join("workshop", "me")


def test_dissolving_a_team_leaves_its_threads_to_none_and_its_members_where_they_are(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.teams.add("workshop")
    desk.operators.add("ben")
    desk.teams.join("workshop", "ben")
    desk.threads.assign(1, team="workshop")
    assert [row.id for row in desk.threads.list("team:workshop").items] == [1]
    desk.teams.remove("workshop")
    assert desk.teams.list() == ()
    assert desk.threads.show(1).row.team is None
    assert [row.id for row in desk.threads.list("team:none").items] == [1]
    assert desk.operators.show("ben").teams == ()
    assert audited(desk)[-1].before == {"name": "workshop", "members": ["ben"]}
    assert desk.teams.add("workshop").members == ()


def test_a_name_that_is_taken_or_cannot_be_is_refused(desk: Desk) -> None:
    desk.teams.add("Büro")
    with pytest.raises(Conflict):
        desk.teams.add("bÜRO")
    for name in ("", "none", "NONE", "a\nb", "x" * 65):
        with pytest.raises(BadInput):
            desk.teams.add(name)
    assert [view.name for view in desk.teams.list()] == ["Büro"]


def test_who_or_what_is_not_there_is_not_found(desk: Desk) -> None:
    desk.teams.add("workshop")
    desk.operators.add("ben")
    desk.operators.remove("ben")
    for ask in (
        lambda: desk.teams.show("x"),
        lambda: desk.teams.remove("x"),
        lambda: desk.teams.join("x", "ben"),
        lambda: desk.teams.join("workshop", "ben"),
        lambda: desk.teams.leave("workshop", "nobody"),
    ):
        with pytest.raises(NotFound):
            ask()
