"""Operations on operators: the people who answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, func, insert, select, update

from convo import clock
from convo.desk.customer_words import language_tag, person_name, zone_name
from convo.desk.names import check_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, Conflict, NotAllowed
from convo.intake.identities import normalise
from convo.model import tables
from convo.model.views import OperatorView
from convo.model.words import Availability, IdentityKind, Role, ThreadStatus
from convo.routing.roster import hold_roster
from convo.routing.wanted import Strategy
from convo.routing.week import Week, parse_week

_RESERVED = frozenset({"me", "none", "nobody", "any", "unassigned", "sticky", "language", *Strategy})
_NOT_IN_NAMES = frozenset(' ,:;"()*\\|')
_MOST_WORDS = 50
_LARGEST_CAPACITY = 100_000


class Operators(Operations):
    """Who answers."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[OperatorView, ...]:
        """The operators by name, without those removed."""
        return self._views(tables.operator.c.removed_at.is_(None))

    @operation(Role.VIEWER)
    def show(self, name: str) -> OperatorView:
        """An operator, also a removed one; raises NotFound."""
        return self._views(tables.operator.c.id == id_of(self.connection, tables.operator, name, "operator"))[0]

    @operation(Role.ADMIN, writes=True)
    def add(
        self,
        name: str,
        *,
        shown: str = "",
        email: str | None = None,
        role: str = "agent",
        skills: Sequence[str] = (),
        languages: Sequence[str] = (),
        capacity: int = 20,
        time_zone: str | None = None,
        shifts: Sequence[str] = (),
    ) -> OperatorView:
        """Make an operator; `name` is used in queries, `shown` is what customers see.

        `shifts` are the times of the week in which they work (`convo.routing.week`); none means whenever they are
        available. Queued threads that they can take go to them. Raises BadInput for a name or value that cannot be,
        Conflict when the name is taken; a removed operator of the name comes back with these values.
        """
        operator = tables.operator
        form = _short_name(name)
        values = self._values(shown, email or "", role, skills, languages, capacity, time_zone or "", shifts)
        there = [view for view in self._views() if view.name.casefold() == form.casefold()]
        if there and not there[0].removed:
            raise Conflict(f"there is an operator {there[0].name!r} already", hint="choose another name")
        if there:
            hold_roster(self.connection)
            again = values | {"removed_at": None, "availability": Availability.AVAILABLE.value}
            self.connection.execute(update(operator).where(operator.c.id == there[0].id).values(**again))
            number = there[0].id
        else:
            row = values | {"name": form, "created_at": clock.now(), "availability": Availability.AVAILABLE.value}
            number = int(self.connection.execute(insert(operator).returning(operator.c.id), row).scalar_one())
        self.desk.assignments.hand_out()
        self.record("operator", number, after={"name": form} | values)
        return self._views(operator.c.id == number)[0]

    @operation(Role.ADMIN, writes=True)
    def edit(
        self,
        name: str,
        *,
        shown: str | None = None,
        email: str | None = None,
        role: str | None = None,
        skills: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        capacity: int | None = None,
        time_zone: str | None = None,
        shifts: Sequence[str] | None = None,
    ) -> OperatorView:
        """Change what is given; an empty text takes it away, and so do no shifts; raises NotFound, BadInput.

        Queued threads that they can take now go to them.
        """
        values = self._values(shown, email, role, skills, languages, capacity, time_zone, shifts)
        return self._changed(self._active(name), values)

    @operation(Role.AGENT, writes=True)
    def set_availability(self, name: str, word: str) -> OperatorView:
        """Say whether an operator takes new threads, and give them queued ones when they do; others' takes an admin.

        Raises NotFound, BadInput for a word that is none of available, away, offline, and NotAllowed.
        """
        number = self._active(name)
        if number != self.desk.actor.operator_id and not self.desk.actor.role.includes(Role.ADMIN):
            raise NotAllowed(f"{self.desk.actor.name} may only speak for themselves", hint="ask an admin")
        if word not in list(Availability):
            raise BadInput(f"{word[:40]!r} is no availability", hint="one of " + ", ".join(Availability))
        return self._changed(number, {"availability": word})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> OperatorView:
        """Let an operator go: their unresolved threads return to the queue, what they wrote stays.

        Raises NotFound, and Conflict for oneself.
        """
        number = self._active(name)
        if number == self.desk.actor.operator_id:
            raise Conflict("you cannot remove yourself", hint="let another admin do it")
        operator, member = tables.operator, tables.team_member
        self.desk.assignments.hold(number)
        self.connection.execute(delete(member).where(member.c.operator_id == number))
        gone = {"removed_at": clock.now(), "availability": Availability.OFFLINE.value}
        self.connection.execute(update(operator).where(operator.c.id == number).values(**gone))
        freed = self.desk.assignments.take_back(number)
        self.record("operator", number, {"removed": False}, {"removed": True, "threads_unassigned": freed})
        return self._views(operator.c.id == number)[0]

    def _active(self, name: str) -> int:
        operator = tables.operator
        return id_of(self.connection, operator, name, "operator", operator.c.removed_at.is_(None))

    def _changed(self, number: int, values: dict[str, Any]) -> OperatorView:
        operator = tables.operator
        if values:
            hold_roster(self.connection)
            before = self.connection.execute(
                select(*(operator.c[name] for name in values)).where(operator.c.id == number)
            ).one()
            self.connection.execute(update(operator).where(operator.c.id == number).values(**values))
            self.desk.assignments.hand_out()
            self.record("operator", number, dict(before._mapping), values)
        return self._views(operator.c.id == number)[0]

    def _values(
        self,
        shown: str | None,
        email: str | None,
        role: str | None,
        skills: Sequence[str] | None,
        languages: Sequence[str] | None,
        capacity: int | None,
        time_zone: str | None,
        shifts: Sequence[str] | None,
    ) -> dict[str, Any]:
        """The columns of what is given, checked."""
        values: dict[str, Any] = {}
        if shown is not None:
            values["shown"] = person_name(shown)
        if email is not None:
            region = self.desk.settings.home_region
            values["email"] = normalise(IdentityKind.EMAIL.value, email, home_region=region) if email else None
        if role is not None:
            if role not in list(Role):
                raise BadInput(f"{role[:40]!r} is no role", hint="one of " + ", ".join(Role))
            values["role"] = str(role)
        if skills is not None:
            values["skills"] = _words([check_name(skill, "skill").casefold() for skill in skills])
        if languages is not None:
            values["languages"] = _words([tag for language in languages if (tag := language_tag(language))])
        if capacity is not None:
            if not 0 <= capacity <= _LARGEST_CAPACITY:
                raise BadInput(f"a capacity is between 0 and {_LARGEST_CAPACITY:,}, not {capacity}")
            values["capacity"] = capacity
        if time_zone is not None:
            values["time_zone"] = zone_name(time_zone)
        if shifts is not None:
            given = [line for line in shifts if line.strip()]
            values["shifts"] = list(parse_week(given).lines) if given else []
        return values

    def _views(self, condition: Any = None) -> tuple[OperatorView, ...]:
        operator, thread, team, member = tables.operator, tables.thread, tables.team, tables.team_member
        wanted = select(operator)
        rows = self.connection.execute(wanted if condition is None else wanted.where(condition)).all()
        teams: dict[int, list[str]] = {}
        for number, name in self.connection.execute(
            select(member.c.operator_id, team.c.name).join(team, team.c.id == member.c.team_id)
        ):
            teams.setdefault(number, []).append(name)
        counted = self.connection.execute(
            select(thread.c.assignee_id, func.count().label("number"))
            .where(and_(thread.c.assignee_id.is_not(None), thread.c.status == ThreadStatus.OPEN.value))
            .group_by(thread.c.assignee_id)
        )
        open_threads = {row.assignee_id: row.number for row in counted}
        views = (
            OperatorView(
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
                tuple(sorted(teams.get(row.id, ()))),
                open_threads.get(row.id, 0),
                row.removed_at is not None,
                *self._shifts(row),
            )
            for row in rows
        )
        return tuple(sorted(views, key=lambda view: view.name.casefold()))

    def _shifts(self, row: Any) -> tuple[tuple[str, ...], bool, datetime | None]:
        """The shifts of an operator (a row), whether they are in one now, and when the next begins."""
        if not row.shifts:
            return (), True, None
        week: Week = parse_week(row.shifts)
        zone, now = ZoneInfo(row.time_zone or self.desk.settings.time_zone), clock.now()
        return tuple(row.shifts), week.holds(now, zone), week.next_start(now, zone)


def _short_name(name: str) -> str:
    form = check_name(name, "operator")
    if form.casefold() in _RESERVED or not _NOT_IN_NAMES.isdisjoint(form):
        raise BadInput(f"{form!r} cannot be an operator's name", hint="one word that queries can name, such as marta")
    return form


def _words(words: Sequence[str]) -> list[str]:
    if len(words) > _MOST_WORDS:
        raise BadInput(f"at most {_MOST_WORDS} of them, not {len(words)}")
    return sorted(set(words))
