"""Gives threads to operators inside an open write: who is there, who is chosen, and what is written down about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from convo import clock
from convo.model import tables
from convo.model.routing_views import AssignmentView, CandidateView
from convo.model.words import Direction
from convo.routing.assignment import Choice, choose
from convo.routing.roster import Person, load_roster, why_cannot, why_unfit
from convo.routing.wanted import Strategy, Wanted

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a thread: the view of it, and what to write down before and after (None: nothing changed)."""

    view: AssignmentView
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Placing:
    """The operators as they are, held still until the write ends, and the threads given to them."""

    def __init__(self, connection: Connection, zone: str, *, locked: bool = True) -> None:
        team = tables.team
        self._connection = connection
        self.now = clock.now()
        self.people: dict[int, Person] = {
            person.id: person for person in load_roster(connection, ZoneInfo(zone), locked=locked)
        }
        teams = connection.execute(select(team.c.id, team.c.name))
        self._teams: dict[str, tuple[int, str]] = {name.casefold(): (number, name) for number, name in teams}

    def choice(self, thread: Any, wanted: Wanted, *, without: int | None = None) -> Choice:
        """Who would get a thread (a row) now."""
        people = [person for person in self.people.values() if person.id != without]
        language = language_of(self._connection, thread) if wanted.language else None
        served = last_served(self._connection, thread.customer_id) if wanted.sticky else None
        return choose(people, wanted, language=language, served=served, now=self.now)

    @property
    def anybody(self) -> bool:
        """Whether somebody could take any thread at all."""
        return any(not why_cannot(person, self.now) for person in self.people.values())

    def still_there(self, wanted: Wanted) -> tuple[Wanted, str]:
        """The words with whoever and whatever has left taken out of them, and what that was."""
        if wanted.strategy is Strategy.NAMED:
            if any(person.name.casefold() == wanted.operator.casefold() for person in self.people.values()):
                return wanted, ""
            return Wanted(Strategy.LEAST_BUSY), f"{wanted.operator} has left"
        if wanted.team and wanted.team.casefold() not in self._teams:
            return replace(wanted, team=""), f"there is no team {wanted.team}"
        return wanted, ""

    def team_id(self, wanted: Wanted, thread: Any) -> int | None:
        """The team that a thread (a row) belongs to once it is placed so."""
        return self._teams[wanted.team.casefold()][0] if wanted.team else thread.team_id

    def team_name(self, number: int | None) -> str | None:
        """The name of a team."""
        return next((name for known, name in self._teams.values() if known == number), None)

    def give(self, thread: Any, wanted: Wanted, choice: Choice, *, by: str = "", because: str = "") -> Placed:
        """Write down that a thread (a row) goes to who was chosen."""
        assert choice.chosen is not None
        person = self.people[choice.chosen.id]
        # Strictly later than anybody's, so that turns are in order however quickly they follow.
        latest = max((one.last_assigned_at for one in self.people.values() if one.last_assigned_at), default=None)
        at = self.now if latest is None else max(self.now, latest + _TICK)
        operator = tables.operator
        self._connection.execute(update(operator).where(operator.c.id == person.id).values(last_assigned_at=at))
        self.people[person.id] = person.after_one_more(at)
        values = {"assignee_id": person.id, "wanted": None, "queued_since": None}
        return self._written(thread, wanted, choice, values, by, because)

    def queue(self, thread: Any, wanted: Wanted, choice: Choice, *, by: str = "", because: str = "") -> Placed:
        """Write down that a thread (a row) waits for somebody; one that waits already keeps its place."""
        values = {"assignee_id": None, "wanted": str(wanted), "queued_since": thread.queued_since or self.now}
        return self._written(thread, wanted, choice, values, by, because)

    def view(self, thread: Any, wanted: Wanted, choice: Choice, because: str = "") -> AssignmentView:
        """The choice as it leaves the desk."""
        return AssignmentView(
            thread.id,
            str(wanted),
            choice.chosen.name if choice.chosen else None,
            self.team_name(self.team_id(wanted, thread)),
            f"{because}; {choice.why}" if because else choice.why,
            candidates(choice),
        )

    def _written(
        self, thread: Any, wanted: Wanted, choice: Choice, values: dict[str, Any], by: str, because: str
    ) -> Placed:
        table, view = tables.thread, self.view(thread, wanted, choice, because)
        values["team_id"] = self.team_id(wanted, thread)
        if all(getattr(thread, name) == value for name, value in values.items()):
            return Placed(view)
        self._connection.execute(update(table).where(table.c.id == thread.id).values(**values))
        before = {"assignee": self._name(thread.assignee_id), "team": self.team_name(thread.team_id)}
        after = {"assignee": view.operator, "team": view.team, "wanted": view.wanted, "why": view.why}
        return Placed(view, before, after | ({"by": by} if by else {}))

    def _name(self, operator: int | None) -> str | None:
        """The name of an operator, also of one who has left."""
        table = tables.operator
        return self._connection.execute(select(table.c.name).where(table.c.id == operator)).scalar()


def candidates(choice: Choice) -> tuple[CandidateView, ...]:
    """Everybody considered, as it leaves the desk."""
    return tuple(CandidateView(one.person.name, one.why_not, one.person.open_threads) for one in choice.considered)


def language_of(connection: Connection, thread: Any) -> str | None:
    """The language of a thread's newest inbound message, or else of its customer; None where neither is known."""
    message, customer = tables.message, tables.customer
    spoken = connection.execute(
        select(message.c.language)
        .where(message.c.thread_id == thread.id, message.c.direction == Direction.INBOUND.value)
        .order_by(message.c.sort_key.desc())
        .limit(1)
    ).scalar()
    return spoken or connection.execute(select(customer.c.language).where(customer.c.id == thread.customer_id)).scalar()


def last_served(connection: Connection, customer: int) -> int | None:
    """The operator who last answered a customer, in any thread; what was automatic is nobody's answer."""
    message = tables.message
    return connection.execute(
        select(message.c.operator_id)
        .where(
            message.c.customer_id == customer,
            message.c.direction == Direction.OUTBOUND.value,
            message.c.operator_id.is_not(None),
            message.c.automatic.is_(False),
        )
        .order_by(message.c.sort_key.desc())
        .limit(1)
    ).scalar()


def obstacles(choice: Choice) -> str:
    """Why nobody can take a thread, by reason: `away: ana, ben; at capacity 20/20: carl`."""
    names: dict[str, list[str]] = {}
    for one in choice.considered:
        if one.why_not:
            names.setdefault(one.why_not, []).append(one.person.name)
    return "; ".join(f"{reason}: {', '.join(people)}" for reason, people in names.items()) or "there are no operators"


def next_to_come(choice: Choice, wanted: Wanted, language: str | None, now: datetime) -> tuple[str, datetime] | None:
    """Who of those that fit begins a shift first, and when; None where no shift is awaited."""
    coming: Sequence[tuple[datetime, str]] = [
        (start, one.person.name)
        for one in choice.considered
        if not why_unfit(one.person, wanted, language)
        and one.person.answers
        and not one.person.on_shift(now)
        and (start := one.person.next_shift(now)) is not None
    ]
    if not coming:
        return None
    start, name = min(coming)
    return name, start
