"""How a search runs: from the full-text index or from the messages' own order, the newest first, stopping early."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Select, select

from convo.model import tables
from convo.query.context import QueryContext
from convo.query.of_message import keys, window
from convo.query.rows import Level, Rows
from convo.query.sql import condition, levels
from convo.query.tree import EVERYTHING, And, Condition, Node, Not, Or, Text, both, pushed
from convo.query.words_sql import MESSAGE_FTS, MESSAGE_SEARCH, fts5, matches
from convo.store.search_index import TextTerm

_ON_TIME = frozenset({"before", "after", "sent", "newer", "older"})
_ONE_ROW = frozenset({"customer", "thread", "message", "id"})


@dataclass(frozen=True, slots=True)
class TextPlan:
    """A query split for the index: `match` is all the text that the index answers at once, None where there is none.

    `match` is FTS5's; `text` is the same as a tree, and `rest` is what remains to be asked of each row.
    """

    match: str | None
    text: Node
    rest: Node


def text_plan(node: Node) -> TextPlan:
    """The text that every match must have, and what else it must meet."""
    node = pushed(node)
    children = list(node.children) if isinstance(node, And) else [node]
    wanted = [child for child in children if fts5(child) is not None]
    if not wanted:
        return TextPlan(None, EVERYTHING, node)
    unwanted = [child for child in children if isinstance(child, Not) and isinstance(child.child, Text)]
    taken = And((*wanted, *unwanted))
    return TextPlan(fts5(taken), taken, both([child for child in children if child not in taken.children]))


def positive_terms(node: Node) -> list[TextTerm]:
    """The words that a match may have because the query asks for them, for showing where they stand."""
    node = pushed(node)
    if isinstance(node, Text):
        return [node.term]
    return [term for child in node.children for term in positive_terms(child)] if isinstance(node, And | Or) else []


def search_keys(
    node: Node, context: QueryContext, *, before_key: int | None = None, limit: int = 50
) -> Select[tuple[int, int]]:
    """A statement for the ids and sort keys (`id`, `sort_key`) of the messages that match, the newest first.

    `before_key` is the last sort key of the page before. A query for words reads the index from its newest end, unless
    it is about one customer or thread: then it reads their messages and asks the index about each.
    """
    plan = text_plan(node)
    message = tables.message
    by_text = plan.match is not None and not _narrow(plan.rest)
    if context.dialect == "postgresql":
        return _on_postgresql(plan, context, before_key, limit)
    key: ColumnElement[int] = MESSAGE_FTS.c.rowid if by_text else message.c.sort_key
    source: FromClause = message
    where = [*_bounds(key, plan.rest, context, before_key)]
    if by_text:
        source = MESSAGE_FTS.join(message, message.c.sort_key == MESSAGE_FTS.c.rowid)
    if plan.match is not None:
        where.append(matches(plan.match) if by_text else _in_index(plan.match))
    return _statement(
        source, key, [*where, condition(plan.rest, Rows(Level.MESSAGE), context)], plan.rest, context, limit
    )


def _on_postgresql(
    plan: TextPlan, context: QueryContext, before_key: int | None, limit: int
) -> Select[tuple[int, int]]:
    message = tables.message
    source: FromClause = message
    rows = Rows(Level.MESSAGE)
    where = [*_bounds(message.c.sort_key, plan.rest, context, before_key)]
    if plan.match is not None:
        source = MESSAGE_SEARCH.join(message, message.c.sort_key == MESSAGE_SEARCH.c.sort_key)
        rows = Rows(Level.MESSAGE, text=MESSAGE_SEARCH)
        where.append(condition(plan.text, rows, context))
    return _statement(
        source, message.c.sort_key, [*where, condition(plan.rest, rows, context)], plan.rest, context, limit
    )


def _statement(
    source: FromClause,
    key: ColumnElement[int],
    where: list[ColumnElement[bool]],
    rest: Node,
    context: QueryContext,
    limit: int,
) -> Select[tuple[int, int]]:
    message = tables.message
    used = levels(rest, context, Level.MESSAGE)
    if Level.THREAD in used:
        source = source.join(tables.thread, tables.thread.c.id == message.c.thread_id)
    if Level.CUSTOMER in used:
        source = source.join(tables.customer, tables.customer.c.id == message.c.customer_id)
    return select(message.c.id, message.c.sort_key).select_from(source).where(*where).order_by(key.desc()).limit(limit)


def _in_index(match: str) -> ColumnElement[bool]:
    asked = select(MESSAGE_FTS.c.rowid).where(matches(match), MESSAGE_FTS.c.rowid == tables.message.c.sort_key)
    return asked.correlate(tables.message).exists()


def _required(node: Node) -> list[Condition]:
    children = node.children if isinstance(node, And) else (node,)
    return [child for child in children if isinstance(child, Condition)]


def _narrow(rest: Node) -> bool:
    return any(found.field in _ONE_ROW and isinstance(found.value, int) for found in _required(rest))


def _bounds(
    key: ColumnElement[int], rest: Node, context: QueryContext, before_key: int | None
) -> list[ColumnElement[bool]]:
    """Bounds of the key that follow from when a message must have been sent, and from the page before."""
    bounds = [] if before_key is None else [key < before_key]
    for required in _required(rest):
        if required.field in _ON_TIME:
            lowest, beyond = keys(window(required, context))
            bounds += [] if lowest is None else [key >= lowest]
            bounds += [] if beyond is None else [key < beyond]
    return bounds
