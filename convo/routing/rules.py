"""Rules as they are run: parsed once, in their order, known by the digest of all of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from convo.errors import ConvoError
from convo.query.parse import parse
from convo.query.tree import EVERYTHING, And, Condition, Node, Not, Or
from convo.routing.narrowing import Narrowing
from convo.routing.triggers import Event, Trigger, parse_trigger
from convo.routing.wanted import parse_wanted

_UNKNOWN = Trigger(Event.MESSAGE_RECEIVED)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a rule does: a verb, and what follows it."""

    verb: str
    what: str = ""

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.verb} {self.what}" if self.what else self.verb


@dataclass(frozen=True, slots=True)
class Rule:
    """When a query matches a message, do these actions.

    `problem` says why a rule that the store holds cannot be read (one of an older version); it never matches. `on` is
    the trigger as the store holds it.
    """

    id: int
    name: str
    trigger: Trigger
    query: str
    node: Node
    actions: tuple[Action, ...]
    enabled: bool = True
    problem: str = ""
    on: str = ""

    @property
    def stops(self) -> bool:
        """Whether no later rule runs after it."""
        return any(action.verb == "stop" for action in self.actions)


def read_rule(number: int, name: str, trigger: str, query: str, actions: Iterable[str], *, enabled: bool) -> Rule:
    """A rule of the store; one that cannot be read says so in its `problem`."""
    does = tuple(Action(*action.split(" ", 1)) for action in actions)
    try:
        for action in does:
            if action.verb == "assign":
                parse_wanted(action.what)
        return Rule(number, name, parse_trigger(trigger), query, parse(query), does, enabled, on=trigger)
    except ConvoError as error:
        return Rule(number, name, _UNKNOWN, query, EVERYTHING, does, enabled, error.message, trigger)


@dataclass(frozen=True, slots=True)
class Ready:
    """The rules that an event may set off, in their order, and which of them a message can match at all."""

    rules: tuple[Rule, ...]
    narrowing: Narrowing


class RuleSet:
    """All rules in their order; two sets of the same rules have the same digest."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._ready: dict[Event, Ready] = {}

    @classmethod
    def from_plain(cls, plain: Iterable[Mapping[str, Any]]) -> "RuleSet":
        """The rules that `plain` gave."""
        return cls(
            [
                read_rule(row["id"], row["name"], row["trigger"], row["query"], row["actions"], enabled=row["enabled"])
                for row in plain
            ]
        )

    @cached_property
    def plain(self) -> list[dict[str, Any]]:
        """The rules as JSON keeps them."""
        return [
            {
                "id": rule.id,
                "name": rule.name,
                "trigger": rule.on,
                "query": rule.query,
                "actions": [str(action) for action in rule.actions],
                "enabled": rule.enabled,
            }
            for rule in self.rules
        ]

    @cached_property
    def digest(self) -> str:
        """Which rules these are, in 64 hexadecimal digits."""
        return digest_of(self.plain)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields that the queries of all rules ask for."""
        return frozenset(field for rule in self.rules for field in fields_of(rule.node))

    def ready(self, event: Event) -> Ready:
        """The enabled rules of an event, prepared to be asked about many messages."""
        found = self._ready.get(event)
        if found is None:
            rules = tuple(
                rule for rule in self.rules if rule.enabled and not rule.problem and rule.trigger.event is event
            )
            found = self._ready[event] = Ready(rules, Narrowing([rule.node for rule in rules]))
        return found


def digest_of(plain: list[dict[str, Any]]) -> str:
    """Which rules these plain ones are, in 64 hexadecimal digits."""
    return sha256(json.dumps(plain, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def fields_of(node: Node) -> frozenset[str]:
    """The fields that a query asks for; words are of the field `text`."""
    if isinstance(node, Condition):
        return frozenset({node.field})
    if isinstance(node, Not):
        return fields_of(node.child)
    if isinstance(node, And | Or):
        return frozenset(field for child in node.children for field in fields_of(child))
    return frozenset({"text"})
