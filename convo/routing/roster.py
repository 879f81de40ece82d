"""Who could take a thread: the operators with what they can do, what they have to do, and when they work."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from convo.model import tables
from convo.model.words import Availability, Role, ThreadStatus
from convo.routing.wanted import Strategy, Wanted
from convo.routing.week import Week, parse_week, said


@dataclass(frozen=True, slots=True)
class Person:
    """An operator as an assignment sees them; `teams` are casefolded names, `shifts` None for whenever available."""

    id: int
    name: str
    role: str = Role.AGENT
    availability: str = Availability.AVAILABLE
    skills: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    capacity: int = 20
    open_threads: int = 0
    last_assigned_at: datetime | None = None
    shifts: Week | None = None
    zone: tzinfo = UTC
    teams: frozenset[str] = frozenset()

    @property
    def answers(self) -> bool:
        """Whether their role lets them answer customers at all."""
        return Role(self.role).includes(Role.AGENT)

    def on_shift(self, now: datetime) -> bool:
        """Whether they work now."""
        return self.shifts is None or self.shifts.holds(now, self.zone)

    def next_shift(self, now: datetime) -> datetime | None:
        """When their next shift begins; None for those without shifts."""
        return None if self.shifts is None else self.shifts.next_start(now, self.zone)

    def speaks(self, language: str) -> bool:
        """Whether they speak a language in any of its regional forms."""
        return language.partition("-")[0].lower() in {known.partition("-")[0].lower() for known in self.languages}

    def after_one_more(self, at: datetime) -> "Person":
        """The same operator with one more thread, given at that time."""
        return replace(self, open_threads=self.open_threads + 1, last_assigned_at=at)


def why_cannot(person: Person, now: datetime) -> str:
    """Why an operator can take no thread at all now; empty when they can."""
    if not person.answers:
        return f"is {person.role}"
    if not person.on_shift(now):
        start = person.next_shift(now)
        until = f" until {said(start, person.zone)} {person.zone}" if start else ""
        return f"outside their shift{until}"
    if person.availability != Availability.AVAILABLE:
        return str(person.availability)
    if person.open_threads >= person.capacity:
        return f"at capacity {person.open_threads}/{person.capacity}"
    return ""


def why_unfit(person: Person, wanted: Wanted, language: str | None) -> str:
    """Why a thread that is wanted so is not for this operator, however free they are; empty when it is."""
    if wanted.strategy is Strategy.NAMED:
        return "" if person.name.casefold() == wanted.operator.casefold() else f"not {wanted.operator}"
    if wanted.team and wanted.team.casefold() not in person.teams:
        return f"not in {wanted.team}"
    lacking = [skill for skill in wanted.skills if skill not in person.skills]
    if lacking:
        return f"lacks skill {', '.join(lacking)}"
    if wanted.language and language and not person.speaks(language):
        return f"does not speak {language}"
    return ""


def hold_roster(connection: Connection) -> None:
    """Keep everybody else from assigning to anybody until the open write ends; before an operator is changed.

    All do so in one order, and after they have taken hold of threads, so that nobody waits for each other.
    """
    operator = tables.operator
    # Not their keys: who writes a message meanwhile refers to them.
    connection.execute(select(operator.c.id).order_by(operator.c.id).with_for_update(key_share=True)).all()


def load_roster(connection: Connection, zone: tzinfo, *, locked: bool = False) -> list[Person]:
    """The operators who are not removed, by id; `zone` is that of those who name none.

    With `locked` nobody else assigns to them until the open write ends (PostgreSQL; on SQLite a write is alone anyway),
    and what they have to do is counted after that.
    """
    operator, thread, team, member = tables.operator, tables.thread, tables.team, tables.team_member
    wanted = select(operator).where(operator.c.removed_at.is_(None)).order_by(operator.c.id)
    if locked:
        hold_roster(connection)
    rows = connection.execute(wanted).all()
    counted = (
        select(thread.c.assignee_id, func.count().label("number"))
        .where(thread.c.assignee_id.is_not(None), thread.c.status == ThreadStatus.OPEN.value)
        .group_by(thread.c.assignee_id)
    )
    open_threads = {row.assignee_id: int(row.number) for row in connection.execute(counted)}
    teams: dict[int, set[str]] = {}
    for number, name in connection.execute(
        select(member.c.operator_id, team.c.name).join(team, team.c.id == member.c.team_id)
    ):
        teams.setdefault(number, set()).add(name.casefold())
    return [
        Person(
            row.id,
            row.name,
            row.role,
            row.availability,
            frozenset(row.skills),
            tuple(row.languages),
            row.capacity,
            open_threads.get(row.id, 0),
            row.last_assigned_at,
            parse_week(row.shifts) if row.shifts else None,
            ZoneInfo(row.time_zone) if row.time_zone else zone,
            frozenset(teams.get(row.id, ())),
        )
        for row in rows
    ]
