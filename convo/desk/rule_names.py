"""Looks up whom and what rules name: operators, teams, SLA policies, snippets and bots that the desk has."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from convo.model import tables
from convo.model.words import ChannelState
from convo.query.letters import ascii_lower, spellings
from convo.query.op import Op
from convo.query.tree import And, Condition, Node, Not, Or
from convo.routing.rules import Action
from convo.routing.wanted import parse_wanted

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """An action, by its place (1 is the first), that names what is not there; `hint` says what would be."""

    place: int
    action: Action
    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names that rules may use, by noun, the skills that operators have, and who was ever an operator."""

    by_noun: Mapping[str, Sequence[str]]
    skills: frozenset[str]
    ever: Sequence[str] = ()

    def missing(self, actions: Sequence[Action]) -> list[Missing]:
        """The actions that name what is not there."""
        found = []
        for place, action in enumerate(actions, 1):
            for nouns, name in _named(action):
                if not any(self._has(noun, name) for noun in nouns):
                    found.append(Missing(place, action, *self._said(nouns, name)))
            if action.verb == "bot" and not action.what and not self.by_noun["bot"]:
                found.append(Missing(place, action, "there is no bot", "convo bot add NAME makes one"))
        return found

    def never_were(self, node: Node) -> list[Condition]:
        """The conditions of a query that ask for an operator who never was one.

        Those who have left may still be asked for: some threads are theirs.
        """
        if isinstance(node, Not):
            return self.never_were(node.child)
        if isinstance(node, And | Or):
            return [found for child in node.children for found in self.never_were(child)]
        if not isinstance(node, Condition) or node.field != "assignee" or node.op is not Op.IS:
            return []
        known = {ascii_lower(name) for name in self.ever}
        return [] if known.intersection(spellings(str(node.value))) else [node]

    def unskilled(self, actions: Sequence[Action]) -> list[str]:
        """The skills that the actions ask for and no operator has."""
        wanted = (skill for action in actions if action.verb == "assign" for skill in parse_wanted(action.what).skills)
        return [skill for skill in wanted if skill not in self.skills]

    def _has(self, noun: str, name: str) -> bool:
        return any(known.casefold() == name.casefold() for known in self.by_noun[noun])

    def _said(self, nouns: Sequence[str], name: str) -> tuple[str, str]:
        known = [each for noun in nouns for each in self.by_noun[noun]]
        folded = {each.casefold(): each for each in known}
        near = [folded[each] for each in difflib.get_close_matches(name.casefold(), folded, n=_NEAREST)]
        hint = f"did you mean {' or '.join(near)}?" if near else f"convo {nouns[0].split()[-1]} list shows them"
        if nouns[0] == "SLA policy" and not near:
            hint = "convo sla list shows them"
        return f"there is no {' and no '.join(nouns)} {name!r}", hint


def read_names(connection: Connection) -> Names:
    """The names that the desk has now."""
    operator = tables.operator
    ever = connection.execute(select(operator.c.name, operator.c.skills, operator.c.removed_at)).all()
    here = [row for row in ever if row.removed_at is None]
    by_noun: dict[str, Sequence[str]] = {"operator": [row.name for row in here]}
    channel = tables.channel
    kept = select(channel.c.name).where(channel.c.state != ChannelState.REMOVED.value)
    by_noun["channel"] = list(connection.execute(kept).scalars())
    for noun, table in _TABLES.items():
        by_noun[noun] = list(connection.execute(select(table.c.name)).scalars())
    skills = frozenset(skill.casefold() for row in here for skill in row.skills)
    return Names(by_noun, skills, [row.name for row in ever])


def _named(action: Action) -> list[tuple[tuple[str, ...], str]]:
    """The names in an action, each with the nouns of which one must have it."""
    if action.verb == "assign":
        wanted = parse_wanted(action.what)
        found: list[tuple[tuple[str, ...], str]] = []
        if wanted.operator:
            found.append((("operator",), wanted.operator))
        if wanted.team:
            found.append((("team",), wanted.team))
        return found
    if action.verb == "send":
        return [(("channel",), action.what.removeprefix("by "))]
    nouns = _NOUNS.get(action.verb)
    return [(nouns, action.what)] if nouns is not None and action.what else []


_TABLES: Mapping[str, Table] = {
    "team": tables.team,
    "SLA policy": tables.sla_policy,
    "snippet": tables.snippet,
    "bot": tables.bot,
}
_NOUNS: Mapping[str, tuple[str, ...]] = {
    "team": ("team",),
    "sla": ("SLA policy",),
    "reply": ("snippet",),
    "bot": ("bot",),
    "notify": ("operator", "team"),
}
