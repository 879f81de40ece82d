"""Chooses who gets a thread, and says why not the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from convo.routing.roster import Person, why_cannot, why_unfit
from convo.routing.wanted import Strategy, Wanted

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Considered:
    """An operator who was looked at, and why they were not chosen; empty for the one who was."""

    person: Person
    why_not: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets a thread (None: nobody can take it now), why, and what kept the others from it."""

    chosen: Person | None
    why: str
    considered: tuple[Considered, ...]


def choose(
    people: Sequence[Person], wanted: Wanted, *, language: str | None = None, served: int | None = None, now: datetime
) -> Choice:
    """Who of these people gets a thread; `served` is the id of who last answered its customer.

    They must fit the words (named, team, skills, language; a language that is not known asks for nothing) and be able:
    agents or admins, available, inside a shift, with fewer open threads than their capacity. Among several, the one
    who was assigned a thread longest ago, or who has the fewest open threads for their capacity.
    """
    reasons = {person.id: why_unfit(person, wanted, language) or why_cannot(person, now) for person in people}
    able = [person for person in people if not reasons[person.id]]
    if not able:
        return Choice(None, "nobody can take it now", _considered(people, reasons))
    last = next((person for person in able if person.id == served), None) if wanted.sticky else None
    if last is not None:
        reasons |= {person.id: f"{last.name} last answered this customer" for person in able if person is not last}
        return Choice(last, "last answered this customer", _considered(people, reasons))
    chosen = min(able, key=_busy if wanted.strategy is Strategy.LEAST_BUSY else _turn)
    reasons |= {person.id: _outdone(person, chosen, wanted) for person in able if person is not chosen}
    return Choice(chosen, _why(chosen, wanted), _considered(people, reasons))


def _busy(person: Person) -> tuple[float, datetime, int]:
    return person.open_threads / person.capacity, *_turn(person)


def _turn(person: Person) -> tuple[datetime, int]:
    return person.last_assigned_at or _NEVER, person.id


def _why(chosen: Person, wanted: Wanted) -> str:
    if wanted.strategy is Strategy.NAMED:
        return "named"
    if wanted.strategy is Strategy.ROUND_ROBIN:
        return "whose turn it is: assigned longest ago" if chosen.last_assigned_at else "whose turn it is: never yet"
    return f"least busy: {chosen.open_threads} of {chosen.capacity} open"


def _outdone(person: Person, chosen: Person, wanted: Wanted) -> str:
    if wanted.strategy is Strategy.LEAST_BUSY:
        busy, less = person.open_threads / person.capacity, chosen.open_threads / chosen.capacity
        if busy > less and person.capacity == chosen.capacity:
            return f"busier: {person.open_threads} open against {chosen.open_threads}"
        if busy > less:
            return (
                f"busier: {person.open_threads} of {person.capacity} open "
                f"against {chosen.open_threads} of {chosen.capacity}"
            )
    if (person.last_assigned_at or _NEVER) > (chosen.last_assigned_at or _NEVER):
        return f"was assigned later than {chosen.name}"
    return f"as free as {chosen.name}, who has been here longer"


def _considered(people: Sequence[Person], reasons: dict[int, str]) -> tuple[Considered, ...]:
    return tuple(Considered(person, reasons[person.id]) for person in people)
