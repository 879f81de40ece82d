"""Gives threads to an operator, a team, oneself, or nobody."""

from typing import TYPE_CHECKING

from convo.model.actions import Assign
from convo.model.views import OperatorView

from ..dialogs.choice import Choice, Option
from .doing import Doing

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_OPERATOR, _TEAM = "operator:", "team:"
NOBODY = Option("nobody", "nobody", "back to where anybody takes it")


class AssignActions(Doing):
    """Assign, and take."""

    def action_assign(self) -> None:
        """Choose who gets the threads."""
        threads = self.targets()
        if threads:
            window = Choice("Assign to", None, placeholder="an operator or a team")
            self.choose(window, lambda value: self._assigned(value, threads), assignable)

    def action_take(self) -> None:
        """Take the threads oneself."""
        threads = self.targets()
        if threads:
            self.work(Assign(operator="me"), threads, "took")

    def _assigned(self, value: str, threads: tuple[int, ...]) -> None:
        kind, _, name = value.partition(":")
        if value == NOBODY.value:
            self.work(Assign(), threads, "gave back")
        elif kind == "team":
            self.work(Assign(team=name), threads, f"gave to team {name}:")
        else:
            self.work(Assign(operator=name), threads, f"gave to {name}:")


def assignable(desk: "Desk") -> tuple[Option, ...]:
    """Whoever can get a thread: operators with how busy they are, those who take threads first; teams; nobody."""
    people = sorted(desk.operators.list(), key=lambda one: (one.availability != "available", not one.on_shift))
    me = desk.actor.name
    return (
        *(Option(_OPERATOR + one.name, one.name, _busy(one, me)) for one in people if one.role != "viewer"),
        *(Option(_TEAM + team.name, team.name, "team: " + ", ".join(team.members)) for team in desk.teams.list()),
        NOBODY,
    )


def _busy(one: OperatorView, me: str) -> str:
    said = one.availability if one.on_shift or one.availability != "available" else "off shift"
    load = f"{one.open_threads} of {one.capacity} open"
    return " · ".join((*(("you",) if one.name == me else ()), said, load))
