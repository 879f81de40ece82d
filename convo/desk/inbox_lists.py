"""The lists of an inbox: which there are for whoever acts, and how many threads each holds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, literal, select

from convo.desk.querying import threads_matching
from convo.errors import QueryError
from convo.model import tables
from convo.model.inbox_views import InboxView

if TYPE_CHECKING:
    from convo.desk.desk import Desk

LARGEST_COUNT = 1000


def inbox_lists(desk: "Desk", connection: Connection) -> tuple[InboxView, ...]:
    """Every list with its count, in the order in which an inbox shows them."""
    return tuple(
        InboxView(name, title, query, *_count(desk, connection, query), saved)
        for name, title, query, saved in _lists(desk, connection)
    )


def _lists(desk: "Desk", connection: Connection) -> Iterator[tuple[str, str, str, bool]]:
    """Name, title, query and whether it is saved, of each list."""
    if desk.actor.operator_id is not None:
        yield "mine", "Mine", "is:open assignee:me", False
    yield "unassigned", "Unassigned", "is:open is:unassigned", False
    for team in _teams(connection, desk.actor.operator_id):
        yield f"team:{team}", team, _of_team(team), False
    yield "all", "All", "is:open", False
    yield "snoozed", "Snoozed", "is:snoozed", False
    yield "breaching", "Breaching", "due:<1h", False
    saved = tables.saved_query
    for row in sorted(connection.execute(select(saved.c.name, saved.c.query)), key=lambda row: row.name.casefold()):
        yield row.name, row.name, row.query, True


def _teams(connection: Connection, operator: int | None) -> list[str]:
    """The names of the operator's teams; whoever acts as no operator sees to all of them."""
    team, member = tables.team, tables.team_member
    wanted = select(team.c.name)
    if operator is not None:
        wanted = wanted.join(member, member.c.team_id == team.c.id).where(member.c.operator_id == operator)
    return sorted(connection.execute(wanted).scalars(), key=str.casefold)


def _of_team(team: str) -> str:
    from convo.query.op import Op
    from convo.query.tree import Condition, render

    return f"is:open {render(Condition('team', Op.IS, team))}"


def _count(desk: "Desk", connection: Connection, query: str) -> tuple[int, bool]:
    """How many threads match, at most so many as are counted, and whether there are more.

    A saved query that makes no sense any more counts nothing: whoever opens it is told why.
    """
    try:
        source, condition = threads_matching(desk, query)
    except QueryError:
        return 0, False
    some = select(literal(1)).select_from(source).where(condition).limit(LARGEST_COUNT + 1).subquery()
    count = connection.execute(select(func.count()).select_from(some)).scalar_one()
    return min(count, LARGEST_COUNT), count > LARGEST_COUNT
