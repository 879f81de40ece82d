"""Whether any message can match a query, and whether every match of one query matches another.

Both answers are sound: "no message can" and "every match does" are said only where that is certain, whatever else
stays open. Alternatives are written out; within each, conditions on the same thing are tried together on made-up
messages, and words and names are compared with each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import TypeAlias

from convo.query.context import QueryContext
from convo.query.op import Op
from convo.query.predicate import matches
from convo.query.tree import And, Condition, Node, Not, Or, Text, both, negated, pushed
from convo.routing.samples import aspects, comparable, made_up, values
from convo.store.search_index import TextTerm

Literal: TypeAlias = Text | Condition | Not

_MOST_BRANCHES = 400
_MOST_TRIES = 20_000


@dataclass(frozen=True, slots=True)
class Clash:
    """Two terms of a query that no message meets at once; the same one twice where it alone meets nothing."""

    first: Literal
    second: Literal


def clash(node: Node, context: QueryContext, *, one_currency: bool = False) -> Clash | None:
    """Why no message can match a query; None where one can, or that is not known.

    `one_currency` says that no customer spends in more than one.
    """
    branches = _branches(pushed(node))
    if not branches:
        return None
    first: Clash | None = None
    for branch in branches:
        found = _clash(branch, context, one_currency=one_currency)
        if found is None:
            return None
        first = first or found
    return first


def implies(node: Node, other: Node, context: QueryContext, *, one_currency: bool = False) -> bool:
    """Whether every message that matches `node` certainly matches `other`."""
    if isinstance(other, And) and not other.children:
        return True
    conjuncts = other.children if isinstance(other, And) else (other,)
    return all(clash(both([node, negated(each)]), context, one_currency=one_currency) for each in conjuncts)


def column(literal: Literal) -> int:
    """Where a term stands in its query; 1 is the first character."""
    leaf = literal.child if isinstance(literal, Not) else literal
    return leaf.column if isinstance(leaf, Text | Condition) else 0


def _branches(node: Node) -> list[tuple[Literal, ...]] | None:
    """The alternatives of a pushed query, each a list of terms that must all hold; None when they are too many."""
    if isinstance(node, Text | Condition | Not):
        return [(node,)]
    parts = [_branches(child) for child in node.children]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(node, Or):
        return [*chain(*known)] if sum(map(len, known)) <= _MOST_BRANCHES else None
    if prod(map(len, known)) > _MOST_BRANCHES:
        return None
    return [tuple(literal for part in chosen for literal in part) for chosen in product(*known)]


def _clash(branch: Sequence[Literal], context: QueryContext, *, one_currency: bool) -> Clash | None:
    wanted = [literal for literal in branch if not isinstance(literal, Not)]
    unwanted = [literal for literal in branch if isinstance(literal, Not)]
    for literal in wanted:
        for other in unwanted:
            if literal == other.child or _says_more(literal, other.child):
                return Clash(literal, other)
    for group in _groups(branch):
        if not _possible(group, context, one_currency=one_currency):
            return _culprits(group, context, one_currency=one_currency)
    return None


def _says_more(literal: Literal, other: Node) -> bool:
    """Whether words that are found always hold other words that are asked for."""
    if not isinstance(literal, Text) or not isinstance(other, Text):
        return False
    if other.term.subject_only and not literal.term.subject_only:
        return False
    return _contains(literal.term, other.term)


def _contains(term: TextTerm, other: TextTerm) -> bool:
    return other.run in term.run


def _groups(branch: Sequence[Literal]) -> list[list[Literal]]:
    """The terms that can be tried, together with all that look at the same things."""
    tags = {str(leaf.value) for leaf in map(_leaf, branch) if leaf and leaf.field == "tag" and leaf.op is Op.IS}
    groups: list[tuple[frozenset[str], list[Literal]]] = []
    for literal in branch:
        leaf = _leaf(literal)
        looks = aspects(leaf, tags) if leaf is not None else frozenset()
        if not looks:
            continue
        near = [group for group in groups if group[0] & looks]
        groups = [group for group in groups if not group[0] & looks]
        groups.append((looks.union(*(group[0] for group in near)), [*chain(*(group[1] for group in near)), literal]))
    return [literals for _, literals in groups]


def _possible(group: Sequence[Literal], context: QueryContext, *, one_currency: bool) -> bool:
    """Whether a message can meet all these terms, as far as that can be told."""
    leaves = [leaf for leaf in map(_leaf, group) if leaf is not None]
    if not comparable(leaves):
        return True
    tags = {str(leaf.value) for leaf in leaves if leaf.field == "tag" and leaf.op is Op.IS}
    looks = [aspects(leaf, tags) for leaf in leaves]
    names = sorted(frozenset().union(*looks))
    tried = [
        values(
            name,
            [leaf for leaf, seen in zip(leaves, looks, strict=True) if name in seen],
            context,
            one_currency=one_currency,
        )
        for name in names
    ]
    if prod(map(len, tried)) > _MOST_TRIES:
        return True
    for chosen in product(*tried):
        message = made_up(dict(zip(names, chosen, strict=True)), context)
        if all(matches(literal, message, context) for literal in group):
            return True
    return False


def _culprits(group: Sequence[Literal], context: QueryContext, *, one_currency: bool) -> Clash:
    """The two terms of an impossible group to name."""
    for literal in group:
        if not _possible([literal], context, one_currency=one_currency):
            return Clash(literal, literal)
    for place, second in enumerate(group):
        for first in group[:place]:
            if not _possible([first, second], context, one_currency=one_currency):
                return Clash(first, second)
    return Clash(group[0], group[-1])


def _leaf(literal: Node) -> Condition | None:
    inner = literal.child if isinstance(literal, Not) else literal
    return inner if isinstance(inner, Condition) else None


def leaves(node: Node) -> Iterable[Text | Condition]:
    """All terms of a query, whatever stands around them."""
    if isinstance(node, Text | Condition):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.child)
    else:
        for child in node.children:
            yield from leaves(child)
