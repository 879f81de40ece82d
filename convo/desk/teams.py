"""Operations on teams: groups of operators."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import TeamView
from convo.model.words import Role


class Teams(Operations):
    """Groups of operators."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[TeamView, ...]:
        """The teams by name."""
        return self._views()

    @operation(Role.VIEWER)
    def show(self, name: str) -> TeamView:
        """A team; raises NotFound."""
        return self._views(tables.team.c.id == self._id(name))[0]

    @operation(Role.ADMIN, writes=True)
    def add(self, name: str) -> TeamView:
        """Make a team; raises BadInput for a name that cannot be, Conflict when it is taken."""
        team = tables.team
        form = free_name(self.connection, team, name, "team")
        if form.casefold() == "none":
            raise BadInput("'none' cannot be a team's name", hint="queries say team:none for threads without one")
        if any(word == "language" or word.startswith("skill:") for word in form.casefold().split()):
            raise BadInput(f"{form!r} cannot be a team's name", hint="language and skill: mean something in rules")
        made = self.connection.execute(
            insert(team).returning(team.c.id), {"name": form, "created_at": clock.now()}
        ).scalar_one()
        self.record("team", made, after={"name": form})
        return self.show(form)

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Dissolve a team: its threads are no team's, its members stay; raises NotFound."""
        number = self._id(name)
        view = self.show(name)
        team, thread, member = tables.team, tables.thread, tables.team_member
        self.connection.execute(update(thread).where(thread.c.team_id == number).values(team_id=None))
        self.connection.execute(delete(member).where(member.c.team_id == number))
        self.connection.execute(delete(team).where(team.c.id == number))
        self.record("team", number, {"name": view.name, "members": list(view.members)})

    @operation(Role.ADMIN, writes=True)
    def join(self, team: str, operator: str) -> TeamView:
        """Put an operator in a team, once; raises NotFound."""
        number, person = self._id(team), self._operator(operator)
        member = tables.team_member
        there = select(member.c.team_id).where(member.c.team_id == number, member.c.operator_id == person)
        if self.connection.execute(there).first() is None:
            self.connection.execute(insert(member), {"team_id": number, "operator_id": person})
        self.desk.assignments.hand_out()
        self.record("team", number, after={"joined": operator})
        return self.show(team)

    @operation(Role.ADMIN, writes=True)
    def leave(self, team: str, operator: str) -> TeamView:
        """Take an operator out of a team; raises NotFound."""
        number, person = self._id(team), self._operator(operator)
        member = tables.team_member
        self.connection.execute(delete(member).where(member.c.team_id == number, member.c.operator_id == person))
        self.record("team", number, after={"left": operator})
        return self.show(team)

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.team, name, "team")

    def _operator(self, name: str) -> int:
        operator = tables.operator
        if name == "me" and self.desk.actor.operator_id is not None:
            return self.desk.actor.operator_id
        return id_of(self.connection, operator, name, "operator", operator.c.removed_at.is_(None))

    def _views(self, condition: Any = None) -> tuple[TeamView, ...]:
        team, member, operator = tables.team, tables.team_member, tables.operator
        wanted = select(team.c.id, team.c.name)
        rows = self.connection.execute(wanted if condition is None else wanted.where(condition)).all()
        members: dict[int, list[str]] = {}
        for number, name in self.connection.execute(
            select(member.c.team_id, operator.c.name).join(operator, operator.c.id == member.c.operator_id)
        ):
            members.setdefault(number, []).append(name)
        views = (TeamView(row.id, row.name, tuple(sorted(members.get(row.id, ()), key=str.casefold))) for row in rows)
        return tuple(sorted(views, key=lambda view: view.name.casefold()))
