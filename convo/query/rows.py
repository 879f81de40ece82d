"""The rows that a condition speaks of: a message, its thread and its customer, as tables or aliases of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from sqlalchemy import ColumnElement, FromClause, literal, select

from convo.model import tables
from convo.query.context import QueryContext
from convo.query.tree import Condition

Truth: TypeAlias = ColumnElement[bool]


class Level(IntEnum):
    """What is listed, or what a test looks at: a message has one thread, and a thread one customer."""

    MESSAGE = 0
    THREAD = 1
    CUSTOMER = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the columns of the message, its thread and its customer are; `level` tells the lowest of them there is.

    `text` is the message's row of the search index where the statement reads it anyway (PostgreSQL only).
    """

    level: Level
    message: FromClause = tables.message
    thread: FromClause = tables.thread
    customer: FromClause = tables.customer
    text: FromClause | None = None

    @property
    def around(self) -> tuple[FromClause, ...]:
        """What a subquery finds around itself."""
        return (self.message, self.thread, self.customer)[self.level :]


@dataclass(frozen=True, slots=True)
class Part:
    """A test and the level at which it looks; it may look `above` that, too, but at nothing below it."""

    level: Level
    test: Callable[[Rows], Truth]
    above: tuple[Level, ...] = ()


Builder: TypeAlias = Callable[[Condition, QueryContext, Level], list[Part]]
"""From a condition to the parts of which a row must pass one, given what is listed."""


def some(rows: Rows, table: FromClause, *where: Truth) -> Truth:
    """Whether there is such a row of `table`; `where` ties it to `rows`."""
    return select(literal(1)).select_from(table).where(*where).correlate(*rows.around).exists()


def lifted(rows: Rows, part: Part) -> Truth:
    """The test at its own level: of the listed row itself, or of any message or thread that it has."""
    if part.level >= rows.level:
        return part.test(rows)
    if part.level is Level.MESSAGE:
        message = tables.message.alias()
        inner = Rows(Level.MESSAGE, message, rows.thread, rows.customer)
        owner = (
            message.c.thread_id == rows.thread.c.id
            if rows.level is Level.THREAD
            else message.c.customer_id == rows.customer.c.id
        )
        return some(rows, message, owner, part.test(inner))
    thread = tables.thread.alias()
    inner = Rows(Level.THREAD, rows.message, thread, rows.customer)
    return some(rows, thread, thread.c.customer_id == rows.customer.c.id, part.test(inner))
