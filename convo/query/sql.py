"""A query as SQL conditions, for statements that list messages, threads or customers.

What looks at a message is, for a thread or a customer, met by any of their messages, each condition on its own; its
negation means that none of them meets it. Likewise for threads of a customer. The statement must read the tables that
`MESSAGES`, `THREADS` and `CUSTOMERS` join. Tags and attributes' names are compared as the desk stores them, casefolded;
other names as `convo.query.letters` says.
"""

from collections.abc import Mapping

from sqlalchemy import FromClause, and_, false, not_, or_, true

from convo.model import tables
from convo.query import of_customer, of_message, of_thread
from convo.query.context import QueryContext
from convo.query.rows import Builder, Level, Part, Rows, Truth, lifted
from convo.query.tree import And, Condition, Node, Not, Or, Text, pushed
from convo.query.words_sql import found

CUSTOMERS: FromClause = tables.customer
THREADS: FromClause = tables.thread.join(tables.customer, tables.customer.c.id == tables.thread.c.customer_id).join(
    tables.channel, tables.channel.c.id == tables.thread.c.channel_id
)
MESSAGES: FromClause = (
    tables.message.join(tables.thread, tables.thread.c.id == tables.message.c.thread_id)
    .join(tables.customer, tables.customer.c.id == tables.message.c.customer_id)
    .join(tables.channel, tables.channel.c.id == tables.message.c.channel_id)
)

_HAVING: Mapping[str, Part] = {
    "attachment": of_message.HAS_ATTACHMENT,
    "html": of_message.HAS_HTML,
    "reply": of_thread.HAS_REPLY,
    "note": of_thread.HAS_NOTE,
}


def message_condition(node: Node, context: QueryContext) -> Truth:
    """The query as a condition on `MESSAGES`."""
    return condition(node, Rows(Level.MESSAGE), context)


def thread_condition(node: Node, context: QueryContext) -> Truth:
    """The query as a condition on `THREADS`."""
    return condition(node, Rows(Level.THREAD), context)


def customer_condition(node: Node, context: QueryContext) -> Truth:
    """The query as a condition on `CUSTOMERS`."""
    return condition(node, Rows(Level.CUSTOMER), context)


def condition(node: Node, rows: Rows, context: QueryContext) -> Truth:
    """The query as a condition on these rows."""
    return _branch(pushed(node), rows, context)


def levels(node: Node, context: QueryContext, listed: Level) -> frozenset[Level]:
    """The levels that the query looks at."""
    if isinstance(node, Condition):
        found = _parts(node, context, listed)
        return frozenset(level for part in found for level in (part.level, *part.above))
    if isinstance(node, Text):
        return frozenset({Level.MESSAGE})
    children = (node.child,) if isinstance(node, Not) else node.children
    return frozenset(level for child in children for level in levels(child, context, listed))


def _branch(node: Node, rows: Rows, context: QueryContext) -> Truth:
    if isinstance(node, Text):
        return found(rows, node.term, context)
    if isinstance(node, Condition):
        return or_(false(), *(lifted(rows, part) for part in _parts(node, context, rows.level)))
    if isinstance(node, Not):
        return not_(_branch(node.child, rows, context))
    # SQLite's parser keeps a place for every operand that waits for its operator, and has a hundred: deepest first.
    children = [_branch(child, rows, context) for child in sorted(node.children, key=_depth, reverse=True)]
    return and_(true(), *children) if isinstance(node, And) else or_(false(), *children)


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.children), default=0) if isinstance(node, And | Or) else 0


def _parts(condition: Condition, context: QueryContext, listed: Level) -> list[Part]:
    if condition.field == "is":
        flag = str(condition.value)
        if flag in of_thread.TIMED_FLAGS:
            return of_thread.TIMED_FLAGS[flag](condition, context, listed)
        # A thread keeps a flag of its own, which an operator can take back.
        flags = _MESSAGE_FLAGS if listed is Level.MESSAGE else _THREAD_FLAGS
        return [flags[flag]]
    if condition.field == "has":
        return [_HAVING[str(condition.value)]]
    return _BUILDERS[condition.field](condition, context, listed)


_MESSAGE_FLAGS: Mapping[str, Part] = {**of_customer.FLAGS, **of_thread.FLAGS, **of_message.FLAGS}
_THREAD_FLAGS: Mapping[str, Part] = {**of_customer.FLAGS, **of_message.FLAGS, **of_thread.FLAGS}
_BUILDERS: Mapping[str, Builder] = {**of_customer.BUILDERS, **of_message.BUILDERS, **of_thread.BUILDERS}
