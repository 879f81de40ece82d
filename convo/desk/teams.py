"""Operations on teams: groups of operators that threads can be given to."""

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import Conflict, NotFound
from convo.model import tables
from convo.model.views import TeamView
from convo.model.words import Role


class Teams(Operations):
    """Groups of operators."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[TeamView, ...]:
        """All teams, by name."""
        team = tables.team
        return tuple(
            self._view(n) for n in self.connection.execute(select(team.c.id).order_by(team.c.name)).scalars().all()
        )

    @operation(Role.ADMIN, writes=True)
    def add(self, name: str) -> TeamView:
        """Make a team; raises BadInput and Conflict."""
        values = {"name": free_name(self.connection, tables.team, name, "team"), "created_at": clock.now()}
        number = self.connection.execute(insert(tables.team).returning(tables.team.c.id), values).scalar_one()
        self.record("team", number, after={"name": values["name"]})
        return self._view(number)

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Dissolve a team; its threads go back to the queue; raises NotFound."""
        number = self._id(name)
        thread, member, team = tables.thread, tables.team_member, tables.team
        self.connection.execute(update(thread).where(thread.c.team_id == number).values(team_id=None))
        self.connection.execute(delete(member).where(member.c.team_id == number))
        self.connection.execute(delete(team).where(team.c.id == number))
        self.record("team", number, {"name": name})

    @operation(Role.ADMIN, writes=True)
    def join(self, team: str, operator: str) -> TeamView:
        """Put an operator into a team; raises NotFound, and Conflict for one who is in it."""
        number, person = self._id(team), self._operator(operator)
        member = tables.team_member
        there = select(member.c.team_id).where(member.c.team_id == number, member.c.operator_id == person)
        if self.connection.execute(there).first() is not None:
            raise Conflict(f"{operator} is in {team} already")
        self.connection.execute(insert(member), {"team_id": number, "operator_id": person})
        self.record("team", number, after={"joined": operator})
        return self._view(number)

    @operation(Role.ADMIN, writes=True)
    def leave(self, team: str, operator: str) -> TeamView:
        """Take an operator out of a team; raises NotFound."""
        number, person = self._id(team), self._operator(operator)
        member = tables.team_member
        left = self.connection.execute(
            delete(member).where(member.c.team_id == number, member.c.operator_id == person)
        ).rowcount
        if not left:
            raise NotFound(f"{operator} is not in {team}", hint="convo team list shows who is")
        self.record("team", number, after={"left": operator})
        return self._view(number)

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.team, name, "team")

    def _operator(self, name: str) -> int:
        return id_of(self.connection, tables.operator, name, "operator", tables.operator.c.removed_at.is_(None))

    def _view(self, number: int) -> TeamView:
        team, member, operator = tables.team, tables.team_member, tables.operator
        name = self.connection.execute(select(team.c.name).where(team.c.id == number)).scalar_one()
        names = self.connection.execute(
            select(operator.c.name)
            .join(member, member.c.operator_id == operator.c.id)
            .where(member.c.team_id == number)
            .order_by(operator.c.name)
        ).scalars()
        return TeamView(number, name, tuple(names))
