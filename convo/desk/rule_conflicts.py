"""Finds actions of one rule that cannot both be meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from convo.routing.rules import Action
from convo.routing.wanted import parse_wanted

_ONCE = ("assign", "team", "priority", "sla", "send", "bot", "snooze")
_AGAINST = (
    ("close", "snooze", "a thread is resolved or put away, not both"),
    ("close", "bot", "a resolved thread is nobody's to answer"),
    ("block", "snooze", "a blocked customer's thread is resolved"),
    ("block", "bot", "a blocked customer is not answered"),
    ("block", "reply", "a blocked customer is not answered"),
    ("block", "send", "a blocked customer is not answered"),
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions, by their places (1 is the first), that contradict each other, and why."""

    first: int
    second: int
    why: str


def conflict(actions: Sequence[Action]) -> Conflict | None:
    """The first two actions of a rule that contradict each other, if any."""
    places: dict[str, int] = {}
    for place, action in enumerate(actions, 1):
        for verb, what, why in _opposites(action):
            for other, earlier in enumerate(actions[: place - 1], 1):
                if earlier.verb == verb and what in ("", earlier.what):
                    return Conflict(other, place, why)
        if action.verb in _ONCE and action.verb in places:
            first = places[action.verb]
            if actions[first - 1].what != action.what:
                return Conflict(first, place, f"a rule says {action.verb} once")
        places.setdefault(action.verb, place)
    return _teams(actions, places)


def _opposites(action: Action) -> list[tuple[str, str, str]]:
    """What contradicts an action: a verb, what follows it (empty: whatever), and why."""
    found = [(b, "", why) for a, b, why in _AGAINST if a == action.verb]
    found += [(a, "", why) for a, b, why in _AGAINST if b == action.verb]
    if action.verb in {"tag", "untag"}:
        other = "untag" if action.verb == "tag" else "tag"
        found.append((other, action.what, f"the tag {action.what} is put on or taken off, not both"))
    return found


def _teams(actions: Sequence[Action], places: dict[str, int]) -> Conflict | None:
    if not {"assign", "team"} <= places.keys():
        return None
    assigned = parse_wanted(actions[places["assign"] - 1].what).team
    team = actions[places["team"] - 1].what
    if not assigned or assigned.casefold() == team.casefold():
        return None
    first, second = sorted((places["assign"], places["team"]))
    return Conflict(first, second, f"the thread goes to {assigned} or to {team}, not to both")
