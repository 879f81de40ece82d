"""What terms of text ask of the search index, in SQL of either engine."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    FromClause,
    Select,
    String,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from convo.model import tables
from convo.query.context import QueryContext
from convo.query.rows import Level, Rows, Truth
from convo.query.tree import And, Node, Not, Or
from convo.query.tree import Text as Words
from convo.store.search_index import TextTerm

MESSAGE_FTS = table("message_fts", column("rowid", BigInteger), column("subject", Text), column("body", Text))
MESSAGE_SEARCH = table(
    "message_search",
    column("sort_key", BigInteger),
    column("subject", Text),
    column("body", Text),
    column("subject_words"),
    column("words"),
)


def found(rows: Rows, term: TextTerm, context: QueryContext) -> Truth:
    """Whether the message, or any message of the thread or customer that is listed, has the words."""
    if rows.text is not None and rows.level is Level.MESSAGE:
        return in_index(rows.text, term)
    if rows.level is Level.MESSAGE:
        return rows.message.c.sort_key.in_(_keys(term, context))
    message = tables.message.alias()
    owner = message.c.thread_id if rows.level is Level.THREAD else message.c.customer_id
    owners = select(owner).where(message.c.sort_key.in_(_keys(term, context))).correlate(None)
    return rows.around[0].c.id.in_(owners)


def _keys(term: TextTerm, context: QueryContext) -> Select[Any]:
    if context.dialect == "sqlite":
        return select(MESSAGE_FTS.c.rowid).where(matches(term.fts5)).correlate(None)
    index = MESSAGE_SEARCH.alias()
    return select(index.c.sort_key).where(in_index(index, term)).correlate(None)


def matches(expression: str) -> Truth:
    """The FTS5 condition on the index's rows."""
    return literal_column("message_fts").op("MATCH", is_comparison=True)(literal(expression, String()))


def in_index(index: FromClause, term: TextTerm) -> Truth:
    """Whether a row of PostgreSQL's index has the words side by side in one of its columns."""
    words = index.c.subject_words if term.subject_only else index.c.words
    has_words = words.op("@@", is_comparison=True)(cast(literal(term.tsquery, Text()), TSQUERY))
    if len(term.words) == 1:
        return has_words
    return and_(has_words, beside(index, term))


def beside(index: FromClause, term: TextTerm) -> Truth:
    """Whether the words of a term stand side by side, which PostgreSQL's index alone does not tell."""
    columns = [index.c.subject] if term.subject_only else [index.c.subject, index.c.body]
    return or_(*(func.strpos(literal(" ", Text()).concat(text).concat(" "), term.run) > 0 for text in columns))


def fts5(node: Node) -> str | None:
    """A tree of nothing but text as one FTS5 expression; None for others, and where only negations are left."""
    if isinstance(node, Words):
        return node.term.fts5
    if isinstance(node, Or):
        return _joined([fts5(child) for child in node.children], " OR ")
    if not isinstance(node, And):
        return None
    wanted = [fts5(child) for child in node.children if not isinstance(child, Not)]
    unwanted = [fts5(child.child) for child in node.children if isinstance(child, Not)]
    positive = _joined(wanted, " AND ")
    if positive is None or not unwanted:
        return positive
    negative = _joined(unwanted, " OR ")
    return None if negative is None else f"({positive} NOT {negative})"


def _joined(expressions: Sequence[str | None], operator: str) -> str | None:
    known = [expression for expression in expressions if expression is not None]
    if not known or len(known) < len(expressions):
        return None
    return known[0] if len(known) == 1 else f"({operator.join(known)})"
