"""Operations on operators: who answers, with which role, skills, languages and capacity."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, update

from convo import clock
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, Conflict
from convo.model import tables
from convo.model.views import OperatorView
from convo.model.words import Availability, Role, ThreadStatus
from convo.text import clean

_LARGEST_CAPACITY = 10_000


class Operators(Operations):
    """The people of the desk."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[OperatorView, ...]:
        """All operators who are there, by name."""
        operator = tables.operator
        numbers = self.connection.execute(
            select(operator.c.id).where(operator.c.removed_at.is_(None)).order_by(operator.c.name)
        ).scalars()
        return tuple(self._view(number) for number in numbers.all())

    @operation(Role.VIEWER)
    def show(self, name: str) -> OperatorView:
        """An operator; raises NotFound."""
        return self._view(self._id(name))

    @operation(Role.ADMIN, writes=True)
    def add(
        self,
        name: str,
        *,
        shown: str = "",
        email: str | None = None,
        role: str = Role.AGENT.value,
        skills: Sequence[str] = (),
        languages: Sequence[str] = (),
        capacity: int = 20,
        time_zone: str | None = None,
    ) -> OperatorView:
        """Take an operator on; raises BadInput for a value that cannot be, Conflict for a name that is taken."""
        values = _checked(
            {
                "shown": shown,
                "email": email,
                "role": role,
                "skills": skills,
                "languages": languages,
                "capacity": capacity,
                "time_zone": time_zone,
            }
        )
        if name.casefold() in {"me", "none"}:
            raise BadInput(f"{name!r} means something in queries", hint="choose another name")
        values |= {
            "name": free_name(self.connection, tables.operator, name, "operator"),
            "availability": Availability.AVAILABLE.value,
            "created_at": clock.now(),
        }
        number = self.connection.execute(insert(tables.operator).returning(tables.operator.c.id), values).scalar_one()
        self.record("operator", number, after={"name": values["name"], "role": values["role"]})
        return self._view(number)

    @operation(Role.ADMIN, writes=True)
    def edit(
        self,
        operator: str,
        *,
        name: str | None = None,
        shown: str | None = None,
        email: str | None = None,
        role: str | None = None,
        skills: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        capacity: int | None = None,
        time_zone: str | None = None,
    ) -> OperatorView:
        """Change what is given of an operator; raises NotFound, BadInput and Conflict."""
        number = self._id(operator)
        given = {
            "shown": shown,
            "email": email,
            "role": role,
            "skills": skills,
            "languages": languages,
            "capacity": capacity,
            "time_zone": time_zone,
        }
        values = _checked({key: value for key, value in given.items() if value is not None})
        if name is not None:
            values["name"] = free_name(self.connection, tables.operator, name, "operator", besides=number)
        return self._change(number, values)

    @operation(Role.AGENT, writes=True)
    def set_availability(self, name: str, availability: str) -> OperatorView:
        """Say whether an operator takes new threads; raises BadInput for another word, NotFound."""
        if availability not in list(Availability):
            raise BadInput(f"{availability!r} is no availability", hint="one of " + ", ".join(Availability))
        return self._change(self._id(name), {"availability": availability})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> OperatorView:
        """Let an operator go: unfinished threads go back to the queue, what was done stays theirs.

        Raises NotFound, and Conflict for the one who acts.
        """
        number = self._id(name)
        if number == self.desk.actor.operator_id:
            raise Conflict("you cannot remove yourself", hint="let another admin do it")
        before = self._view(number)
        thread, member = tables.thread, tables.team_member
        unfinished = thread.c.status != ThreadStatus.RESOLVED.value
        self.connection.execute(
            update(thread).where(thread.c.assignee_id == number, unfinished).values(assignee_id=None)
        )
        self.connection.execute(delete(member).where(member.c.operator_id == number))
        self.connection.execute(
            update(tables.operator)
            .where(tables.operator.c.id == number)
            .values(name=f"{before.name} (removed {number})", removed_at=clock.now())
        )
        self.record("operator", number, {"name": before.name, "open_threads": before.open_threads}, {"removed": True})
        return self._view(number)

    def _id(self, name: str) -> int:
        if name == "me" and self.desk.actor.operator_id is not None:
            return self.desk.actor.operator_id
        return id_of(self.connection, tables.operator, name, "operator", tables.operator.c.removed_at.is_(None))

    def _change(self, number: int, values: dict[str, Any]) -> OperatorView:
        before = self._view(number)
        if values:
            self.connection.execute(update(tables.operator).where(tables.operator.c.id == number).values(**values))
        old = {name: getattr(before, name) for name in values}
        self.record("operator", number, {k: [*v] if isinstance(v, tuple) else v for k, v in old.items()}, values)
        return self._view(number)

    def _view(self, number: int) -> OperatorView:
        operator, thread, team, member = tables.operator, tables.thread, tables.team, tables.team_member
        row = self.connection.execute(select(operator).where(operator.c.id == number)).one()
        teams = self.connection.execute(
            select(team.c.name)
            .join(member, member.c.team_id == team.c.id)
            .where(member.c.operator_id == number)
            .order_by(team.c.name)
        ).scalars()
        held = self.connection.execute(
            select(func.count()).where(thread.c.assignee_id == number, thread.c.status == ThreadStatus.OPEN.value)
        ).scalar_one()
        return OperatorView(
            row.id,
            row.name,
            row.shown,
            row.email,
            row.role,
            tuple(row.skills),
            tuple(row.languages),
            row.capacity,
            row.availability,
            row.time_zone,
            tuple(teams),
            held,
            row.removed_at is not None,
        )


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values as the store keeps them; raises BadInput for one that cannot be."""
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name == "role" and value not in list(Role):
            raise BadInput(f"{value!r} is no role", hint="one of " + ", ".join(Role))
        if name == "capacity" and not 0 <= value <= _LARGEST_CAPACITY:
            raise BadInput(f"a capacity is 0 to {_LARGEST_CAPACITY} threads, not {value}")
        if name == "time_zone" and value:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError) as error:
                raise BadInput(f"{value!r} is no time zone", hint="such as Europe/Madrid") from error
        if name == "email" and value and "@" not in value:
            raise BadInput(f"{value!r} is no e-mail address")
        if name in {"skills", "languages"}:
            checked[name] = sorted({clean(item).strip().casefold() for item in value if item.strip()})
        else:
            checked[name] = " ".join(clean(value).split()) if isinstance(value, str) else value
    return checked
