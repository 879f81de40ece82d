"""Narrows one query by another: what the second says of a thread's status counts instead of what the first says."""

from convo.model.inbox_views import NarrowedQuery
from convo.model.words import ThreadStatus
from convo.query.parse import parse
from convo.query.tree import And, Condition, Node, Not, Or, both, render


def narrowed(query: str, by: str) -> NarrowedQuery:
    """Both queries at once; where `by` names a status, without the conditions of `query` that are about nothing else.

    So `is:open assignee:me` narrowed by `is:resolved` is what is mine and resolved, and not what is both open and
    resolved. Raises QueryError, whose column is that in `query` or in `by`.
    """
    asked = parse(by)
    if not query.strip() or not by.strip():
        return NarrowedQuery(query or by)
    node = parse(query)
    if not _names_status(asked):
        return NarrowedQuery(f"({query}) ({by})")
    conditions = node.children if isinstance(node, And) else (node,)
    kept = [each for each in conditions if not _only_status(each)]
    if len(kept) == len(conditions):
        return NarrowedQuery(f"({query}) ({by})")
    instead_of = render(both([each for each in conditions if _only_status(each)]))
    return NarrowedQuery(f"({render(both(kept))}) ({by})" if kept else by, instead_of)


def _names_status(node: Node) -> bool:
    """Whether any condition is about a thread's status."""
    if isinstance(node, And | Or):
        return any(_names_status(child) for child in node.children)
    if isinstance(node, Not):
        return _names_status(node.child)
    return _is_status(node)


def _only_status(node: Node) -> bool:
    """Whether every condition, of which there are some, is about a thread's status."""
    if isinstance(node, And | Or):
        return bool(node.children) and all(_only_status(child) for child in node.children)
    if isinstance(node, Not):
        return _only_status(node.child)
    return _is_status(node)


def _is_status(node: Node) -> bool:
    if not isinstance(node, Condition):
        return False
    return node.field == "status" or (node.field == "is" and node.value in tuple(ThreadStatus))
