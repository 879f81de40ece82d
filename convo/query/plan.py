"""How a search runs: from the full-text index, from the messages in their order, or from a few threads alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, Select, select

from convo.model import tables
from convo.query.context import QueryContext
from convo.query.of_message import keys, window
from convo.query.rows import Level, Rows, Truth
from convo.query.sql import THREADS, condition, levels
from convo.query.tree import EVERYTHING, And, Condition, Node, Not, Or, Text, both, pushed
from convo.query.words_sql import MESSAGE_FTS, MESSAGE_SEARCH, fts5, matches
from convo.store.search_index import TextTerm

FEW = 100
"""So many threads are few enough to read all their messages rather than the index."""

_ON_TIME = frozenset({"before", "after", "sent", "newer", "older"})
_ONE_ROW = frozenset({"customer", "thread", "message", "id"})


@dataclass(frozen=True, slots=True)
class TextPlan:
    """A query split for the index: `match` is all the text that FTS5 answers at once, None where there is none.

    `text` is the same as a tree, and `rest` is what remains to be asked of each row.
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


def find_keys(
    connection: Connection, node: Node, context: QueryContext, *, before_key: int | None = None, limit: int = 50
) -> list[tuple[int, int]]:
    """The (id, sort key) of the messages that match, the newest first; what `search_keys` asks, but sooner.

    Where the query also asks for something of the thread or the customer that few threads have, their messages are
    read instead of everything that has the words. `before_key` is the last sort key of the page before.
    """
    plan = text_plan(node)
    threads: Sequence[int] | None = None
    if context.dialect == "sqlite" and not _narrow(plan.rest):
        of_thread = [child for child in _conjuncts(plan.rest) if _only_of_thread(child, context)]
        if of_thread:
            wanted = condition(And(tuple(of_thread)), Rows(Level.THREAD), context)
            probe = select(tables.thread.c.id).select_from(THREADS).where(wanted).limit(FEW + 1)
            threads = connection.execute(probe).scalars().all()
            if not threads:
                return []
    few = threads if threads is not None and len(threads) <= FEW else None
    found = connection.execute(_statement(plan, context, before_key, limit, few))
    return [(row.id, row.sort_key) for row in found]


def search_keys(
    node: Node, context: QueryContext, *, before_key: int | None = None, limit: int = 50
) -> Select[tuple[int, int]]:
    """A statement for the ids and sort keys (`id`, `sort_key`) of the messages that match, the newest first.

    `before_key` is the last sort key of the page before. A query for words reads the index from its newest end, unless
    it is about one customer or thread: then it reads their messages and asks the index about each.
    """
    return _statement(text_plan(node), context, before_key, limit)


def _statement(
    plan: TextPlan, context: QueryContext, before_key: int | None, limit: int, threads: Sequence[int] | None = None
) -> Select[tuple[int, int]]:
    message = tables.message
    key: ColumnElement[int] = message.c.sort_key
    source: FromClause = message
    rows = Rows(Level.MESSAGE)
    where: list[Truth] = [] if threads is None else [message.c.thread_id.in_(threads)]
    scans = threads is None and not _narrow(plan.rest)
    if plan.match is not None and context.dialect == "postgresql":
        rows = Rows(Level.MESSAGE, text=MESSAGE_SEARCH)
        source = MESSAGE_SEARCH.join(message, key == MESSAGE_SEARCH.c.sort_key)
        where.append(condition(plan.text, rows, context))
    elif plan.match is not None and scans:
        source = MESSAGE_FTS.join(message, key == MESSAGE_FTS.c.rowid)
        key = MESSAGE_FTS.c.rowid
        where.append(matches(plan.match))
    elif plan.match is not None:
        where.append(_in_index(plan.match))
    where += [*_bounds(key, plan.rest, context, before_key), condition(plan.rest, rows, context)]
    used = levels(plan.rest, context, Level.MESSAGE)
    # The addition keeps SQLite from reading threads or customers first, and then sorting all their messages.
    nothing = 0 if scans and context.dialect == "sqlite" else None
    for level, table, owner in (
        (Level.THREAD, tables.thread, message.c.thread_id),
        (Level.CUSTOMER, tables.customer, message.c.customer_id),
    ):
        if level in used:
            source = source.join(table, table.c.id == (owner if nothing is None else owner + nothing))
    return select(message.c.id, message.c.sort_key).select_from(source).where(*where).order_by(key.desc()).limit(limit)


def _in_index(match: str) -> Truth:
    asked = select(MESSAGE_FTS.c.rowid).where(matches(match), MESSAGE_FTS.c.rowid == tables.message.c.sort_key)
    return asked.correlate(tables.message).exists()


def _conjuncts(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, And) else (node,)


def _narrow(rest: Node) -> bool:
    """Whether the query is about one customer, thread or message."""
    return any(
        isinstance(child, Condition) and child.field in _ONE_ROW and isinstance(child.value, int)
        for child in _conjuncts(rest)
    )


def _only_of_thread(node: Node, context: QueryContext) -> bool:
    looked_at = levels(node, context, Level.MESSAGE)
    return bool(looked_at) and Level.MESSAGE not in looked_at


def _bounds(key: ColumnElement[int], rest: Node, context: QueryContext, before_key: int | None) -> list[Truth]:
    """Bounds of the key that follow from when a message must have been sent, and from the page before."""
    bounds = [] if before_key is None else [key < before_key]
    for child in _conjuncts(rest):
        if isinstance(child, Condition) and child.field in _ON_TIME:
            lowest, beyond = keys(window(child, context))
            bounds += [] if lowest is None else [key >= lowest]
            bounds += [] if beyond is None else [key < beyond]
    return bounds
